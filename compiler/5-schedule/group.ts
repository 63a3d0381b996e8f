/**
 * Graph → groups. Each group becomes one kernel, or the launches of a special op with an elementwise epilogue:
 * - `special`: nodes[0] is the special op, the others its epilogue, a chain over the same elements.
 * - `map`: one thread an element of the space.
 * - `column`: one thread an element of a reduction's result, looping over what is reduced. Its producers live in the
 *   loop, so that a recurrent state is read, updated in place and contracted in one pass over memory.
 * - `row`: one workgroup a row (batch, token): phases over its inner dims, with reductions through workgroup memory.
 * Nodes that cost nothing (`Light`) belong to no group: every reader computes them again.
 */
import { bug } from "../../src/base/assert.js";
import { batchDim, tokenDim, type Dim, type Graph, type Node } from "../../src/graph/graph.js";
import { isView, sourceOf } from "../../src/kernel/view.js";
import { overStates } from "./over-states.js";
import { costOf, innerCount, innerDims, isRow, reachable, rowKey, sourcesOf, spaceKey, takesEpilogue, workOf } from "./space.js";
import { keyOfStorage, storageKey, updatesOf } from "./storage.js";
import { bindingsOf, updateSets, type UpdateSet } from "./updates.js";

export type GroupKind = "special" | "map" | "column" | "row";

export interface Group {
  readonly kind: GroupKind;
  /** By id. Without views and without what is computed again by every reader. */
  readonly nodes: readonly Node[];
  /** What others need: written to memory. */
  readonly stored: readonly Node[];
  /** What is read from memory: leaves and values that other groups store. */
  readonly reads: readonly Node[];
}

/** Storage bindings that every WebGPU device has. */
export const bindingLimit = 8;
/** Elements of one row that one workgroup may walk. */
const rowLimit = 16_384;
/** The same where there is one row only, as among parameters: more is worth several workgroups. */
const onlyRowLimit = 1_024;
/** Results of a long reduction that a workgroup finds sooner than a thread each. */
const fewResults = 64;
/** Floats of workgroup memory for results of reductions; the rest of 16 KiB is for what is worth keeping. */
const resultLimit = 3_072;
/** Elements that are cheap to compute again by each reader. */
const lightCost = 8;

interface Draft {
  kind: GroupKind;
  nodes: Set<Node>;
  /** `map`: of all its nodes; `column`: of the reduction's result and what follows it. */
  space: string;
  readonly rows: string;
  /** Takes no other nodes. */
  readonly sealed: boolean;
  /** Inner elements of its widest value. */
  widest: number;
  /** Inner elements of the results of all its reductions. */
  results: number;
  /** Whether some of its work is over a whole recurrent state. */
  overState: boolean;
  deps: Set<Draft>;
  users: Set<Draft>;
  /** Longer than that of any group that this one depends on. */
  level: number;
}

export function groupNodes(graph: Graph): Group[] {
  const grouper = new Grouper(graph);
  for (const node of graph.nodes) grouper.place(node);
  return grouper.finish();
}

/** What follows from a node's dims. */
interface Shape {
  readonly space: string;
  readonly rows: string;
  readonly inner: number;
}

class Grouper {
  private readonly home = new Map<Node, Draft>();
  private readonly readers = new Map<Node, Node[]>();
  /** Must lie in memory, whoever reads it: results of the entry, and what special ops read. */
  private readonly needed = new Set<Node>();
  /** What a result overwrites. */
  private readonly updates = new Map<Node, string>();
  private readonly sources = new Map<Node, readonly Node[]>();
  /** By list of dims, for most nodes share theirs with another. */
  private readonly shapes = new Map<readonly Dim[], Shape>();
  private readonly live: ReadonlySet<Node>;
  /** Elementwise work over a whole recurrent state. */
  private readonly wide: ReadonlySet<Node>;
  private readonly updateSets: ReadonlyMap<Node, UpdateSet>;
  /** From this id on nodes belong to the backward pass. */
  private readonly backward: number;

  constructor(graph: Graph) {
    const results = [...graph.outputs, ...graph.stateUpdates, ...graph.parameterUpdates].map((r) => sourceOf(r.node));
    this.live = reachable(results);
    for (const node of results) this.needed.add(node);
    for (const { storage, node } of updatesOf(graph)) this.updates.set(sourceOf(node), keyOfStorage(storage));
    for (const node of this.live) {
      if (isView(node)) continue;
      for (const source of this.sourcesOf(node)) {
        const readers = this.readers.get(source);
        if (readers) readers.push(node);
        else this.readers.set(source, [node]);
        if (workOf(node) === "special" && source.op !== "scalar" && source.op !== "iota") this.needed.add(source);
      }
    }
    this.wide = overStates([...this.live], this.readers);
    this.updateSets = updateSets(graph, this.readers);
    this.backward = graph.backward ?? Infinity;
  }

