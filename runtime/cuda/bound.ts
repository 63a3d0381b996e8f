/** An instance with the addresses of one set of states: its launches, ready to be made, and the graphs that were recorded of them. */
import type { DriverContext, GraphExec } from "./driver.js";

/** Launches a dispatch of the entry; null where its grid is empty. */
export type Launch = (() => void) | null;

/** `call`: the dispatches alone; `step`: what keeps the tokens of `generate` behind them. */
export type GraphKind = "call" | "step";

export class Bound {
  /** Times that it ran launch by launch: drivers load code at a kernel's first launch, which is no thing to do while a graph is recorded. */
  runs = 0;
  private readonly graphs = new Map<GraphKind, GraphExec>();

  constructor(
    private readonly context: DriverContext,
    /** Of the memory that the addresses belong to. */
    readonly epoch: number,
    readonly launches: readonly Launch[],
  ) {}

  graph(kind: GraphKind): GraphExec | undefined {
    return this.graphs.get(kind);
  }

  keep(kind: GraphKind, graph: GraphExec): void {
    this.graphs.set(kind, graph);
  }

  dispose(): void {
    for (const graph of this.graphs.values()) this.context.destroyGraphExec(graph);
    this.graphs.clear();
  }
}
