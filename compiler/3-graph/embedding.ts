/** Token ids [B, T] to the token stream [B, T, width]: embedding times scale, plus positions. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { Parameter } from "../../src/model/model.js";
import { adaptiveRows } from "./adaptive.js";
import { multiply, type Call } from "./call.js";
import { quarterTurn, toRate, wave } from "./tables.js";

/** The first token's place in the sinusoids, as fairseq numbers them: after begin and padding. */
const firstPosition = 2;

export function embed(call: Call): Node {
  const { emit, model, side } = call;
  const { embedding, prefix = "" } = side;
  const span = embedding.kind === "table" ? embedding.table.span : embedding.classes.span;
  return call.within(span, `${prefix}embedding`, () => {
    const rows = embedding.kind === "table" ? rowsOf(call, embedding.table) : adaptiveRows(call, embedding);
    const scaled = multiply(call, rows, call.scalar(model.embeddingScale));
    const positions = call.within(model.span, `${prefix}positions`, () => positionsOf(call));
    return positions ? emit.add(scaled, positions) : scaled;
  });
}

function rowsOf(call: Call, table: Parameter): Node {
  const vocab = { name: "vocab", size: call.side.vocabularySize };
  return call.emit.gather(call.parameter(table, [vocab, { name: "width", size: call.model.width }]), call.ids, vocab.name);
}

function positionsOf(call: Call): Node | undefined {
  const { emit, model, side } = call;
  switch (model.positions) {
    case "none":
      return undefined;
    case "learned": {
      const table = side.positionTable ?? bug("learned positions without a table");
      const dims = [{ name: "position", size: table.shape[0]! }, { name: "width", size: model.width }];
      return emit.gather(call.parameter(table, dims), call.position(), "position");
    }
    case "sinusoidal": {
      const position = emit.binary("add", call.position(), emit.scalar(firstPosition, "i32"));
      const { rates, offsets } = sinusoids(model.width);
      return wave(call, position, { name: "width", size: model.width }, rates, offsets);
    }
  }
}

/** First half sines, second half cosines; the last column of an odd width is sin(0) = 0. */
export function sinusoids(width: number): { rates: number[]; offsets: number[] } {
  const half = Math.floor(width / 2);
  const rate = (i: number): number => toRate(10000 ** (-i / Math.max(1, half - 1)));
  const indices = Array.from({ length: width }, (_, i) => i);
  return {
    rates: indices.map((i) => (i < 2 * half ? rate(i % half) : 0)),
    offsets: indices.map((i) => (i >= half && i < 2 * half ? quarterTurn : 0)),
  };
}
