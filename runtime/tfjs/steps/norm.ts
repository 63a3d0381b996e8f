/** layer_norm and rms_norm along the last axis: one pass here instead of a dozen kernels, unless the tensors lie on a GPU. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { fromHost, onHost, tidied, type TensorMaker } from "./kernel.js";

export const normSteps = {
  normalize: tidied((attrs) => {
    const [epsilon, centered] = [attrs.number("epsilon"), attrs.flag("centered")];
    return ([x, scale, shift]) => {
      if (x!.rank !== 2) throw new Error(`[${x!.shape.join(", ")}] is not [rows, n]`);
      return onHost() ? normalizeRows(x!, scale, shift, epsilon, centered) : normalizeKernels(x!, scale, shift, epsilon, centered);
    };
  }),
} satisfies Record<string, TensorMaker>;

function normalizeRows(x: Tensor, scale: Tensor | undefined, shift: Tensor | undefined, epsilon: number, centered: boolean): Tensor {
  const [rows, width] = x.shape as [number, number];
  const data = x.dataSync<"float32">();
  const by = scale?.dataSync<"float32">();
  const plus = shift?.dataSync<"float32">();
  const out = new Float32Array(rows * width);
  for (let from = 0; from < out.length; from += width) {
    let mean = 0;
    if (centered) {
      for (let i = 0; i < width; i++) mean += data[from + i]!;
      mean /= width;
    }
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const distance = data[from + i]! - mean;
      squares += distance * distance;
    }
    const rate = 1 / Math.sqrt(squares / width + epsilon);
    for (let i = 0; i < width; i++) out[from + i] = (data[from + i]! - mean) * rate;
    if (by) for (let i = 0; i < width; i++) out[from + i]! *= by[i]!;
    if (plus) for (let i = 0; i < width; i++) out[from + i]! += plus[i]!;
  }
  return fromHost(out, [rows, width]);
}

function normalizeKernels(x: Tensor, scale: Tensor | undefined, shift: Tensor | undefined, epsilon: number, centered: boolean): Tensor {
  const around = centered ? tf.sub(x, tf.mean(x, 1, true)) : x;
  const rescaled = tf.mul(around, tf.rsqrt(tf.add(tf.mean(tf.square(around), 1, true), epsilon)));
  const scaled = scale ? tf.mul(rescaled, scale) : rescaled;
  return shift ? tf.add(scaled, shift) : scaled;
}
