/**
 * `map` and `column` groups → one kernel: a thread an element of the space. In a column, values of the larger space (that of what
 * is reduced) are computed, stored and added up inside the loop.
 */
import { bug } from "../../src/base/assert.js";
import type { Dim, Node } from "../../src/graph/graph.js";
import { flatIndex, less } from "../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../src/kernel/kernel.js";
import { elementCount, staticCount, type Coordinates } from "../../src/kernel/view.js";
import { KernelWriter } from "../../src/kernel/writer.js";
import { bindingsOf, kernelNameOf, type FusedGroup } from "./fused.js";
import { Inliner } from "./inline.js";
import { spaceKey } from "./space.js";

export function buildMapKernel(group: FusedGroup): Launch {
  const reduce = group.kind === "column" ? (group.nodes.find((n) => n.op === "reduce") ?? bug("a column without a reduction")) : undefined;
  const space = orderOf(reduce ?? group.stored.at(-1) ?? bug("a group that stores nothing"), group, reduce !== undefined);
  const count = staticCount(space);
  const threads = count !== undefined && count <= 1 ? 1 : 64;
  const w = new KernelWriter(kernelNameOf(group), threads, group.nodes[0]!.span);
  const { read, write } = bindingsOf(w, group);

  const inLoop = reduce ? group.stored.filter((n) => spaceKey(n) !== spaceKey(reduce)) : [];
  const inliner = new Inliner(w, {
    inMemory: group.inMemory,
    bind: read,
    inLoop: (_, at) => storeAll(inliner, inLoop, at),
  });
  const place = w.let_("at", flatIndex(threads));
  inliner.branch(less(place, elementCount(space)), () => {
    const at = inliner.unflatten(space, place);
    // A column's loop stores the larger values, so it runs even where nobody else asks for its total.
    if (reduce) inliner.value(reduce, at);
    storeAll(inliner, group.stored.filter((n) => !inLoop.includes(n)), at);
  });
  return w.launch(space.map((d) => d.size), threads, group.label);

  /** All values before all stores: a value that is stored in place is read before it is overwritten. */
  function storeAll(from: Inliner, nodes: readonly Node[], at: Coordinates): void {
    const values = nodes.map((n): [Node, KernelExpr] => [n, from.value(n, at)]);
    for (const [n, value] of values) w.store(write(n), from.index(n, at), value);
  }
}

/** The space's dims in the order of the value that is stored last, so that neighbouring threads store neighbours. */
function orderOf(node: Node, group: FusedGroup, column: boolean): readonly Dim[] {
  if (!column) return node.dims;
  const after = group.stored.filter((n) => spaceKey(n) === spaceKey(node)).at(-1);
  return (after ?? node).dims;
}
