/**
 * An optimiser's work on one parameter: maps over its elements, from the gradient to the new parameter and the new moments, that nobody
 * else reads. They are one kernel, for each thread then reads and overwrites its own element in place; taken one by one they would seem to
 * need too many bindings.
 */
import type { Graph, Node } from "../../src/graph/graph.js";
import { sourceOf } from "../../src/kernel/view.js";
import { innerCount, isRow, spaceKey } from "./space.js";
import { keyOfStorage, storageKey, updatesOf } from "./storage.js";

export interface UpdateSet {
  /** By id: what they read stands before the last of them. */
  readonly nodes: Set<Node>;
  /** What each result overwrites. */
  readonly results: ReadonlyMap<Node, string>;
}

/** The set of each node that is in one. */
export function updateSets(graph: Graph, readers: ReadonlyMap<Node, readonly Node[]>): Map<Node, UpdateSet> {
  const training = new Set(graph.states.filter((s) => s.class === "training").map((s) => s.name));
  const results = new Map<Node, string>();
  /** What is wanted in another place too is in no set. */
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
    join(node, results, [...sets] as UpdateSet[], homes);
  }
  return homes;
}

function join(node: Node, results: UpdateSet["results"], sets: readonly UpdateSet[], homes: Map<Node, UpdateSet>): void {
  const [home = { nodes: new Set<Node>(), results }, ...others] = sets;
  for (const other of others) {
    for (const n of other.nodes) {
      home.nodes.add(n);
      homes.set(n, home);
    }
  }
  home.nodes.add(node);
  homes.set(node, home);
}

/** How many bindings a kernel of the set has: old and new value of a storage are one where the elements lie in the same order. */
export function bindingsOf({ nodes, results }: UpdateSet, reads: ReadonlySet<Node>): number {
  let count = reads.size;
  for (const node of nodes) {
    const key = results.get(node);
    if (key === undefined) continue;
    const old = [...reads].filter((read) => storageKey(read) === key);
    if (old.length !== 1 || orderOf(old[0]!) !== orderOf(node)) count++;
  }
  return count;
}

function orderOf(node: Node): string {
  return node.dims.filter((d) => d.size !== 1).map((d) => d.name).join(" ");
}
