/**
 * Whole models, entry by entry, against the float64 oracle: the schedule's launches on Dawn, arenas full of NaN, states passed on
 * from call to call, padding at both ends.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedule } from "../../compiler/5-schedule/index.js";
import type { Graph, StateSpec } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate, type Given } from "../oracle/evaluate.js";
import { compileText } from "./compile.js";
import { createRunner, type Runner } from "./run.js";

/** Float32 through a layer against float64; 1e-4 is what LANGUAGE.md promises between forms. */
const tolerance = 5e-5;
const batch = 2;
/** Slots of the caches: more than are used. */
const room = 90;

const models: Readonly<Record<string, string>> = {
  memory: "memory(slots: 5, heads: 3)",
  attention: "attention(heads: 3)",
  "linear attention": "linear_attention(heads: 1)",
  retention: "retention(heads: 3)",
  "convolved memory": "local(slots: 5)",
};
const local = `
mixer local(slots: axis) {
  near = convolve(x, 4)
  read = softmax(linear(near, slots), slots)
  key = linear(near, slots)
  state bank[slots, width] = 0.9 * bank + key * near
  out = sum(read * bank, slots) + sum(read * previous(bank), slots)
}`;

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

/** Padding is a matter of a state, a cache and a counter: models without it are one of each. */
const alsoUnpadded = ["memory", "attention"];

describe.each(Object.entries(models))("%s", (name, mixer) => {
  it.each(alsoUnpadded.includes(name) ? [false, true] : [true])("all entries, padding %s", async (padded) => {
    const text = `${local}\nmodel Small { vocabulary = 11, width = 48, ${padded ? "padding = 0" : ""}\n layers 1 { ${mixer}\n feed_forward(hidden: 20, activation: gelu) } }`;
    const { model, graphs } = compileText(text, { chunk: 16 });
    const parameters = randomParameters(model);
    const tokens = [5, 33, 1, 1].map((T, call) => someTokens(T, call, padded));
    await run(graphs, "forward", { tokens: tokens[1]! }, parameters, {}, model);
    let states: Tensors = {};
    for (const [call, entry] of ["prefill", "prefill_all", "decode", "decode"].entries()) {
      states = await run(graphs, entry, { tokens: tokens[call]! }, parameters, states, model);
    }
    const sampling = { shape: [3], data: [0.7, 5, 0.9] };
    await run(graphs, "generate", { sampling, seed: { shape: [1], data: [3] } }, parameters, states, model);
  }, 240_000);
});

/** Runs an entry both ways on the oracle's states; gives the oracle's new ones. */
async function run(graphs: readonly Graph[], entry: string, inputs: Tensors, parameters: Tensors, states: Tensors, model: Model): Promise<Tensors> {
  const graph = graphs.find((g) => g.entry === entry)!;
  const shapes = new Map(model.parameters.map((p) => [p.name, p.shape]));
  const before: Tensors = { ...states };
  for (const spec of graph.states) before[spec.name] ??= emptyState(spec.dims.map((d) => (d.size === "B" ? batch : d.size === "C" ? room : Number(d.size))), spec.class);
  const given: Given = { inputs, parameters, states: before, extents: { B: batch, T: inputs["tokens"]?.shape[1] ?? 1 } };
  const wanted = evaluate(graph, given);
  const got = await runner.run(graph, schedule(graph, { parameterShape: (name) => shapes.get(name) }), given);
  for (const name of Object.keys(wanted.outputs)) expectClose(`${entry} ${name}`, wanted.outputs[name]!, got.outputs[name]!, tolerance);
  for (const name of Object.keys(wanted.states)) expectClose(`${entry} state ${name}`, wanted.states[name]!, got.states[name]!, tolerance);
  expect(Object.keys(got.outputs)).toEqual(graph.outputs.map((o) => o.name));
  return { ...before, ...wanted.states };
}

/** Slots of a cache that no token has been written to hold NaN. */
function emptyState(shape: readonly number[], kind: StateSpec["class"]): Tensor {
  return { shape, data: new Float64Array(shape.reduce((n, d) => n * d, 1)).fill(kind === "growing" && shape.length > 2 ? NaN : 0) };
}

function randomParameters(model: Model): Tensors {
  const random = new Random(5);
  const tensors: Tensors = {};
  for (const { name, shape } of model.parameters) tensors[name] = random.normalTensor(shape, shape.length > 1 ? 0.3 : 1);
  return tensors;
}

/** Ids from 1; padding (0) in front of the first sequence and behind the second in the first two calls, and a token of padding alone. */
function someTokens(T: number, call: number, padded: boolean): Tensor {
  const random = new Random(T + 100 * call);
  const data = Array.from({ length: batch * T }, (_, i) => {
    const [b, t] = [Math.floor(i / T), i % T];
    const isPadding = padded && (T > 1 ? (b === 0 ? t < 2 : t > T - 3) : call === 3 && b === 1);
    return isPadding ? 0 : random.integer(1, 10);
  });
  return { shape: [batch, T], data };
}
