/**
 * Reads of the recurrence in their matmul form. For every chunk, row of the batch and group: scores of all readers against all
 * writers of the chunk, then one product of [what of the scores is seen | query] and [values; state before the chunk].
 * Rows of a product are (token, E).
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Attrs } from "../value.js";
import { operandsOf, reverseOf, walkedOf, type Operands, type Reverse } from "./chunks.js";
import { copyMatrix, multiplyNumbers, numbersOf, productsTogether, stridesOf } from "./host.js";
import { fromHost, type TensorMaker } from "./kernel.js";
import { ReadDecay, type ReadRates } from "./rates.js";

export function scanRead(attrs: Attrs): ReturnType<TensorMaker> {
  const [chunk, old, reverse] = [attrs.number("chunk"), attrs.flag("old"), reverseOf(attrs)];
  const [walked, read] = [walkedOf(attrs), operandsOf(attrs, true)];
  return (inputs, extents) => {
    const { B, T, N } = walked(extents);
    const operands = read(inputs);
    const [G, O, W] = operands.first!.shape.slice(2) as [number, number, number];
    const E = operands.query!.shape[2]!;
    const reader = new Reader(operands, { B, T, N, E, G, O, W, chunk }, old, reverse);
    return fromHost(reader.read(), [B, T, E, G, W]);
  };
}

interface Frame {
  readonly B: number;
  readonly T: number;
  readonly N: number;
  readonly E: number;
  readonly G: number;
  readonly O: number;
  readonly W: number;
  readonly chunk: number;
}

/** One chunk of one row and group. */
interface Part {
  readonly b: number;
  readonly n: number;
  readonly g: number;
  readonly tokens: number;
  readonly rates: ReadRates | undefined;
}

/** A term, and which writers of its chunk a reader sees: those behind it or before it, and itself or not. */
interface Writer {
  readonly key: Tensor;
  readonly value: Tensor;
  readonly keyStrides: readonly number[];
  readonly valueStrides: readonly number[];
  readonly behind: boolean;
  readonly own: boolean;
}

class Reader {
  /** Tokens of a chunk. */
  private readonly c: number;
  private readonly query: Tensor;
  private readonly queryStrides: readonly number[];
  private readonly states: Tensor;
  private readonly decay: ReadDecay | undefined;
  private readonly writers: readonly Writer[];
  private readonly out: Float32Array;

  constructor(operands: Operands, private readonly frame: Frame, private readonly old: boolean, reverse: Reverse | undefined) {
    const { B, T, E, G, W, chunk } = frame;
    const { decay, terms } = operands;
    this.c = Math.min(chunk, T);
    this.query = operands.query!;
    this.queryStrides = stridesOf(this.query.shape);
    this.states = operands.first!;
    this.decay = decay && new ReadDecay(decay, this.c, reverse ? "reverse" : "forward");
    this.writers = terms.map(({ key, value }, i) => ({
      key, value, keyStrides: stridesOf(key.shape), valueStrides: stridesOf(value.shape),
      ...(reverse ? { behind: true, own: i < terms.length - reverse.late } : { behind: false, own: !old }),
    }));
    this.out = new Float32Array(B * T * E * G * W);
  }

  read(): Float32Array {
    const { frame: { B, N, E, G, O, W, T, chunk }, c } = this;
    const [rows, columns] = [c * E, this.writers.length * c];
    const all = B * N * G;
    const count = productsTogether(all);
    const [queries, keys] = [new Float32Array(count * rows * O), new Float32Array(count * O * columns)];
    // Weights that no reader ever sees stay 0 from one part to the next.
    const [stateless, stateful] = [columns, columns + O].map((K) => ({ K, weights: new Float32Array(count * rows * K), values: new Float32Array(count * K * W) }));
    for (let done = 0; done < all; done += count) {
      const parts = Array.from({ length: count }, (_, i): Part => {
        const [b, n, g] = [Math.floor((done + i) / (N * G)), Math.floor((done + i) / G) % N, (done + i) % G];
        const tokens = Math.min(c, T - n * chunk);
        return { b, n, g, tokens, rates: this.decay?.ratesOf(b, n * chunk, tokens, g) };
      });
      // Most often nothing comes into the first chunk.
      const { K, weights, values } = parts.every((part) => this.isEmpty(part)) ? stateless! : stateful!;
      for (const [p, part] of parts.entries()) {
        if (part.tokens < c) weights.fill(0, p * rows * K, (p + 1) * rows * K);
        this.gatherQuery(part, queries, p * rows * O);
        this.gatherKeys(part, keys, p * O * columns, columns);
        this.gatherValues(part, values, p * K * W);
        if (K > columns) this.carry(part, queries, p * rows * O, values, (p * K + columns) * W, weights, p * rows * K + columns, K);
      }
      multiplyNumbers(queries, keys, { count, M: rows, K: O, N: columns }, (scores) => {
        for (const [p, part] of parts.entries()) this.weigh(part, scores, p * rows * columns, columns, weights, p * rows * K, K);
      });
      multiplyNumbers(weights, values, { count, M: rows, K, N: W }, (product) => {
        for (const [p, part] of parts.entries()) this.store(part, product, p * rows * W);
      });
    }
    return this.out;
  }

