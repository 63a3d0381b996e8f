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
import { narrowOf, tokenDim, type Dim, type Graph, type Node } from "../../src/graph/graph.js";
import { isView, sourceOf } from "../../src/kernel/view.js";
import { connect, first, lastOf, reaches, type Draft, type GroupKind } from "./draft.js";
import { overStates } from "./over-states.js";
import { fitsRow, isColumn, rowLimitOf } from "./rows.js";
import { costOf, innerCount, reachable, rowKey, sourcesOf, spaceKey, takesEpilogue, workOf } from "./space.js";
import { keyOfStorage, storageKey, updatesOf } from "./storage.js";
import { wgslTarget, type KernelTarget } from "./target.js";
import { bindingsOf, updateSets, type UpdateSet } from "./updates.js";

export interface Group {
  readonly kind: GroupKind;
  /** By id. Without views and without what is computed again by every reader. */
  readonly nodes: readonly Node[];
  /** What others need: written to memory. */
  readonly stored: readonly Node[];
  /** What is read from memory: leaves and values that other groups store. */
  readonly reads: readonly Node[];
  /** Of a special group: the group that each of its workgroups computes once more, instead of reading what it stored (`prologues.ts`). Its reads are among `reads`, and what it stores is among `stored`. */
  readonly prologue?: Group;
}

/** Elements that are cheap to compute again by each reader. */
const lightCost = 8;
/**
 * From this many weights on a product of a training step stands alone on CUDA, where a library may do it: an epilogue saves a write and a read of the result, 8 bytes for each
 * element, and a library saves a good part of the product's time, whose 2 · inner operations for each element are worth more than that from about 500 inner places on.
 */
const aloneFrom = 2 ** 20;

export function groupNodes(graph: Graph, target: KernelTarget = wgslTarget): Group[] {
  const grouper = new Grouper(graph, target);
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

  private readonly bindingLimit: number;
  /** Whether the graph is of training. */
  private readonly trains: boolean;

  constructor(graph: Graph, private readonly target: KernelTarget) {
    this.bindingLimit = target.bindings;
    this.trains = graph.backward !== undefined;
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
    const together = bindingsOf(set, this.readsOf(set.nodes)) <= this.bindingLimit;
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
      if (d.kind !== "special" && !d.sealed && bindings > this.bindingLimit) bug(`a group of ${nodes.map((n) => n.op).join(", ")} has ${bindings} bindings`);
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
    if (node.op === "flip" && [...parts].some((p) => this.home.has(p))) return false;
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
    const row = node.op === "reduce" && !isColumn(node, this.wide);
    this.open(node, row ? "row" : node.op === "reduce" ? "column" : "map");
  }

  /** What the group becomes when `node` joins it; undefined where it may not. */
  private joins(node: Node, group: Draft, feeding: ReadonlySet<Draft>): Partial<Draft> | undefined {
    // A group of the forward pass that also computed for the backward pass would have to keep that until then.
    const across = node.id >= this.backward && first(group.nodes).id < this.backward;
    const change = group.sealed || across ? undefined : this.matches(node, group);
    // The opposite order is of other rows than those that a kernel is at: they must lie in memory.
    if (!change || (node.op === "flip" && feeding.has(group))) return undefined;
    for (const dep of feeding) if (dep !== group && reaches(dep, group)) return undefined;
    return this.bindingsWith(node, group) > this.bindingLimit ? undefined : change;
  }

  /** What the group would become, looking at spaces alone. */
  private matches(node: Node, group: Draft): Partial<Draft> | undefined {
    switch (group.kind) {
      case "special":
        return this.extendsEpilogue(node, group) ? {} : undefined;
      case "map":
        if (isColumn(node, this.wide)) return this.becomesColumn(node, group) ? { kind: "column", space: this.spaceOf(node) } : undefined;
        if (node.op === "reduce") return fitsRow(node, this.shapeOf(node), group, this.wide) ? { kind: "row" } : undefined;
        return this.spaceOf(node) === group.space ? {} : undefined;
      case "column":
        return node.op === "map" && this.spaceOf(node) === group.space && this.readsInPlace(node, group) ? {} : undefined;
      case "row":
        return !isColumn(node, this.wide) && fitsRow(node, this.shapeOf(node), group, this.wide) ? {} : undefined;
    }
  }

  /** The last node of the chain is read by `node` alone, element by element. */
  private extendsEpilogue(node: Node, group: Draft): boolean {
    const tail = lastOf(group.nodes);
    const op = first(group.nodes);
    if (!takesEpilogue(op) || this.standsAlone(op) || node.op !== "map" || this.needed.has(tail) || !this.isReadBy(tail, node)) return false;
    const own = this.updates.get(node);
    // What is updated from itself is updated in place, by a kernel where each thread sees its own element only.
    if (own !== undefined && this.sourcesOf(node).some((s) => storageKey(s) === own)) return false;
    return node.dtype === "f32" && this.spaceOf(node) === group.space && this.readsInPlace(node, group);
  }

  /** A large product that a library may do: it has no product of a narrow and a wide factor. */
  private standsAlone(op: Node): boolean {
    if (op.op !== "matmul" || !this.trains || this.target.name !== "cuda") return false;
    const [x, weight] = op.inputs as [Node, Node];
    return sourceOf(x).storage === narrowOf(this.target.precision) && innerCount(weight) >= aloneFrom && op.dims.some((d) => d.name === tokenDim && d.size !== 1);
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

  /** `node` reads the group's values at its own place: through no rename. */
  private readsInPlace(node: Node, group: Draft): boolean {
    const renamed = (n: Node): boolean => n.op === "rename" || (isView(n) && renamed(n.inputs[0]!));
    return node.inputs.every((n) => !group.nodes.has(sourceOf(n)) || !renamed(n));
  }

  /** `other` computes elementwise what `node` reads elementwise, in the same space: one kernel does both. */
  private mergeable(node: Node, other: Draft, into: Draft): boolean {
    const across = node.id >= this.backward && first(other.nodes).id < this.backward;
    if (other.sealed || across || other.kind !== "map" || into.kind === "special") return false;
    if (other.space !== this.spaceOf(node) || other.rows !== into.rows) return false;
    if (into.kind === "row" ? other.widest > rowLimitOf(into.rows) || other.overState : into.space !== other.space) return false;
    if (into.kind === "column" && [...other.nodes].some((n) => n.op !== "map" || !this.readsInPlace(n, other))) return false;
    if (into.kind === "column" && !this.readsInPlace(node, other)) return false;
    if (this.mirrors(other, into) || this.mirrors(into, other)) return false;
    const path = (from: Draft, to: Draft): boolean => [...from.deps].some((d) => d !== to && reaches(d, to));
    if (path(into, other) || path(other, into)) return false;
    return this.bindings(new Set([...other.nodes, ...into.nodes])) <= this.bindingLimit;
  }

  /** Whether `group` has the opposite order of something that `source` computes. */
  private mirrors(group: Draft, source: Draft): boolean {
    for (const node of group.nodes) if (node.op === "flip" && this.feeding(node).has(source)) return true;
    return false;
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
