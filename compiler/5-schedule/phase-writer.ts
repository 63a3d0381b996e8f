/** Phases of a row group (`phases.ts`) → statements: loops over inner dims, reductions by the threads of a team, and what is kept of the values in registers, workgroup memory and memory. */
import { assert } from "../../src/base/assert.js";
import type { Dim, Node } from "../../src/graph/graph.js";
import { add, and, div, equal, less, mod, mul, thread, u } from "../../src/kernel/build.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, type Coordinates } from "../../src/kernel/view.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import type { Bindings, FusedGroup } from "./fused.js";
import { combine, identityOf, Inliner } from "./inline.js";
import { acrossLanes, subgroup, type Join } from "./kernels/across.js";
import type { Phase } from "./phases.js";
import { innerCount, innerDims } from "./space.js";

type Reduce = Node & { op: "reduce" };

/** The threads of a row, and the rows of a workgroup. */
export interface Team {
  readonly size: number;
  readonly rows: number;
}

/** Where a thread stands in its workgroup. */
export interface Place {
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

export class PhaseWriter {
  /** Values that are being computed now, and so cannot be read from where they are to be held. */
  private readonly writing = new Set<Node>();
  /** Single values of this row, the same in every thread. */
  private readonly registers = new Map<Node, KernelExpr>();
  private reductions = 0;

  readonly inliner: Inliner;

  constructor(
    private readonly w: KernelWriter,
    private readonly group: FusedGroup,
    private readonly bindings: Bindings,
    private readonly arrays: ReadonlyMap<Node, string>,
    private readonly place: Place,
    /** Workgroup memory for parts of reductions: several writers of one kernel may share it. */
    private readonly partials: Map<string, string> = new Map(),
  ) {
    this.inliner = new Inliner(w, {
      inMemory: group.inMemory,
      bind: bindings.read,
      held: (node, at): KernelExpr | undefined => {
        if (this.writing.has(node)) return undefined;
        const array = arrays.get(node);
        return array === undefined ? this.registers.get(node) : w.loadArray(array, place.heldAt(node, at));
      },
    });
  }

  writeAll(phases: readonly Phase[], row: Coordinates): void {
    for (const phase of phases) {
      if (phase.barrier) this.w.barrier();
      this.write(phase, row);
    }
  }

  private write(phase: Phase, row: Coordinates): void {
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
    const { team } = this.place;
    const joined = acrossLanes(w, own, this.joinOf(node));
    if (team.size === subgroup) return joined;
    const partial = this.partialOf(node);
    w.storeArray(partial, thread, joined);
    w.barrier();
    return this.joinSubgroups(node, partial, mul(this.place.slot, u(team.size)), lanes);
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
