/**
 * The backward pass of softmax attention, slots s <= t: log-sums of its scores, and the cotangents of query, key and value. Rows are
 * (token, E). One row of the batch and group at a time, in blocks of queries, of which each sees the slots up to its last token.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Attrs } from "../value.js";
import { forEachBlock, hidden, rowsOf, seenScores, slotsAcross, type Block, type Frame } from "./attention-blocks.js";
import { copyMatrix, numbersOf, volume } from "./host.js";
import { broadcastTo, fromHost, kernel, multiply2d, tidied, type TensorMaker } from "./kernel.js";
import { changed, filled } from "./memory.js";
import { gradientsShort, isShort, logSumsShort, type GradientOperands } from "./short-attention.js";
import { integers } from "./tokens.js";

export const attentionGradientSteps = {
  attention_log_sum: tidied((attrs) => {
    const [masked, block, full] = [attrs.flag("masked"), attrs.number("block"), attrs.option("full")];
    return ([query, key, valid]) => {
      const frame = frameOf(query!, key!, undefined, full);
      const slots = masked ? integers(valid!) : undefined;
      if (isShort(frame)) return logSumsShort(frame, wholeQuery(query!, frame), wholeKey(key!, frame), slots, -hidden);
      return logSums(frame, wholeQuery(query!, frame), wholeKey(key!, frame), slots, block);
    };
  }),
  attention_gradients: tidied((attrs) => gradients(attrs)),
  attention_gradient: (attrs) => {
    const of = attrs.text("of");
    const place = ["query", "key", "value"].indexOf(of);
    if (place < 0) attrs.refuse("of", "`query`, `key` or `value`");
    return ([all, query, key, value]) => {
      const shapes = shapesOf(frameOf(query!, key!, value!, false));
      const from = shapes.slice(0, place).reduce((sum, shape) => sum + volume(shape), 0);
      const shape = shapes[place]!;
      return filled(shape, [all!], (out, [numbers]) => out.set(numbers!.subarray(from, from + volume(shape))));
    };
  },
} satisfies Record<string, TensorMaker>;

/** query [B, T, E, G|1, O|1], key [B|1, G|1, S, O|1], value [B|1, G|1, S, W] */
function frameOf(query: Tensor, key: Tensor, value: Tensor | undefined, full: boolean): Frame {
  const [B, T, E, groups, inner] = query.shape as [number, number, number, number, number];
  const [, keyGroups, S, keyInner] = key.shape as [number, number, number, number];
  return { B, T, S, offset: full ? S : 0, E, G: Math.max(groups, keyGroups, value?.shape[1] ?? 1), O: Math.max(inner, keyInner), W: value?.shape[3] ?? 0 };
}

function shapesOf({ B, T, S, E, G, O, W }: Frame): readonly [number[], number[], number[]] {
  return [[B, T, E, G, O], [B, G, S, O], [B, G, S, W]];
}

function wholeQuery(query: Tensor, frame: Frame): Tensor {
  return broadcastTo(query, shapesOf(frame)[0]);
}

function wholeKey(key: Tensor, frame: Frame): Tensor {
  return broadcastTo(key, shapesOf(frame)[1]);
}

/** Of x [B, T, E, G, n], the rows of the block as columns, and below them the negated `last` [B, T, E, G]: [n + 1, rows]. A product with `withOnes` has it subtracted. */
function columnsLess(x: Tensor, last: Tensor, { T, E, G }: Frame, { b, g, from, rows }: Block): Tensor {
  const n = x.shape[4]!;
  return filled([n + 1, rows], [x, last], (out, [data, negated]) => {
    const row = (b * T + from) * E * G + g;
    copyMatrix(data!, { offset: row * n, rowStride: 1, columnStride: G * n }, n, rows, out, 0, rows);
    for (let i = 0; i < rows; i++) out[n * rows + i] = -negated![row + i * G]!;
  });
}

/** Of x [B, G, S, n], the slots of the block beside a column of ones: [used, n + 1] */
function withOnes(x: Tensor, { S, G }: Frame, { b, g, used }: Block): Tensor {
  const n = x.shape[3]!;
  return filled([used, n + 1], [x], (out, [data]) => {
    out.fill(1);
    copyMatrix(data!, { offset: (b * G + g) * S * n, rowStride: n, columnStride: 1 }, used, n, out, 0, n + 1);
  });
}

