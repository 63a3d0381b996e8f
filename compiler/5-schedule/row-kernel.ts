/**
 * A `row` group → one kernel: a team of threads a row, striding over the inner dims; where rows are many, a workgroup has several
 * teams. Work is cut into phases with barriers between them; what later phases read at other places is held in workgroup memory.
 */
import { assert } from "../../src/base/assert.js";
import { tokenDim, type Dim, type Node } from "../../src/graph/graph.js";
import { add, and, div, equal, flatWorkgroup, less, min, mod, mul, sub, thread, u } from "../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, indexIn, type Coordinates } from "../../src/kernel/view.js";
import { KernelWriter } from "../../src/kernel/writer.js";
import { bindingsOf, kernelNameOf, type Bindings, type FusedGroup } from "./fused.js";
import { combine, identityOf, Inliner } from "./inline.js";
import { planPhases, type Phase } from "./phases.js";
import { acrossLanes, subgroup, type Join } from "./kernels/across.js";
import { workgroupNumbers } from "./rows.js";
import { innerCount, innerDims, lengthOf, rowDims } from "./space.js";
import type { KernelTarget } from "./target.js";

type Reduce = Node & { op: "reduce" };

/** The threads of a row, and the rows of a workgroup. */
interface Team {
  readonly size: number;
  readonly rows: number;
}

export function buildRowKernel(group: FusedGroup, target: KernelTarget): Launch {
  const team = target.subgroup > 0 ? teamOfSubgroups(group) : teamFor(group);
  const threads = team.size * team.rows;
  const plan = planPhases(group, team.size, workgroupNumbers / team.rows);
  const rows = rowDims(group.nodes[0]!);
  const w = new KernelWriter(kernelNameOf(group), threads, group.nodes[0]!.span);
  const first = w.let_("first", mul(flatWorkgroup(), u(team.rows)));
  const count = elementCount(rows);
  const slot = team.rows === 1 ? u(0) : w.let_("team", div(thread, u(team.size)));
  const member = team.rows === 1 ? thread : w.let_("member", mod(thread, u(team.size)));
  const arrays = new Map([...plan.held].map((node) => [node, w.array("held", node.dtype, innerCount(node) * team.rows, "workgroup")]));
  const bindings = bindingsOf(w, group);
  const heldAt = (node: Node, at: Coordinates): KernelExpr => add(mul(slot, u(innerCount(node))), indexIn(innerDims(node), at));
  const inliner: Inliner = new Inliner(w, {
    inMemory: group.inMemory,
    bind: bindings.read,
    held: (node, at): KernelExpr | undefined => {
      if (writer.writing.has(node)) return undefined;
      const array = arrays.get(node);
      return array === undefined ? writer.registers.get(node) : w.loadArray(array, heldAt(node, at));
    },
  });
  const place: Place = { team, subgroups: target.subgroup > 0, slot, member, heldAt, exists: team.rows === 1 ? undefined : w.let_("exists", less(add(first, slot), count)) };
  const writer: PhaseWriter = new PhaseWriter(w, inliner, group, bindings, arrays, place);
  const all = (body: () => void): void => {
    // A value without rows is computed in the outermost block, so the work that it follows must stand there too.
    if (rows.length === 0) body();
    else inliner.branch(less(first, count), body);
  };
  // Whole workgroups stay or go, so all threads of one meet at the barriers. Teams without a row compute the last one and store nothing.
  all(() => {
    const row = team.rows === 1 ? first : inliner.coordinate("row", min(add(first, slot), sub(count, u(1))));
    const at = inliner.unflatten(rows, row);
    for (const phase of plan.phases) {
      if (phase.barrier) w.barrier();
      writer.write(phase, at);
    }
  });
  return w.launch(rows.map((d) => d.size), team.rows, group.label);
}

/** Threads of a workgroup of several teams. */
const manyThreads = 32;

/**
 * Few rows, as in a decode step, get many threads each. Of many rows, several share a workgroup: there are threads enough, and a
 * small team has little to join behind each reduction and few threads to wait for.
 */
function teamFor(group: FusedGroup): Team {
  const widest = widestOf(group);
  const many = rowDims(group.nodes[0]!).some((d) => d.name === tokenDim);
  if (!many || widest > 1024) return { size: widest <= 256 ? 32 : widest <= 1024 ? 64 : widest <= 4096 ? 128 : 256, rows: 1 };
  const size = widest <= 256 ? 8 : 16;
  const results = resultsOf(group);
  let rows = manyThreads / size;
  while (rows > 1 && results + 2 * size > workgroupNumbers / rows) rows /= 2;
  return { size, rows };
}

/**
 * Of many rows each has a subgroup, which needs no memory to join what its threads have; few rows get some. Wider ones, which are limited by how much a workgroup's
 * threads have under way, get more.
 */
