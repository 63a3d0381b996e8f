/**
 * Gradients of models that have more than one table or side, against differences of their loss: what both sides share, what a decoder reads of its source, and adaptive
 * vocabularies; with every dropout on, whose masks the seed decides.
 */
import { expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { lossOf } from "../../compiler/3-graph/training/loss.js";
import { dropUnused } from "../../compiler/4-passes/dce.js";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import { oneDim, type Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { modelOf } from "../graph/session.js";
import { Random } from "../helpers/random.js";
import { elements, type Tensor, type Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";

const mixers = `
mixer where_and_how_many(slots: axis) {
  read  = softmax(linear(x, slots) * (position + 1) / count, slots)
  key   = sigmoid(linear(source, slots)) * (position + 1) / count
  value = linear(convolve(source, 2), width)
  state bank[slots, width] = bank + key * value
  state mass[slots] = mass + key
  state seen[] = seen + 1
  out = sum(read * bank, slots) / (1 + sum(read * mass, slots)) / sqrt(count * seen)
}
mixer kept(channel: axis) {
  cache key = linear(source, channel)
  cache value = linear(source, channel) / count
  out = linear(convolve(sum(softmax(sum(linear(x, channel) * key, channel), time) * value, time), 2), width)
}`;

const dropouts = "dropout = 0.2, attention_dropout = 0.2, activation_dropout = 0.2, layer_drop = 0.3";
const both = (settings: string, encoder: string, decoder: string): string => `${mixers}
model Small {
  vocabulary = 11, padding = 0, begin = 1, end = 2, width = 8, ${dropouts}, ${settings}
  encoder { ${encoder} }
  decoder { ${decoder} }
}
train { label_smoothing = 0.1 }`;

const models: Readonly<Record<string, string>> = {
  "MemSizer on both sides": both("norm = post", "layers 1 { memory(slots: 3, heads: 2) }", "layers 1 { memory(slots: 2, heads: 2), cross memory(slots: 3, heads: 2), feed_forward(hidden: 6, activation: gelu) }"),
  "softmax on both sides, learned positions": both("context = 9, positions = learned", "layers 1 { attention(heads: 2) }", "layers 1 { attention(heads: 2), cross attention(heads: 2) }"),
  "an encoder from both ends, with a vocabulary of its own": both(
    "norm = pre", "vocabulary = 7, padding = 3\nlayers 1 { bidirectional(retention(heads: 2)) }", "layers 1 { linear_attention(heads: 2), cross linear_attention(heads: 2) }"),
  "positions and counts of both sides, in a bank and in a cache": both("positions = none, tied = false", "layers 1 { memory(slots: 2, heads: 1) }", "layers 1 { cross where_and_how_many(slots: 3), cross kept(channel: 4) }"),
  "an adaptive vocabulary": `model Small { vocabulary = 23, width = 16, adaptive = [7, 15], adaptive_dropout = 0.2, ${dropouts}\nlayers 1 { memory(slots: 3, heads: 2) } }`,
  "an adaptive vocabulary of two clusters, with padding and a final norm": `model Small { vocabulary = 23, padding = 0, width = 8, final_norm = true, adaptive = [9], adaptive_dropout = 0.3\nlayers 1 { attention(heads: 2) } }`,
};

const [B, T, E] = [2, 4, 6];
const groups = 2;
const step = 1e-5;

test.each(Object.entries(models))("%s", (_, text) => {
  const model = derive(modelOf(text)).model!;
  const graph = lossGraph(model);
  const streams = graph.nodes.flatMap((n) => (n.op === "keep" ? [n.stream] : []));
  expect(new Set(streams).size).toBe(streams.length);
  const random = new Random(5);
  const parameters: Tensors = Object.fromEntries(model.parameters.map((p) => [p.name, random.uniformTensor([...p.shape], -0.5, 0.5)]));
  const inputs: Tensors = {
    tokens: textOf(random, T, model.vocabularySize, model.padding), targets: textOf(random, T, model.vocabularySize, model.padding),
    seed: { shape: [1], data: [7] }, counter: { shape: [1], data: [1] },
    ...(model.encoder ? { source_tokens: textOf(random, E, model.encoder.vocabularySize, model.encoder.padding) } : {}),
  };
  const run = (of: Graph, given: Tensors): Tensors => evaluate(of, { inputs, parameters: given, extents: { B, T, E } }).outputs;
  const found = run(graph, parameters);
  const forward = dropUnused.run({ ...graph, outputs: graph.outputs.filter((o) => o.name === "loss") });
  // Not left out as a whole by a dropout.
  const moving = model.parameters.filter(({ name }) => Array.from(found[`grad.${name}`]!.data).some((g) => Math.abs(g) > 1e-4));
  expect(moving.length).toBeGreaterThan(model.parameters.length / 2);
  for (let group = 0; group < groups; group++) {
    // Those of one group all at once: each has neighbours of its own in another place of the model.
    const moved = model.parameters.filter((_, i) => i % groups === group);
    const directions = moved.map(({ shape }) => Array.from({ length: elements(shape) }, () => random.between(-1, 1)));
    const loss = (by: number): number => {
      const changed = moved.map(({ name, shape }, k) => [name, { shape, data: directions[k]!.map((d, i) => parameters[name]!.data[i]! + by * d) }] as const);
      return run(forward, { ...parameters, ...Object.fromEntries(changed) }).loss!.data[0]!;
    };
    const wanted = (loss(step) - loss(-step)) / (2 * step);
    const got = moved.reduce((sum, { name }, k) => directions[k]!.reduce((s, d, i) => s + d * found[`grad.${name}`]!.data[i]!, sum), 0);
    // The loss is a sum of about 20, so that its differences are exact to 1e-9.
    expect(Math.abs(got - wanted), `${moved.map((p) => p.name).join()}: ${got} where differences say ${wanted}`).toBeLessThan(1e-6 * (Math.abs(wanted) + 1e-1));
  }
});

/** The loss and every gradient, with dropout. */
function lossGraph(model: Model): Graph {
  const emit = new Emitter(model.span);
  const one = [{ name: oneDim, size: 1 }];
  const { sum, gradients, backward } = lossOf(model, emit, { seed: emit.input("seed", "i32", one), counter: emit.input("counter", "i32", one) });
  const outputs = [{ name: "loss", node: emit.unsqueeze(sum, oneDim, 0) }, ...[...gradients].map(([name, node]) => ({ name: `grad.${name}`, node }))];
  return runPasses({ entry: "gradients", chunk: 4, nodes: emit.nodes, outputs, stateUpdates: [], parameterUpdates: [], states: [], backward });
}

/** The first row begins with two of padding, the second ends with one; other ids are anything else. */
function textOf(random: Random, length: number, size: number, padding: number | undefined): Tensor {
  const ids = Array.from(random.integerTensor([B, length], 0, size - 1).data, (id) => (id === padding ? (id + 1) % size : id));
  return { shape: [B, length], data: ids.map((id, i) => (padding !== undefined && (i < 2 || i === B * length - 1) ? padding : id)) };
}
