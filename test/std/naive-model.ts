/**
 * A whole model around naive mixers, `norm = pre`, without positions and feed-forwards: embedding, sublayers, final norm, tied output, and the
 * mean cross entropy. Out come logits, what is carried, and every parameter's gradient, all in float64.
 */
import type { Axis, Model, Parameter } from "../../src/model/model.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { unary } from "./elementwise.js";
import { NaiveMixer } from "./naive.js";
import { Tape, type Value } from "./tape.js";

export interface NaiveResult {
  /** [B, T, vocabulary] */
  readonly logits: Tensor;
  /** [B, …] */
  readonly states: Tensors;
  readonly loss: number;
  /** Of `loss`; empty unless there are targets. */
  readonly gradients: Tensors;
}

export function runNaively(model: Model, parameters: Tensors, tokens: Tensor, targets?: Tensor): NaiveResult {
  const tape = new Tape();
  const known = new Map<string, Value>();
  /** One for every use, though the axes differ: the data and the cotangent are shared. */
  const parameter = ({ name }: Parameter, axes: readonly Axis[]): Value => {
    if (!known.has(name)) known.set(name, tape.value([{ name: "@all", size: parameters[name]!.data.length }], parameters[name]!.data));
    return { ...known.get(name)!, axes };
  };
  const [B, T] = tokens.shape as [number, number];
  const width: Axis = { name: "width", size: model.width };
  const vocab: Axis = { name: "vocab", size: model.vocabularySize };
  if (model.embedding.kind !== "table") throw new Error("only one table here");
  const { table, output } = model.embedding;
  const embedding = parameter(table, [vocab, width]);
  const norm = (x: Value, weight: Parameter, bias: Parameter): Value => layerNorm(tape, x, width, parameter(weight, [width]), parameter(bias, [width]));
  const logits: number[] = [];
  const carried: Record<string, number[]> = {};
  const shapes: Record<string, number[]> = {};
  let loss = tape.value([], [0]);
  for (let b = 0; b < B; b++) {
    const mixers = model.layers.flat().map((sublayer) => {
      if (sublayer.kind !== "mixer") throw new Error("only mixers here");
      return { sublayer, run: new NaiveMixer(tape, sublayer.mixer, parameter) };
    });
    for (let t = 0; t < T; t++) {
      const id = tokens.data[b * T + t]!;
      const row = tape.pick(embedding, [width], Array.from({ length: width.size }, (_, i) => id * width.size + i));
      let x = tape.multiply(row, tape.value([], [model.embeddingScale]));
      for (const { sublayer, run } of mixers) x = tape.add(x, run.next(norm(x, sublayer.norm.weight, sublayer.norm.bias)));
      const { finalNorm } = model;
      const y = finalNorm ? norm(x, finalNorm.weight, finalNorm.bias) : x;
      const scores = tape.sum(tape.multiply(parameter(output, [vocab, width]), y), [width]);
      logits.push(...scores.data);
      if (targets) loss = tape.add(loss, crossEntropy(tape, scores, vocab, targets.data[b * T + t]!));
    }
    for (const { run } of mixers) {
      for (const [name, { values, size }] of run.carried()) {
        const row = values.flatMap((v) => Array.from(v.data));
        const each = values.length === 0 ? 0 : row.length / values.length;
        // Before the first token a convolution saw zeros.
        (carried[name] ??= []).push(...new Array<number>(Math.max(0, (size ?? 0) - values.length) * each).fill(0), ...row);
        const list = size !== undefined ? [size] : model.layers.flat().some((s) => s.kind === "mixer" && s.mixer.caches.some((c) => c.name === name)) ? [T] : [];
        shapes[name] = [B, ...list, ...(values[0]?.axes ?? []).map((a) => a.size)];
      }
    }
  }
  const mean = tape.divide(loss, tape.value([], [B * T]));
  if (targets) tape.backward(mean);
  const gradients = targets ? [...known].map(([name, value]): [string, Tensor] => [name, { shape: parameters[name]!.shape, data: value.grad }]) : [];
  return {
    logits: { shape: [B, T, vocab.size], data: logits }, loss: mean.data[0]!, gradients: Object.fromEntries(gradients),
    states: Object.fromEntries(Object.entries(carried).map(([name, data]): [string, Tensor] => [name, { shape: shapes[name]!, data }])),
  };
}

function layerNorm(tape: Tape, x: Value, width: Axis, weight: Value, bias: Value): Value {
  const mean = (of: Value): Value => tape.divide(tape.sum(of, [width]), tape.value([], [width.size]));
  const centered = tape.subtract(x, mean(x));
  const deviation = unary(tape, "sqrt", tape.add(mean(unary(tape, "square", centered)), tape.value([], [1e-5])));
  return tape.add(tape.multiply(tape.divide(centered, deviation), weight), bias);
}

function crossEntropy(tape: Tape, scores: Value, vocab: Axis, target: number): Value {
  const most = tape.value([], [Math.max(...scores.data)]);
  const powers = tape.sum(unary(tape, "exp", tape.subtract(scores, most)), [vocab]);
  return tape.subtract(tape.add(unary(tape, "log", powers), most), tape.pick(scores, [], [target]));
}
