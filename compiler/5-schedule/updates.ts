/**
 * An optimiser's work on one parameter: maps over its elements, from the gradient to the new parameter and the new moments, that nobody
 * else reads. They are one kernel, for each thread then reads and overwrites its own element in place; taken one by one they would seem to
 * need too many bindings.
 */
import type { Graph, Node } from "../../src/graph/graph.js";
import { sourceOf } from "../../src/kernel/view.js";
import { innerCount, isRow, sourcesOf, spaceKey, workOf } from "./space.js";
import { keyOfStorage, storageKey, updatesOf } from "./storage.js";

export interface UpdateSet {
  readonly nodes: Set<Node>;
}

/** The set of each node that is in one. @param limit storage bindings that a kernel may have */
export function updateSets(graph: Graph, readers: ReadonlyMap<Node, readonly Node[]>, limit: number): Map<Node, UpdateSet> {
  const training = new Set(graph.states.filter((s) => s.class === "training").map((s) => s.name));
  /** What each result overwrites; a node that is wanted in two places is left out. */
  const results = new Map<Node, string>();
  const elsewhere = new Set(graph.outputs.map((o) => sourceOf(o.node)));
  for (const { storage, node } of updatesOf(graph)) {
    const source = sourceOf(node);
    if (results.has(source)) elsewhere.add(source);
    if (storage.kind === "parameter" || training.has(storage.name)) results.set(source, keyOfStorage(storage));
    else elsewhere.add(source);
  }
  const homes = new Map<Node, UpdateSet>();
  for (const node of [...graph.nodes].reverse()) {
    if (node.op !== "map" || elsewhere.has(node) || node.dims.some(isRow) || innerCount(node) === 1) continue;
    const users = readers.get(node) ?? [];
    if (users.length === 0 && !results.has(node)) continue;
    const space = spaceKey(node);
    const sets = new Set(users.map((u) => (spaceKey(u) === space ? homes.get(u) : undefined)));
    if (sets.has(undefined)) continue;
    join(node, [...sets] as UpdateSet[], homes);
  }
  for (const set of new Set(homes.values())) if (bindings(set, results) > limit) for (const node of set.nodes) homes.delete(node);
  return homes;
}

function join(node: Node, sets: readonly UpdateSet[], homes: Map<Node, UpdateSet>): void {
  const [home = { nodes: new Set<Node>() }, ...others] = sets;
  for (const other of others) {
    for (const n of other.nodes) {
      home.nodes.add(n);
      homes.set(n, home);
    }
  }
  home.nodes.add(node);
  homes.set(node, home);
}

/** Old and new value of a storage are one binding where the elements lie in the same order. */
function bindings({ nodes }: UpdateSet, results: ReadonlyMap<Node, string>): number {
  const reads = new Map<Node, string>();
  const visit = (node: Node): void => {
    for (const source of sourcesOf(node)) {
      if (nodes.has(source) || reads.has(source) || workOf(source) === "free") continue;
      reads.set(source, storageKey(source) ?? "");
    }
  };
  for (const node of nodes) visit(node);
  let count = reads.size;
  for (const [node, key] of results) {
    if (!nodes.has(node)) continue;
    const old = [...reads].filter(([, read]) => read === key).map(([n]) => n);
    const order = (n: Node): string => n.dims.filter((d) => d.size !== 1).map((d) => d.name).join(" ");
    if (old.length !== 1 || order(old[0]!) !== order(node)) count++;
  }
  return count;
}