/** log Σ exp(scores), from the softmax of a row at its highest score: log of it is what that score lies below the log-sum. */
function logSums(frame: Frame, query: Tensor, key: Tensor, valid: Int32Array | undefined, block: number): Tensor {
  const { B, T, E, G } = frame;
  const out = new Float32Array(B * T * E * G);
  forEachBlock(frame, block, (at) => {
    const { b, g, from, rows, used } = at;
    const { scores, highest } = seenScores(frame, query, key, valid, at);
    const weights = kernel(tf.Softmax, { logits: scores }, { dim: 1 });
    const [score, weight] = [numbersOf(scores), numbersOf(weights)];
    for (let row = 0; row < rows; row++) {
      const place = row * used + highest[row]!;
      // A row without a slot gets what makes exp(score - it) 0.
      out[((b * T + from) * E + row) * G + g] = highest[row]! < 0 ? -hidden : score[place]! - Math.log(weight[place]!);
    }
  });
  return fromHost(out, [B, T, E, G]);
}

function gradients(attrs: Attrs): ReturnType<TensorMaker> {
  const [masked, block, full] = [attrs.flag("masked"), attrs.number("block"), attrs.option("full")];
  return ([query, key, value, logSum, g, dot, valid]) => {
    const frame = frameOf(query!, key!, value!, full);
    const shapes = shapesOf(frame);
    const { B, T, E, G, W } = frame;
    const whole = {
      query: wholeQuery(query!, frame), key: wholeKey(key!, frame), value: broadcastTo(value!, shapes[2]),
      logSum: broadcastTo(logSum!, [B, T, E, G]), g: broadcastTo(g!, [B, T, E, G, W]), dot: broadcastTo(dot!, [B, T, E, G]),
    };
    const slots = masked ? integers(valid!) : undefined;
    if (isShort(frame)) return gradientsShort(frame, whole, slots);
    const out = new Float32Array(shapes.reduce((sum, shape) => sum + volume(shape), 0));
    forEachBlock(frame, block, (at) => gradientsOfBlock(frame, whole, slots, at, out));
    return fromHost(out, [out.length]);
  };
}

/**
 * Weights and their cotangents lie slot by row, [used, rows]: so they enter the products for key and value as they are, and the one for the
 * query from the right; only small matrices are transposed.
 */
function gradientsOfBlock(frame: Frame, { query, key, value, logSum, g, dot }: GradientOperands, valid: Int32Array | undefined, at: Block, out: Float32Array): void {
  const { T, S, E, G, O, W } = frame;
  // exp has no fast kernel, sigmoid has: exp(x) = sigmoid(x) / (1 - sigmoid(x)), exact enough where x <= 0, and so it is here.
  const halves = kernel(tf.Sigmoid, { x: multiply2d(withOnes(key, frame, at), columnsLess(query, logSum, frame, at)) });
  const weights = changed(halves, [], (half) => toWeights(half, frame, at, valid));
  const weightGradients = kernel(tf.Multiply, { a: weights, b: multiply2d(withOnes(value, frame, at), columnsLess(g, dot, frame, at)) });
  const [queryPart, keyPart] = [0, volume(shapesOf(frame)[0])];
  const valuePart = keyPart + volume(shapesOf(frame)[1]);
  const slot = (at.b * G + at.g) * S;
  addTo(out, valuePart + slot * W, numbersOf(multiply2d(weights, rowsOf(g, frame, at))));
  addTo(out, keyPart + slot * O, numbersOf(multiply2d(weightGradients, rowsOf(query, frame, at))));
  const across = numbersOf(multiply2d(slotsAcross(key, frame, at), weightGradients));
  const row = (at.b * T + at.from) * E * G + at.g;
  copyMatrix(across, { offset: 0, rowStride: 1, columnStride: at.rows }, at.rows, O, out, queryPart + row * O, G * O);
}

/** sigmoid(score - log_sum) to exp(score - log_sum), in place; 0 where the row does not see the slot. */
function toWeights(half: Float32Array, { S, E, offset }: Frame, { b, from, rows, used }: Block, valid: Int32Array | undefined): void {
  for (let s = 0; s < used; s++) {
    const start = s * rows;
    const first = valid && valid[b * S + s] === 0 ? rows : Math.max(0, s - offset - from) * E;
    half.fill(0, start, start + first);
    for (let i = start + first; i < start + rows; i++) half[i]! /= 1 - half[i]!;
  }
}

function addTo(out: Float32Array, offset: number, numbers: Float32Array): void {
  for (let i = 0; i < numbers.length; i++) out[offset + i]! += numbers[i]!;
}
