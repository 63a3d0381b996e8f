/**
 * Softmax attention over few slots, and its backward pass: loops over the operands where they lie. A product of matrices so small costs less than the
 * call that makes it, and far less than gathering what it takes. Shapes and rows as in `attention-blocks.ts`; operands are of full size.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Frame } from "./attention-blocks.js";
import { onHost } from "./kernel.js";
import { filled, type Numbers } from "./memory.js";

/** Queries times slots of a row and group up to which the loops are faster. */
const mostScores = 1024;

export function isShort({ T, S, E }: Frame): boolean {
  return T * E * S <= mostScores && onHost();
}

/** [B, T, E, G, W] */
export function attendShort(frame: Frame, query: Tensor, key: Tensor, value: Tensor, valid: Int32Array | undefined): Tensor {
  const { B, T, E, G, S, O, W } = frame;
  const weights = new Float64Array(S);
  return filled([B, T, E, G, W], [query, key, value], (out, [q, k, v]) => {
    forEachRow(frame, (b, g, row, seen) => {
      const at = (b * T * E + row) * G + g;
      dots(q!, at * O, k!, (b * G + g) * S * O, O, O, seen, weights);
      const { total } = exponentials(weights, seen, valid, b * S);
      // A row without a slot gets 0.
      if (total !== 0) for (let s = 0; s < seen; s++) weights[s]! /= total;
      addRows(weights, 0, 1, v!, (b * G + g) * S * W, W, seen, out, at * W, W);
    });
  });
}

/** [B, T, E, G] @param none what a row without a slot gets */
export function logSumsShort(frame: Frame, query: Tensor, key: Tensor, valid: Int32Array | undefined, none: number): Tensor {
  const { B, T, E, G, S, O } = frame;
  const scores = new Float64Array(S);
  return filled([B, T, E, G], [query, key], (out, [q, k]) => {
    forEachRow(frame, (b, g, row, seen) => {
      const at = (b * T * E + row) * G + g;
      dots(q!, at * O, k!, (b * G + g) * S * O, O, O, seen, scores);
      const { high, total } = exponentials(scores, seen, valid, b * S);
      out[at] = total === 0 ? none : high + Math.log(total);
    });
  });
}

/** Cotangents of query [B, T, E, G, O], key [B, G, S, O] and value [B, G, S, W], flat and behind one another. */
export function gradientsShort(frame: Frame, operands: readonly [query: Tensor, key: Tensor, value: Tensor, logSum: Tensor, g: Tensor, dot: Tensor], valid: Int32Array | undefined): Tensor {
  const { B, T, E, G, S, O, W } = frame;
  const rows = T * E;
  const [keyPart, valuePart] = [B * rows * G * O, B * rows * G * O + B * G * S * O];
  const [slopes, cotangents] = [new Float64Array(S), new Float64Array(S)];
  // [rows, S] of one row of the batch and group.
  const [weights, scores] = [new Float64Array(rows * S), new Float64Array(rows * S)];
  return filled([valuePart + B * G * S * W], operands, (out, [q, k, v, logSum, g, dot]) => {
    forEachRow(frame, (b, group, row, seen) => {
      const at = (b * rows + row) * G + group;
      const slots = (b * G + group) * S;
      dots(q!, at * O, k!, slots * O, O, O, seen, slopes);
      dots(g!, at * W, v!, slots * W, W, W, seen, cotangents);
      for (let s = 0; s < S; s++) {
        const weight = s >= seen || (valid && valid[b * S + s] === 0) ? 0 : Math.exp(slopes[s]! - logSum![at]!);
        weights[row * S + s] = weight;
        scores[row * S + s] = weight === 0 ? 0 : weight * (cotangents[s]! - dot![at]!);
      }
      addRows(scores, row * S, 1, k!, slots * O, O, seen, out, at * O, O);
      if (row < rows - 1) return;
      const first = b * rows * G + group;
      for (let s = 0; s < S; s++) {
        addRows(scores, s, S, q!, first * O, G * O, rows, out, keyPart + (slots + s) * O, O);
        addRows(weights, s, S, g!, first * W, G * W, rows, out, valuePart + (slots + s) * W, W);
      }
    });
  });
}

/** Rows (token, E) of each row of the batch and group, and how many slots each looks at. */
function forEachRow({ B, T, S, E, G, offset }: Frame, run: (b: number, g: number, row: number, seen: number) => void): void {
  for (let b = 0; b < B; b++) {
    for (let g = 0; g < G; g++) {
      for (let t = 0; t < T; t++) {
        for (let row = t * E; row < (t + 1) * E; row++) run(b, g, row, Math.min(S, offset + t + 1));
      }
    }
  }
}

/** Scores to exp(score - highest), in place; 0 where the slot is left out. A total of 0 is that of no slot, for the highest counts 1. */
function exponentials(scores: Float64Array, seen: number, valid: Int32Array | undefined, from: number): { readonly high: number; readonly total: number } {
  let high = -Infinity;
  for (let s = 0; s < seen; s++) if (!(valid && valid[from + s] === 0) && scores[s]! > high) high = scores[s]!;
  let total = 0;
  for (let s = 0; s < seen; s++) {
    const weight = valid && valid[from + s] === 0 ? 0 : Math.exp(scores[s]! - high);
    scores[s] = weight;
    total += weight;
  }
  return { high, total };
}

/** out[r] = x · y_r, for rows of n numbers; four at a time, so that x is read once for them. */
function dots(x: Numbers, at: number, y: Numbers, from: number, pitch: number, n: number, rows: number, out: Float64Array): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const [first, second, third, fourth] = [from + r * pitch, from + (r + 1) * pitch, from + (r + 2) * pitch, from + (r + 3) * pitch];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const factor = x[at + i]!;
      a += factor * y[first + i]!;
      b += factor * y[second + i]!;
      c += factor * y[third + i]!;
      d += factor * y[fourth + i]!;
    }
    out[r] = a;
    out[r + 1] = b;
    out[r + 2] = c;
    out[r + 3] = d;
  }
  for (; r < rows; r++) {
    const first = from + r * pitch;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[at + i]! * y[first + i]!;
    out[r] = sum;
  }
}

/** out = Σ_r weights_r · y_r, rows of n numbers. */
function addRows(weights: Float64Array, at: number, stride: number, y: Numbers, from: number, pitch: number, rows: number, out: Float32Array, to: number, n: number): void {
  out.fill(0, to, to + n);
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const [a, b, c, d] = [weights[at + r * stride]!, weights[at + (r + 1) * stride]!, weights[at + (r + 2) * stride]!, weights[at + (r + 3) * stride]!];
    const [first, second, third, fourth] = [from + r * pitch, from + (r + 1) * pitch, from + (r + 2) * pitch, from + (r + 3) * pitch];
    for (let i = 0; i < n; i++) out[to + i]! += a * y[first + i]! + b * y[second + i]! + c * y[third + i]! + d * y[fourth + i]!;
  }
  for (; r < rows; r++) {
    const weight = weights[at + r * stride]!;
    const first = from + r * pitch;
    for (let i = 0; i < n; i++) out[to + i]! += weight * y[first + i]!;
  }
}
