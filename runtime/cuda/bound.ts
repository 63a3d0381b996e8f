/** An instance with the addresses of one set of states: its launches, ready to be made, and the graphs that were recorded of them. */
import type { DriverContext, GraphExec } from "./driver.js";
import type { Persistent } from "./persistent.js";

/** Launches a dispatch of the entry; null where its grid is empty. */
export type Launch = (() => void) | null;

/** `call`: the dispatches alone; `step`: what keeps the tokens of `generate` behind them. `persistent`: one kernel in place of the dispatches. */
export type GraphKind = "call" | "step" | "persistent call" | "persistent step";

export class Bound {
  /** The entry as one kernel; null where that cannot be, absent as long as nobody asked. */
  persistent: Persistent | null | undefined;
  private readonly ran = new Map<GraphKind, number>();
  private readonly refused = new Set<GraphKind>();
  private readonly graphs = new Map<GraphKind, GraphExec>();

  constructor(
    private readonly context: DriverContext,
    /** Of the memory that the addresses belong to. */
    readonly epoch: number,
    readonly launches: readonly Launch[],
  ) {}

  runs(kind: GraphKind): number {
    return this.ran.get(kind) ?? 0;
  }

  count(kind: GraphKind): void {
    this.ran.set(kind, this.runs(kind) + 1);
  }

  /** The driver does not record it. */
  refuse(kind: GraphKind): void {
    this.refused.add(kind);
  }

  /** Drivers load code at a kernel's first launch, which is no thing to do while a graph is recorded. */
  canRecord(kind: GraphKind): boolean {
    return this.runs(kind) > 0 && !this.refused.has(kind);
  }

  graph(kind: GraphKind): GraphExec | undefined {
    return this.graphs.get(kind);
  }

  keep(kind: GraphKind, graph: GraphExec): void {
    this.graphs.set(kind, graph);
  }

  dispose(): void {
    for (const graph of this.graphs.values()) this.context.destroyGraphExec(graph);
    this.graphs.clear();
    this.persistent?.dispose();
    this.persistent = undefined;
  }
}
