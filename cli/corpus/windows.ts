/** A corpus, cut into windows of `size` tokens and the tokens behind them; batches of windows for training and for measuring. */
import type { TrainingBatch } from "../../runtime/index.js";
import type { Corpus } from "./corpus.js";
import { shuffled } from "./order.js";

/** Where the last `share` of a corpus begins: what training holds out, and what is measured on it later. */
export function beginOfShare(corpus: { readonly length: number }, share: number): number {
  return Math.floor(corpus.length * (1 - share));
}

/** The part [from, to) of a corpus. */
export class Windows {
  /** Whole windows: each has a target a token, the last target standing just behind it. */
  readonly count: number;

  constructor(readonly corpus: Corpus, readonly from: number, readonly to: number, readonly size: number) {
    this.count = Math.max(0, Math.floor((to - from - 1) / size));
  }

  /** Tokens that have a target. */
  get targets(): number {
    return Math.max(0, this.to - this.from - 1);
  }

  /**
   * Micro-batch number `number` of `rows` windows: every window once an epoch, in another order each epoch. A batch may end one epoch
   * and begin the next.
   */
  shuffledBatch(number: number, rows: number, seed: number): TrainingBatch {
    const windows = Array.from({ length: rows }, (_, row) => {
      const seen = number * rows + row;
      const epoch = Math.floor(seen / this.count);
      return shuffled(seen - epoch * this.count, this.count, seed, epoch);
    });
    return this.batch(windows);
  }

  /** All windows in order, `rows` at a time, then what is left of the corpus as a shorter one; of these batches every so-manieth. */
  *inOrder(rows: number, every = 1): Generator<TrainingBatch> {
    for (let first = 0; first < this.count; first += rows * every) {
      yield this.batch(Array.from({ length: Math.min(rows, this.count - first) }, (_, i) => first + i));
    }
    const start = this.from + this.count * this.size;
    const left = this.to - start - 1;
    const rest = Math.ceil(this.count / rows);
    if (left > 0 && rest % every === 0) yield batchOf([this.corpus.read(start, left + 1)]);
  }

  batch(windows: readonly number[]): TrainingBatch {
    return batchOf(windows.map((w) => this.corpus.read(this.from + w * this.size, this.size + 1)));
  }
}

/** Rows of n + 1 ids: n tokens, and each one's successor. */
function batchOf(rows: readonly Int32Array[]): TrainingBatch {
  const size = rows[0]!.length - 1;
  const tokens = new Int32Array(rows.length * size);
  const targets = new Int32Array(rows.length * size);
  rows.forEach((ids, row) => {
    tokens.set(ids.subarray(0, size), row * size);
    targets.set(ids.subarray(1), row * size);
  });
  const shape = [rows.length, size];
  return { tokens: { shape, data: tokens }, targets: { shape, data: targets } };
}
