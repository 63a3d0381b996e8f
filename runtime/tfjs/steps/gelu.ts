/**
 * gelu(x) = x · Φ(x) and its slope, from kernels that the wasm backend is fast at: its erf takes 27 ns a number, its exp 7, its
 * sigmoid 1, and a sum or a product 0.1.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Resources } from "../value.js";
import { kernel, tidied, type TensorMaker } from "./kernel.js";

/**
 * Φ(x) = sigmoid(x · p(x²)): p by least squares, reweighted to an even error of Φ, for x² up to 36, where Φ has become 0 or 1 in
 * float32; measured in float32, Φ is wrong by at most 1.2e-7 and gelu by 2.2e-7.
 */
const coefficients = [
  1.5957689848177188, 0.07266782413305653, -6.591070098016332e-5, -1.1055548972943088e-4, 7.946166252948847e-6, -2.6728958692122344e-7, 3.6186230526593135e-9,
];
const largestSquare = 36;

/** With fewer numbers the dozen kernels cost more than they save. */
const largeSize = 16_384;

export function normalGate(resources: Resources): (x: Tensor) => Tensor {
  const multiply = (a: Tensor, b: Tensor): Tensor => kernel(tf.Multiply, { a, b });
  const add = (a: Tensor, b: Tensor): Tensor => kernel(tf.Add, { a, b });
  const [half, root] = [resources.scalar(0.5), resources.scalar(Math.SQRT1_2)];
  const [highest, ...rest] = [...coefficients].reverse().map((c) => resources.scalar(c)) as [Tensor, ...Tensor[]];
  return (x) => {
    if (tf.getBackend() !== "wasm" || x.size < largeSize) return add(multiply(kernel(tf.Erf, { x: multiply(x, root) }), half), half);
    const square = kernel(tf.ClipByValue, { x: kernel(tf.Square, { x }) }, { clipValueMin: 0, clipValueMax: largestSquare });
    return kernel(tf.Sigmoid, { x: multiply(rest.reduce((inner, c) => stepped(inner, square, c), highest), x) });
  };
}

export const geluSteps = {
  gelu_gate: tidied((_, resources) => {
    const gate = normalGate(resources);
    return ([x]) => gate(x!);
  }),
  // exp(-x² / 2) = s / (1 - s) with s = sigmoid(-x² / 2), which is at most 1/2.
  gelu_slope: tidied((_, resources) => {
    const [minusHalf, one, scale] = [resources.scalar(-0.5), resources.scalar(1), resources.scalar(1 / Math.sqrt(2 * Math.PI))];
    return ([x, gate]) => {
      const s = kernel(tf.Sigmoid, { x: kernel(tf.Multiply, { a: kernel(tf.Square, { x: x! }), b: minusHalf }) });
      const bell = kernel(tf.RealDiv, { a: s, b: kernel(tf.Sub, { a: one, b: s }) });
      const scaled = kernel(tf.Multiply, { a: x!, b: scale });
      return kernel(tf.Add, { a: gate!, b: kernel(tf.Multiply, { a: bell, b: scaled }) });
    };
  }),
} satisfies Record<string, TensorMaker>;

/** inner · square + c; of large tensors only what is still needed is kept. */
function stepped(inner: Tensor, square: Tensor, c: Tensor): Tensor {
  const product = kernel(tf.Multiply, { a: inner, b: square });
  const sum = kernel(tf.Add, { a: product, b: c });
  product.dispose();
  if (inner.size > 1) inner.dispose();
  return sum;
}
