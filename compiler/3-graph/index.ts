/** Model in normal form to one graph an entry: what one token does, for all sequences and tokens of a call. */
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { buildGraph, entriesOf } from "./entries.js";
import type { TrainingEntryName } from "./training/entries.js";

export { beamsOf, buildGraph, type EntryName } from "./entries.js";
export { trainingEntryNames, type TrainingEntryName } from "./training/entries.js";
export { modelStates } from "./states.js";

/**
 * Tokens in a chunk of the parallel form: the state is stored once a chunk, and inside one all is matmuls. One number for all shapes: with 16 slots of 256
 * values and with 4 heads of 64 × 64, chunks of 32, 64 and 128 took the same time on WebGPU's software device, while memory for states halves as they double,
 * and from 64 on a state of 64 × 64 a head takes no more of it than one activation does.
 */
export const defaultChunk = 64;

/**
 * @param options.training entries beside those of inference, which every plan has
 * @param options.ranks several ranks train together
 */
export function buildGraphs(model: Model, options: { readonly chunk?: number; readonly training?: readonly TrainingEntryName[]; readonly ranks?: boolean } = {}): Graph[] {
  // Where an update takes one micro-batch nothing is accumulated.
  const training = (options.training ?? []).filter((name) => name !== "accumulate" || model.train.accumulate > 1);
  return entriesOf(model, training).map((entry) => buildGraph(model, entry, options.chunk ?? defaultChunk, options.ranks));
}
