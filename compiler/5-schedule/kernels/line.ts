/**
 * The elements of some dims in turn, by fours where all that is read along them lies so: written out where they are few, so that
 * they become registers, else in a loop.
 */
import { bug } from "../../../src/base/assert.js";
import type { Dim, Node } from "../../../src/graph/graph.js";
import { add, component, f, fma, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, staticCount, type Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import { byFours, lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { merge, type Places } from "./elements.js";
import { heldInArray, heldInVariables, writtenOut, writtenPlace, type Held } from "./held.js";
import { finishAlong, type Epilogue } from "./types.js";

/** A value's element (or four) at place `j` of a line, whose coordinates are `place`. */
export type LineRead = (j: KernelExpr, place: Coordinates) => KernelExpr;

export interface Slice {
  readonly first: KernelExpr;
  readonly count: KernelExpr;
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
    this.count = staticCount(this.dims) ?? bug("a line of symbolic size");
    this.written = inFours && this.count <= writtenOut;
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
    return (j) => held[writtenPlace(j)]!;
  }

  /** A thread's sums for `count` places of the line, 0 at first. */
  sums(count: number): Held {
    const { w } = this;
    if (this.written) return heldInVariables(w, "sum", count, this.zero);
    const held = heldInArray(w, "sums", count, this.type);
    w.for_("c", u(0), u(count), (j) => held.set(j, this.zero));
    return held;
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
    finishAlong(this.w, node, epilogue, this.fours, value, at);
  }
}