  private isEmpty({ b, n, g }: Part): boolean {
    const { N, G, O, W } = this.frame;
    const states = numbersOf(this.states);
    const from = ((b * N + n) * G + g) * O * W;
    for (let i = from; i < from + O * W; i++) if (states[i] !== 0) return false;
    return true;
  }

  /** [c, E, O] */
  private gatherQuery({ b, n, g, tokens }: Part, to: Float32Array, at: number): void {
    const { E, O, chunk } = this.frame;
    const [sb, st, se, sg, so] = this.queryStrides as [number, number, number, number, number];
    const data = numbersOf(this.query);
    for (let e = 0; e < E; e++) {
      const offset = b * sb + n * chunk * st + e * se + g * sg;
      copyMatrix(data, { offset, rowStride: st, columnStride: so }, tokens, O, to, at + e * O, E * O);
    }
  }

  /** [O, terms, c] */
  private gatherKeys({ b, n, g, tokens }: Part, to: Float32Array, at: number, columns: number): void {
    const { c, frame: { O, chunk } } = this;
    for (const [i, { key, keyStrides }] of this.writers.entries()) {
      const [sb, st, sg, so] = keyStrides as [number, number, number, number];
      const offset = b * sb + n * chunk * st + g * sg;
      copyMatrix(numbersOf(key), { offset, rowStride: so, columnStride: st }, O, tokens, to, at + i * c, columns);
    }
  }

  /** [terms, c, W] */
  private gatherValues({ b, n, g, tokens }: Part, to: Float32Array, at: number): void {
    const { c, frame: { W, chunk } } = this;
    for (const [i, { value, valueStrides }] of this.writers.entries()) {
      const [sb, st, sg, sw] = valueStrides as [number, number, number, number];
      const offset = b * sb + n * chunk * st + g * sg;
      copyMatrix(numbersOf(value), { offset, rowStride: st, columnStride: sw }, tokens, W, to, at + i * c * W, W);
      if (tokens < c) to.fill(0, at + (i * c + tokens) * W, at + (i + 1) * c * W);
    }
  }

  /** The state before the chunk, [O, W], below the values; and the query, less by the decays since, beside the weights. */
  private carry(
    { b, n, g, tokens, rates }: Part, queries: Float32Array, queriesAt: number, values: Float32Array, valuesAt: number,
    weights: Float32Array, weightsAt: number, pitch: number,
  ): void {
    const { N, E, G, O, W } = this.frame;
    copyMatrix(numbersOf(this.states), { offset: ((b * N + n) * G + g) * O * W, rowStride: W, columnStride: 1 }, O, W, values, valuesAt, W);
    for (let t = 0; t < tokens; t++) {
      const carried = !rates || (this.old && t === 0) ? 1 : rates.carried[this.old ? t - 1 : t]!;
      for (let row = t * E; row < (t + 1) * E; row++) {
        const from = queriesAt + row * O;
        const to = weightsAt + row * pitch;
        for (let o = 0; o < O; o++) weights[to + o] = queries[from + o]! * carried;
      }
    }
  }

  /** [c, E, terms, c]: scores where the reader sees the writer, less by the decays in between */
  private weigh({ tokens, rates }: Part, scores: Float32Array, scoresAt: number, columns: number, weights: Float32Array, weightsAt: number, pitch: number): void {
    const { c, frame: { E } } = this;
    for (const [i, { behind, own }] of this.writers.entries()) {
      for (let t = 0; t < tokens; t++) {
        const first = behind ? (own ? t : t + 1) : 0;
        const end = behind ? tokens : own ? t + 1 : t;
        // Without its own token the decays in between are those to the token before the later one.
        const between = own ? t * c : behind ? t * c - 1 : (t - 1) * c;
        for (let row = t * E; row < (t + 1) * E; row++) {
          const from = scoresAt + row * columns + i * c;
          const to = weightsAt + row * pitch + i * c;
          if (rates) for (let u = first; u < end; u++) weights[to + u] = scores[from + u]! * rates.between[between + u]!;
          else for (let u = first; u < end; u++) weights[to + u] = scores[from + u]!;
        }
      }
    }
  }

  /** [c, E, W] to its place in [B, T, E, G, W] */
  private store({ b, n, g, tokens }: Part, product: Float32Array, at: number): void {
    const { T, E, G, W, chunk } = this.frame;
    const row = ((b * T + n * chunk) * E * G + g) * W;
    copyMatrix(product, { offset: at, rowStride: W, columnStride: 1 }, tokens * E, W, this.out, row, G * W);
  }
}
