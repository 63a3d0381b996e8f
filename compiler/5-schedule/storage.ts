/** What outlives an entry and may be overwritten by it: states, and parameters as they are stored. A parameter may be read through several nodes, whose dims differ. */
import type { Graph, Node } from "../../src/graph/graph.js";

export interface Storage {
  readonly kind: "state" | "parameter";
  readonly name: string;
}

/** Equal for two reads of one storage; undefined for what is none. */
export function storageKey(node: Node): string | undefined {
  if (node.op === "state") return `state ${node.state}`;
  return node.op === "parameter" ? `parameter ${node.parameter}` : undefined;
}

export function keyOfStorage({ kind, name }: Storage): string {
  return `${kind} ${name}`;
}

/** All updates of an entry, states first. */
export function updatesOf(graph: Graph): { readonly storage: Storage; readonly node: Node }[] {
  return [
    ...graph.stateUpdates.map(({ state, node }) => ({ storage: { kind: "state", name: state } as const, node })),
    ...graph.parameterUpdates.map(({ parameter, node }) => ({ storage: { kind: "parameter", name: parameter } as const, node })),
  ];
}
