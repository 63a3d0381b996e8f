/**
 * Steps that are loops here around small matrix products: numbers of tensors as typed arrays, where their axes begin, and products
 * of what a loop has gathered. Gathering a small matrix costs less than the transposes and slices of whole tensors that it replaces.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { KernelBackend, Tensor } from "@tensorflow/tfjs-core";
import { fromHost, multiply2d } from "./kernel.js";
import type { Numbers } from "./memory.js";

/** What the wasm backend offers its kernels: a tensor's place in its memory. */
type HeapBackend = KernelBackend & { typedArrayFromHeap?(x: Tensor): Float32Array };

/** A tensor's numbers, where the backend allows it without a copy: good only until the next kernel runs, and never to be written. */
export function numbersOf(x: Tensor): Float32Array {
  const backend = tf.backend() as HeapBackend;
  return backend.typedArrayFromHeap ? backend.typedArrayFromHeap(x) : (x.dataSync<"float32">() as Float32Array);
}

/** How far apart neighbours along each axis lie: 0 along an axis of size 1, along which the tensor is repeated. */
export function stridesOf(shape: readonly number[]): number[] {
  let size = 1;
  const strides = [...shape].reverse().map((n) => {
    const stride = n === 1 ? 0 : size;
    size *= n;
    return stride;
  });
  return strides.reverse();
}

export function volume(sizes: readonly number[]): number {
  return sizes.reduce((n, size) => n * size, 1);
}

/** A row-major matrix inside a tensor. */
export interface Place {
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Copies a matrix into `to`, whose rows are `pitch` apart. */
export function copyMatrix(from: Numbers, place: Place, rows: number, columns: number, to: Float32Array, offset: number, pitch: number): void {
  const { rowStride, columnStride } = place;
  if (columnStride === 1 && rowStride === columns && pitch === columns) {
    to.set(from.subarray(place.offset, place.offset + rows * columns), offset);
    return;
  }
  if (rowStride === 1) {
    // Transposed: what lies together is read together.
    for (let i = 0; i < columns; i++) {
      const source = place.offset + i * columnStride;
      for (let r = 0; r < rows; r++) to[offset + r * pitch + i] = from[source + r]!;
    }
    return;
  }
  for (let r = 0; r < rows; r++) {
    const source = place.offset + r * rowStride;
    const target = offset + r * pitch;
    if (columnStride === 1) for (let i = 0; i < columns; i++) to[target + i] = from[source + i]!;
    else for (let i = 0; i < columns; i++) to[target + i] = from[source + i * columnStride]!;
  }
}

/**
 * How many products go together: on wasm one, whose operands are still in the processor's cache and which takes the fast path for
 * plain 2-D products; elsewhere all, since there each call costs more.
 */
export function productsTogether(all: number): number {
  return tf.getBackend() === "wasm" ? 1 : all;
}

export interface Sizes {
  readonly count: number;
  readonly M: number;
  readonly K: number;
  readonly N: number;
}

/** [count, M, K] · [count, K, N]; `take` gets the [count, M, N] numbers, which are gone when it returns. */
export function multiplyNumbers(left: Float32Array, right: Float32Array, { count, M, K, N }: Sizes, take: (product: Float32Array) => void): void {
  const product =
    count === 1
      ? multiplied(fromHost(left, [M, K]), fromHost(right, [K, N]), multiply2d)
      : multiplied(fromHost(left, [count, M, K]), fromHost(right, [count, K, N]), (a, b) => tf.matMul(a, b));
  take(numbersOf(product));
  product.dispose();
}

function multiplied(a: Tensor, b: Tensor, multiply: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const product = multiply(a, b);
  a.dispose();
  b.dispose();
  return product;
}
