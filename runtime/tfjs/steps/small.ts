/**
 * Sums, differences and products of small tensors on the host: a kernel of the wasm backend costs 5 to 20 µs before it
 * computes anything, a decode step makes hundreds, and a loop over a row costs less than that.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { fromHost } from "./kernel.js";

/** Numbers of the result up to which a loop here is the faster way. */
const smallSize = 4096;

/** Whether a loop here is the faster way. */
export function isSmall(x: Tensor): boolean {
  return x.size <= smallSize && x.dtype === "float32" && tf.getBackend() === "wasm";
}

/** Undefined when the kernel is to do it: large or integer tensors, other backends, broadcasting along more than two axes. */
export function smallBinary(op: "Add" | "Sub" | "Multiply", a: Tensor, b: Tensor): Tensor | undefined {
  if (!isSmall(a) || !isSmall(b)) return undefined;
  // The larger one has the shape of the result, or the operands stretch each other and the kernel does it.
  const [whole, part] = a.size > b.size || (a.size === b.size && a.rank >= b.rank) ? [a, b] : [b, a];
  const walk = walkOf(whole.shape, part.shape);
  if (!walk) return undefined;
  const { columns, step, jump } = walk;
  const rows = whole.size / columns;
  const [x, y] = [whole.dataSync<"float32">(), part.dataSync<"float32">()];
  const out = new Float32Array(whole.size);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0, j = row * jump; column < columns; column++, i++, j += step) {
      out[i] = op === "Add" ? x[i]! + y[j]! : op === "Multiply" ? x[i]! * y[j]! : whole === a ? x[i]! - y[j]! : y[j]! - x[i]!;
    }
  }
  return fromHost(out, whole.shape);
}

interface Walk {
  readonly columns: number;
  /** How far the smaller operand moves along a row and from row to row. */
  readonly step: 0 | 1;
  readonly jump: 0 | 1;
}

/** Rows such that `part` is one row for all, one number a row, or one number; undefined where it is none of these. */
function walkOf(whole: readonly number[], part: readonly number[]): Walk | undefined {
  if (part.length > whole.length) return undefined;
  const offset = whole.length - part.length;
  const size = (from: number): number => whole.slice(from).reduce((n, s) => n * s, 1);
  const equal = whole.map((s, axis) => axis >= offset && part[axis - offset] === s);
  const one = whole.map((_, axis) => axis < offset || part[axis - offset] === 1);
  const counts = whole.map((s, axis) => equal[axis]! && s !== 1);
  const first = counts.indexOf(true);
  if (first < 0) return one.every(Boolean) ? { columns: size(0), step: 0, jump: 0 } : undefined;
  if (one.slice(0, first).every(Boolean) && equal.slice(first).every(Boolean)) return { columns: size(first), step: 1, jump: 0 };
  const end = counts.lastIndexOf(true) + 1;
  const prefix = equal.slice(0, end).every(Boolean) && one.slice(end).every(Boolean);
  return prefix ? { columns: size(end), step: 0, jump: 1 } : undefined;
}
