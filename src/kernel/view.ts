/**
 * Places in stored values: from coordinates by dim name to the element's index. `rename`, `squeeze` and `unsqueeze`
 * are never stored: a read through them is a read of what they view.
 */
import { bug } from "../base/assert.js";
import type { Dim, Node } from "../graph/graph.js";
import { add, constantValue, div, extent, mod, mul, product, u } from "./build.js";
import type { KernelExpr } from "./kernel.js";

/** u32 by dim name. A dim of size 1 may be missing: it is 0. */
export type Coordinates = ReadonlyMap<string, KernelExpr>;

export function isView(node: Node): boolean {
  return node.op === "rename" || node.op === "squeeze" || node.op === "unsqueeze";
}

/** The stored node behind views. */
export function sourceOf(node: Node): Node {
  return isView(node) ? sourceOf(node.inputs[0]!) : node;
}

/** The stored node behind views, and the same place in it. */
export function resolveView(node: Node, coordinates: Coordinates): { node: Node; coordinates: Coordinates } {
  if (!isView(node)) return { node, coordinates };
  const input = node.inputs[0]!;
  const inner = new Map<string, KernelExpr>();
  for (const { name } of input.dims) {
    // Only a rename gives the input's dim another name; a squeezed dim has no coordinate and is 0.
    const outer = node.op === "rename" ? (node.names[name] ?? name) : name;
    const place = node.op === "squeeze" && node.dim === name ? u(0) : coordinates.get(outer);
    if (place) inner.set(name, place);
  }
  return resolveView(input, inner);
}

/** Row-major steps between neighbours, in elements, for each dim. */
export function strides(dims: readonly Dim[]): KernelExpr[] {
  return dims.map((_, at) => product(dims.slice(at + 1).map((d) => extent(d.size))));
}

export function elementCount(dims: readonly Dim[]): KernelExpr {
  return product(dims.map((d) => extent(d.size)));
}

/** Index of an element of a stored value with these dims. */
export function indexIn(dims: readonly Dim[], coordinates: Coordinates): KernelExpr {
  const steps = strides(dims);
  return dims.reduce((sum, d, at) => add(sum, mul(placeOf(d, coordinates), steps[at]!)), u(0));
}

/** Index in the stored value behind `node`, whose place is given in the node's own dims. */
export function indexOf(node: Node, coordinates: Coordinates): { node: Node; index: KernelExpr } {
  const inner = resolveView(node, coordinates);
  return { node: inner.node, index: indexIn(inner.node.dims, inner.coordinates) };
}

/** The coordinate along one dim. */
export function placeOf(d: Dim, coordinates: Coordinates): KernelExpr {
  if (d.size === 1) return u(0);
  return coordinates.get(d.name) ?? bug(`no coordinate for ${d.name}`);
}

/** From a flat row-major index to coordinates. Keep `flat` in a `let`: it appears once a dim. */
export function coordinatesOf(dims: readonly Dim[], flat: KernelExpr): Map<string, KernelExpr> {
  const steps = strides(dims);
  const places = new Map<string, KernelExpr>();
  // The first dim that is not 1 needs no modulo: what lies before it is nothing.
  const first = dims.findIndex((d) => d.size !== 1);
  dims.forEach((d, at) => {
    if (d.size === 1) places.set(d.name, u(0));
    else if (at === first) places.set(d.name, div(flat, steps[at]!));
    else places.set(d.name, mod(div(flat, steps[at]!), extent(d.size)));
  });
  return places;
}

/** The number of elements where no symbol is in the dims. */
export function staticCount(dims: readonly Dim[]): number | undefined {
  return constantValue(elementCount(dims));
}
