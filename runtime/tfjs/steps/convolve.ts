/**
 * Depthwise causal convolution over the last real tokens. x [B, T, A], weight [size, A] (last tap = the token itself), bias [A],
 * state [B, size-1, A], mask i32 [B, T].
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { sumMiddle } from "./elementwise.js";
import { kernel, tidied, type TensorMaker } from "./kernel.js";
import { filled } from "./memory.js";
import { integers } from "./tokens.js";

export const convolveSteps = {
  convolve: tidied((attrs) => {
    const [size, started, masked] = [attrs.number("size"), attrs.flag("started"), attrs.flag("masked")];
    return ([x, weight, bias, ...rest]) => {
      const state = started ? rest.shift()! : undefined;
      const mask = masked ? realTokens(rest.shift()!) : undefined;
      const [batch, time, width] = x!.shape as [number, number, number];
      const all = joined(x!, state, size);
      if (time === 1 && !mask) {
        return kernel(tf.Add, { a: tf.reshape(tf.sum(tf.mul(all, weight!), 1), [batch, 1, width]), b: bias! });
      }
      if (!mask) return tf.add(slidden(all, weight!), bias!);
      const taps = Array.from({ length: size }, (_, j) => gathered(all, mask, batch, time, size, j));
      return taps.reduce((sum, tap, j) => tf.add(sum, tf.mul(tap, tf.slice(weight!, [j, 0], [1, width]))), bias!);
    };
  }),
  convolve_state: tidied((attrs) => {
    const [size, masked] = [attrs.number("size"), attrs.flag("masked")];
    return ([x, state, given]) => {
      const mask = masked ? realTokens(given!) : undefined;
      const [batch, time, width] = x!.shape as [number, number, number];
      const all = joined(x!, state, size);
      if (!mask) return tf.slice(all, [0, time, 0], [batch, size - 1, width]);
      const rows = Array.from({ length: batch }, (_, b) => realRows(mask, b, time, size).slice(1 - size)).flat();
      return tf.reshape(rowsOf(all, rows), [batch, size - 1, width]);
    };
  }),
  convolve_gradient: tidied((attrs) => {
    const [size, masked] = [attrs.number("size"), attrs.flag("masked")];
    return ([g, weight, given]) => {
      const mask = masked ? realTokens(given!) : undefined;
      const all = tf.pad(mask ? packed(g!, mask) : g!, [[0, 0], [0, size - 1], [0, 0]]);
      const made = slidden(all, tf.reverse(weight!, 0));
      return mask ? unpacked(made, mask) : made;
    };
  }),
  convolve_weight_gradient: tidied((attrs) => {
    const [size, masked] = [attrs.number("size"), attrs.flag("masked")];
    return ([x, g, given]) => {
      const mask = masked ? realTokens(given!) : undefined;
      const [batch, time, width] = x!.shape as [number, number, number];
      const [tokens, cotangents] = mask ? [packed(x!, mask), packed(g!, mask)] : [x!, g!];
      const all = tf.pad(tokens, [[0, 0], [size - 1, 0], [0, 0]]);
      const taps = Array.from({ length: size }, (_, j) => {
        const product = kernel(tf.Multiply, { a: tf.slice(all, [0, j, 0], [batch, time, width]), b: cotangents });
        return sumMiddle(tf.reshape(product, [1, batch * time, width]));
      });
      return tf.concat(taps, 0);
    };
  }),
} satisfies Record<string, TensorMaker>;

/** all [B, size-1 + T, A] to [B, T, A]: out[t] = Σ_j weight[j] · all[t + j]. */
function slidden(all: Tensor, weight: Tensor): Tensor {
  const [batch, length, width] = all.shape as [number, number, number];
  const size = weight.shape[0]!;
  const time = length - (size - 1);
  if (tf.getBackend() !== "wasm") {
    const taps = Array.from({ length: size }, (_, j) => tf.mul(tf.slice(all, [0, j, 0], [batch, time, width]), tf.slice(weight, [j, 0], [1, width])));
    return taps.reduce((sum, tap) => tf.add(sum, tap));
  }
  // As an image of height 1 in one kernel instead of three a tap.
  const attrs = { strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations: [1, 1] };
  const image = kernel(tf.DepthwiseConv2dNative, { x: tf.reshape(all, [batch, 1, length, width]), filter: tf.reshape(weight, [1, size, width, 1]) }, attrs);
  return tf.reshape(image, [batch, time, width]);
}

/** The real tokens of each sequence moved to its front, 0 behind them. */
function packed(x: Tensor, mask: Int32Array): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return filled([batch, time, width], [x], (out, [data]) => {
    out.fill(0);
    forEachReal(mask, batch, time, (from, to) => out.set(data!.subarray(from * width, (from + 1) * width), to * width));
  });
}

/** The inverse of `packed`: 0 at padding. */
function unpacked(x: Tensor, mask: Int32Array): Tensor {
  const [batch, time, width] = x.shape as [number, number, number];
  return filled([batch, time, width], [x], (out, [data]) => {
    out.fill(0);
    forEachReal(mask, batch, time, (to, from) => out.set(data!.subarray(from * width, (from + 1) * width), to * width));
  });
}

/** The row of each real token, and the row it has when there is no padding before it. */
function forEachReal(mask: Int32Array, batch: number, time: number, visit: (row: number, packed: number) => void): void {
  for (let b = 0; b < batch; b++) {
    let seen = b * time;
    for (let row = b * time; row < (b + 1) * time; row++) if (mask[row] !== 0) visit(row, seen++);
  }
}

/** [B, size-1 + T, A]: the past in front of the tokens. */
function joined(x: Tensor, state: Tensor | undefined, size: number): Tensor {
  const [batch, , width] = x.shape as [number, number, number];
  return tf.concat([state ?? tf.zeros([batch, size - 1, width]), x], 1);
}

/** The mask, or undefined when all tokens are real. */
function realTokens(mask: Tensor): Int32Array | undefined {
  const data = integers(mask);
  return data.includes(0) ? data : undefined;
}

/** Rows of `joined`, flat, of the past and then of the real tokens of sequence b. */
function realRows(mask: Int32Array, b: number, time: number, size: number): number[] {
  const first = b * (size - 1 + time);
  const rows = Array.from({ length: size - 1 }, (_, j) => first + j);
  for (let t = 0; t < time; t++) if (mask[b * time + t] !== 0) rows.push(first + size - 1 + t);
  return rows;
}

/** What tap j sees at every token, [B, T, A]; at padding, whatever is at hand. */
function gathered(all: Tensor, mask: Int32Array, batch: number, time: number, size: number, j: number): Tensor {
  const rows: number[] = [];
  for (let b = 0; b < batch; b++) {
    const real = realRows(mask, b, time, size);
    let seen = size - 2;
    for (let t = 0; t < time; t++) {
      if (mask[b * time + t] !== 0) seen++;
      rows.push(real[Math.max(0, seen - (size - 1) + j)] ?? real[0]!);
    }
  }
  return tf.reshape(rowsOf(all, rows), [batch, time, all.shape[2]!]);
}

function rowsOf(all: Tensor, rows: readonly number[]): Tensor {
  const [batch, length, width] = all.shape as [number, number, number];
  return tf.gather(tf.reshape(all, [batch * length, width]), tf.tensor1d([...rows], "int32"));
}
