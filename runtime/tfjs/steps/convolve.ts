/**
 * Depthwise causal convolution over the last real tokens. x [B, T, A], weight [size, A] (last tap = the token itself), bias [A],
 * state [B, size-1, A], mask i32 [B, T].
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { kernel, tidied, type TensorMaker } from "./kernel.js";
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
      const taps = Array.from({ length: size }, (_, j) => (mask ? gathered(all, mask, batch, time, size, j) : tf.slice(all, [0, j, 0], [batch, time, width])));
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
} satisfies Record<string, TensorMaker>;

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
