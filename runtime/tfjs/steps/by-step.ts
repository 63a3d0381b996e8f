/**
 * The recurrence token by token, for decays that the matmul form cannot take: all chunks walk side by side, so a walk is
 * `chunk` steps however long the text is. State axes are A…, operands [B|1, T|1, A|1…].
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { broadcastTo, tidied, unstack, type TensorMaker } from "./kernel.js";
import { mergeChunks, operandsOf, padTokens, spread, tokensBetween, type Operands } from "./chunks.js";

export const byStepSteps = {
  boundaries_by_step: tidied((attrs) => {
    const [chunk, started] = [attrs.number("chunk"), attrs.flag("started")];
    const [read, sizes] = [operandsOf(attrs, started), attrs.numbers("sizes")];
    return (inputs, { B, T, N }) => {
      const operands = read(inputs);
      const start = operands.first ? broadcastTo(operands.first, [B, ...sizes]) : tf.zeros([B, ...sizes]);
      if (N === 1) return tf.expandDims(start, 1);
      const n = N - 1;
      const tokens = walkOf(operands, (x) => tokensBetween(x, T, 0, n * chunk), B, n, chunk);
      let written: Tensor = tf.zeros([B * n, ...sizes]);
      let kept: Tensor | undefined;
      for (let j = 0; j < chunk; j++) {
        written = replace(written, (state) => tokens.step(state, j));
        if (tokens.decay) kept = kept ? replace(kept, (product) => tf.mul(product, tokens.decay![j]!)) : tokens.decay[j]!.clone();
      }
      const apart = (x: Tensor): Tensor => tf.reshape(x, [B, n, ...x.shape.slice(1)]);
      return mergeChunks(start, kept && apart(kept), apart(written));
    };
  }),
  advance_by_step: tidied((attrs) => {
    const [chunk, read] = [attrs.number("chunk"), operandsOf(attrs, true)];
    return (inputs, { B, T, N }) => {
      const operands = read(inputs);
      const sizes = operands.first!.shape.slice(2);
      const from = (N - 1) * chunk;
      const tokens = walkOf(operands, (x) => tokensBetween(x, T, from, T), B, 1, T - from);
      let state: Tensor = tf.reshape(tf.slice(operands.first!, [0, N - 1], [-1, 1]), [B, ...sizes]);
      for (let j = 0; j < T - from; j++) state = replace(state, (before) => tokens.step(before, j));
      return state;
    };
  }),
  scan_read_by_step: tidied((attrs) => {
    const [chunk, old, over, read] = [attrs.number("chunk"), attrs.flag("old"), attrs.numbers("over"), operandsOf(attrs, true)];
    return (inputs, { B, T, N }) => {
      const operands = read(inputs);
      const sizes = operands.first!.shape.slice(2);
      const [E, ...querySizes] = operands.query!.shape.slice(2) as [number, ...number[]];
      const rest = sizes.filter((_, i) => !over.includes(i));
      const c = Math.min(chunk, T);
      const padded = (x: Tensor): Tensor => padTokens(x, T, N * c);
      const tokens = walkOf(operands, padded, B, N, c);
      const queries = byToken(padded(operands.query!), B, N, c);
      const readAt = (state: Tensor, j: number): Tensor => {
        const q = tf.reshape(queries[j]!, [B * N, E, ...querySizes]);
        const product = tf.mul(q, tf.expandDims(state, 1));
        return tf.reshape(over.length > 0 ? tf.sum(product, over.map((i) => i + 2)) : product, [B * N, -1]);
      };
      let state: Tensor = tf.reshape(operands.first!, [B * N, ...sizes]);
      const reads: Tensor[] = [];
      for (let j = 0; j < c; j++) {
        if (old) reads.push(tf.tidy(() => readAt(state, j)));
        state = replace(state, (before) => tokens.step(before, j));
        if (!old) reads.push(tf.tidy(() => readAt(state, j)));
      }
      const ordered = tf.reshape(tf.stack(reads, 1), [B, N * c, E, ...rest]);
      return N * c === T ? ordered : tf.slice(ordered, [0, 0], [-1, T]);
    };
  }),
} satisfies Record<string, TensorMaker>;

interface Walk {
  readonly decay: readonly Tensor[] | undefined;
  /** The state after the j-th token of every chunk. */
  step(state: Tensor, j: number): Tensor;
}

function walkOf(operands: Operands, cut: (x: Tensor) => Tensor, B: number, n: number, c: number): Walk {
  const decay = operands.decay && byToken(cut(operands.decay), B, n, c);
  const terms = operands.terms.map((t) => ({ key: byToken(cut(t.key), B, n, c), value: byToken(cut(t.value), B, n, c) }));
  return {
    decay,
    step: (state, j) => terms.reduce((sum, { key, value }) => tf.add(sum, tf.mul(key[j]!, value[j]!)), decay ? tf.mul(state, decay[j]!) : state),
  };
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
  x.dispose();
  return made;
}
