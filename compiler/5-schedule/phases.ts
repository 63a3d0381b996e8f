/**
 * Cuts a row group into phases: which values are held in workgroup memory, which are computed together in one loop, which
 * reductions are shared by several threads, and where threads must wait for one another.
 */
import type { Node } from "../../src/graph/graph.js";
import { sourceOf } from "../../src/kernel/view.js";
import type { FusedGroup } from "./fused.js";
import { costOf, innerCount, innerDims, keyOf, lengthOf, sourcesOf, workOf } from "./space.js";

export interface Phase {
  /** Values over one inner space, by id; a shared reduction stands alone. */
  readonly nodes: readonly Node[];
  /** Threads that share one result of a reduction; 1: a thread an element. */
  readonly lanes: number;
  /** Whether threads wait for one another before it. */
  readonly barrier: boolean;
}

export interface PhasePlan {
  /** Values that lie in workgroup memory from their phase on. */
  readonly held: ReadonlySet<Node>;
  /** Single values, which every thread computes and keeps for itself: cheaper than one thread's store and a barrier. */
  readonly registers: ReadonlySet<Node>;
  readonly phases: readonly Phase[];
}

/** Recomputing costs up to here are cheaper than a store, a barrier and loads. */
const holdCost = 6;
/** A reduction shorter than this is done by one thread. */
const sharedLength = 32;

interface Draft {
  readonly nodes: Node[];
  readonly lanes: number;
}

/** For `threads` of a row, which may hold `memory` numbers. `wanted`: what is held in any case. */
export function planPhases(group: FusedGroup, threads: number, memory: number, wanted?: Node): PhasePlan {
  const held = chooseHeld(group, threads, memory, wanted);
  const anchors = group.nodes.filter((n) => held.has(n) || group.stored.includes(n));
  // What nobody waits for comes last, so that it finds a loop over its own space to join.
  const order = [...anchors.filter((n) => held.has(n)), ...anchors.filter((n) => !held.has(n))];
  const registers = new Set([...held].filter((n) => innerCount(n) === 1));
  const drafts: Draft[] = [];
  for (const node of order) place(node, group, held, drafts, lanesFor(node, threads));
  const waiting = new Set<Node>();
  const phases = drafts.map((draft): Phase => {
    const barrier = draft.nodes.some((n) => readsHeld(n, group, held).some((h) => waiting.has(h)));
    if (barrier) waiting.clear();
    for (const n of draft.nodes) if (held.has(n) && !registers.has(n)) waiting.add(n);
    return { nodes: draft.nodes.sort((a, b) => a.id - b.id), lanes: draft.lanes, barrier };
  });
  return { held: new Set([...held].filter((n) => !registers.has(n))), registers, phases };
}

/** Reductions that somebody in the group reads, and what is dear to compute once more for each reader. */
function chooseHeld(group: FusedGroup, threads: number, memory: number, wanted: Node | undefined): Set<Node> {
  const inside = new Set(group.nodes);
  const readers = readersInside(group);
  const held = new Set(group.nodes.filter((n) => n === wanted || (n.op === "reduce" && readers.get(n)!.size > 0)));
  let room = memory - 2 * threads - [...held].reduce((sum, n) => sum + innerCount(n), 0);
  /** The phases whose loops compute a value, were it not held. */
  const phasesOf = new Map<Node, Set<Node>>();
  for (const node of [...group.nodes].reverse()) {
    const phases = new Set<Node>(group.stored.includes(node) ? [node] : []);
    for (const reader of readers.get(node)!) {
      if (reader.op === "reduce" || held.has(reader) || !inside.has(reader)) phases.add(reader);
      else for (const phase of phasesOf.get(reader) ?? []) phases.add(phase);
    }
    phasesOf.set(node, phases);
    if (held.has(node) || node.op === "reduce") continue;
    const walked = [...phases].reduce((sum, p) => sum + innerCount(p.op === "reduce" ? p.inputs[0]! : p), 0);
    const again = costInside(node, group, held) * (walked / innerCount(node) - 1);
    if (again > holdCost && innerCount(node) <= room && readers.get(node)!.size > 0) {
      held.add(node);
      room -= innerCount(node);
    }
  }
  return held;
}

