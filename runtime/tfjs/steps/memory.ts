/**
 * Loops in JavaScript that write a tensor where it lies: on the wasm backend in its memory itself, so that nothing is copied;
 * elsewhere beside it. For what no kernel does, or a dozen would do worse.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { DataType, Tensor, TensorInfo } from "@tensorflow/tfjs-core";

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** What the wasm backend offers its own kernels. */
interface WasmMemory {
  makeOutput(shape: number[], dtype: DataType): TensorInfo;
  typedArrayFromHeap(of: TensorInfo): Numbers;
}

/** A tensor of `shape`, all of which `fill` must write; it gets the numbers of the operands in order. */
export function filled(shape: number[], operands: readonly Tensor[], fill: (out: Float32Array, inputs: readonly Numbers[]) => void): Tensor {
  const memory = wasmMemory();
  if (!memory) {
    const out = new Float32Array(shape.reduce((n, size) => n * size, 1));
    fill(out, operands.map((x) => x.dataSync() as Numbers));
    return tf.engine().makeTensor(out, shape, "float32") as Tensor;
  }
  const info = memory.makeOutput(shape, "float32");
  // Taken after the output is made, since memory that grows leaves older arrays without any.
  fill(memory.typedArrayFromHeap(info) as Float32Array, operands.map((x) => memory.typedArrayFromHeap(x)));
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** A tensor that nothing else knows of yet, with its numbers changed by `change`, which gets those of the operands too. */
export function changed(fresh: Tensor, operands: readonly Tensor[], change: (numbers: Float32Array, inputs: readonly Numbers[]) => void): Tensor {
  const memory = wasmMemory();
  if (memory) {
    change(memory.typedArrayFromHeap(fresh) as Float32Array, operands.map((x) => memory.typedArrayFromHeap(x)));
    return fresh;
  }
  const numbers = Float32Array.from(fresh.dataSync());
  change(numbers, operands.map((x) => x.dataSync() as Numbers));
  return tf.engine().makeTensor(numbers, fresh.shape, "float32") as Tensor;
}

/** Along an axis. The backend's own way takes thirty times as long. */
export function gatherRows(x: Tensor, axis: number, rows: Int32Array): Tensor {
  const shape = x.shape.map((size, i) => (i === axis ? rows.length : size));
  if (!wasmMemory() || x.dtype !== "float32") return tf.tidy(() => tf.gather(x, tf.tensor1d(rows, "int32"), axis));
  const [count, inner] = [x.shape[axis]!, x.shape.slice(axis + 1).reduce((n, size) => n * size, 1)];
  return filled(shape, [x], (out, [data]) => {
    for (let to = 0, from = 0; to < out.length; to += rows.length * inner, from += count * inner) {
      rows.forEach((row, i) => out.set((data as Float32Array).subarray(from + row * inner, from + (row + 1) * inner), to + i * inner));
    }
  });
}

/** Numbers from which a loop here is faster than the transpose of the wasm backend, which walks in the order of its source. */
const largeMatrix = 16_384;

/** [rows, columns] to [columns, rows]; or of each such matrix along a first axis. */
export function turned(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const batch = x.rank === 3 ? x.shape[0]! : 1;
  if (!wasmMemory() || x.dtype !== "float32" || rows * columns < largeMatrix) return tf.engine().runKernel<Tensor>(tf.Transpose, { x }, { perm: x.rank === 3 ? [0, 2, 1] : [1, 0] });
  return filled([...x.shape.slice(0, -2), columns, rows], [x], (out, [data]) => {
    for (let b = 0; b < batch; b++) turnMatrix(data as Float32Array, out, b * rows * columns, rows, columns);
  });
}

/** Eight rows at a time: what is written then fills half a cache line in one go, and what is read runs along. */
function turnMatrix(data: Float32Array, out: Float32Array, from: number, rows: number, columns: number): void {
  let row = 0;
  for (; row + 8 <= rows; row += 8) {
    let source = from + row * columns;
    let to = from + row;
    for (let column = 0; column < columns; column++, source++, to += rows) {
      out[to] = data[source]!;
      out[to + 1] = data[source + columns]!;
      out[to + 2] = data[source + 2 * columns]!;
      out[to + 3] = data[source + 3 * columns]!;
      out[to + 4] = data[source + 4 * columns]!;
      out[to + 5] = data[source + 5 * columns]!;
      out[to + 6] = data[source + 6 * columns]!;
      out[to + 7] = data[source + 7 * columns]!;
    }
  }
  for (; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[from + column * rows + row] = data[from + row * columns + column]!;
  }
}

function wasmMemory(): WasmMemory | undefined {
  return tf.getBackend() === "wasm" ? (tf.backend() as unknown as WasmMemory) : undefined;
}