  place(node: Node): void {
    const work = workOf(node);
    if (!this.live.has(node) || work === "leaf" || work === "view") return;
    const set = this.updateSets.get(node);
    if (work === "special") this.open(node, "special");
    else if (set) this.placeSet(node, set);
    else if (this.needed.has(node) || !this.isLight(node)) this.placeFused(node);
  }

  /** All at its last node, when it is known what the set reads from memory. */
  private placeSet(last: Node, set: UpdateSet): void {
    const nodes = [...set.nodes].sort((a, b) => a.id - b.id);
    if (nodes.at(-1) !== last) return;
    const together = bindingsOf(set, this.readsOf(set.nodes)) <= bindingLimit;
    nodes.forEach((node, at) => {
      if (!together) this.placeFused(node);
      else if (at === 0) this.open(node, "map", true);
      else this.add(node, this.home.get(nodes[0]!)!);
    });
  }

  finish(): Group[] {
    const drafts = [...new Set(this.home.values())];
    const reads = new Map(drafts.map((d) => [d, [...this.readsOf(d.nodes)].sort((a, b) => a.id - b.id)]));
    const stored = new Set(this.needed);
    for (const group of reads.values()) for (const node of group) stored.add(node);
    return drafts.map((d) => {
      const nodes = [...d.nodes].sort((a, b) => a.id - b.id);
      const group: Group = { kind: d.kind, nodes, stored: nodes.filter((n) => stored.has(n)), reads: reads.get(d)! };
      const bindings = group.reads.length + group.stored.length;
      if (d.kind !== "special" && !d.sealed && bindings > bindingLimit) bug(`a group of ${nodes.map((n) => n.op).join(", ")} has ${bindings} bindings`);
      return group;
    });
  }

  /** Computed again by each reader: small, cheap, and made from what lies in memory anyway. */
  private isLight(node: Node): boolean {
    if (workOf(node) === "free") return true;
    if (workOf(node) !== "fused" || node.op === "reduce") return false;
    // What has rows is made from memory, so that only small values are light.
    const { inner, rows } = this.shapeOf(node);
    if (inner !== 1 && rows !== "") return false;
    const parts = new Set<Node>();
    const fixed = !this.walkLight(node, parts);
    if ([...parts].some((p) => this.home.has(p) && workOf(p) === "fused" && !this.needed.has(p))) return false;
    const costs = [...parts].filter((p) => !this.home.has(p)).reduce((sum, p) => sum + costOf(p), 0);
    return (inner === 1 && costs <= lightCost) || (fixed && parts.size <= 12);
  }

  /** Collects what `node` is made of, down to memory; says whether memory is read at all. */
  private walkLight(node: Node, parts: Set<Node>): boolean {
    if (workOf(node) === "leaf") return true;
    if (parts.has(node)) return false;
    parts.add(node);
    if (this.home.has(node)) return true;
    return this.sourcesOf(node).map((s) => this.walkLight(s, parts)).some(Boolean);
  }

  private placeFused(node: Node): void {
    const feeding = this.feeding(node);
    const from = [...feeding].sort((a, b) => b.level - a.level || Number(b.kind === "special") - Number(a.kind === "special"));
    // An epilogue saves a whole pass over memory, so it is tried first.
    const order = from.length < 2 ? from : [...from.filter((g) => g.kind === "special"), ...from.filter((g) => g.kind !== "special")];
    for (const group of order) {
      const change = this.joins(node, group, feeding);
      if (!change) continue;
      this.add(node, group, feeding);
      Object.assign(group, change);
      for (const other of from) if (other !== group && this.mergeable(node, other, group)) this.merge(other, group);
      return;
    }
    const row = node.op === "reduce" && !this.isColumn(node);
    this.open(node, row ? "row" : node.op === "reduce" ? "column" : "map");
  }

  /** What the group becomes when `node` joins it; undefined where it may not. */
  private joins(node: Node, group: Draft, feeding: ReadonlySet<Draft>): Partial<Draft> | undefined {
    // A group of the forward pass that also computed for the backward pass would have to keep that until then.
    const across = node.id >= this.backward && first(group.nodes).id < this.backward;
    const change = group.sealed || across ? undefined : this.matches(node, group);
    if (!change) return undefined;
    for (const dep of feeding) if (dep !== group && reaches(dep, group)) return undefined;
    return this.bindingsWith(node, group) > bindingLimit ? undefined : change;
  }

