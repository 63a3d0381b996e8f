/**
 * The recurrence and its reverse token by token, for decays that the matmul form cannot take: all chunks walk side by side, so a
 * walk is `chunk` steps however long the text is. State axes are A…, operands [B|1, T|1, A|1…].
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { broadcastTo, tidied, unstack, type TensorMaker } from "./kernel.js";
import { mergeChunks, operandsOf, padTokens, reverseOf, spread, tokensBetween, walkedOf, type Operands, type Reverse, type Term } from "./chunks.js";

export const byStepSteps = {
  boundaries_by_step: tidied((attrs) => {
    const [chunk, started, reverse, walked] = [attrs.number("chunk"), attrs.flag("started"), reverseOf(attrs), walkedOf(attrs)];
    const [read, sizes] = [operandsOf(attrs, started), attrs.numbers("sizes")];
    return (inputs, extents) => {
      const { B, T, N } = walked(extents);
      const operands = read(inputs);
      const start = operands.first ? broadcastTo(operands.first, [B, ...sizes]) : tf.zeros([B, ...sizes]);
      if (N === 1) return tf.expandDims(start, 1);
      const n = N - 1;
      // A forward walk ends before the last chunk, a reverse one behind the first.
      const cut = reverse ? (x: Tensor, padding: 0 | 1) => tokensBetween(padTokens(x, T, N * chunk, padding), N * chunk, chunk, N * chunk) : (x: Tensor) => tokensBetween(x, T, 0, n * chunk);
      const walk = walkOf(operands, cut, B, n, chunk, reverse);
      let written: Tensor = tf.zeros([B * n, ...sizes]);
      let kept: Tensor | undefined;
      for (const j of walk.order) {
        written = replace(written, (state) => walk.leave(walk.arrive(state, j), j));
        if (walk.decay) kept = kept ? replace(kept, (product) => tf.mul(product, walk.decay![j]!)) : walk.decay[j]!.clone();
      }
      const apart = (x: Tensor): Tensor => tf.reshape(x, [B, n, ...x.shape.slice(1)]);
      return mergeChunks(start, kept && apart(kept), apart(written), !!reverse);
    };
  }),
  advance_by_step: tidied((attrs) => {
    const [chunk, walked, read] = [attrs.number("chunk"), walkedOf(attrs), operandsOf(attrs, true)];
    return (inputs, extents) => {
      const { B, T, N } = walked(extents);
      const operands = read(inputs);
      const sizes = operands.first!.shape.slice(2);
      const from = (N - 1) * chunk;
      const walk = walkOf(operands, (x) => tokensBetween(x, T, from, T), B, 1, T - from, undefined);
      let state: Tensor = tf.reshape(tf.slice(operands.first!, [0, N - 1], [-1, 1]), [B, ...sizes]);
      for (const j of walk.order) state = replace(state, (before) => walk.arrive(before, j));
      return state;
    };
  }),
  scan_read_by_step: tidied((attrs) => {
    const [chunk, old, over, reverse] = [attrs.number("chunk"), attrs.flag("old"), attrs.numbers("over"), reverseOf(attrs)];
    const [walked, read] = [walkedOf(attrs), operandsOf(attrs, true)];
    return (inputs, extents) => {
      const { B, T, N } = walked(extents);
      const operands = read(inputs);
      const sizes = operands.first!.shape.slice(2);
      const [E, ...querySizes] = operands.query!.shape.slice(2) as [number, ...number[]];
      const rest = sizes.filter((_, i) => !over.includes(i));
      const c = Math.min(chunk, T);
      const padded = (x: Tensor, padding: 0 | 1): Tensor => padTokens(x, T, N * c, padding);
      const walk = walkOf(operands, padded, B, N, c, reverse);
      const queries = byToken(padded(operands.query!, 0), B, N, c);
      const readAt = (state: Tensor, j: number): Tensor => {
        const q = tf.reshape(queries[j]!, [B * N, E, ...querySizes]);
        const product = tf.mul(q, tf.expandDims(state, 1));
        return tf.reshape(over.length > 0 ? tf.sum(product, over.map((i) => i + 2)) : product, [B * N, -1]);
      };
      let state: Tensor = tf.reshape(operands.first!, [B * N, ...sizes]);
      const reads: Tensor[] = [];
      for (const j of walk.order) {
        if (old) reads[j] = tf.tidy(() => readAt(state, j));
        state = replace(state, (before) => walk.arrive(before, j));
        if (!old) reads[j] = tf.tidy(() => readAt(state, j));
        if (reverse) state = replace(state, (before) => walk.leave(before, j));
      }
      const ordered = tf.reshape(tf.stack(reads, 1), [B, N * c, E, ...rest]);
      return N * c === T ? ordered : tf.slice(ordered, [0, 0], [-1, T]);
    };
  }),
} satisfies Record<string, TensorMaker>;

/** A walk through all chunks at once, side by side. */
interface Walk {
  readonly decay: readonly Tensor[] | undefined;
  /** Tokens of a chunk as they are walked. */
  readonly order: readonly number[];
  /** The state that a read of the j-th token sees: a forward walk has then done with the token. */
  arrive(state: Tensor, j: number): Tensor;
  /** What a reverse walk still does to the state before it goes on. */
  leave(state: Tensor, j: number): Tensor;
}

/** `cut` takes the tokens of the chunks; where it pads them, decays are padded with 1, which leaves the state as it is. */
function walkOf(operands: Operands, cut: (x: Tensor, padding: 0 | 1) => Tensor, B: number, n: number, c: number, reverse: Reverse | undefined): Walk {
  const decay = operands.decay && byToken(cut(operands.decay, 1), B, n, c);
  const adding = (terms: readonly Term[]): ((state: Tensor, j: number) => Tensor) => {
    const tokens = terms.map((t) => ({ key: byToken(cut(t.key, 0), B, n, c), value: byToken(cut(t.value, 0), B, n, c) }));
    return (state, j) => tokens.reduce((sum, { key, value }) => tf.add(sum, tf.mul(key[j]!, value[j]!)), state);
  };
  const decayed = (state: Tensor, j: number): Tensor => (decay ? tf.mul(state, decay[j]!) : state);
  const order = Array.from({ length: c }, (_, j) => (reverse ? c - 1 - j : j));
  const { terms } = operands;
  if (!reverse) {
    const add = adding(terms);
    return { decay, order, arrive: (state, j) => add(decayed(state, j), j), leave: (state) => state };
  }
  const [early, late] = [adding(terms.slice(0, terms.length - reverse.late)), adding(terms.slice(terms.length - reverse.late))];
  return { decay, order, arrive: early, leave: (state, j) => late(decayed(state, j), j) };
}

/** [B|1, n·c|1, A…] as c tensors [B·n, A…]: the j-th token of every chunk. */
function byToken(x: Tensor, B: number, n: number, c: number): Tensor[] {
  const sizes = x.shape.slice(2);
  const flat = tf.reshape(spread(x, B, n * c, sizes), [B * n, c, -1]);
  return unstack(tf.transpose(flat, [1, 0, 2])).map((token) => tf.reshape(token, [B * n, ...sizes]));
}

/** The next value; the one before is given back at once, or a walk would hold every token's state. */
function replace(x: Tensor, next: (x: Tensor) => Tensor): Tensor {
  const made = tf.tidy(() => next(x));
  if (made === x) return x;
  x.dispose();
  return made;
}
