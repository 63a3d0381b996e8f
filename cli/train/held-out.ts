/** Loss on text that a model is not trained on: windows that each start anew, as in training. */
import type { Batch, Windows } from "./windows.js";

/** Σ of the losses of a batch's targets, nats, and how many targets there are. */
export type Measure = (batch: Batch) => Promise<{ readonly sum: number; readonly count: number }>;

/**
 * Mean loss a target. With `most` below the number of batches, every so-manieth batch only: enough to see how a run goes.
 * @param rows windows a batch
 */
export async function heldOutLoss(windows: Windows, rows: number, measure: Measure, most = Infinity, onBatch: (done: number, all: number) => void = () => undefined): Promise<number> {
  const all = Math.ceil(windows.count / rows) + 1;
  const every = Math.max(1, Math.ceil(all / most));
  let [sum, count, at] = [0, 0, 0];
  for (const batch of windows.inOrder(rows)) {
    if (at++ % every !== 0) continue;
    const part = await measure(batch);
    sum += part.sum;
    count += part.count;
    onBatch(at, all);
  }
  return sum / count;
}