/** Readers in the group, through views and through what is computed again. */
function readersInside(group: FusedGroup): Map<Node, Set<Node>> {
  const readers = new Map<Node, Set<Node>>(group.nodes.map((n) => [n, new Set<Node>()]));
  const visit = (node: Node, reader: Node): void => {
    for (const source of sourcesOf(node)) {
      if (readers.has(source)) readers.get(source)!.add(reader);
      else if (workOf(source) !== "leaf" && !group.inMemory(source)) visit(source, reader);
    }
  };
  for (const node of group.nodes) visit(node, node);
  return readers;
}

/** Cost of one element, with all that is computed in place for it. */
function costInside(node: Node, group: FusedGroup, held: ReadonlySet<Node>, seen = new Set<Node>()): number {
  if (workOf(node) === "leaf" || group.inMemory(node) || held.has(node) || node.op === "reduce" || seen.has(node)) return 1;
  seen.add(node);
  return costOf(node) + sourcesOf(node).reduce((sum, n) => sum + (n.op === "scalar" ? 0 : costInside(n, group, held, seen)), 0);
}

/** A power of two: how many threads share each result of a long reduction with few results. */
function lanesFor(node: Node, threads: number): number {
  if (node.op !== "reduce") return 1;
  const length = lengthOf(node);
  if (length < sharedLength) return 1;
  let lanes = 1;
  while (lanes * 2 * innerCount(node) <= threads && lanes * 4 <= length) lanes *= 2;
  return lanes >= 4 ? lanes : 1;
}

/** Into the first loop over the same space behind everything that the node reads, else into a phase of its own. */
function place(node: Node, group: FusedGroup, held: ReadonlySet<Node>, drafts: Draft[], lanes: number): void {
  const reads = new Set(readsHeld(node, group, held));
  const across = new Set(readsHeld(node, group, held, true));
  const space = innerKey(node);
  let from = 0;
  drafts.forEach((draft, at) => {
    if (draft.nodes.some((n) => across.has(n))) from = at + 1;
    else if (draft.nodes.some((n) => reads.has(n))) from = Math.max(from, at);
  });
  const found = lanes === 1 ? drafts.slice(from).find((d) => d.lanes === 1 && innerKey(d.nodes[0]!) === space) : undefined;
  if (found) found.nodes.push(node);
  else drafts.push({ nodes: [node], lanes });
}

function innerKey(node: Node): string {
  return innerDims(node).map((d) => `${d.name}:${d.size}`).join(" ") || keyOf([]);
}

/** Held values that computing `node` reads; with `across`, only those that it may read at another place than its own. */
function readsHeld(node: Node, group: FusedGroup, held: ReadonlySet<Node>, across = false): Node[] {
  const found = new Set<Node>();
  const space = innerKey(node);
  const seen = new Set<string>();
  const visit = (n: Node, straight: boolean): void => {
    const key = `${n.id} ${straight}`;
    if (seen.has(key)) return;
    seen.add(key);
    const through = straight && (n.op === "map" || n.op === "squeeze" || n.op === "unsqueeze");
    for (const input of n.inputs) {
      const source = sourceOf(input);
      if (held.has(source)) {
        if (!across || !through || innerKey(source) !== space || renames(input)) found.add(source);
      } else if (workOf(source) !== "leaf" && !group.inMemory(source)) visit(source, through && !renames(input));
    }
  };
  visit(node, true);
  return [...found];
}

function renames(node: Node): boolean {
  return node.op === "rename" || ((node.op === "squeeze" || node.op === "unsqueeze") && renames(node.inputs[0]!));
}
