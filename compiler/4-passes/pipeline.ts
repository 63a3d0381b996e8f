/**
 * THE list of passes, in order. A graph goes in and one that computes the same values with fewer nodes comes out. Fusion is no
 * pass: which nodes become one kernel is decided in `5-schedule`.
 */
import type { Graph } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { shareEqual } from "./cse.js";
import { dropUnused } from "./dce.js";
import { foldConstants } from "./fold.js";
import type { Pass } from "./pass.js";

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
