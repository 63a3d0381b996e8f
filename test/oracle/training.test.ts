/**
 * The oracle's ops of training against its ops of inference: gradients against differences, and linear ops against their transposes,
 * which give one number from both sides: Σ g · A(x) = Σ Aᵀ(g) · x.
 */
import { describe, expect, test } from "vitest";
import type { Recurrence } from "../../compiler/3-graph/recurrence-operands.js";
import { fillMask, maskBase } from "../../runtime/random.js";
import { oneDim, timeDim, type Node } from "../../src/graph/graph.js";
import { expectClose } from "../helpers/close.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { axis, batch, CaseBuilder, token, type OpCase } from "./case-builder.js";
import { evaluate } from "./evaluate.js";
import { updateCases } from "./op-cases.js";

const width = axis("width", 3);
const slots = axis("slots", 4);
const heads = axis("heads", 2);
const channels = axis("channels", 3);

function product(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return Array.from(a.data).reduce((sum, x, i) => sum + x * b.data[i]!, 0);
}

/** d(Σ g · out) / d(input), by central differences: with steps of 1e-5 wrong by some 1e-10. */
function differences(c: OpCase, input: string, g: Tensor): Tensor {
  const x = c.inputs[input]!;
  const step = 1e-5;
  const lossAt = (i: number, by: number): number => {
    const moved = { shape: x.shape, data: Array.from(x.data, (value, j) => (j === i ? value + by : value)) };
    return product(g, evaluate(c.graph, { ...c, inputs: { ...c.inputs, [input]: moved } }).outputs.out!);
  };
  return { shape: x.shape, data: Array.from(x.data, (_, i) => (lossAt(i, step) - lossAt(i, -step)) / (2 * step)) };
}
const differenceTolerance = 1e-8;

describe("attention", () => {
  const timed = (c: CaseBuilder, x: Node): Node => c.emit.rename(x, { "@token": timeDim });
  const shapes = {
    "heads on both": { query: [heads, channels], key: [heads, channels], value: [heads, channels] },
    "heads on the query only": { query: [heads, channels], key: [channels], value: [width] },
    "heads on the value only": { query: [channels], key: [channels], value: [heads, width] },
  };
  const recipes = Object.entries(shapes).flatMap(([name, dims]) => [false, true].map((masked) => [`${name}${masked ? ", masked" : ""}`, dims, masked] as const));

  test.each(recipes)("%s: gradients are the differences", (name, dims, masked) => {
    const c = new CaseBuilder(name, { B: 2, T: 5 });
    const [query, key, value] = (["query", "key", "value"] as const).map((of) => c.input(of, [batch, token, ...dims[of]])) as [Node, Node, Node];
    const operands = { query, key: timed(c, key), value: timed(c, value) };
    const valid = masked ? timed(c, c.mask()) : undefined;
    const over = ["channels"];
    const out = c.emit.attention(query, operands.key, operands.value, over, undefined, valid);
    const g = c.input("g", out.dims);
    const logSum = c.emit.attentionLogSum(query, operands.key, over, valid);
    const own = out.dims.map((d) => d.name).filter((n) => !logSum.dims.some((d) => d.name === n));
    const dot = c.emit.reduce("sum", c.emit.multiply(g, out), own);
    const gradient = (of: "query" | "key" | "value"): Node => c.emit.attentionGradient(of, operands, over, [logSum, g, dot], valid);
    const made = c.done({ out, query: gradient("query"), key: gradient("key"), value: gradient("value") });
    const { outputs } = evaluate(made.graph, made);
    for (const of of ["query", "key", "value"]) expectClose(of, differences(made, of, made.inputs.g!), outputs[of]!, differenceTolerance);
  });

  test("the log-sum's derivative for the query is attention over the keys", () => {
    const c = new CaseBuilder("log sum", { B: 2, T: 6 });
    const [query, drawn] = [c.input("query", [batch, token, heads, channels]), c.input("key", [batch, token, heads, channels])];
    const key = timed(c, drawn);
    const out = c.emit.attentionLogSum(query, key, ["channels"], undefined);
    const made = c.done({ out, mean: c.emit.attention(query, key, key, ["channels"], undefined, undefined) });
    const { outputs } = evaluate(made.graph, made);
    const ones = { shape: outputs.out!.shape, data: Array.from(outputs.out!.data, () => 1) };
    expectClose("mean key", outputs.mean!, differences(made, "query", ones), differenceTolerance);
    // One slot: the score itself.
    const first = [0, 1, 2].reduce((sum, i) => sum + made.inputs.query!.data[i]! * made.inputs.key!.data[i]!, 0);
    expect(outputs.out!.data[0]).toBeCloseTo(first, 14);
  });
});

