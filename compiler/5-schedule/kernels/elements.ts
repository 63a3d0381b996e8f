/** What most kernels share: one thread an element of some dims, and names for coordinates. */
import { bug } from "../../../src/base/assert.js";
import type { Dim } from "../../../src/graph/graph.js";
import { add, extent, flatIndex, less, mul, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, staticCount, type Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";

export type Places = Map<string, KernelExpr>;

/** Writes `body` for the thread's place in `dims`; threads behind the last place do nothing. Launch over `dims` with `w.threads`. */
export function forEachElement(w: KernelWriter, dims: readonly Dim[], body: (at: Places) => void): void {
  const flat = w.let_("element", flatIndex(w.threads));
  w.if_(less(flat, elementCount(dims)), () => body(namePlaces(w, coordinatesOf(dims, flat))));
}

/** Writes a loop over each of `dims`, with `body` inside. */
export function forEachPlace(w: KernelWriter, [dim, ...rest]: readonly Dim[], at: Coordinates, body: (at: Places) => void): void {
  if (!dim) return body(new Map(at));
  w.for_("i", u(0), extent(dim.size), (place) => forEachPlace(w, rest, withPlace(at, dim.name, place), body));
}

/** Coordinates as names, so that divisions are done once. */
export function namePlaces(w: KernelWriter, places: Coordinates): Places {
  return new Map([...places].map(([dim, place]) => [dim, w.let_("at", place)]));
}

export function withPlace(places: Coordinates, name: string, place: KernelExpr): Places {
  return new Map([...places, [name, place]]);
}

/** The `i`-th of four neighbours along `dim`, whose coordinate counts fours. */
export function elementAt(at: Coordinates, dim: string, i: number): KernelExpr {
  return add(mul(at.get(dim) ?? bug(`no place along ${dim}`), u(4)), u(i));
}

export function merge(...all: readonly Coordinates[]): Places {
  return new Map(all.flatMap((places) => [...places]));
}

/** A dim of size 1 has no place in memory. */
export function withoutOnes(dims: readonly Dim[]): Dim[] {
  return dims.filter((d) => d.size !== 1);
}

export function inOrder(dims: readonly Dim[], wanted: readonly Dim[]): boolean {
  return dims.length === wanted.length && dims.every((d, i) => d.name === wanted[i]!.name);
}

/** Elements of a part of a weight, whose sizes are numbers. */
export function weightCount(dims: readonly Dim[]): number {
  return staticCount(dims) ?? bug("a weight of symbolic size");
}
