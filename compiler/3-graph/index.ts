/** Model in normal form to one graph an entry: what one token does, for all sequences and tokens of a call. */
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { buildGraph, inferenceEntryNames, type EntryName } from "./entries.js";

export { buildGraph, entryNames, inferenceEntryNames, type EntryName } from "./entries.js";
export { modelStates } from "./states.js";

/** Tokens in a chunk of the parallel form: the state is stored once a chunk, and inside one all is matmuls. */
export const defaultChunk = 64;

/** @param options.entries default: those of inference */
export function buildGraphs(model: Model, options: { readonly chunk?: number; readonly entries?: readonly EntryName[] } = {}): Graph[] {
  return (options.entries ?? inferenceEntryNames).map((entry) => buildGraph(model, entry, options.chunk ?? defaultChunk));
}