describe("a reverse recurrence", () => {
  // L = Σ g · read is linear in the values and in the start: L = Σ value · (key · G) + start · R before the first token.
  test.each((["new", "old"] as const).flatMap((when) => [true, false].map((decayed) => [when, decayed] as const)))("is the transpose of a forward one, %s reads, decayed %s", (when, decayed) => {
    const c = new CaseBuilder(`transpose ${when}`, { B: 2, T: 11, chunk: 4 });
    const tokens = [batch, token];
    const [key, value, query] = [c.input("key", [...tokens, slots]), c.input("value", [...tokens, width]), c.input("query", [...tokens, slots])];
    const start = c.input("start", [batch, slots, width]);
    const decay = decayed ? c.input("decay", [...tokens, slots], { low: 0.5, high: 1 }) : undefined;
    const state = { axes: [slots, width], ...(decay ? { decay } : {}) };
    const forward: Recurrence = { ...state, start, terms: [{ key, value }] };
    const read = c.emit.scanRead(c.emit.boundaries(forward, "B"), forward, query, ["slots"], when, token);
    const g = c.input("g", read.dims);
    const back: Recurrence = { ...state, terms: [{ key: query, value: g }], reverse: { late: when === "old" ? 1 : 0 } };
    const boundaries = c.emit.boundaries(back, "B");
    const values = c.emit.scanRead(boundaries, back, key, ["slots"], "new", token);
    // R before the first token is what a chunk in front of all would get: decay ∘ G of token 0, and its late term.
    const whole = c.emit.scanRead(boundaries, back, c.emit.scalar(1), [], "new", token);
    const before = decay ? c.emit.multiply(whole, decay) : whole;
    const late = when === "old" ? c.emit.add(before, c.emit.multiply(query, g)) : before;
    const made = c.done({ read, values, late });
    const { outputs } = evaluate(made.graph, made);
    const { shape, data } = outputs.late!;
    const size = shape[2]! * shape[3]!;
    const ofFirst = { shape: [2, 4, 3], data: Array.from({ length: 2 * size }, (_, i) => data[Math.floor(i / size) * shape[1]! * size + (i % size)]!) };
    const right = product(made.inputs.value!, outputs.values!) + product(made.inputs.start!, ofFirst);
    expect(right).toBeCloseTo(product(made.inputs.g!, outputs.read!), 10);
  });

  test("without decay is a forward one over the tokens turned round", () => {
    const made = (name: string, reverse: boolean): OpCase => {
      const c = new CaseBuilder(name, { B: 2, T: 9, chunk: 4 });
      const [key, value, query] = [c.input("key", [batch, token, slots]), c.input("value", [batch, token, width]), c.input("query", [batch, token, slots])];
      const start = c.input("start", [batch, slots, width]);
      const r: Recurrence = { axes: [slots, width], start, terms: [{ key, value }], ...(reverse ? { reverse: { late: 0 } } : {}) };
      return c.done({ out: c.emit.scanRead(c.emit.boundaries(r, "B"), r, query, ["slots"], "new", token) });
    };
    const [forward, backward] = [made("turned", false), made("turned", true)];
    const { start, ...others } = forward.inputs;
    const turned = Object.fromEntries(Object.entries(others).map(([name, x]) => [name, turnedRound(x)]));
    const want = evaluate(forward.graph, { ...forward, inputs: { ...turned, start: start! } }).outputs.out!;
    expectClose("read", turnedRound(want), evaluate(backward.graph, forward).outputs.out!, 1e-14);
  });
});

/** [B, T, width] with its tokens from last to first. */
function turnedRound({ shape, data }: Tensor): Tensor {
  const [B, T, size] = shape as [number, number, number];
  return { shape, data: Array.from({ length: B * T * size }, (_, i) => {
    const [row, t] = [Math.floor(i / (T * size)), Math.floor(i / size) % T];
    return data[(row * T + T - 1 - t) * size + (i % size)]!;
  }) };
}

