/** Values that one launch of a special op leaves for the next: nodes of no graph, which `memory.ts` places like others. */
import type { Dim, DType, Node } from "../../../src/graph/graph.js";

/** A scan has most: what it holds, and six packs of operands. */
const scratchPerNode = 8;

/** The `which`-th scratch value of `node`, below 8. Its id is no other value's, so that a kernel can bind both. */
export function scratch(node: Node, which: number, dtype: DType, dims: readonly Dim[]): Node {
  return { ...node, id: -(node.id * scratchPerNode + which + 1), dtype, dims, storage: undefined };
}
