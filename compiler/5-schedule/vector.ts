/**
 * Four neighbours at a time: how a value lies along one of its dims, and reads, writes and elementwise work on vectors of four.
 * Coordinates are as elsewhere, but along the dim in question they count fours.
 */
import { bug } from "../../src/base/assert.js";
import type { Dim, Node } from "../../src/graph/graph.js";
import { vec4 } from "../../src/kernel/build.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";
import { indexIn, isView, resolveView, type Coordinates } from "../../src/kernel/view.js";
import type { KernelWriter } from "../../src/kernel/writer.js";

const place: KernelExpr = { kind: "variable", type: "u32", name: "place" };

/** The value behind views, and what the dim is called there: undefined where the value is the same all along it. */
export function behind(node: Node, dim: string): { readonly node: Node; readonly dim: string | undefined } {
  const { node: stored, coordinates } = resolveView(node, new Map([[dim, place]]));
  return { node: stored, dim: stored.dims.find((d) => d.size !== 1 && coordinates.get(d.name) === place)?.name };
}

/** `vector`: four neighbours along `dim` are one vector in memory; `same`: they are one element; else they lie apart. */
export function layoutAlong(node: Node, dim: string): "vector" | "same" | "apart" {
  const { node: stored, dim: name } = behind(node, dim);
  if (name === undefined) return "same";
  const last = lastDim(stored.dims);
  if (stored.op === "iota") return "apart";
  return stored.dtype === "f32" && last?.name === name && typeof last.size === "number" && last.size % 4 === 0 ? "vector" : "apart";
}

/** The innermost dim, whose neighbours are neighbours in memory. */
export function lastDim(dims: readonly Dim[]): Dim | undefined {
  return dims.filter((d) => d.size !== 1).at(-1);
}

/** The dims with the innermost cut into fours. */
export function byFours(dims: readonly Dim[]): Dim[] {
  const last = lastDim(dims);
  return dims.map((d) => (d === last ? { name: d.name, size: (d.size as number) / 4 } : d));
}

export function readVector(w: KernelWriter, node: Node, at: Coordinates, dim: string): KernelExpr {
  const { node: stored, coordinates } = resolveView(node, at);
  if (stored.op === "scalar") return vectorOf(stored.value);
  const layout = layoutAlong(node, dim);
  if (layout === "apart") return bug(`${node.op} has no vectors along ${dim}`);
  return layout === "same" ? vec4(w.read(node, at)) : w.load(w.operand(stored, "read", { vector: true }), indexIn(byFours(stored.dims), coordinates));
}

/** Whether `write` may be given vectors along `dim`. */
export function writesVectors(node: Node, dim: string): boolean {
  return !isView(node) && layoutAlong(node, dim) === "vector";
}

export function writeVector(w: KernelWriter, node: Node, at: Coordinates, value: KernelExpr): void {
  w.store(w.operand(node, "write", { vector: true }), indexIn(byFours(node.dims), at), value);
}

export function vectorOf(value: number): KernelExpr {
  return { kind: "constant", type: "vec4f", value: Math.fround(value) };
}

export const zeros: KernelExpr = vectorOf(0);

