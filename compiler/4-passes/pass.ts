/** What a pass is: a graph goes in, a graph that computes the same comes out. */
import type { Graph } from "../../src/graph/graph.js";

export interface Pass {
  readonly name: string;
  /** What it does, in one sentence, for logs and readers. */
  readonly sentence: string;
  run(graph: Graph): Graph;
}
