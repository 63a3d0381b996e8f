/**
 * Softmax attention over few slots, and its backward pass: all rows of the batch and groups together, in products of batches. Those are slow for their
 * arithmetic, but a product of so small matrices costs less than the call that makes it alone. Shapes as in `attention-blocks.ts`, operands of full size.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { hidden, type Frame } from "./attention-blocks.js";
import { copyMatrix } from "./host.js";
import { kernel, onHost } from "./kernel.js";
import { changed, filled } from "./memory.js";

/** Queries times slots of a row and group up to which the batch is faster. */
const mostScores = 1024;

export function isShort({ T, S, E }: Frame): boolean {
  return T * E * S <= mostScores && onHost();
}

/** [B, T, E, G, W] */
export function attendShort(frame: Frame, query: Tensor, key: Tensor, value: Tensor, valid: Int32Array | undefined): Tensor {
  const { B, T, E, G, S, W } = frame;
  const { scores, empty } = seenScores(frame, query, key, valid);
  const softmax = kernel(tf.Softmax, { logits: scores }, { dim: 2 });
  // A row without a slot gets 0.
  const weights = empty.length === 0 ? softmax : changed(softmax, [], (numbers) => empty.forEach((row) => numbers.fill(0, row * S, (row + 1) * S)));
  return tf.transpose(tf.reshape(product(weights, inGroups(value, frame)), [B, G, T, E, W]), [0, 2, 3, 1, 4]);
}

/** [B, T, E, G] @param none what a row without a slot gets */
export function logSumsShort(frame: Frame, query: Tensor, key: Tensor, valid: Int32Array | undefined, none: number): Tensor {
  const { B, T, E, G, S } = frame;
  const { scores, empty } = seenScores(frame, query, key, valid);
  const weights = kernel(tf.Softmax, { logits: scores }, { dim: 2 });
  const missing = new Set(empty);
  return filled([B, T, E, G], [scores, weights], (out, [score, weight]) => {
    for (let row = 0; row < B * G * T * E; row++) {
      let best = row * S;
      for (let i = best + 1; i < (row + 1) * S; i++) if (!(score![i]! <= score![best]!)) best = i;
      // The highest score lies below the log-sum what log of its weight says.
      out[placeOf(frame, row)] = missing.has(row) ? none : score![best]! - Math.log(weight![best]!);
    }
  });
}

export interface GradientOperands {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly logSum: Tensor;
  readonly g: Tensor;
  readonly dot: Tensor;
}

/** Cotangents of query [B, T, E, G, O], key [B, G, S, O] and value [B, G, S, W], flat and behind one another. */
export function gradientsShort(frame: Frame, { query, key, value, logSum, g, dot }: GradientOperands, valid: Int32Array | undefined): Tensor {
  const { B, T, E, G, S, O, W } = frame;
  const rows = T * E;
  const [q, k, v, cotangent] = [rowsInGroups(query, frame), inGroups(key, frame), inGroups(value, frame), rowsInGroups(g, frame)];
  const weights = changed(product(q, k, "right"), [logSum], (score, [sums]) => {
    forEachRow(frame, (row, b, seen) => {
      const sum = sums![placeOf(frame, row)]!;
      const start = row * S;
      for (let s = 0; s < seen; s++) score[start + s] = valid && valid[b * S + s] === 0 ? 0 : Math.exp(score[start + s]! - sum);
      score.fill(0, start + seen, start + S);
    });
  });
  const slopes = changed(product(cotangent, v, "right"), [weights, dot], (slope, [weight, dots]) => {
    for (let row = 0; row < B * G * rows; row++) {
      const less = dots![placeOf(frame, row)]!;
      // What a row does not see may be infinite there.
      for (let i = row * S; i < (row + 1) * S; i++) slope[i] = weight![i] === 0 ? 0 : weight![i]! * (slope[i]! - less);
    }
  });
  const parts = [product(slopes, k), product(slopes, q, "left"), product(weights, cotangent, "left")];
  return filled([B * G * (rows * O + S * O + S * W)], parts, (out, [forQuery, forKey, forValue]) => {
    for (let group = 0; group < B * G; group++) {
      const to = (Math.floor(group / G) * rows * G + (group % G)) * O;
      copyMatrix(forQuery!, { offset: group * rows * O, rowStride: O, columnStride: 1 }, rows, O, out, to, G * O);
    }
    out.set(forKey!, forQuery!.length);
    out.set(forValue!, forQuery!.length + forKey!.length);
  });
}

/** Scores [B · G, rows, S], `hidden` where a row does not see the slot; and the rows of all that see none. */
function seenScores(frame: Frame, query: Tensor, key: Tensor, valid: Int32Array | undefined): { readonly scores: Tensor; readonly empty: readonly number[] } {
  const { S } = frame;
  const empty: number[] = [];
  const scores = changed(product(rowsInGroups(query, frame), inGroups(key, frame), "right"), [], (score) => {
    forEachRow(frame, (row, b, seen) => {
      const start = row * S;
      score.fill(hidden, start + seen, start + S);
      if (!valid) return;
      let any = false;
      for (let s = 0; s < seen; s++) {
        if (valid[b * S + s] === 0) score[start + s] = hidden;
        else any = true;
      }
      if (!any) empty.push(row);
    });
  });
  return { scores, empty };
}

/** Rows of [B, G, T, E], with the row of the batch and how many slots each may look at. */
function forEachRow({ B, T, S, E, G, offset }: Frame, run: (row: number, b: number, seen: number) => void): void {
  for (let row = 0; row < B * G * T * E; row++) {
    const t = Math.floor(row / E) % T;
    run(row, Math.floor(row / (G * T * E)), Math.min(S, offset + t + 1));
  }
}

/** Where a row of [B, G, T, E] stands in [B, T, E, G]. */
function placeOf({ T, E, G }: Frame, row: number): number {
  const inner = row % (T * E);
  const group = (row - inner) / (T * E);
  const b = Math.floor(group / G);
  return (b * T * E + inner) * G + (group - b * G);
}

/** [B, T, E, G, n] to [B · G, rows, n] */
function rowsInGroups(x: Tensor, { B, T, E, G }: Frame): Tensor {
  const n = x.shape[4]!;
  return tf.reshape(G === 1 ? x : tf.transpose(x, [0, 3, 1, 2, 4]), [B * G, T * E, n]);
}

/** [B, G, S, n] to [B · G, S, n] */
function inGroups(x: Tensor, { B, G, S }: Frame): Tensor {
  return tf.reshape(x, [B * G, S, x.shape[3]!]);
}

function product(a: Tensor, b: Tensor, transposed?: "left" | "right"): Tensor {
  return kernel(tf.BatchMatMul, { a, b }, { transposeA: transposed === "left", transposeB: transposed === "right" });
}