  /** What the group would become, looking at spaces alone. */
  private matches(node: Node, group: Draft): Partial<Draft> | undefined {
    switch (group.kind) {
      case "special":
        return this.extendsEpilogue(node, group) ? {} : undefined;
      case "map":
        if (node.op === "reduce" && this.isColumn(node)) return this.becomesColumn(node, group) ? { kind: "column", space: this.spaceOf(node) } : undefined;
        if (node.op === "reduce") return this.fitsRow(node, group) ? { kind: "row" } : undefined;
        return this.spaceOf(node) === group.space ? {} : undefined;
      case "column":
        return node.op === "map" && this.spaceOf(node) === group.space && this.readsInPlace(node, group) ? {} : undefined;
      case "row":
        return !this.isColumn(node) && this.fitsRow(node, group) ? {} : undefined;
    }
  }

  /** The last node of the chain is read by `node` alone, element by element. */
  private extendsEpilogue(node: Node, group: Draft): boolean {
    const tail = lastOf(group.nodes);
    const op = first(group.nodes);
    if (!takesEpilogue(op) || node.op !== "map" || this.needed.has(tail) || !this.isReadBy(tail, node)) return false;
    const own = this.updates.get(node);
    // What is updated from itself is updated in place, by a kernel where each thread sees its own element only.
    if (own !== undefined && this.sourcesOf(node).some((s) => storageKey(s) === own)) return false;
    return node.dtype === "f32" && this.spaceOf(node) === group.space && this.readsInPlace(node, group);
  }

  /** Whether `reader` alone needs the value: at once, or through nodes that each have one reader and are computed by it again. */
  private isReadBy(value: Node, reader: Node): boolean {
    const [only, ...others] = this.readers.get(value)!;
    const again = only!.id < reader.id && !this.home.has(only!) && !this.needed.has(only!);
    return others.length === 0 && (only === reader || (again && this.isReadBy(only!, reader)));
  }

  private becomesColumn(node: Node, group: Draft): boolean {
    return group.space === this.spaceOf(node.inputs[0]!) && this.readsInPlace(node, group);
  }

  private fitsRow(node: Node, group: Draft): boolean {
    const { rows, inner } = this.shapeOf(node);
    if (rows !== group.rows || Math.max(inner, group.widest) > rowLimitOf(rows) || group.overState || this.wide.has(node)) return false;
    return group.results + (node.op === "reduce" ? inner : 0) <= resultLimit;
  }

  /** `node` reads the group's values at its own place: through no rename. */
  private readsInPlace(node: Node, group: Draft): boolean {
    const renamed = (n: Node): boolean => n.op === "rename" || (isView(n) && renamed(n.inputs[0]!));
    return node.inputs.every((n) => !group.nodes.has(sourceOf(n)) || !renamed(n));
  }

  /**
   * A reduction that one workgroup should not walk alone: over a recurrent state, over slots, or very long. Of few numbers from batch
   * and token (a loss), or from a whole parameter, a workgroup each is better than a thread each.
   */
  private isColumn(node: Node): boolean {
    if (node.op !== "reduce") return false;
    const x = node.inputs[0]!;
    const few = innerCount(node) <= fewResults;
    const rowsOver = x.dims.filter((d) => node.over.includes(d.name) && isRow(d));
    if (rowsOver.length > 0) return !few || rowsOver.some((d) => d.name !== batchDim && d.name !== tokenDim);
    if (innerCount(x) > rowLimitOf(rowKey(x))) return !few;
    return innerCount(node) > resultLimit || (innerDims(node).length > 0 && this.wide.has(sourceOf(x)));
  }

  /** `other` computes elementwise what `node` reads elementwise, in the same space: one kernel does both. */
  private mergeable(node: Node, other: Draft, into: Draft): boolean {
    if (other.sealed || (node.id >= this.backward && first(other.nodes).id < this.backward) || other.kind !== "map" || into.kind === "special" || other.space !== this.spaceOf(node) || other.rows !== into.rows) return false;
    if (into.kind === "row" ? other.widest > rowLimitOf(into.rows) || other.overState : into.space !== other.space) return false;
    if (into.kind === "column" && [...other.nodes].some((n) => n.op !== "map" || !this.readsInPlace(n, other))) return false;
    if (into.kind === "column" && !this.readsInPlace(node, other)) return false;
    const path = (from: Draft, to: Draft): boolean => [...from.deps].some((d) => d !== to && reaches(d, to));
    if (path(into, other) || path(other, into)) return false;
    return this.bindings(new Set([...other.nodes, ...into.nodes])) <= bindingLimit;
  }

