/** Reading tensors by dim name: what every part of the oracle is written with. */
import type { Dim, Extent, Node } from "../../src/graph/graph.js";
import { elements, type Tensor } from "../helpers/tensors.js";

/** The values of the symbols at one call. */
export interface Symbols {
  readonly B: number;
  readonly T: number;
  readonly N: number;
  readonly S: number;
  readonly C: number;
  readonly E: number;
  readonly M: number;
}

export interface NamedDim {
  readonly name: string;
  readonly size: number;
}

export function sizeOf(extent: Extent, symbols: Symbols): number {
  return typeof extent === "number" ? extent : symbols[extent];
}

export function shapeOf(dims: readonly Dim[], symbols: Symbols): number[] {
  return dims.map((d) => sizeOf(d.size, symbols));
}

export function namedDims(node: Node, symbols: Symbols): NamedDim[] {
  return node.dims.map((d) => ({ name: d.name, size: sizeOf(d.size, symbols) }));
}

/** Calls `visit` for every place of a shape in row-major order. The coordinates are one array, reused. */
export function forEachPlace(sizes: readonly number[], visit: (at: readonly number[], index: number) => void): void {
  const at = sizes.map(() => 0);
  const total = elements(sizes);
  for (let index = 0; index < total; index++) {
    visit(at, index);
    for (let i = sizes.length - 1; i >= 0 && ++at[i]! === sizes[i]; i--) at[i] = 0;
  }
}

type Part = readonly number[];
const none: Part = [];

/**
 * A function from coordinates along `along` (names in a fixed order, in up to three parts) to the element there. A name that the tensor
 * lacks is broadcast: its coordinate is ignored.
 */
export function reader(value: Tensor, dims: readonly NamedDim[], along: readonly string[]): (a: Part, b?: Part, c?: Part) => number {
  const stride = new Map<string, number>();
  let step = 1;
  for (const d of [...dims].reverse()) {
    stride.set(d.name, step);
    step *= d.size;
  }
  for (const d of dims) if (!along.includes(d.name)) throw new Error(`dim ${d.name} is not read along [${along.join(", ")}]`);
  const steps = along.map((name) => stride.get(name) ?? 0);
  const { data } = value;
  // Called for every product of every sum: plain loops make the oracle some times faster.
  return (a, b = none, c = none) => {
    let place = 0;
    let i = 0;
    for (let k = 0; k < a.length; k++) place += a[k]! * steps[i++]!;
    for (let k = 0; k < b.length; k++) place += b[k]! * steps[i++]!;
    for (let k = 0; k < c.length; k++) place += c[k]! * steps[i++]!;
    return data[place]!;
  };
}

/** Fills a tensor of the node's shape, place by place. */
export function build(sizes: readonly number[], make: (at: readonly number[]) => number): Tensor {
  const data = new Float64Array(elements(sizes));
  forEachPlace(sizes, (at, index) => {
    data[index] = make(at);
  });
  return { shape: [...sizes], data };
}

/** Sum of `make` over every place of `sizes`. */
export function sumOver(sizes: readonly number[], make: (at: readonly number[]) => number): number {
  let sum = 0;
  forEachPlace(sizes, (at) => {
    sum += make(at);
  });
  return sum;
}

/** Sizes of the named dims, found in any of the lists. */
export function sizesOf(names: readonly string[], ...lists: readonly (readonly NamedDim[])[]): number[] {
  return names.map((name) => {
    for (const list of lists) for (const d of list) if (d.name === name) return d.size;
    throw new Error(`no dim ${name}`);
  });
}
