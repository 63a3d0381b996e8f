/** What a pass is: a graph goes in, a graph that computes the same comes out. */
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import type { PlanPrecision } from "../../src/plan/plan.js";

export interface Pass {
  readonly name: string;
  /** What it does, in one sentence, for logs and readers. */
  readonly sentence: string;
  run(graph: Graph): Graph;
}

/** What these passes must know of a target: a `KernelTarget` is one. */
export interface MemoryTarget {
  readonly name: "wgsl" | "cuda";
  readonly precision: PlanPrecision;
}

/** A pass that says what lies in memory, and how: for targets that plan memory. */
export interface MemoryPass {
  readonly name: string;
  readonly sentence: string;
  run(graph: Graph, model: Model, target: MemoryTarget): MemoryResult;
}

export interface MemoryResult {
  readonly graph: Graph;
  /** Places in the model whose values a backward pass computes again. */
  readonly recomputed?: readonly string[];
}
