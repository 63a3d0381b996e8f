/** What both forms of the recurrence share: operands by name, tokens cut and padded to chunks, states handed from chunk to chunk. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Extents } from "../../../src/plan/size.js";
import type { Attrs } from "../value.js";
import { broadcastTo, unstack } from "./kernel.js";

export interface Term {
  readonly key: Tensor;
  readonly value: Tensor;
}

export interface Correction {
  readonly writer: Tensor;
  readonly reader: Tensor;
}

export interface Operands {
  readonly first: Tensor | undefined;
  readonly decay: Tensor | undefined;
  readonly terms: readonly Term[];
  readonly corrections: readonly Correction[];
  readonly query: Tensor | undefined;
}

/** @param first whether a start or boundaries come first */
export function operandsOf(attrs: Attrs, first: boolean): (inputs: readonly Tensor[]) => Operands {
  const [decayed, terms, corrections] = [attrs.flag("decayed"), attrs.number("terms"), correctionsOf(attrs).length];
  const at = (first ? 1 : 0) + (decayed ? 1 : 0);
  const behind = at + 2 * terms;
  return (inputs) => ({
    first: first ? inputs[0] : undefined,
    decay: decayed ? inputs[at - 1] : undefined,
    terms: Array.from({ length: terms }, (_, i) => ({ key: inputs[at + 2 * i]!, value: inputs[at + 2 * i + 1]! })),
    corrections: Array.from({ length: corrections }, (_, i) => ({ writer: inputs[behind + 2 * i]!, reader: inputs[behind + 2 * i + 1]! })),
    query: inputs[behind + 2 * corrections],
  });
}

/** Which of the state's axes each correction reads over. */
export function correctionsOf(attrs: Attrs): number[][] {
  return attrs.has("corrections") ? attrs.texts("corrections").map((axes) => (axes === "" ? [] : axes.split(",").map(Number))) : [];
}

/** What a recurrence walks over. */
export type Walked = Pick<Extents, "B" | "T" | "N">;

/** Tokens and chunks of the call, or of the source texts where the step says so. */
export function walkedOf(attrs: Attrs): (extents: Extents) => Walked {
  return attrs.option("source") ? ({ B, E, M }) => ({ B, T: E, N: M }) : (extents) => extents;
}

export interface Reverse {
  /** How many of the last terms are added after the decay. */
  readonly late: number;
}

/** Undefined for a recurrence that runs forward. */
export function reverseOf(attrs: Attrs): Reverse | undefined {
  return attrs.option("reverse") ? { late: attrs.number("late") } : undefined;
}

/** Tokens [from, to) of [B|1, T|1, …]; a constant stays one. */
export function tokensBetween(x: Tensor, T: number, from: number, to: number): Tensor {
  if (x.shape[1] !== T || (from === 0 && to === T)) return x;
  return tf.slice(x, [0, from], [-1, to - from]);
}

/** [B|1, T|1, …] with `padding` behind the last token up to `tokens`; a constant stays one where the padding is 0. */
export function padTokens(x: Tensor, T: number, tokens: number, padding: 0 | 1): Tensor {
  const [batch, given, ...rest] = x.shape as [number, number, ...number[]];
  if (T === tokens || (given !== T && padding === 0)) return x;
  return tf.concat([spread(x, batch, T, rest), tf.fill([batch, tokens - T, ...rest], padding)], 1);
}

/** [B|1, T|1, …] repeated to [B, T, sizes…]. */
export function spread(x: Tensor, B: number, T: number, sizes: readonly number[]): Tensor {
  return broadcastTo(x, [B, T, ...sizes]);
}

/**
 * The state before every chunk and after the last, [B, n + 1, A…]; of a reverse walk, behind every chunk and before the first.
 * @param kept [B|1, n|1, A|1…], @param written [B, n, A…]
 */
export function mergeChunks(start: Tensor, kept: Tensor | undefined, written: Tensor, reverse: boolean): Tensor {
  const inOrder = <X>(chunks: X[]): X[] => (reverse ? chunks.reverse() : chunks);
  const added = inOrder(chunksOf(written));
  const factors = kept && inOrder(chunksOf(kept));
  const states = [start];
  added.forEach((x, i) => {
    const before = states[i]!;
    states.push(tf.add(factors ? tf.mul(before, factors[i] ?? factors[0]!) : before, x));
  });
  return tf.stack(inOrder(states), 1);
}

/** [B, n, A…] as n tensors [B, A…]. */
function chunksOf(x: Tensor): Tensor[] {
  const [batch, n, ...sizes] = x.shape as [number, number, ...number[]];
  const front = batch === 1 ? tf.reshape(x, [n, 1, -1]) : tf.transpose(tf.reshape(x, [batch, n, -1]), [1, 0, 2]);
  return unstack(front).map((piece) => tf.reshape(piece, [batch, ...sizes]));
}
