/**
 * Shared by the steps: direct kernel calls (a third of the cost of a tfjs-core function, which checks and converts its
 * arguments), and products of small matrices.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { NamedAttrMap, NamedTensorMap, Tensor } from "@tensorflow/tfjs-core";
import type { StepMaker } from "../value.js";
import { fewDims, mostDims } from "./few-dims.js";
import { filled } from "./memory.js";

export type TensorMaker = StepMaker<Tensor>;

export function kernel(name: string, inputs: Readonly<Record<string, Tensor>>, attrs: NamedAttrMap = {}): Tensor {
  return tf.engine().runKernel<Tensor>(name, inputs as NamedTensorMap, attrs);
}

/** A kernel of two operands that broadcast, of any number of axes. */
export function broadcasting(name: string, a: Tensor, b: Tensor): Tensor {
  if (a.rank <= mostDims && b.rank <= mostDims) return kernel(name, { a, b });
  const { left, right, result } = fewDims(a.shape, b.shape);
  return tf.tidy(() => tf.reshape(kernel(name, { a: tf.reshape(a, left), b: tf.reshape(b, right) }), result));
}

/** Frees what the step makes on the way. */
export function tidied(maker: TensorMaker): TensorMaker {
  return (attrs, resources) => {
    const run = maker(attrs, resources);
    return (inputs, extents) => tf.tidy(() => run(inputs, extents));
  };
}

/** Below this many multiplications a product is cheaper in one slow batched call than in a call of its own. */
const smallProduct = 30_000;

/** [P, M, K] · [P, K, N]. The wasm backend has a fast path for plain 2-D products only. */
export function multiplyBatched(a: Tensor, b: Tensor): Tensor {
  const [P, M, K] = a.shape as [number, number, number];
  const N = b.shape[2]!;
  // A right side that changes at every call is repacked by the fast path, which pays only for many rows.
  if (P === 1 && M === 1 && tf.getBackend() === "wasm") {
    return tf.reshape(kernel(tf.BatchMatMul, { a: tf.reshape(a, [K, 1]), b: tf.reshape(b, [K, N]) }, { transposeA: true, transposeB: false }), [1, 1, N]);
  }
  if (P === 1) return tf.reshape(multiply2d(tf.reshape(a, [M, K]), tf.reshape(b, [K, N])), [1, M, N]);
  if (tf.getBackend() !== "wasm" || M * K * N < smallProduct) return tf.matMul(a, b);
  const left = unstack(a);
  const right = unstack(b);
  return tf.stack(left.map((x, p) => multiply2d(x, right[p]!)));
}

export function multiply2d(a: Tensor, b: Tensor): Tensor {
  return kernel(tf.BatchMatMul, { a, b }, { transposeA: false, transposeB: false });
}

/** Whether tensors lie in this process's memory, so that a loop here costs less than several kernels. */
export function onHost(): boolean {
  return tf.getBackend() !== "tensorflow";
}

/** A tensor of numbers that nothing will change. */
export function fromHost(data: Float32Array, shape: number[]): Tensor {
  return tf.engine().makeTensor(data, shape, "float32") as Tensor;
}

/** Along the first axis. A slice on the wasm backend copies the whole tensor first, so tf.unstack costs pieces times size there. */
export function unstack(x: Tensor): Tensor[] {
  if (!onHost()) return tf.unstack(x);
  const [pieces, ...shape] = x.shape as [number, ...number[]];
  const data = x.dataSync<"float32">() as Float32Array;
  const size = x.size / pieces;
  return Array.from({ length: pieces }, (_, i) => fromHost(data.subarray(i * size, (i + 1) * size), shape));
}

/** Repeats axes of size 1 up to `shape`. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.every((size, i) => size === shape[i])) return x;
  // A tile of the wasm backend takes ten times as long as a sum does.
  if (x.dtype === "float32" && tf.getBackend() === "wasm") return broadcasting(tf.Add, x, filled([...shape], [], (out) => out.fill(0)));
  return tf.tile(x, shape.map((size, i) => size / x.shape[i]!));
}
