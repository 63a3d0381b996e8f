/** Cases of matmul, gather and wave. */
import type { Dim } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, oneToken, token, type OpCase } from "../case-builder.js";

const width = axis("width", 48);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const oneHead = axis("heads", 1);

export function matmulCases(): OpCase[] {
  const cases: OpCase[] = [];
  const one = (name: string, B: number, T: number, xDims: readonly Dim[], wDims: readonly Dim[], over: readonly string[], shape?: readonly number[], at: Dim = token): void => {
    const c = new CaseBuilder(`matmul ${name}`, { B, T });
    cases.push(c.done({ out: c.emit.matmul(c.input("x", [batch, at, ...xDims]), c.parameter("w", wDims, shape), over) }));
  };
  for (const T of [1, 63, 65, 201]) one(`48 to 5, T ${T}`, 2, T, [width], [slots, width], ["width"]);
  one("48 to 65, one row", 1, 65, [width], [axis("hidden", 65), width], ["width"]);
  one("48 to 192, T 63", 2, 63, [width], [axis("hidden", 192), width], ["width"]);
  one("201 to 48", 2, 63, [axis("hidden", 201)], [width, axis("hidden", 201)], ["hidden"]);
  one("5 to 48", 2, 65, [slots], [width, slots], ["slots"]);
  one("to heads and slots, stored merged", 2, 63, [width], [heads, slots, width], ["width"], [15, 48]);
  one("to one head, stored merged", 2, 63, [width], [oneHead, slots, width], ["width"], [5, 48]);
  one("over two axes, stored merged", 2, 63, [heads, axis("channels", 16)], [width, heads, axis("channels", 16)], ["heads", "channels"], [48, 48]);
  one("over two axes that x has the other way round", 2, 63, [axis("channels", 16), heads], [width, heads, axis("channels", 16)], ["heads", "channels"], [48, 48]);
  one("over the first of two axes", 2, 63, [heads, slots], [width, heads], ["heads"]);
  one("per head", 2, 63, [heads, axis("channels", 16)], [heads, slots, axis("channels", 16)], ["channels"], [15, 16]);
  one("per head, one output", 1, 65, [heads, axis("channels", 16)], [heads, axis("channels", 16)], ["channels"]);
  one("one token, 48 to 201", 2, 1, [width], [axis("vocabulary", 201), width], ["width"], undefined, oneToken);
  one("one token, 192 to 48", 1, 1, [axis("hidden", 192)], [width, axis("hidden", 192)], ["hidden"], undefined, oneToken);
  {
    const c = new CaseBuilder("matmul of a renamed parameter", { B: 2, T: 63 });
    const embedding = c.parameter("embedding.weight", [axis("rows", 65), axis("columns", 48)]);
    const w = c.emit.rename(embedding, { rows: "vocabulary", columns: "width" });
    cases.push(c.done({ out: c.emit.matmul(c.input("x", [batch, token, width]), w, ["width"]) }));
  }
  {
    const c = new CaseBuilder("matmul with bias, gelu and residual", { B: 2, T: 65 });
    const x = c.input("x", [batch, token, width]);
    const hidden = axis("hidden", 96);
    const up = c.emit.add(c.emit.matmul(x, c.parameter("up.weight", [hidden, width]), ["width"]), c.parameter("up.bias", [hidden]));
    const down = c.emit.matmul(c.emit.unary("gelu", up), c.parameter("down.weight", [width, hidden]), ["hidden"]);
    cases.push(c.done({ out: c.emit.add(x, c.emit.add(down, c.parameter("down.bias", [width]))) }));
  }
  {
    const c = new CaseBuilder("matmul twice with one parameter, once to look up", { B: 2, T: 63 });
    const embedding = c.parameter("embedding.weight", [axis("vocabulary", 65), width]);
    const tokens = c.integers("tokens", [batch, token], { low: 0, high: 64 });
    const x = c.emit.multiply(c.emit.gather(embedding, tokens, "vocabulary"), c.emit.scalar(Math.fround(Math.sqrt(48))));
    cases.push(c.done({ out: c.emit.matmul(x, embedding, ["width"]) }));
  }
  return cases;
}

export function gatherCases(): OpCase[] {
  const cases: OpCase[] = [];
  for (const [B, T] of [[1, 1], [2, 63], [1, 201]] as const) {
    const c = new CaseBuilder(`gather of embeddings, B ${B}, T ${T}`, { B, T });
    const table = c.parameter("embedding.weight", [axis("vocabulary", 65), width]);
    cases.push(c.done({ out: c.emit.gather(table, c.integers("tokens", [batch, token], { low: 0, high: 64 }), "vocabulary") }));
  }
  {
    const c = new CaseBuilder("gather clamps ids", { B: 2, T: 65 });
    const table = c.parameter("positions.weight", [axis("context", 40), slots]);
    cases.push(c.done({ out: c.emit.gather(table, c.integers("position", [batch, token], { low: -5, high: 60 }), "context") }));
  }
  {
    const c = new CaseBuilder("gather along the last dim", { B: 2, T: 63 });
    const table = c.parameter("table", [slots, axis("place", 7)]);
    cases.push(c.done({ out: c.emit.gather(table, c.integers("ids", [batch, token], { low: 0, high: 6 }), "place") }));
  }
  {
    const c = new CaseBuilder("gather from a constant table", { B: 2, T: 63 });
    const table = c.emit.table("f32", [axis("place", 4), axis("channels", 2)], [1, 2, 3, 4, 5, 6, 7, 8]);
    cases.push(c.done({ out: c.emit.gather(table, c.integers("ids", [batch, token], { low: 0, high: 3 }), "place") }));
  }
  return cases;
}

/** Rates of a sinusoidal table in turns of 2^32; the second half is a quarter turn ahead. */
export function waveCases(): OpCase[] {
  const half = 24;
  const rates = Array.from({ length: half }, (_, i) => Math.round((2 ** 32 * 10_000 ** (-i / (half - 1))) / (2 * Math.PI)));
  const offsets = Array.from({ length: 2 * half }, (_, i) => (i < half ? 0 : 2 ** 30));
  return ([[1, 1, 0], [2, 63, 0], [2, 65, 1_000_000], [1, 201, 2 ** 30]] as const).map(([B, T, from]) => {
    const c = new CaseBuilder(`wave from position ${from}, T ${T}`, { B, T });
    const position = c.integers("position", [batch, token], { low: from - 1, high: from + 1000 });
    const rate = c.emit.table("u32", [width], [...rates, ...rates]);
    return c.done({ out: c.emit.wave(position, rate, c.emit.table("u32", [width], offsets)) });
  });
}
