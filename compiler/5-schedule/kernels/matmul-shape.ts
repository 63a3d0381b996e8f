/** A product's dims by their part in it, where they lie as kernels want them: what every kernel of `matmul` begins with. */
import type { Dim, NodeOf } from "../../../src/graph/graph.js";
import { extent, product } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { inOrder, weightCount, withoutOnes } from "./elements.js";

export type Matmul = NodeOf<"matmul">;

/** x [rows…, per…, over…] · w [per…, outputs…, over…] or [per…, over…, outputs…] → [rows…, per…, outputs…], each group neighbours in memory. */
export interface Shape {
  readonly rows: readonly Dim[];
  /** per, then outputs: the columns of the result. */
  readonly columns: readonly Dim[];
  /** Whether outputs are the last dims of w: its lines are one output behind the other. Else its lines are what is summed over. */
  readonly asStored: boolean;
  readonly M: KernelExpr;
  /** Products of the sizes of over, per, outputs, and of the last two. */
  readonly K: number;
  readonly P: number;
  readonly O: number;
  readonly N: number;
}

/** Undefined where dims lie otherwise. */
export function shapeOf(node: Matmul): Shape | undefined {
  const [x, w] = node.inputs as [Matmul["inputs"][number], Matmul["inputs"][number]];
  const [xDims, wDims] = [withoutOnes(x.dims), withoutOnes(w.dims)];
  const names = (dims: readonly Dim[]): Set<string> => new Set(dims.map((d) => d.name));
  const [inX, inW] = [names(xDims), names(wDims)];
  const over = wDims.filter((d) => node.over.includes(d.name));
  const per = wDims.filter((d) => !node.over.includes(d.name) && inX.has(d.name));
  const outputs = wDims.filter((d) => !node.over.includes(d.name) && !inX.has(d.name));
  const rows = xDims.filter((d) => !inW.has(d.name));
  const asStored = outputs.length > 0 && inOrder(wDims, [...per, ...over, ...outputs]);
  if (!(asStored || inOrder(wDims, [...per, ...outputs, ...over])) || !inOrder(xDims, [...rows, ...per, ...over])) return undefined;
  if (!inOrder(withoutOnes(node.dims), [...rows, ...per, ...outputs])) return undefined;
  const [K, P, O] = [weightCount(over), weightCount(per), weightCount(outputs)];
  return { rows, columns: [...per, ...outputs], asStored, M: product(rows.map((d) => extent(d.size))), K, P, O, N: P * O };
}
