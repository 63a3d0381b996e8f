/** Loss on text that a model is not trained on: windows that each start anew, as in training. */
import { MszError, type Losses } from "../../runtime/index.js";
import type { Batch, Windows } from "../corpus/windows.js";

export type Measure = (batch: Batch) => Promise<Losses>;

/**
 * Mean loss a target. With `most` below the number of batches, every so-manieth batch only: enough to see how a run goes.
 * @param rows windows a batch
 */
export async function heldOutLoss(windows: Windows, rows: number, measure: Measure, most = Infinity, onBatch: (done: number, all: number) => void = () => undefined): Promise<number> {
  const all = Math.ceil(windows.count / rows) + 1;
  const every = Math.max(1, Math.ceil(all / most));
  let [sum, count, done] = [0, 0, 0];
  for (const batch of windows.inOrder(rows, every)) {
    const part = await measure(batch);
    sum += part.sum;
    count += part.count;
    onBatch(Math.min(all, (done += every)), all);
  }
  if (count === 0) throw new MszError("no-targets", `the held-out part of \`${windows.corpus.name}\` is nothing but padding`, { hint: "hold out another part, or nothing: `held_out = 0`" });
  return sum / count;
}
