/** Loss on text that a model is not trained on: windows that each start anew, as in training, or pairs. */
import { MszError, type Losses, type TrainingBatch } from "../../runtime/index.js";
import type { Batches } from "../corpus/batches.js";

export type Measure = (batch: TrainingBatch) => Promise<Losses>;

/** Mean loss a target. With `most` below the number of batches, every so-manieth batch only: enough to see how a run goes. */
export async function heldOutLoss(batches: Batches, measure: Measure, most = Infinity, onBatch: (done: number, all: number) => void = () => undefined): Promise<number> {
  const all = batches.count;
  const every = Math.max(1, Math.ceil(all / most));
  let [sum, count, done] = [0, 0, 0];
  for (const batch of batches.inOrder(every)) {
    const part = await measure(batch);
    sum += part.sum;
    count += part.count;
    onBatch(Math.min(all, (done += every)), all);
  }
  if (count === 0) throw new MszError("no-targets", `the held-out part of \`${batches.name}\` is nothing but padding`, { hint: "hold out another part, or nothing: `held_out = 0`" });
  return sum / count;
}
