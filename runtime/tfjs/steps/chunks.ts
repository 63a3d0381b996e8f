/** What both forms of the recurrence share: operands by name, tokens cut and padded to chunks, states handed from chunk to chunk. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Attrs } from "../value.js";
import { broadcastTo, unstack } from "./kernel.js";

export interface Term {
  readonly key: Tensor;
  readonly value: Tensor;
}

export interface Operands {
  readonly first: Tensor | undefined;
  readonly decay: Tensor | undefined;
  readonly terms: readonly Term[];
  readonly query: Tensor | undefined;
}

/** @param first whether a start or boundaries come first */
export function operandsOf(attrs: Attrs, first: boolean): (inputs: readonly Tensor[]) => Operands {
  const [decayed, terms] = [attrs.flag("decayed"), attrs.number("terms")];
  const at = (first ? 1 : 0) + (decayed ? 1 : 0);
  return (inputs) => ({
    first: first ? inputs[0] : undefined,
    decay: decayed ? inputs[at - 1] : undefined,
    terms: Array.from({ length: terms }, (_, i) => ({ key: inputs[at + 2 * i]!, value: inputs[at + 2 * i + 1]! })),
    query: inputs[at + 2 * terms],
  });
}

/** Tokens [from, to) of [B|1, T|1, …]; a constant stays one. */
export function tokensBetween(x: Tensor, T: number, from: number, to: number): Tensor {
  if (x.shape[1] !== T || (from === 0 && to === T)) return x;
  return tf.slice(x, [0, from], [-1, to - from]);
}

/** [B|1, T|1, …] with zeros behind the last token up to `tokens`; a constant stays one. */
export function padTokens(x: Tensor, T: number, tokens: number): Tensor {
  if (x.shape[1] !== T || T === tokens) return x;
  const [batch, , ...rest] = x.shape as [number, number, ...number[]];
  return tf.concat([x, tf.zeros([batch, tokens - T, ...rest])], 1);
}

/** [B|1, T|1, …] repeated to [B, T, sizes…]. */
export function spread(x: Tensor, B: number, T: number, sizes: readonly number[]): Tensor {
  return broadcastTo(x, [B, T, ...sizes]);
}

/**
 * The state before every chunk and after the last, [B, n + 1, A…].
 * @param kept [B|1, n|1, A|1…], @param written [B, n, A…]
 */
export function mergeChunks(start: Tensor, kept: Tensor | undefined, written: Tensor): Tensor {
  const added = chunksOf(written);
  const factors = kept && chunksOf(kept);
  const states = [start];
  added.forEach((x, i) => {
    const before = states[i]!;
    states.push(tf.add(factors ? tf.mul(before, factors[i] ?? factors[0]!) : before, x));
  });
  return tf.stack(states, 1);
}

/** [B, n, A…] as n tensors [B, A…]. */
function chunksOf(x: Tensor): Tensor[] {
  const [batch, n, ...sizes] = x.shape as [number, number, ...number[]];
  const front = batch === 1 ? tf.reshape(x, [n, 1, -1]) : tf.transpose(tf.reshape(x, [batch, n, -1]), [1, 0, 2]);
  return unstack(front).map((piece) => tf.reshape(piece, [batch, ...sizes]));
}
