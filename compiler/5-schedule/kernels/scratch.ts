/** Values that one launch of a special op leaves for the next: nodes of no graph, which `memory.ts` places like others. */
import type { Dim, DType, Node } from "../../../src/graph/graph.js";

/** The `which`-th scratch value of `node`. Its id is no node's, so that a kernel can bind both. */
export function scratch(node: Node, which: number, dtype: DType, dims: readonly Dim[]): Node {
  return { ...node, id: -(node.id * 4 + which + 1), dtype, dims, storage: undefined };
}
