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

function wasmMemory(): WasmMemory | undefined {
  return tf.getBackend() === "wasm" ? (tf.backend() as unknown as WasmMemory) : undefined;
}
