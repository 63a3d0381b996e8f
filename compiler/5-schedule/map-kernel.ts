/**
 * `map` and `column` groups → one kernel: a thread an element of the space. In a column, values of the larger space (that of what
 * is reduced) are computed, stored and added up inside the loop; on devices with subgroups several threads share a column where that can be.
 */
import { bug } from "../../src/base/assert.js";
import { tokenDim, type Dim, type Node, type NodeOf } from "../../src/graph/graph.js";
import { add, div, equal, flatIndex, flatWorkgroup, less, mod, mul, thread, u } from "../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../src/kernel/kernel.js";
import { elementCount, staticCount, type Coordinates } from "../../src/kernel/view.js";
import { KernelWriter } from "../../src/kernel/writer.js";
import { bindingsOf, kernelNameOf, type Bindings, type FusedGroup } from "./fused.js";
import { combine, Inliner } from "./inline.js";
import { acrossLanes, subgroup, type Join } from "./kernels/across.js";
import { spaceKey } from "./space.js";
import type { KernelTarget } from "./target.js";
import { lastDim } from "./vector.js";

type Reduce = NodeOf<"reduce">;

/** Threads side by side over columns that are shared: a subgroup reads neighbours. */
const columnsAtOnce = subgroup;
/** Where elements of a column are neighbours in memory, a subgroup has a column: so many subgroups, for columns of so many neighbours at least. */
const subgroupsOfElements = 8;
const leastAcross = 2 * subgroup;

export function buildMapKernel(group: FusedGroup, target: KernelTarget): Launch {
  const reduce = group.kind === "column" ? (group.nodes.find((n) => n.op === "reduce") ?? bug("a column without a reduction")) : undefined;
  const space = orderOf(reduce ?? group.stored.at(-1) ?? bug("a group that stores nothing"), group, reduce !== undefined);
  if (reduce && target.subgroup > 0) {
    const share = shareOf(reduce, space);
    if (share) return buildSharedColumns(group, reduce, space, share);
  }
  const count = staticCount(space);
  const threads = count !== undefined && count <= 1 ? 1 : target.subgroup > 0 ? 128 : 64;
  const w = new KernelWriter(kernelNameOf(group), threads, group.nodes[0]!.span);
  const { read, write } = bindingsOf(w, group);

  const inLoop = reduce ? group.stored.filter((n) => spaceKey(n) !== spaceKey(reduce)) : [];
  const inliner: Inliner = new Inliner(w, {
    inMemory: group.inMemory,
    bind: read,
    inLoop: (_, at) => storeValues(w, write, inliner, inLoop, at),
  });
  const place = w.let_("at", flatIndex(threads));
  inliner.branch(less(place, elementCount(space)), () => {
    const at = inliner.unflatten(space, place);
    // A column's loop stores the larger values, so it runs even where nobody else asks for its total.
    if (reduce) inliner.value(reduce, at);
    storeValues(w, write, inliner, group.stored.filter((n) => !inLoop.includes(n)), at);
  });
  return w.launch(space.map((d) => d.size), threads, group.label);
}

/** All values before all stores: a value that is stored in place is read before it is overwritten. */
function storeValues(w: KernelWriter, write: Bindings["write"], from: Inliner, nodes: readonly Node[], at: Coordinates): void {
  const values = nodes.map((n): [Node, KernelExpr] => [n, from.value(n, at)]);
  for (const [n, value] of values) w.store(write(n), from.index(n, at), value);
}

interface Share {
  readonly dim: string;
  /** Threads of a column. */
  readonly parts: number;
  /** What threads side by side have, and read in memory: columns, or elements of one. */
  readonly sideBySide: "columns" | "elements";
}

/** How threads share a column. Side by side over columns none may be without one, so that all meet at the barrier. */
function shareOf(reduce: Reduce, space: readonly Dim[]): Share | undefined {
  const last = lastDim(reduce.inputs[0]!.dims);
  if (last && reduce.over.includes(last.name) && typeof last.size === "number" && last.size >= leastAcross) return { dim: last.name, parts: subgroup, sideBySide: "elements" };
  const inner = space.reduce((product, d) => product * (typeof d.size === "number" ? d.size : 1), 1);
  const over = reduce.inputs[0]!.dims.filter((d) => reduce.over.includes(d.name));
  const dim = over.find((d) => d.name === tokenDim && d.size !== 1) ?? over.find((d) => typeof d.size === "number" && d.size >= 8);
  if (!dim || inner % columnsAtOnce !== 0) return undefined;
  // Over all tokens of a batch there is much to do; over the slots of a state, little.
  return { dim: dim.name, parts: dim.name === tokenDim ? 32 : 8, sideBySide: "columns" };
}

function buildSharedColumns(group: FusedGroup, reduce: Reduce, space: readonly Dim[], { dim, parts, sideBySide }: Share): Launch {
  const columns = sideBySide === "columns" ? columnsAtOnce : subgroupsOfElements;
  const w = new KernelWriter(kernelNameOf(group), columns * parts, group.nodes[0]!.span);
  const { read, write } = bindingsOf(w, group);
  const inLoop = group.stored.filter((n) => spaceKey(n) !== spaceKey(reduce));
  const [inner, outer] = [mod(thread, u(subgroup)), div(thread, u(subgroup))];
  const column = w.let_("column", sideBySide === "columns" ? inner : outer);
  const part = w.let_("part", sideBySide === "columns" ? outer : inner);
  const both: Join = (a, b) => combine(reduce, a, b);
  const join = sideBySide === "columns" ? acrossParts(w, reduce, column, parts, both) : (own: KernelExpr): KernelExpr => acrossLanes(w, own, both);
  const inliner: Inliner = new Inliner(w, {
    inMemory: group.inMemory,
    bind: read,
    inLoop: (_, at) => storeValues(w, write, inliner, inLoop, at),
    shared: { node: reduce, dim, part, parts, join },
  });
  const first = w.let_("first", mul(flatWorkgroup(), u(columns)));
  const own = w.let_("at", add(first, column));
  // Whole workgroups stay or go where all threads of one meet, else whole subgroups.
  inliner.branch(less(sideBySide === "columns" ? first : own, elementCount(space)), () => {
    // A coordinate of this branch: what it is read at must not be written in front of it.
    const at = inliner.unflatten(space, inliner.coordinate("at", own));
    inliner.value(reduce, at);
    inliner.branch(equal(part, u(0)), () => storeValues(w, write, inliner, group.stored.filter((n) => !inLoop.includes(n)), at));
  });
  return w.launch(space.map((d) => d.size), columns, group.label);
}

/** Joins the parts of a column, which threads of several subgroups have, in workgroup memory. */
function acrossParts(w: KernelWriter, reduce: Reduce, column: KernelExpr, parts: number, both: Join): (own: KernelExpr) => KernelExpr {
  const totals = w.array("totals", reduce.dtype, w.threads, "workgroup");
  return (own) => {
    w.storeArray(totals, thread, own);
    w.barrier();
    return w.let_("whole", Array.from({ length: parts }, (_, p) => w.let_("of_part", w.loadArray(totals, add(column, u(p * columnsAtOnce))))).reduce(both));
  };
}

/** The space's dims in the order of the value that is stored last, so that neighbouring threads store neighbours. */
function orderOf(node: Node, group: FusedGroup, column: boolean): readonly Dim[] {
  if (!column) return node.dims;
  const after = group.stored.filter((n) => spaceKey(n) === spaceKey(node)).at(-1);
  return (after ?? node).dims;
}