describe("transposes", () => {
  test("weight_gradient and matmul over the first dims, of matmul", () => {
    const c = new CaseBuilder("matmul", { B: 2, T: 5 });
    const [x, w] = [c.input("x", [batch, token, heads, width]), c.parameter("w", [heads, slots, width])];
    const out = c.emit.matmul(x, w, ["width"]);
    const g = c.input("g", [batch, token, heads, slots]);
    const made = c.done({ out, w: c.emit.weightGradient(g, x, ["heads", "slots", "width"]), x: c.emit.matmul(g, w, ["slots"]) });
    expectOneNumber(made, [[made.parameters.w!, "w"], [made.inputs.x!, "x"]]);
  });

  test("scatter_add of gather, ids outside too", () => {
    const c = new CaseBuilder("gather", { B: 2, T: 9 });
    const table = c.parameter("table", [axis("place", 5), width]);
    const ids = c.integers("ids", [batch, token], { low: -2, high: 8 });
    const made = c.done({ out: c.emit.gather(table, ids, "place"), table: c.emit.scatterAdd(ids, c.input("g", [batch, token, width]), "place", 5) });
    expectOneNumber(made, [[made.parameters.table!, "table"]]);
  });

  test.each([false, true])("the convolution's gradients, masked %s", (masked) => {
    const c = new CaseBuilder("convolve", { B: 2, T: 9 });
    const [x, weight] = [c.input("x", [batch, token, width]), c.parameter("weight", [width, axis("tap", 3)])];
    const mask = masked ? c.mask() : undefined;
    const zero = c.emit.table("f32", [width], [0, 0, 0]);
    // The oracle gives padding 0, so that its g counts for nothing on the left side either.
    const out = c.emit.convolve(x, weight, zero, 3, undefined, mask);
    const g = c.input("g", [batch, token, width]);
    const made = c.done({ out, x: c.emit.convolveGradient(g, weight, 3, mask), weight: c.emit.convolveWeightGradient(x, g, { name: "tap", size: 3 }, mask) });
    expectOneNumber(made, [[made.inputs.x!, "x"], [made.parameters.weight!, "weight"]]);
  });
});

/** Σ g · out is Σ x · gradient for each [x, gradient]. */
function expectOneNumber(c: OpCase, pairs: readonly (readonly [x: Tensor, gradient: string])[]): void {
  const { outputs } = evaluate(c.graph, c);
  const left = product(c.inputs.g!, outputs.out!);
  expect(Math.abs(left)).toBeGreaterThan(1e-3);
  for (const [x, gradient] of pairs) expect(product(x, outputs[gradient]!), gradient).toBeCloseTo(left, 12);
}

test.each([0, 0.1])("the gradient of cross entropy is the difference, smoothing %d", (smoothing) => {
  const c = new CaseBuilder("loss", { B: 2, T: 4 });
  const logits = c.input("logits", [batch, token, axis("vocabulary", 5)], { low: -3, high: 3 });
  const targets = c.integers("targets", [batch, token], { low: -1, high: 6 });
  const weight = c.input("weight", [batch, token]);
  const out = c.emit.crossEntropy(logits, targets, "vocabulary", smoothing);
  const made = c.done({ out, gradient: c.emit.crossEntropyGradient(logits, targets, weight, "vocabulary", smoothing) });
  const { outputs } = evaluate(made.graph, made);
  expectClose("gradient", differences(made, "logits", made.inputs.weight!), outputs.gradient!, differenceTolerance);
});

describe("keep", () => {
  const size = 20_000;
  const maskOf = (seed: number, counter: number, stream: number, rate: number): number[] => {
    const c = new CaseBuilder("keep", { B: 2, T: size / 4 });
    const one = (name: string, value: number): Node => c.given(name, "i32", [axis(oneDim, 1)], { shape: [1], data: [value] });
    const made = c.done({ mask: c.emit.keep(one("seed", seed), one("counter", counter), [batch, token, axis("pair", 2)], { stream, rate, kept: 2 }) });
    return Array.from(evaluate(made.graph, made).outputs.mask!.data);
  };

  test.each([0, 0.1, 0.5, 0.9])("drops about %d of the elements, those that the runtime's hash drops", (rate) => {
    const mask = maskOf(-3, 17, 4_000_000_000, rate);
    const wanted = new Float32Array(size);
    fillMask(wanted, maskBase(-3, 17, 4_000_000_000), rate, 2);
    expect(mask).toEqual(Array.from(wanted));
    // Five deviations of a share of 20,000 draws.
    const dropped = mask.filter((x) => x === 0).length / size;
    expect(Math.abs(dropped - rate)).toBeLessThanOrEqual(5 * Math.sqrt((rate * (1 - rate)) / size));
  });

  test("has masks that have nothing to do with each other for each seed, counter and stream", () => {
    const masks = [[1, 1, 1], [2, 1, 1], [1, 2, 1], [1, 1, 2]].map(([seed, counter, stream]) => maskOf(seed!, counter!, stream!, 0.5));
    for (const [i, a] of masks.entries()) {
      for (const b of masks.slice(i + 1)) {
        const same = a.filter((x, at) => x === b[at]).length / size;
        expect(Math.abs(same - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / size));
      }
    }
  });
});

test("an update gives the parameter in the shape it is stored in, and leaves the others", () => {
  const c = updateCases().find((u) => u.name === "update of two of three parameters, one stored merged")!;
  const before = structuredClone(c.parameters) as Tensors;
  const { parameters } = evaluate(c.graph, c);
  expect(c.parameters).toEqual(before);
  expect(parameters.scale).toEqual(before.scale);
  expect(parameters.weight!.shape).toEqual([15, 8]);
  expect(Array.from(parameters.weight!.data)).not.toEqual(Array.from(before.weight!.data));
  expect(Array.from(parameters.bias!.data)).not.toEqual(Array.from(before.bias!.data));
});
