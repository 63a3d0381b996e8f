/** Which reductions one workgroup walks alone, a row of it at a time, and which are columns, a thread each. */
import { batchDim, tokenDim, type Node } from "../../src/graph/graph.js";
import { sourceOf } from "../../src/kernel/view.js";
import type { Draft } from "./draft.js";
import { innerCount, innerDims, isRow, rowKey } from "./space.js";

/** Workgroup memory that every WebGPU device has, in numbers of 4 bytes. */
export const workgroupNumbers = 4096;
/** Elements of one row that one workgroup may walk. */
const rowLimit = 16_384;
/** The same where there is one row only, as among parameters: more is worth several workgroups. */
const onlyRowLimit = 1_024;
/** Results of a long reduction that a workgroup finds sooner than a thread each. */
const fewResults = 64;
/** Floats of workgroup memory for results of reductions; the rest of 16 KiB is for what is worth keeping. */
const resultLimit = 3_072;

export function rowLimitOf(rows: string): number {
  return rows === "" ? onlyRowLimit : rowLimit;
}

/**
 * A reduction that one workgroup should not walk alone: over a recurrent state (`wide`), over slots, or very long. Of few numbers from batch
 * and token (a loss), or from a whole parameter, a workgroup each is better than a thread each.
 */
export function isColumn(node: Node, wide: ReadonlySet<Node>): boolean {
  if (node.op !== "reduce") return false;
  const x = node.inputs[0]!;
  const few = innerCount(node) <= fewResults;
  const rowsOver = x.dims.filter((d) => node.over.includes(d.name) && isRow(d));
  if (rowsOver.length > 0) return !few || rowsOver.some((d) => d.name !== batchDim && d.name !== tokenDim);
  if (innerCount(x) > rowLimitOf(rowKey(x))) return !few;
  return innerCount(node) > resultLimit || (innerDims(node).length > 0 && wide.has(sourceOf(x)));
}

/** Whether a workgroup that walks a row of `group` may compute `node` too. */
export function fitsRow(node: Node, { rows, inner }: { readonly rows: string; readonly inner: number }, group: Draft, wide: ReadonlySet<Node>): boolean {
  if (rows !== group.rows || Math.max(inner, group.widest) > rowLimitOf(rows) || group.overState || wide.has(node)) return false;
  return group.results + (node.op === "reduce" ? inner : 0) <= resultLimit;
}