function teamOfSubgroups(group: FusedGroup): Team {
  const widest = widestOf(group);
  const many = rowDims(group.nodes[0]!).some((d) => d.name === tokenDim);
  if (!many || widest > 1024) return { size: widest <= 128 ? subgroup : widest <= 1024 ? 4 * subgroup : 8 * subgroup, rows: 1 };
  const results = resultsOf(group);
  let rows = 4;
  while (rows > 1 && results > workgroupNumbers / rows) rows /= 2;
  return { size: subgroup, rows };
}

function widestOf(group: FusedGroup): number {
  return Math.max(...group.nodes.map((n) => (n.op === "reduce" ? lengthOf(n) * innerCount(n) : innerCount(n))));
}

/** Inner elements of the results of all reductions. */
function resultsOf(group: FusedGroup): number {
  return group.nodes.filter((n) => n.op === "reduce").reduce((sum, n) => sum + innerCount(n), 0);
}

/** Where a thread stands in its workgroup. */
interface Place {
  readonly team: Team;
  /** Whether threads of a subgroup can exchange registers; then a team is one, or several of them. */
  readonly subgroups: boolean;
  /** The number of its team. */
  readonly slot: KernelExpr;
  /** Its number in the team. */
  readonly member: KernelExpr;
  readonly heldAt: (node: Node, at: Coordinates) => KernelExpr;
  /** Whether the team has a row of its own; undefined: it has. */
  readonly exists: KernelExpr | undefined;
}

class PhaseWriter {
  /** Values that are being computed now, and so cannot be read from where they are to be held. */
  readonly writing = new Set<Node>();
  /** Single values of this row, the same in every thread. */
  readonly registers = new Map<Node, KernelExpr>();
  private reductions = 0;
  private readonly partials = new Map<string, string>();

  constructor(
    private readonly w: KernelWriter,
    private readonly inliner: Inliner,
    private readonly group: FusedGroup,
    private readonly bindings: Bindings,
    private readonly arrays: ReadonlyMap<Node, string>,
    private readonly place: Place,
  ) {}

  write(phase: Phase, row: Coordinates): void {
    for (const node of phase.nodes) this.writing.add(node);
    const [first] = phase.nodes as [Node];
    const single = innerCount(first) === 1;
    if (phase.lanes > 1) {
      if (single) this.writeSharedSingle(first as Reduce, phase.lanes, row);
      else this.writeShared(first as Reduce, phase.lanes, row);
    } else if (single) this.writeSingles(phase.nodes, row);
    else this.writeEach(phase.nodes, row);
    for (const node of phase.nodes) this.writing.delete(node);
  }

  /** Threads stride over the elements of an inner space; each computes the phase's values there. */
  private writeEach(nodes: readonly Node[], row: Coordinates): void {
    const { inliner } = this;
    const { team, member } = this.place;
    const dims = innerDims(nodes[0]!);
    inliner.loop("each", member, u(innerCount(nodes[0]!)), (flat) => {
      const at = this.within(row, dims, flat);
      const values = nodes.map((n): [Node, KernelExpr] => [n, inliner.value(n, at)]);
      for (const [n, value] of values) this.keep(n, at, value);
    }, u(team.size));
  }

  /** Values without inner dims: every thread computes them. */
  private writeSingles(nodes: readonly Node[], row: Coordinates): void {
    const at = this.within(row, innerDims(nodes[0]!), u(0));
    const values = nodes.map((n): [Node, KernelExpr] => [n, this.w.let_("one", this.inliner.value(n, at))]);
    for (const [n, value] of values) this.keepSingle(n, at, value);
  }

  /**
   * A reduction to one value: each thread adds up a part, and after one barrier every thread joins all parts for itself.
   * Joining by halves takes a barrier for each, and on CPUs, which run a workgroup as one thread, barriers are what costs.
   */
  private writeSharedSingle(node: Reduce, lanes: number, row: Coordinates): void {
    const { w, inliner } = this;
    const { team, member } = this.place;
    const at = this.within(row, innerDims(node), u(0));
    const total = w.var_("total", identityOf(node));
    const walk = (): void => this.walk(node, total, at, member, lanes);
    if (lanes === team.size) walk();
    else inliner.branch(less(member, u(lanes)), walk);
    if (this.place.subgroups) return this.keepSingle(node, at, this.acrossTeam(node, total, lanes));
    const partial = this.partialOf(node);
    w.storeArray(partial, thread, total);
    w.barrier();
    this.keepSingle(node, at, this.join(node, partial, mul(this.place.slot, u(team.size)), lanes));
  }

