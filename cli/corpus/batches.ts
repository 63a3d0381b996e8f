/** What a run trains on and measures, whatever it is made of: micro-batches by number, each of which follows from the seed and its number alone. */
import type { TrainingBatch } from "../../runtime/index.js";
import type { Windows } from "./windows.js";

export interface Batches {
  /** The text, as a message names it. */
  readonly name: string;
  /** Batches that hold everything once. */
  readonly count: number;
  /** Tokens of the largest batch, padding included. */
  readonly largest: number;
  /** Micro-batch `number` of a training run. */
  shuffled(number: number, seed: number): TrainingBatch;
  /** Everything once, always in the same order; of these batches every so-manieth. */
  inOrder(every?: number): Generator<TrainingBatch>;
}

export function windowBatches(windows: Windows, rows: number): Batches {
  return {
    name: windows.corpus.name,
    count: Math.ceil(windows.count / rows) + 1,
    largest: rows * windows.size,
    shuffled: (number, seed) => windows.shuffledBatch(number, rows, seed),
    inOrder: (every) => windows.inOrder(rows, every),
  };
}

/** Targets that are not padding. */
export function targetsOf({ targets }: TrainingBatch, padding: number | null): number {
  let count = 0;
  for (const id of targets.data) if (id !== padding) count++;
  return count;
}
