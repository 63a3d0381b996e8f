/**
 * Softmax attention in blocks: queries of one row of the batch and group at a time, each block against the slots up to its last
 * token, as plain products. Rows are (token, E). query [B, T, E, G, O], key [B, G, S, O], value [B, G, S, W], all of full size.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { copyMatrix } from "./host.js";
import { multiply2d } from "./kernel.js";
import { changed, filled } from "./memory.js";

/** A score that must not count: exp of it is exactly 0 beside any other. */
export const hidden = -1e30;

export interface Frame {
  readonly B: number;
  readonly T: number;
  readonly S: number;
  /** Slots before the first token; where every token sees all slots, their number. */
  readonly offset: number;
  readonly E: number;
  readonly G: number;
  readonly O: number;
  readonly W: number;
}

/** Queries of one row of the batch and group. */
export interface Block {
  readonly b: number;
  readonly g: number;
  readonly from: number;
  /** (token, E) */
  readonly rows: number;
  /** Slots up to the last token. */
  readonly used: number;
}

export function forEachBlock({ B, T, S, E, G, offset }: Frame, block: number, run: (at: Block) => void): void {
  for (let b = 0; b < B; b++) {
    for (let g = 0; g < G; g++) {
      for (let from = 0; from < T; from += block) {
        const tokens = Math.min(block, T - from);
        tf.tidy(() => run({ b, g, from, rows: tokens * E, used: Math.min(S, offset + from + tokens) }));
      }
    }
  }
}

/** Of x [B, T, E, G, n], the block's rows: [rows, n] */
export function rowsOf(x: Tensor, { T, E, G }: Frame, { b, g, from, rows }: Block): Tensor {
  const n = x.shape[4]!;
  return filled([rows, n], [x], (out, [data]) => {
    copyMatrix(data!, { offset: ((b * T + from) * E * G + g) * n, rowStride: G * n, columnStride: 1 }, rows, n, out, 0, n);
  });
}

/** Of x [B, G, S, n], the slots of the block: [used, n] */
export function slotsOf(x: Tensor, { S, G }: Frame, { b, g, used }: Block): Tensor {
  const n = x.shape[3]!;
  const first = (b * G + g) * S * n;
  return filled([used, n], [x], (out, [data]) => out.set(data!.subarray(first, first + used * n)));
}

/** Of x [B, G, S, n], the slots of the block, transposed: [n, used] */
export function slotsAcross(x: Tensor, { S, G }: Frame, { b, g, used }: Block): Tensor {
  const n = x.shape[3]!;
  return filled([n, used], [x], (out, [data]) => {
    copyMatrix(data!, { offset: (b * G + g) * S * n, rowStride: 1, columnStride: n }, n, used, out, 0, used);
  });
}

/** Scores [rows, used], `hidden` where a row does not see the slot, and the slot of each row's highest score, -1 where it sees none. */
export function seenScores(frame: Frame, query: Tensor, key: Tensor, valid: Int32Array | undefined, at: Block): { scores: Tensor; highest: Int32Array } {
  const { S, E, offset } = frame;
  const { b, from, rows, used } = at;
  const highest = new Int32Array(rows);
  const scores = changed(multiply2d(rowsOf(query, frame, at), slotsAcross(key, frame, at)), [], (score) => {
    for (let row = 0; row < rows; row++) {
      const seen = Math.min(used, offset + from + Math.floor(row / E) + 1);
      const start = row * used;
      let best = -1;
      let high = -Infinity;
      for (let s = 0; s < seen; s++) {
        const x = score[start + s]!;
        if (valid && valid[b * S + s] === 0) score[start + s] = hidden;
        else if (!(x <= high)) {
          best = s;
          high = x;
        }
      }
      score.fill(hidden, start + seen, start + used);
      highest[row] = best;
    }
  });
  return { scores, highest };
}