  /** A reduction to several values, each shared by `lanes` threads, of which the first joins the parts. */
  private writeShared(node: Reduce, lanes: number, row: Coordinates): void {
    const { w, inliner } = this;
    const { team, member } = this.place;
    const results = innerCount(node);
    const atOnce = team.size / lanes;
    const inMemory = !this.place.subgroups || lanes > subgroup;
    const partial = inMemory ? this.partialOf(node) : undefined;
    const lane = w.let_("lane", mod(member, u(lanes)));
    inliner.loop("base", u(0), u(results), (base) => {
      const result = inliner.coordinate("result", add(base, div(member, u(lanes))));
      const inRange = results % atOnce === 0 ? undefined : less(result, u(results));
      const total = w.var_("total", identityOf(node));
      const walk = (): void => this.walk(node, total, this.within(row, innerDims(node), result), lane, lanes);
      if (inRange) inliner.branch(inRange, walk);
      else walk();
      const first = equal(lane, u(0));
      const keepFirst = (value: () => KernelExpr): void => {
        inliner.branch(inRange ? and(first, inRange) : first, () => this.keep(node, this.within(row, innerDims(node), result), value()));
      };
      const own = this.place.subgroups ? acrossLanes(w, total, this.joinOf(node), Math.min(lanes, subgroup)) : total;
      if (partial === undefined) return keepFirst(() => own);
      w.storeArray(partial, thread, own);
      w.barrier();
      // Of a subgroup, every thread has what all of it have.
      keepFirst(() => (this.place.subgroups ? this.joinSubgroups(node, partial, thread, lanes) : this.join(node, partial, thread, lanes)));
      // The next round writes over the parts.
      if (results > atOnce) w.barrier();
    }, u(atOnce));
  }

  /** Adds to `total` the elements lane, lane + lanes, … of what `node` reduces. */
  private walk(node: Reduce, total: KernelExpr, at: Coordinates, lane: KernelExpr, lanes: number): void {
    const { w, inliner } = this;
    const x = node.inputs[0]!;
    const over = x.dims.filter((d) => node.over.includes(d.name) && d.size !== 1);
    inliner.loop("step", lane, elementCount(over), (step) => {
      w.assign(total, combine(node, total, inliner.value(x, this.within(at, over, step))));
    }, u(lanes));
  }

  /** `lanes` parts from `from` on, in their order. */
  private join(node: Reduce, partial: string, from: KernelExpr, lanes: number): KernelExpr {
    const { w, inliner } = this;
    const whole = w.var_("whole", identityOf(node));
    inliner.loop("part", u(0), u(lanes), (part) => w.assign(whole, combine(node, whole, w.loadArray(partial, add(from, part)))), u(1));
    return w.let_("joined", whole);
  }

  /** One value of what the first `lanes` threads of the team have, for all of it; the others have what changes nothing. */
  private acrossTeam(node: Reduce, own: KernelExpr, lanes: number): KernelExpr {
    const { w } = this;
    const { team, member } = this.place;
    const joined = acrossLanes(w, own, this.joinOf(node));
    if (team.size === subgroup) return joined;
    const partial = this.partialOf(node);
    w.storeArray(partial, member, joined);
    w.barrier();
    return this.joinSubgroups(node, partial, u(0), lanes);
  }

  /** The parts of the subgroups of `lanes` threads from `from` on. */
  private joinSubgroups(node: Reduce, partial: string, from: KernelExpr, lanes: number): KernelExpr {
    const { w } = this;
    const parts = Array.from({ length: Math.ceil(lanes / subgroup) }, (_, at) => w.let_("part", w.loadArray(partial, add(from, u(at * subgroup)))));
    return w.let_("joined", parts.reduce(this.joinOf(node)));
  }

  private joinOf(node: Reduce): Join {
    return (a, b) => combine(node, a, b);
  }

  private keepSingle(node: Node, at: Coordinates, value: KernelExpr): void {
    this.registers.set(node, value);
    if (this.group.stored.includes(node)) this.inliner.branch(equal(this.place.member, u(0)), () => this.keep(node, at, value));
  }

  private keep(node: Node, at: Coordinates, value: KernelExpr): void {
    const array = this.arrays.get(node);
    if (array !== undefined) this.w.storeArray(array, this.place.heldAt(node, at), value);
    if (!this.group.stored.includes(node)) return;
    const store = (): void => this.w.store(this.bindings.write(node), this.inliner.index(node, at), value);
    if (this.place.exists) this.w.if_(this.place.exists, store);
    else store();
  }

  /** The row's coordinates and those of a flat place in `dims`. */
  private within(row: Coordinates, dims: readonly Dim[], flat: KernelExpr): Coordinates {
    const [only, ...others] = dims;
    if (!only) return row;
    if (others.length === 0 && (flat.kind === "variable" || flat.kind === "constant")) return new Map([...row, [only.name, flat]]);
    const named = new Map(row);
    for (const [name, place] of coordinatesOf(dims, flat)) named.set(name, this.inliner.coordinate("at", place));
    return named;
  }

  /** Two arrays by turns: whoever writes one again has passed the barrier behind which the other was read. */
  private partialOf(node: Reduce): string {
    const key = `${node.dtype} ${this.reductions++ % 2}`;
    const known = this.partials.get(key);
    if (known !== undefined) return known;
    assert(this.w.threads > 1, "parts of one thread");
    const made = this.w.array("partial", node.dtype, this.w.threads, "workgroup");
    this.partials.set(key, made);
    return made;
  }
}
