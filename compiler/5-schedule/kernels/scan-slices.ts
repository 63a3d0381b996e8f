/** What the forms of `scan_read` share: a state that a thread cannot hold is walked in slices, whose sums are kept for each token of the chunk. */
import { tokenDim, type Dim, type NodeOf } from "../../../src/graph/graph.js";
import { add, f, min, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { zeros } from "../vector.js";
import { chunksOf, type Walk } from "./recurrence.js";

/** The result's dims with chunks in place of tokens: a thread for each. */
export function chunkColumns(node: NodeOf<"scan_read">): Dim[] {
  const chunk = chunksOf(node.inputs[0]!);
  return node.dims.map((d) => (d.name === tokenDim ? chunk : d));
}

/** What becomes of a token's sum. */
export type Done = (t: KernelExpr, sum: KernelExpr) => void;

/**
 * Writes a walk over a chunk's tokens (`range`) for each slice of `length` of all `size` places, and `store` for each token's whole sum.
 * `slice` writes one walk, for `count` places from `first`.
 */
export function bySlices(
  walk: Walk, range: readonly [KernelExpr, KernelExpr], type: "f32" | "vec4f", [size, length]: readonly [number, number],
  slice: (first: KernelExpr, count: KernelExpr, done: Done) => void, store: Done,
): void {
  const { w } = walk;
  if (size <= length) return slice(u(0), u(size), store);
  const [from, to] = range;
  const sums = w.array("sums", type, walk.chunk, "thread");
  w.for_("t", from, to, (t) => w.storeArray(sums, sub(t, from), type === "f32" ? f(0) : zeros));
  w.for_("first", u(0), u(size), (first) => {
    // Vectors have slices of one length, which is known now.
    const count = size % length === 0 ? u(length) : w.let_("count", min(u(length), sub(u(size), first)));
    slice(first, count, (t, sum) => {
      const place = w.let_("place", sub(t, from));
      w.storeArray(sums, place, add(w.loadArray(sums, place), sum));
    });
  }, { step: u(length) });
  w.for_("t", from, to, (t) => store(t, w.loadArray(sums, sub(t, from))));
}

export function largestDivisor(of: number, most: number): number {
  let found = Math.min(of, most);
  while (found > 1 && of % found !== 0) found--;
  return found;
}
