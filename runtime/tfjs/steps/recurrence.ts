/**
 * The matmul form of the recurrence S_t = decay_t ∘ S_{t-1} + Σ key_t ⊗ value_t, in chunks of c tokens. Letters as in
 * `src/plan/tfjs-ops.ts`; P stands for all (batch, chunk, group) together, one small matrix product each.
 *
 * Decays enter as products over the tokens between two places, never as a quotient: nothing overflows, and a decay of 0 is exact.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Attrs, Resources } from "../value.js";
import { broadcastTo, multiplyBatched, tidied, type TensorMaker } from "./kernel.js";
import { mergeChunks, operandsOf, padTokens, spread, tokensBetween, type Term } from "./chunks.js";

export const recurrenceSteps = {
  boundaries: tidied((attrs) => {
    const [chunk, started] = [attrs.number("chunk"), attrs.flag("started")];
    const [read, sizes] = [operandsOf(attrs, started), attrs.numbers("sizes")];
    return (inputs, { B, T, N }) => {
      const { first, decay, terms } = read(inputs);
      const start = first ? broadcastTo(first, [B, ...sizes]) : tf.zeros([B, ...sizes]);
      if (N === 1) return tf.expandDims(start, 1);
      const whole = (x: Tensor): Tensor => tokensBetween(x, T, 0, (N - 1) * chunk);
      const local = sumChunks(decay && whole(decay), terms.map((t) => ({ key: whole(t.key), value: whole(t.value) })), B, N - 1, chunk, sizes);
      return mergeChunks(start, local.kept, local.written);
    };
  }),
  advance: tidied((attrs) => {
    const [chunk, read] = [attrs.number("chunk"), operandsOf(attrs, true)];
    return (inputs, { B, T, N }) => {
      const { first, decay, terms } = read(inputs);
      const sizes = first!.shape.slice(2);
      const from = (N - 1) * chunk;
      const tail = (x: Tensor): Tensor => tokensBetween(x, T, from, T);
      const local = sumChunks(decay && tail(decay), terms.map((t) => ({ key: tail(t.key), value: tail(t.value) })), B, 1, T - from, sizes);
      const before = tf.slice(first!, [0, N - 1], [-1, 1]);
      const after = tf.add(local.kept ? tf.mul(before, local.kept) : before, local.written);
      return tf.reshape(after, [B, ...sizes]);
    };
  }),
  scan_read: tidied((attrs, resources) => scanRead(attrs, resources)),
} satisfies Record<string, TensorMaker>;

interface Chunks {
  /** [B|1, n|1, G|1, O|1, W|1]: what a chunk leaves of the state before it; undefined = all. */
  readonly kept: Tensor | undefined;
  /** [B, n, G, O, W]: what the chunk adds. */
  readonly written: Tensor;
}

function sumChunks(decay: Tensor | undefined, terms: readonly Term[], B: number, n: number, c: number, sizes: readonly number[]): Chunks {
  const [G, O, W] = sizes as [number, number, number];
  const after = decay && decayAfter(decay, n, c);
  const weigh = (x: Tensor, along: "key" | "value"): Tensor => {
    if (!after || (along === "value") !== after.shape[5]! > 1) return x;
    const [b, m, tokens, g, o, w] = after.shape as [number, number, number, number, number, number];
    return tf.mul(x, tf.reshape(after, [b, m, tokens, g, along === "key" ? o : w]));
  };
  const products = terms.map(({ key, value }) => {
    const k = weigh(tf.reshape(spread(key, B, n * c, [G, O]), [B, n, c, G, O]), "key");
    const v = weigh(tf.reshape(spread(value, B, n * c, [G, W]), [B, n, c, G, W]), "value");
    const P = B * n * G;
    return multiplyBatched(tf.reshape(tf.transpose(k, [0, 1, 3, 4, 2]), [P, O, c]), tf.reshape(tf.transpose(v, [0, 1, 3, 2, 4]), [P, c, W]));
  });
  const written = tf.reshape(products.reduce((sum, x) => tf.add(sum, x)), [B, n, G, O, W]);
  if (!decay || !after) return { kept: undefined, written };
  const firstAfter = tf.slice(after, [0, 0, 0], [-1, -1, 1]);
  const firstDecay = tf.slice(inChunks(decay, n, c), [0, 0, 0], [-1, -1, 1]);
  const kept = tf.mul(firstAfter, firstDecay);
  return { kept: tf.reshape(kept, kept.shape.filter((_, i) => i !== 2)), written };
}

/** [B|1, n|1, c, …]: the product of the decays of the chunk's later tokens. */
function decayAfter(decay: Tensor, n: number, c: number): Tensor {
  return tf.cumprod(inChunks(decay, n, c), 2, true, true);
}