  /** `sourcesOf`, computed once a node. */
  private sourcesOf(node: Node): readonly Node[] {
    let sources = this.sources.get(node);
    if (sources === undefined) this.sources.set(node, (sources = sourcesOf(node)));
    return sources;
  }

  private spaceOf(node: Node): string {
    return this.shapeOf(node).space;
  }

  private shapeOf(node: Node): Shape {
    let shape = this.shapes.get(node.dims);
    if (!shape) this.shapes.set(node.dims, (shape = { space: spaceKey(node), rows: rowKey(node), inner: innerCount(node) }));
    return shape;
  }

  private open(node: Node, kind: GroupKind, sealed = false): void {
    const { space, rows } = this.shapeOf(node);
    this.add(node, { kind, sealed, nodes: new Set(), space, rows, widest: 1, results: 0, overState: false, deps: new Set(), users: new Set(), level: 1 });
  }

  private add(node: Node, group: Draft, from: ReadonlySet<Draft> = this.feeding(node)): void {
    const { inner } = this.shapeOf(node);
    group.nodes.add(node);
    group.widest = Math.max(group.widest, inner);
    if (node.op === "reduce") group.results += inner;
    if (this.wide.has(node)) group.overState = true;
    this.home.set(node, group);
    for (const dep of from) if (dep !== group) connect(group, dep);
  }

  private merge(other: Draft, into: Draft): void {
    for (const node of other.nodes) {
      into.nodes.add(node);
      this.home.set(node, into);
    }
    into.widest = Math.max(into.widest, other.widest);
    into.results += other.results;
    into.overState ||= other.overState;
    into.deps.delete(other);
    other.users.delete(into);
    for (const user of other.users) {
      user.deps.delete(other);
      if (user !== into) connect(user, into);
    }
    for (const dep of other.deps) {
      dep.users.delete(other);
      if (dep !== into) connect(into, dep);
    }
  }

  /** The groups whose values `node` is computed from. */
  private feeding(node: Node): Set<Draft> {
    const groups = new Set<Draft>();
    const seen = new Set<Node>();
    const visit = (n: Node): void => {
      if (seen.has(n)) return;
      seen.add(n);
      const home = this.home.get(n);
      if (home) groups.add(home);
      else n.inputs.forEach(visit);
    };
    node.inputs.forEach(visit);
    return groups;
  }

  private readsOf(nodes: ReadonlySet<Node>): Set<Node> {
    const reads = new Set<Node>();
    const seen = new Set<Node>();
    const visit = (node: Node): void => {
      for (const source of this.sourcesOf(node)) {
        if (nodes.has(source) || reads.has(source)) continue;
        if (workOf(source) === "leaf" || this.home.has(source)) reads.add(source);
        else if (!seen.has(source)) {
          seen.add(source);
          visit(source);
        }
      }
    };
    for (const node of nodes) visit(node);
    return reads;
  }

  private bindingsWith(node: Node, group: Draft): number {
    // A special op's scratch and index operands are its own business: leave it room.
    return this.bindings(new Set(group.nodes).add(node)) + (group.kind === "special" ? 1 : 0);
  }

  /** At most this many: a value counts as stored while a reader may still turn up outside. */
  private bindings(nodes: ReadonlySet<Node>): number {
    let stored = 0;
    for (const node of nodes) if (this.needed.has(node) || this.readers.get(node)?.some((r) => !nodes.has(r))) stored++;
    return this.readsOf(nodes).size + Math.max(1, stored);
  }
}

function rowLimitOf(rows: string): number {
  return rows === "" ? onlyRowLimit : rowLimit;
}

function connect(user: Draft, dep: Draft): void {
  user.deps.add(dep);
  dep.users.add(user);
  raise(user, dep.level + 1);
}

function raise(group: Draft, level: number): void {
  if (group.level >= level) return;
  group.level = level;
  for (const user of group.users) raise(user, level + 1);
}

/** Whether `from` is, or depends on, `to`. */
function reaches(from: Draft, to: Draft, seen = new Set<Draft>()): boolean {
  if (from === to) return true;
  if (from.level <= to.level || seen.has(from)) return false;
  seen.add(from);
  for (const dep of from.deps) if (reaches(dep, to, seen)) return true;
  return false;
}

function first(nodes: ReadonlySet<Node>): Node {
  return nodes.values().next().value ?? bug("an empty group");
}

function lastOf(nodes: ReadonlySet<Node>): Node {
  return [...nodes].at(-1) ?? bug("an empty group");
}
