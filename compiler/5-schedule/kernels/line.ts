/**
 * The elements of some dims in turn, by fours where all that is read along them lies so: written out where they are few, so that
 * they become registers, else in a loop.
 */
import { bug } from "../../../src/base/assert.js";
import type { Dim, Node } from "../../../src/graph/graph.js";
import { add, component, constantValue, f, fma, mul, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, type Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import { byFours, lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { merge, withPlace, type Places } from "./elements.js";
import { finish, finishVectors, type Epilogue } from "./types.js";

/** Vectors of a line that is written out. */
const heldVectors = 32;

/** A value's element (or four) at place `j` of a line, whose coordinates are `place`. */
export type LineRead = (j: KernelExpr, place: Coordinates) => KernelExpr;

export interface Slice {
  readonly first: KernelExpr;
  readonly count: KernelExpr;
}

/** Zero at first. */
export interface Sums {
  get(j: KernelExpr): KernelExpr;
  set(j: KernelExpr, value: KernelExpr): void;
}

export class Line {
  /** The dim along which all is read by fours. */
  readonly fours: string | undefined;
  readonly dims: readonly Dim[];
  /** Elements, or fours of them. */
  readonly count: number;
  readonly written: boolean;
  readonly type: "f32" | "vec4f";
  readonly zero: KernelExpr;

  constructor(private readonly w: KernelWriter, dims: readonly Dim[], nodes: readonly Node[]) {
    const last = lastDim(dims);
    const inFours = last !== undefined && Number(last.size) % 4 === 0 && nodes.every((n) => layoutAlong(n, last.name) !== "apart");
    this.fours = inFours ? last.name : undefined;
    this.dims = inFours ? byFours(dims) : dims;
    this.count = constantValue(elementCount(this.dims)) ?? bug("a line of symbolic size");
    this.written = inFours && this.count <= heldVectors;
    this.type = inFours ? "vec4f" : "f32";
    this.zero = inFours ? zeros : f(0);
  }

  /** Elements that are read at once. */
  get width(): number {
    return this.fours === undefined ? 1 : 4;
  }

  /** Of a line that is not written out, a slice may be chosen; `j` counts from its beginning. */
  each(body: (j: KernelExpr, place: Places) => void, slice: Slice = { first: u(0), count: u(this.count) }): void {
    const { w, dims } = this;
    const { first, count } = slice;
    const at = (index: KernelExpr): Places => coordinatesOf(dims, dims.length > 1 ? w.let_("place", index) : index);
    if (this.written) for (let j = 0; j < this.count; j++) body(u(j), at(u(j)));
    else w.for_("c", u(0), count, (j) => body(j, at(add(first, j))));
  }

  read(node: Node, at: Coordinates): KernelExpr {
    return this.fours === undefined ? this.w.read(node, at) : readVector(this.w, node, at, this.fours);
  }

  /** Reads `node` along the line at `at`: at once where the line is written out, else when asked. */
  reader(node: Node, at: Coordinates): LineRead {
    if (!this.written) return (_, place) => this.read(node, merge(at, place));
    const held: KernelExpr[] = [];
    this.each((_, place) => held.push(this.w.let_("held", this.read(node, merge(at, place)))));
    return (j) => held[placeIn(j)]!;
  }

  /** A thread's sums for `count` places of the line. */
  sums(count: number): Sums {
    const { w } = this;
    if (this.written) {
      const held = Array.from({ length: count }, () => w.var_("sum", this.zero));
      return { get: (j) => held[placeIn(j)]!, set: (j, value) => w.assign(held[placeIn(j)]!, value) };
    }
    const held = w.array("sums", this.type, count, "thread");
    this.w.for_("c", u(0), u(count), (j) => w.storeArray(held, j, this.zero));
    return { get: (j) => w.loadArray(held, j), set: (j, value) => w.storeArray(held, j, value) };
  }

  /** Σ along the line of each of `ours` times `shared`, of which each element is read once. */
  products(shared: LineRead, ours: readonly LineRead[]): KernelExpr[] {
    const { w } = this;
    const sums = ours.map(() => w.var_("sum", this.zero));
    this.each((j, place) => {
      const x = w.let_("x", shared(j, place));
      ours.forEach((read, r) => w.assign(sums[r]!, fma(read(j, place), x, sums[r]!)));
    });
    return this.fours === undefined ? sums : sums.map((sum) => [0, 1, 2, 3].map((i) => component(sum, i)).reduce((a, b) => add(a, b)));
  }

  /** A number as the line's elements are. */
  splat(value: KernelExpr): KernelExpr {
    return this.fours === undefined ? value : vec4(value);
  }

  /** Stores an element (or four) of `node`. */
  store(node: Node, epilogue: Epilogue | undefined, value: KernelExpr, at: Coordinates): void {
    const { w, fours } = this;
    const whole = fours === undefined ? undefined : finishVectors(node, epilogue, fours);
    if (whole) return whole(w, value, at);
    if (fours === undefined) return finish(w, node, epilogue, value, at);
    const four = w.let_("four", value);
    const first = mul(at.get(fours) ?? bug(`no place along ${fours}`), u(4));
    for (const i of [0, 1, 2, 3]) finish(w, node, epilogue, component(four, i), withPlace(at, fours, add(first, u(i))));
  }
}

function placeIn(j: KernelExpr): number {
  return constantValue(j) ?? bug("a place that is not written out");
}
