/** `condition != 0 ? a : b`, all three broadcasting: a walk over rows here, where the backend would repeat each operand to full size first, at fifty times the cost. */
import * as tf from "@tensorflow/tfjs-core";
import { onHost, tidied, type TensorMaker } from "./kernel.js";
import { filled, type Numbers } from "./memory.js";
import { integers } from "./tokens.js";

// A cast of int32 to bool keeps the low byte on wasm, so the condition is compared with 0.
export const select: TensorMaker = tidied(() => ([condition, a, b]) => {
  if (!onHost() || a!.dtype !== "float32" || b!.dtype !== "float32") return tf.where(tf.notEqual(condition!, tf.scalar(0, "int32")), a!, b!);
  const shape = sharedShape([condition!.shape, a!.shape, b!.shape]);
  if (condition!.size === 1 && sameSizes(shape, a!.shape) && sameSizes(shape, b!.shape)) return tf.clone(integers(condition!)[0] !== 0 ? a! : b!);
  const { outer, columns, operands: [c, x, y] } = rowsOf(shape, [condition!.shape, a!.shape, b!.shape]);
  return filled(shape, [condition!, a!, b!], (out, [chosen, left, right]) => {
    for (let row = 0, to = 0; row < outer; row++, to += columns) {
      const [from, first, second] = [c!.placeOf(row), x!.placeOf(row), y!.placeOf(row)];
      // Most conditions say the same of many neighbours.
      for (let start = 0, end = 0; start < columns; start = end) {
        const yes = chosen![from + start * c!.step] !== 0;
        end = c!.step === 0 ? columns : endOfRun(chosen!, from, start, columns, yes);
        if (yes) copyRun(left!, first + start * x!.step, x!.step, out, to + start, end - start);
        else copyRun(right!, second + start * y!.step, y!.step, out, to + start, end - start);
      }
    }
  });
});

function endOfRun(chosen: Numbers, from: number, start: number, columns: number, yes: boolean): number {
  let end = start + 1;
  while (end < columns && (chosen[from + end] !== 0) === yes) end++;
  return end;
}

function copyRun(source: Numbers, from: number, step: 0 | 1, out: Float32Array, to: number, count: number): void {
  if (step === 0) out.fill(source[from]!, to, to + count);
  else if (count >= 32) out.set(source.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) out[to + i] = source[from + i]!;
}

interface Rows {
  /** Along a row: 0 where one number stands for all of it. */
  readonly step: 0 | 1;
  placeOf(row: number): number;
}

/** The result as rows such that each operand has all of a row or one number for it. */
function rowsOf(shape: readonly number[], operands: readonly (readonly number[])[]): { readonly outer: number; readonly columns: number; readonly operands: readonly Rows[] } {
  const padded = operands.map((own) => [...new Array<number>(shape.length - own.length).fill(1), ...own]);
  let first = shape.length;
  const stretched = (axis: number): string => padded.map((own) => (own[axis] === shape[axis] ? "1" : "0")).join("");
  let kind: string | undefined;
  while (first > 0 && (shape[first - 1] === 1 || kind === undefined || stretched(first - 1) === kind)) {
    first--;
    if (shape[first] !== 1) kind = stretched(first);
  }
  const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);
  const outer = shape.slice(0, first);
  return {
    outer: product(outer), columns: product(shape.slice(first)),
    operands: padded.map((own) => {
      const inner = product(own.slice(first));
      const strides = outer.map((size, axis) => (own[axis] === size ? product(own.slice(axis + 1)) : 0));
      return { step: inner === 1 ? 0 : 1, placeOf: placesOf(outer, strides) };
    }),
  };
}

function placesOf(sizes: readonly number[], strides: readonly number[]): (row: number) => number {
  return (row) => {
    let [place, rest] = [0, row];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      place += (rest % sizes[axis]!) * strides[axis]!;
      rest = Math.floor(rest / sizes[axis]!);
    }
    return place;
  };
}

/** Throws for shapes that do not broadcast. */
function sharedShape(shapes: readonly (readonly number[])[]): number[] {
  return shapes.reduce<number[]>((shared, shape) => tf.backend_util.assertAndGetBroadcastShape(shared, [...shape]), []);
}

export function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
