/**
 * The matmul form of the recurrence S_t = decay_t ∘ S_{t-1} + Σ key_t ⊗ value_t and of its reverse, in chunks of c tokens. Letters as
 * in `src/plan/tfjs-ops.ts`. For every chunk, row of the batch and group, all terms of the chunk together are one small product:
 * keys [O, terms · c] · values [terms · c, W].
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { operandsOf, reverseOf, walkedOf, type Operands, type Reverse } from "./chunks.js";
import { copyMatrix, multiplyNumbers, numbersOf, productsTogether, stridesOf, volume } from "./host.js";
import { fromHost, tidied, type TensorMaker } from "./kernel.js";
import { WalkDecay, type WalkRates } from "./rates.js";
import { scanRead } from "./scan-read.js";

export const recurrenceSteps = {
  boundaries: tidied((attrs) => {
    const [chunk, started, reverse, walked] = [attrs.number("chunk"), attrs.flag("started"), reverseOf(attrs), walkedOf(attrs)];
    const [read, sizes] = [operandsOf(attrs, started), attrs.numbers("sizes")];
    return (inputs, extents) => {
      const { B, T, N } = walked(extents);
      const operands = read(inputs);
      const size = volume(sizes);
      const states = new Float32Array(B * N * size);
      const placeOf = (n: number, b: number): number => (b * N + n) * size;
      const [first, step] = reverse ? [N - 1, -1] : [0, 1];
      if (operands.first) copyStarts(operands.first, B, sizes, states, (b) => placeOf(first, b));
      const walks = Array.from({ length: N - 1 }, (_, i) => first + i * step);
      walkChunks({ operands, B, sizes, chunk, T, reverse }, walks, states, placeOf, (n, b) => placeOf(n + step, b));
      return fromHost(states, [B, N, ...sizes]);
    };
  }),
  advance: tidied((attrs) => {
    const [chunk, walked, read] = [attrs.number("chunk"), walkedOf(attrs), operandsOf(attrs, true)];
    return (inputs, extents) => {
      const { B, T, N } = walked(extents);
      const operands = read(inputs);
      const sizes = operands.first!.shape.slice(2);
      const size = volume(sizes);
      const states = new Float32Array(2 * B * size);
      copyStarts(tf.reshape(tf.slice(operands.first!, [0, N - 1], [-1, 1]), [-1, ...sizes]), B, sizes, states, (b) => b * size);
      walkChunks({ operands, B, sizes, chunk, T, reverse: undefined }, [N - 1], states, (_, b) => b * size, (_, b) => (B + b) * size);
      return fromHost(states.slice(B * size), [B, ...sizes]);
    };
  }),
  scan_read: tidied(scanRead),
} satisfies Record<string, TensorMaker>;

interface Walk {
  readonly operands: Operands;
  readonly B: number;
  /** [G, O, W] */
  readonly sizes: readonly number[];
  readonly chunk: number;
  readonly T: number;
  readonly reverse: Reverse | undefined;
}

/** Where a state [G, O, W] lies for a chunk and a row of the batch. */
type StatePlace = (n: number, b: number) => number;

