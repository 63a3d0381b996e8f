/**
 * A `row` group → one kernel: a team of threads a row, striding over the inner dims; where rows are many, a workgroup has several
 * teams. Work is cut into phases with barriers between them; what later phases read at other places is held in workgroup memory.
 */
import { tokenDim, type Node } from "../../src/graph/graph.js";
import { add, div, flatWorkgroup, less, min, mod, mul, sub, thread, u } from "../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../src/kernel/kernel.js";
import { elementCount, indexIn, type Coordinates } from "../../src/kernel/view.js";
import { KernelWriter } from "../../src/kernel/writer.js";
import { bindingsOf, kernelNameOf, type FusedGroup } from "./fused.js";
import { subgroup } from "./kernels/across.js";
import { PhaseWriter, type Place, type Team } from "./phase-writer.js";
import { planPhases } from "./phases.js";
import { workgroupNumbers } from "./rows.js";
import { innerCount, innerDims, lengthOf, rowDims } from "./space.js";
import type { KernelTarget } from "./target.js";

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
  const heldAt = (node: Node, at: Coordinates): KernelExpr => add(mul(slot, u(innerCount(node))), indexIn(innerDims(node), at));
  const place: Place = { team, subgroups: target.subgroup > 0, slot, member, heldAt, exists: team.rows === 1 ? undefined : w.let_("exists", less(add(first, slot), count)) };
  const writer = new PhaseWriter(w, group, bindingsOf(w, group), arrays, place);
  const { inliner } = writer;
  const all = (body: () => void): void => {
    // A value without rows is computed in the outermost block, so the work that it follows must stand there too.
    if (rows.length === 0) body();
    else inliner.branch(less(first, count), body);
  };
  // Whole workgroups stay or go, so all threads of one meet at the barriers. Teams without a row compute the last one and store nothing.
  all(() => {
    const row = team.rows === 1 ? first : inliner.coordinate("row", min(add(first, slot), sub(count, u(1))));
    writer.writeAll(plan.phases, inliner.unflatten(rows, row));
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
