/**
 * Graphs of models that read one text and write another: `encode` and then tokens in any pieces give what whole texts give, for mixers that use what both sides
 * have (positions, counts, convolutions); what an entry touches; and that it is one source that all tokens see.
 */
import { describe, expect, test } from "vitest";
import { modelStates } from "../../compiler/3-graph/index.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { columns, graphsOf, joined, modelOf, OracleSession } from "./session.js";

const mixers = `
mixer where_and_how_many(slots: axis) {
  read  = softmax(linear(convolve(x, 3), slots) * (position + 1) / count, slots)
  key   = sigmoid(linear(source, slots)) * (position + 1) / count
  value = linear(convolve(source, 2), width)
  state bank[slots, width] = bank + key * value
  state seen[] = seen + 1
  out = sum(read * bank, slots) / sqrt(count * (1 + seen))
}
mixer kept(channel: axis) {
  cache key = linear(source, channel)
  cache value = linear(source, width) / count + 0 * index(width)
  out = convolve(sum(softmax(sum(linear(x, channel) * key, channel), time) * value, time), 2)
}`;

const decoders: Readonly<Record<string, string>> = {
  "a bank": "memory(slots: 2, heads: 2), cross memory(slots: 3, heads: 2)",
  "caches": "attention(heads: 2), cross attention(heads: 2)",
  "positions, counts and convolutions of both sides": "cross where_and_how_many(slots: 3), cross kept(channel: 4)",
  "two banks in one layer": "cross linear_attention(heads: 2), cross linear_attention(heads: 4)",
};

/** Of one float64 graph against another: only the order of sums differs. */
const exact = 1e-10;
const [B, T, E] = [3, 7, 6];

describe.each(Object.entries(decoders))("%s", (_, layers) => {
  const model = modelOf(`${mixers}
model Small {
  vocabulary = 13, padding = 0, begin = 1, end = 2, width = 8
  encoder { vocabulary = 9, padding = 3\nlayers 1 { attention(heads: 2) } }
  decoder { layers 2 { ${layers} } }
}`);
  const graphs = graphsOf(model, 4);
  const random = new Random(11);
  const parameters: Tensors = Object.fromEntries(model.parameters.map((p) => [p.name, random.uniformTensor([...p.shape], -0.7, 0.7)]));
  // Of the sources the first begins with padding, the second ends with it, the third has nothing else.
  const source: Tensor = { shape: [B, E], data: [3, 3, 5, 1, 7, 2, 8, 4, 4, 0, 3, 3, 3, 3, 3, 3, 3, 3] };
  const tokens: Tensor = { shape: [B, T], data: [1, 5, 9, 12, 3, 3, 4, 0, 0, 1, 7, 8, 2, 11, 1, 6, 6, 4, 10, 0, 0] };
  const whole = evaluate(graphs.forward!, { inputs: { tokens, source_tokens: source }, parameters, extents: { B, T, E } }).outputs;

  test("whole texts are finite, also of a source that is all padding", () => {
    expect(whole.logits!.shape).toEqual([B, T, 13]);
    expect(whole.encoder_out!.shape).toEqual([B, E, 8]);
    expect(Array.from(whole.logits!.data).every(Number.isFinite)).toBe(true);
  });

  test.each([[[7]], [[1, 1, 1, 1, 1, 1, 1]], [[3, 1, 2, 1]]])("encode, then pieces of %j", (pieces) => {
    const session = new OracleSession(graphs, parameters, B);
    session.encode(source);
    let at = 0;
    const parts = pieces.map((size) => session.run(size === 1 ? "decode" : "prefill_all", columns(tokens, at, (at += size))).logits!);
    expectClose("logits", real(whole.logits!, tokens), real(joined(parts), tokens), exact);
  });

  test("encode leaves what the other entries read and none of them writes", () => {
    const written = (entry: string): string[] => graphs[entry]!.stateUpdates.map((u) => u.state);
    const left = written("encode");
    expect(left).toContain("source.count");
    expect(left.sort()).toEqual(modelStates(model).map((s) => s.name).filter((name) => name.startsWith("source.") || (name.includes(".cross_") && !name.endsWith(".taps"))).sort());
    for (const entry of ["prefill", "prefill_all", "decode", "generate", "beam"]) {
      for (const name of left) expect(written(entry), entry).not.toContain(name);
      // Not every mixer asks how many there are.
      expect(graphs[entry]!.states.map((s) => s.name)).toEqual(expect.arrayContaining(left.filter((name) => name !== "source.count")));
    }
    for (const { dims, class: kind } of graphs.encode!.states) expect([kind, dims.some((d) => d.size === "C")]).toEqual(["constant", false]);
  });

  test("each text sees its own source, in whatever order the sources stand", () => {
    const rows = [2, 0, 1];
    const pick = (x: Tensor): Tensor => ({ shape: x.shape, data: rows.flatMap((b) => Array.from(x.data).slice(b * (x.data.length / B), (b + 1) * (x.data.length / B))) });
    const turned = evaluate(graphs.forward!, { inputs: { tokens: pick(tokens), source_tokens: pick(source) }, parameters, extents: { B, T, E } }).outputs;
    expectClose("logits", pick(whole.logits!), turned.logits!, exact);
    const other = evaluate(graphs.forward!, { inputs: { tokens, source_tokens: pick(source) }, parameters, extents: { B, T, E } }).outputs;
    expect(() => expectClose("logits", whole.logits!, other.logits!, 1e-3)).toThrow(/differ/);
  });
});

/** 0 at padding, where a result is nobody's. */
function real(x: Tensor, tokens: Tensor): Tensor {
  const row = x.data.length / tokens.data.length;
  return { shape: x.shape, data: Array.from(x.data, (value, i) => (tokens.data[Math.floor(i / row)] === 0 ? 0 : value)) };
}