/** [B|1, T|1, …] to [B|1, n|1, c, …]; a constant is repeated along the tokens of one chunk. */
function inChunks(x: Tensor, n: number, c: number): Tensor {
  const [batch, tokens, ...rest] = x.shape as [number, number, ...number[]];
  if (tokens === n * c) return tf.reshape(x, [batch, n, c, ...rest]);
  return tf.tile(tf.reshape(x, [batch, 1, 1, ...rest]), [1, 1, c, ...rest.map(() => 1)]);
}

function scanRead(attrs: Attrs, resources: Resources): ReturnType<TensorMaker> {
  const [chunk, old, read] = [attrs.number("chunk"), attrs.flag("old"), operandsOf(attrs, true)];
  return (inputs, { B, T, N }) => {
    const { first, decay, terms, query } = read(inputs);
    const [G, O, W] = first!.shape.slice(2) as [number, number, number];
    const E = query!.shape[2]!;
    const c = Math.min(chunk, T);
    const P = B * N * G;
    const padded = (x: Tensor): Tensor => padTokens(x, T, N * c);
    // Rows are (token, E).
    const q = tf.reshape(tf.transpose(tf.reshape(spread(padded(query!), B, N * c, [E, G, O]), [B, N, c, E, G, O]), [0, 1, 4, 2, 3, 5]), [P, c * E, O]);
    const rates = decay && decayBetween(padded(decay), N, c, old, resources);
    const states = tf.reshape(first!, [P, O, W]);
    const carried = rates ? tf.reshape(tf.mul(tf.reshape(q, [B, N, G, c, E * O]), rates.carried), [P, c * E, O]) : q;
    const within = terms.map(({ key, value }) => {
      const k = tf.transpose(tf.reshape(spread(padded(key), B, N * c, [G, O]), [B, N, c, G, O]), [0, 1, 3, 4, 2]);
      const v = tf.transpose(tf.reshape(spread(padded(value), B, N * c, [G, W]), [B, N, c, G, W]), [0, 1, 3, 2, 4]);
      const scores = multiplyBatched(q, tf.reshape(k, [P, O, c]));
      const seen = rates
        ? tf.mul(tf.reshape(scores, [B, N, G, c, E, c]), rates.between)
        : tf.mul(tf.reshape(scores, [P, c, E, c]), tf.reshape(seenMask(resources, c, old), [c, 1, c]));
      return multiplyBatched(tf.reshape(seen, [P, c * E, c]), tf.reshape(v, [P, c, W]));
    });
    const all = within.reduce((sum, x) => tf.add(sum, x), multiplyBatched(carried, states));
    const ordered = tf.reshape(tf.transpose(tf.reshape(all, [B, N, G, c, E, W]), [0, 1, 3, 4, 2, 5]), [B, N * c, E, G, W]);
    return N * c === T ? ordered : tf.slice(ordered, [0, 0], [-1, T]);
  };
}

interface Rates {
  /** [B|1, N|1, G|1, c, 1]: what is left at each token of the state before the chunk. */
  readonly carried: Tensor;
  /** [B|1, N|1, G|1, c (reader), 1, c (writer)], 0 where the reader does not see the writer. */
  readonly between: Tensor;
}

/** The decay is [B|1, T|1, G|1]. An `old` read sees the state before its token: everything is one token later. */
function decayBetween(decay: Tensor, n: number, c: number, old: boolean, resources: Resources): Rates {
  const each = tf.transpose(inChunks(decay, n, c), [0, 1, 3, 2]);
  const [b, m, g] = each.shape as [number, number, number, number];
  const applied = old ? tf.concat([tf.ones([b, m, g, 1]), tf.slice(each, [0, 0, 0, 0], [-1, -1, -1, c - 1])], 3) : each;
  // Row: the writer; column: the reader. Left of a writer's own token its product has not begun.
  const seen = tf.transpose(seenMask(resources, c, old));
  const begun = tf.transpose(seenMask(resources, c, old, 1));
  const factors = tf.add(tf.mul(tf.reshape(applied, [b, m, g, 1, c]), begun), tf.sub(1, begun));
  const products = tf.mul(tf.cumprod(factors, 4), seen);
  return {
    carried: tf.expandDims(tf.cumprod(applied, 3), 4),
    between: tf.expandDims(tf.transpose(products, [0, 1, 2, 4, 3]), 4),
  };
}

/** [c (reader), c (writer)]: 1 where reader - writer >= later (one more for an old read), else 0. */
function seenMask(resources: Resources, c: number, old: boolean, later = 0): Tensor {
  const least = later + (old ? 1 : 0);
  return resources.constant(`seen ${c} ${least}`, () =>
    tf.tensor2d(Float32Array.from({ length: c * c }, (_, i) => (Math.floor(i / c) - (i % c) >= least ? 1 : 0)), [c, c]),
  );
}
