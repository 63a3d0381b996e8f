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

/** Numbers from which a loop over blocks here is faster than the transpose of the wasm backend, which walks in the order of its source. */
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

function turnMatrix(data: Float32Array, out: Float32Array, from: number, rows: number, columns: number): void {
  const block = 32;
  for (let row = 0; row < rows; row += block) {
    const height = Math.min(block, rows - row);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(columns, left + block);
      for (let column = left; column < right; column++) {
        let to = from + column * rows + row;
        let source = from + row * columns + column;
        for (const end = to + height; to < end; to++, source += columns) out[to] = data[source]!;
      }
    }
  }
}

function wasmMemory(): WasmMemory | undefined {
  return tf.getBackend() === "wasm" ? (tf.backend() as unknown as WasmMemory) : undefined;
}
