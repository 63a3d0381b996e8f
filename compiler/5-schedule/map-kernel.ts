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
import { spaceKey } from "./space.js";
import type { KernelTarget } from "./target.js";

type Reduce = NodeOf<"reduce">;

/** Threads side by side over columns that are shared: a subgroup reads neighbours. */
const columnsAtOnce = 32;

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
  readonly parts: number;
}

/** How threads share a column: none may be without one, so that all meet at the barrier. */
function shareOf(reduce: Reduce, space: readonly Dim[]): Share | undefined {
  const inner = space.reduce((product, d) => product * (typeof d.size === "number" ? d.size : 1), 1);
  const over = reduce.inputs[0]!.dims.filter((d) => reduce.over.includes(d.name));
  const dim = over.find((d) => d.name === tokenDim && d.size !== 1) ?? over.find((d) => typeof d.size === "number" && d.size >= 8);
  if (!dim || inner % columnsAtOnce !== 0) return undefined;
  // Over all tokens of a batch there is much to do; over the slots of a state, little.
  return { dim: dim.name, parts: dim.name === tokenDim ? 32 : 8 };
}

function buildSharedColumns(group: FusedGroup, reduce: Reduce, space: readonly Dim[], { dim, parts }: Share): Launch {
  const w = new KernelWriter(kernelNameOf(group), columnsAtOnce * parts, group.nodes[0]!.span);
  const { read, write } = bindingsOf(w, group);
  const inLoop = group.stored.filter((n) => spaceKey(n) !== spaceKey(reduce));
  const column = w.let_("column", mod(thread, u(columnsAtOnce)));
  const part = w.let_("part", div(thread, u(columnsAtOnce)));
  const totals = w.array("totals", reduce.dtype, w.threads, "workgroup");
  const join = (own: KernelExpr): KernelExpr => {
    w.storeArray(totals, thread, own);
    w.barrier();
    const all = Array.from({ length: parts }, (_, p) => w.let_("of_part", w.loadArray(totals, add(column, u(p * columnsAtOnce)))));
    return w.let_("whole", all.reduce((a, b) => combine(reduce, a, b)));
  };
  const inliner: Inliner = new Inliner(w, {
    inMemory: group.inMemory,
    bind: read,
    inLoop: (_, at) => storeValues(w, write, inliner, inLoop, at),
    shared: { node: reduce, dim, part, parts, join },
  });
  const first = w.let_("first", mul(flatWorkgroup(), u(columnsAtOnce)));
  inliner.branch(less(first, elementCount(space)), () => {
    const at = inliner.unflatten(space, inliner.coordinate("at", add(first, column)));
    inliner.value(reduce, at);
    inliner.branch(equal(part, u(0)), () => storeValues(w, write, inliner, group.stored.filter((n) => !inLoop.includes(n)), at));
  });
  return w.launch(space.map((d) => d.size), columnsAtOnce, group.label);
}

/** The space's dims in the order of the value that is stored last, so that neighbouring threads store neighbours. */
function orderOf(node: Node, group: FusedGroup, column: boolean): readonly Dim[] {
  if (!column) return node.dims;
  const after = group.stored.filter((n) => spaceKey(n) === spaceKey(node)).at(-1);
  return (after ?? node).dims;
}