/** Walks through the chunks in this order: from the state at `before` to the one at `after`, which is written. */
function walkChunks(walk: Walk, chunks: readonly number[], states: Float32Array, before: StatePlace, after: StatePlace): void {
  const { operands: { terms, decay }, B, chunk, T, reverse } = walk;
  const [G, O, W] = walk.sizes as [number, number, number];
  const c = Math.min(chunk, T);
  const K = terms.length * c;
  const rates = decay && new WalkDecay(decay);
  const writers = terms.map((term, i) => ({
    term, late: reverse !== undefined && i >= terms.length - reverse.late, keys: stridesOf(term.key.shape), values: stridesOf(term.value.shape),
  }));
  // Chunks are outermost: a walk goes on from the states of the chunk before.
  const products = chunks.flatMap((n) => Array.from({ length: B * G }, (_, i) => ({ n, b: Math.floor(i / G), g: i % G })));
  const together = productsTogether(products.length);
  const [left, right] = [new Float32Array(together * O * K), new Float32Array(together * K * W)];
  for (let done = 0; done < products.length; done += together) {
    const decays = products.slice(done, done + together).map(({ n, b, g }, p) => {
      const from = n * chunk;
      const tokens = Math.min(c, T - from);
      const chunkRates = rates?.ratesOf(b, from, tokens, g, reverse ? "reverse" : "forward");
      for (const [i, { term, late, keys, values }] of writers.entries()) {
        const [keyAt, valueAt] = [p * O * K + i * c, (p * K + i * c) * W];
        const placeOf = ([sb, st, sg]: readonly number[]): number => b * sb! + from * st! + g * sg!;
        copyMatrix(numbersOf(term.key), { offset: placeOf(keys), rowStride: keys[3]!, columnStride: keys[1]! }, O, tokens, left, keyAt, K);
        copyMatrix(numbersOf(term.value), { offset: placeOf(values), rowStride: values[1]!, columnStride: values[3]! }, tokens, W, right, valueAt, W);
        // What the chunk before left behind the last tokens.
        for (let o = 0; o < O; o++) left.fill(0, keyAt + o * K + tokens, keyAt + o * K + c);
        right.fill(0, valueAt + tokens * W, valueAt + c * W);
        if (!chunkRates) continue;
        const weights = late === (reverse !== undefined) ? chunkRates.before : chunkRates.with;
        if (rates!.alongValue) weigh(right, valueAt, W, 1, tokens, W, weights, chunkRates.inner);
        else weigh(left, keyAt, 1, K, tokens, O, weights, chunkRates.inner);
      }
      return chunkRates;
    });
    multiplyNumbers(left, right, { count: decays.length, M: O, K, N: W }, (written) => {
      for (const [p, chunkRates] of decays.entries()) {
        const { n, b, g } = products[done + p]!;
        const [from, to] = [before(n, b) + g * O * W, after(n, b) + g * O * W];
        addKept(states, from, to, written, p * O * W, O, W, chunkRates, rates?.alongValue ?? false);
      }
    });
  }
}

/** Multiplies a matrix [tokens, inner] by weights, of which one may stand for all of a token. */
function weigh(
  to: Float32Array, offset: number, tokenStride: number, innerStride: number, tokens: number, inner: number, weights: Float32Array, given: number,
): void {
  for (let u = 0; u < tokens; u++) {
    for (let i = 0; i < inner; i++) to[offset + u * tokenStride + i * innerStride]! *= weights[given === 1 ? u : u * given + i]!;
  }
}

/** The state at `to`: what the chunk keeps of the state at `from`, and what it has written. */
function addKept(
  states: Float32Array, from: number, to: number, written: Float32Array, at: number, O: number, W: number, rates: WalkRates | undefined, alongValue: boolean,
): void {
  for (let o = 0; o < O; o++) {
    for (let w = 0; w < W; w++) {
      const i = o * W + w;
      const kept = rates ? rates.kept[rates.inner === 1 ? 0 : alongValue ? w : o]! : 1;
      states[to + i] = states[from + i]! * kept + written[at + i]!;
    }
  }
}

/** [B|1, G|1, O|1, W|1], each row to its place. */
function copyStarts(start: Tensor, B: number, sizes: readonly number[], states: Float32Array, placeOf: (b: number) => number): void {
  const [G, O, W] = sizes as [number, number, number];
  const [sb, sg, so, sw] = stridesOf(start.shape) as [number, number, number, number];
  const data = numbersOf(start);
  for (let b = 0; b < B; b++) {
    for (let g = 0; g < G; g++) {
      copyMatrix(data, { offset: b * sb + g * sg, rowStride: so, columnStride: sw }, O, W, states, placeOf(b) + g * O * W, W);
    }
  }
}
