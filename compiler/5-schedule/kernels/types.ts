/**
 * What a kernel of its own kind is to the scheduler: a function from a node to launches. One file an op beside this one;
 * `index.ts` is the table.
 */
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import { component } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import type { Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { writesVectors, writeVector } from "../vector.js";
import { elementAt, withPlace } from "./elements.js";

/** Ops that are not maps and reductions over their own elements, each with a kernel of its own. */
export type SpecialOp =
  | "matmul" | "count" | "convolve" | "convolve_state" | "boundaries" | "correction" | "scan" | "advance" | "scan_read" | "append" | "attention" | "last" | "sample"
  | "attention_log_sum" | "attention_gradient" | "weight_gradient" | "scatter_add" | "cross_entropy" | "cross_entropy_gradient"
  | "convolve_gradient" | "convolve_weight_gradient" | "join" | "top";

/**
 * What becomes of each element of the op's value instead of being stored: an elementwise chain, to its end.
 * Called once for every element, in places where statements may be written.
 */
export interface Epilogue {
  /** For the kernel's name: `gelu_add`. */
  readonly name: string;
  /**
   * Stores what follows from `value`, the op's element at `at` (coordinates by the op's own dim names): reads other operands
   * with `w.read`, stores with `w.write`.
   */
  write(w: KernelWriter, value: KernelExpr, at: Coordinates): void;
  /** The same for four neighbours along `dim` at a time (see `vector.ts`), where all that follows can be done so. */
  vectorWrite?(dim: string): VectorWrite | undefined;
}

/** Stores what follows from four of the op's elements; the coordinate along the dim counts fours. */
export type VectorWrite = (w: KernelWriter, value: KernelExpr, at: Coordinates) => void;

/**
 * What stands in front of an op of few rows: each workgroup computes the op's first input for itself, into workgroup memory, instead of reading what a launch of its own
 * would have stored.
 */
export interface Prologue {
  /** For the kernel's name. */
  readonly name: string;
  /** Once a kernel, where it begins: what writes rows from then on. */
  open(w: KernelWriter, rows: HeldRows): RowsWriter;
}

/** Where an input's rows are to lie. */
export interface HeldRows {
  /** A workgroup array of f32. */
  readonly array: string;
  /** Rows that there are in all, and that the array has room for. */
  readonly count: KernelExpr;
  readonly room: number;
  /** Of the element `place`, row-major, of the `row`-th of them. */
  index(row: KernelExpr, place: KernelExpr): KernelExpr;
}

/** Writes `rows` of them from `first` on; behind the last there is the last once more. All threads must come here, and meet before they read and before this comes again. */
export type RowsWriter = (first: KernelExpr, rows: number) => void;

export interface SpecialContext {
  /** `graph.chunk` */
  readonly chunk: number;
  readonly target: KernelTarget;
  /** A parameter's stored shape. Without it every weight is taken for [∏ other dims, ∏ dims summed over]. */
  readonly parameterShape?: (parameter: string) => readonly number[] | undefined;
}

/**
 * Grids have one dimension, which a runtime may fold into x and y, and in z the column groups of a matmul. Launches stand in the
 * order in which they must run. A stored value is written under its own node (with an epilogue: under the node that the epilogue
 * writes); `append` writes its own node, whose buffer is the buffer of the state it is given, and reads nothing else of it.
 */
export type SpecialKernel<O extends SpecialOp> = (node: NodeOf<O>, context: SpecialContext, epilogue?: Epilogue, prologue?: Prologue) => Launch[];

/** Stores `value` as the node's element at `at`, or hands it to the epilogue. */
export function finish(w: KernelWriter, node: Node, epilogue: Epilogue | undefined, value: KernelExpr, at: Coordinates): void {
  if (epilogue) epilogue.write(w, w.let_("value", value), at);
  else w.write(node, at, value);
}

/** `finish` for four neighbours along `dim`; undefined where elements must be written one by one. */
export function finishVectors(node: Node, epilogue: Epilogue | undefined, dim: string): VectorWrite | undefined {
  if (epilogue) return epilogue.vectorWrite?.(dim);
  return writesVectors(node, dim) ? (w, value, at) => writeVector(w, node, at, value) : undefined;
}

/** Stores an element, or four neighbours along `fours`, of which `value` has all: together where that can be, else one by one. */
export function finishAlong(w: KernelWriter, node: Node, epilogue: Epilogue | undefined, fours: string | undefined, value: KernelExpr, at: Coordinates): void {
  if (fours === undefined) return finish(w, node, epilogue, value, at);
  const whole = finishVectors(node, epilogue, fours);
  if (whole) return whole(w, value, at);
  const four = w.let_("four", value);
  for (const i of [0, 1, 2, 3]) finish(w, node, epilogue, component(four, i), withPlace(at, fours, elementAt(at, fours, i)));
}

export function kernelName(name: string, epilogue: Epilogue | undefined, prologue?: Prologue): string {
  return [...(prologue ? [prologue.name] : []), name, ...(epilogue ? [epilogue.name] : [])].join("_");
}

/** Where a launch comes from, for people: the node's label, else its op. */
export function labelOf(node: Node): string {
  return node.label ?? node.op;
}
