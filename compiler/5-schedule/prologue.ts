/** A row group → what stands in front of a product of few rows: each of its workgroups computes the group once more, for the rows that it is about to read. */
import type { Node } from "../../src/graph/graph.js";
import { add, and, div, equal, flatWorkgroup, less, min, mod, mul, sub, thread, u } from "../../src/kernel/build.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";
import { indexIn, type Coordinates } from "../../src/kernel/view.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import { bindingsOf, kernelNameOf, type FusedGroup } from "./fused.js";
import type { HeldRows, Prologue, RowsWriter } from "./kernels/types.js";
import { PhaseWriter, type Place } from "./phase-writer.js";
import { planPhases } from "./phases.js";
import { innerCount, innerDims, rowDims } from "./space.js";

/** @param x what the product reads of the group. What the group stores the first workgroup stores, for all. */
export function prologueOf(x: Node, group: FusedGroup): Prologue {
  return { name: kernelNameOf(group), open: (w, rows) => open(w, x, group, rows) };
}

function open(w: KernelWriter, x: Node, group: FusedGroup, held: HeldRows): RowsWriter {
  const bindings = bindingsOf(w, group);
  const arrays = new Map<Node, string>([[x, held.array]]);
  const partials = new Map<string, string>();
  const arrayOf = (node: Node): string => {
    const array = arrays.get(node) ?? w.array("held", node.dtype, innerCount(node) * held.room, "workgroup");
    arrays.set(node, array);
    return array;
  };
  return (first, rows) => {
    const team = { size: w.threads / rows, rows };
    const plan = planPhases(group, team.size, 0, x);
    const slot = rows === 1 ? u(0) : w.let_("team", div(thread, u(team.size)));
    const heldAt = (node: Node, at: Coordinates): KernelExpr => {
      const index = indexIn(innerDims(node), at);
      return node === x ? held.index(slot, w.let_("place", index)) : add(mul(slot, u(innerCount(node))), index);
    };
    const own = add(first, slot);
    const place: Place = {
      team, slot, heldAt, subgroups: true,
      member: rows === 1 ? thread : w.let_("member", mod(thread, u(team.size))),
      exists: group.stored.length === 0 ? undefined : w.let_("stores", and(equal(flatWorkgroup(), u(0)), less(own, held.count))),
    };
    const writer = new PhaseWriter(w, group, bindings, new Map([...plan.held].map((node) => [node, arrayOf(node)])), place, partials);
    const row = writer.inliner.coordinate("row", min(own, sub(held.count, u(1))));
    writer.writeAll(plan.phases, writer.inliner.unflatten(rowDims(x), row));
  };
}
