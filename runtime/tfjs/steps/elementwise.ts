/** Maps and reductions: one kernel each where tfjs has it. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { tfjsMapOps } from "../../../src/plan/tfjs-ops.js";
import { normalGate } from "./gelu.js";
import { broadcasting, kernel, onHost, tidied, type TensorMaker } from "./kernel.js";
import { filled, type Numbers } from "./memory.js";
import { sameSizes, select } from "./select.js";
import { isSmall, smallBinary } from "./small.js";

const unary = (name: string): TensorMaker => () => ([x]) => kernel(name, { x: x! });
const binary = (name: string): TensorMaker => () => ([a, b]) => broadcasting(name, a!, b!);
/** On the host where that is cheaper. */
const arithmetic = (name: "Add" | "Sub" | "Multiply"): TensorMaker => () => ([a, b]) => smallBinary(name, a!, b!) ?? broadcasting(name, a!, b!);
const comparison = (name: string): TensorMaker => tidied(() => ([a, b]) => toInt(kernel(name, { a: a!, b: b! })));
const multiply = (a: Tensor, b: Tensor): Tensor => kernel(tf.Multiply, { a, b });
const add = (a: Tensor, b: Tensor): Tensor => kernel(tf.Add, { a, b });

export const mapSteps: { readonly [O in (typeof tfjsMapOps)[number]]: TensorMaker } = {
  negate: unary(tf.Neg),
  exp: unary(tf.Exp),
  log: unary(tf.Log),
  sqrt: unary(tf.Sqrt),
  abs: unary(tf.Abs),
  sin: unary(tf.Sin),
  cos: unary(tf.Cos),
  tanh: unary(tf.Tanh),
  sigmoid: unary(tf.Sigmoid),
  softplus: unary(tf.Softplus),
  erf: unary(tf.Erf),
  relu: unary(tf.Relu),
  gelu: tidied((_, resources) => {
    const gate = normalGate(resources);
    return ([x]) => multiply(x!, gate(x!));
  }),
  // x · sigmoid(2 √(2/π) · x · (1 + 0.044715 x²)): the same as with tanh, whose kernel is ten times slower.
  gelu_tanh: tidied((_, resources) => {
    const twice = resources.scalar(2 * Math.sqrt(2 / Math.PI));
    const cubic = resources.scalar(0.044715 * 2 * Math.sqrt(2 / Math.PI));
    return ([x]) => multiply(x!, kernel(tf.Sigmoid, { x: multiply(x!, add(multiply(kernel(tf.Square, { x: x! }), cubic), twice)) }));
  }),
  silu: tidied(() => ([x]) => multiply(x!, kernel(tf.Sigmoid, { x: x! }))),
  elu: unary(tf.Elu),
  square: unary(tf.Square),
  reciprocal: unary(tf.Reciprocal),
  rsqrt: unary(tf.Rsqrt),
  // Of what is not finite no product with 0 is 0.
  is_finite: tidied((_, resources) => ([x]) => toInt(kernel(tf.Equal, { a: multiply(x!, resources.scalar(0)), b: resources.scalar(0) }))),
  to_f32: () => ([x]) => kernel(tf.Cast, { x: x! }, { dtype: "float32" }),
  add: arithmetic(tf.Add),
  subtract: arithmetic(tf.Sub),
  multiply: arithmetic(tf.Multiply),
  divide: binary(tf.RealDiv),
  power: binary(tf.Pow),
  maximum: binary(tf.Maximum),
  minimum: binary(tf.Minimum),
  equal: comparison(tf.Equal),
  not_equal: comparison(tf.NotEqual),
  less: comparison(tf.Less),
  select,
};

export const reduceSteps = {
  sum: (attrs) => {
    const axis = attrs.numbers("axes");
    const middle = axis.length === 1 && axis[0] === 1;
    return ([x]) => {
      if (middle && x!.rank === 3 && x!.dtype === "float32") return tf.tidy(() => sumMiddle(x!));
      return kernel(tf.Sum, { x: x! }, { axis, keepDims: false });
    };
  },
  max: (attrs) => {
    const reductionIndices = attrs.numbers("axes");
    return ([x]) => kernel(tf.Max, { x: x! }, { reductionIndices, keepDims: false });
  },
  softmax_gradient: tidied(() => ([y, g]) => {
    const sum = kernel(tf.Sum, { x: multiply(y!, g!) }, { axis: [1], keepDims: true });
    return multiply(y!, kernel(tf.Sub, { a: g!, b: tf.reshape(sum, [y!.shape[0]!, 1]) }));
  }),
  relu_gradient: tidied(() => ([x, g]) => {
    if (!onHost() || !sameSizes(x!.shape, g!.shape)) return tf.where(tf.greater(x!, tf.scalar(0)), g!, tf.scalar(0));
    // A product with 0 or 1 would make NaN of a g that is infinite where x is not above 0, as behind sqrt.
    return filled([...x!.shape], [x!, g!], (out, [from, slope]) => keepPositive(bitsOf(from!), bitsOf(slope!), bitsOf(out)));
  }),
  softmax: () => ([x]) => kernel(tf.Softmax, { logits: x! }, { dim: x!.rank - 1 }),
} satisfies Record<string, TensorMaker>;

/** Pooling keeps a row of sums on wasm's stack of 64 KiB: from some 16,000 channels on it writes over what lies behind. */
const widestPool = 8192;

/**
 * [outer, n, inner] to [outer, inner]. The sum of the wasm backend transposes first; its average pooling, of an image n high and
 * one wide, does not, and is fifty times faster.
 */
export function sumMiddle(x: Tensor): Tensor {
  const [outer, n, inner] = x.shape as [number, number, number];
  if (n === 1) return tf.reshape(x, [outer, inner]);
  if (isSmall(x) || inner > widestPool) return filled([outer, inner], [x], (out, [data]) => addMiddle(data as Float32Array, out, outer, n, inner));
  if (tf.getBackend() !== "wasm") return kernel(tf.Sum, { x }, { axis: [1], keepDims: false });
  const pooled = kernel(tf.AvgPool, { x: tf.reshape(x, [outer, n, 1, inner]) }, { filterSize: [n, 1], strides: [1, 1], pad: "valid" });
  return tf.reshape(multiply(pooled, tf.scalar(n)), [outer, inner]);
}

function addMiddle(data: Float32Array, out: Float32Array, outer: number, n: number, inner: number): void {
  for (let a = 0; a < outer; a++) {
    for (let i = 0; i < inner; i++) {
      let sum = 0;
      for (let k = 0, at = a * n * inner + i; k < n; k++, at += inner) sum += data[at]!;
      out[a * inner + i] = sum;
    }
  }
}

function bitsOf({ buffer, byteOffset, length }: Numbers): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** `out` is g where the float x is above 0, else 0. On bits, without a branch: signs are as good as random, and a wrong guess costs more than all else. */
function keepPositive(x: Int32Array, g: Int32Array, out: Int32Array): void {
  for (let i = 0; i < out.length; i++) {
    const bits = x[i]!;
    out[i] = g[i]! & ~(bits >> 31) & (-bits >> 31);
  }
}

function toInt(x: Tensor): Tensor {
  return kernel(tf.Cast, { x }, { dtype: "int32" });
}
