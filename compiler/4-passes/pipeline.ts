/**
 * THE lists of passes, in order. A graph goes in and one that computes the same values with fewer nodes comes out; behind that, for targets
 * that plan memory, one that keeps less of them. Fusion is no pass: which nodes become one kernel is decided in `5-schedule`.
 */
import { narrowOf, type Graph, type Storage } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import type { Model } from "../../src/model/model.js";
import { shareEqual } from "./cse.js";
import { dropUnused } from "./dce.js";
import { foldConstants } from "./fold.js";
import { storeHalf } from "./half.js";
import type { MemoryPass, MemoryResult, MemoryTarget, Pass } from "./pass.js";
import { rematerialize } from "./remat.js";

export const passes: readonly Pass[] = [
  // First: nodes that differ as written (x · 1 and x, two spellings of one constant) are equal once folded.
  foldConstants,
  // After folding, for that reason; one walk is enough, as a node is met after its inputs have been shared.
  shareEqual,
  // Last: both leave nodes behind that nothing uses.
  dropUnused,
];

/** Verified once, at the end: tests verify after each pass. */
export function runPasses(graph: Graph): Graph {
  const result = passes.reduce((before, pass) => pass.run(before), graph);
  verifyGraph(result);
  return result;
}

/** Behind `passes`, for targets that plan memory: after the first of these no pass may share equal nodes, for it makes some on purpose. */
export const memoryPasses: readonly MemoryPass[] = [
  // First: what is computed again is new nodes, and may be stored too.
  { name: "rematerialize", sentence: "A backward pass computes cheap values again instead of keeping them.", run: rematerialize },
  // Last: it says of each node how it is stored, and knows no node that is made behind it.
  {
    name: "store-half", sentence: "With `precision = float16` or `bfloat16` what a training step keeps a token lies in memory in two bytes.",
    run(graph, model, target) {
      const storage = storageOf(model, target);
      return { graph: storage ? storeHalf(graph, model.width, storage) : graph };
    },
  },
];

/** WebGPU has float16 as something that may be stored, whatever its products multiply, and no bfloat16: such a run is one of float32 there. */
function storageOf(model: Model, { name, precision }: MemoryTarget): Storage | undefined {
  if (name === "wgsl") return model.train.precision === "float16" ? "f16" : undefined;
  return narrowOf(precision);
}

export function runMemoryPasses(graph: Graph, model: Model, target: MemoryTarget): Required<MemoryResult> {
  const result = memoryPasses.reduce<Required<MemoryResult>>((before, pass) => ({ ...before, ...pass.run(before.graph, model, target) }), { graph, recomputed: [] });
  verifyGraph(result.graph);
  return result;
}
