/**
 * Cross entropy of rows of logits and its gradient. logits [n, vocab], targets i32 [n] (clamped), weight [n] or one number.
 * With p = softmax: log p of an id is logit - highest + log(largest p), since the largest p is 1 / Σ exp(logit - highest).
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { changed, filled } from "./memory.js";
import { kernel, tidied, type TensorMaker } from "./kernel.js";
import { clampedIds } from "./tokens.js";

export const lossSteps = {
  cross_entropy: tidied((attrs) => {
    const smoothing = attrs.number("smoothing");
    return ([logits, targets]) => {
      const [rows, size] = sizesOf(logits!, targets!);
      const highest = largest(logits!);
      const likeliest = largest(softmax(logits!));
      // Only smoothing looks at the other ids.
      const sums = smoothing > 0 ? kernel(tf.Sum, { x: logits! }, { axis: [1], keepDims: false }) : highest;
      const ids = clampedIds(targets!, size);
      return filled([rows], [logits!, highest, likeliest, sums], (out, [logit, high, likely, sum]) => {
        for (let row = 0; row < rows; row++) {
          const total = high![row]! - Math.log(likely![row]!);
          const missed = total - logit![row * size + ids[row]!]!;
          out[row] = smoothing > 0 ? (1 - smoothing) * missed + smoothing * (total - sum![row]! / size) : missed;
        }
      });
    };
  }),
  cross_entropy_gradient: tidied((attrs) => {
    const smoothing = attrs.number("smoothing");
    return ([logits, targets, weight]) => {
      const [rows, size] = sizesOf(logits!, targets!);
      const p = softmax(logits!);
      const even = smoothing > 0 ? kernel(tf.Sub, { a: p, b: tf.scalar(smoothing / size) }) : p;
      const each = weight!.size === 1 ? 0 : 1;
      const scaled = kernel(tf.Multiply, { a: even, b: tf.reshape(weight!, each ? [rows, 1] : []) });
      const ids = clampedIds(targets!, size);
      return changed(scaled, [p, weight!], (out, [share, weights]) => {
        for (let row = 0; row < rows; row++) {
          const aimed = row * size + ids[row]!;
          out[aimed] = weights![row * each]! * (share![aimed]! - (1 - smoothing) - smoothing / size);
        }
      });
    };
  }),
} satisfies Record<string, TensorMaker>;

function sizesOf(logits: Tensor, targets: Tensor): readonly [rows: number, size: number] {
  if (logits.rank !== 2 || targets.size !== logits.shape[0]) throw new Error(`${targets.size} targets do not fit logits [${logits.shape.join(", ")}]`);
  return logits.shape as [number, number];
}

function softmax(logits: Tensor): Tensor {
  return kernel(tf.Softmax, { logits }, { dim: 1 });
}

/** Of each row. */
function largest(x: Tensor): Tensor {
  return kernel(tf.Max, { x }, { reductionIndices: [1], keepDims: false });
}
