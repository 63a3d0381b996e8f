/**
 * Reads of the recurrence in their matmul form. For every chunk, row of the batch and group: scores of all readers against all
 * writers of the chunk, then one product of [what of the scores is seen | query] and [values; state before the chunk].
 * Rows of a product are (token, E).
 */
import type { Attrs } from "../value.js";
import { operandsOf, reverseOf, type Operands, type Reverse } from "./chunks.js";
import { copyMatrix, multiplyNumbers, numbersOf, productsTogether, stridesOf } from "./host.js";
import { fromHost, type TensorMaker } from "./kernel.js";
import { ReadDecay, type ReadRates } from "./rates.js";

export function scanRead(attrs: Attrs): ReturnType<TensorMaker> {
  const [chunk, old, reverse, read] = [attrs.number("chunk"), attrs.flag("old"), reverseOf(attrs), operandsOf(attrs, true)];
  return (inputs, { B, T, N }) => {
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

/** Which writers of its chunk a reader sees. */
interface Sight {
  /** The writers before the reader or those behind it. */
  readonly behind: boolean;
  /** Its own token counts. */
  readonly own: boolean;
}

class Reader {
  private readonly c: number;
  /** Rows of a product, and writers of all terms. */
  private readonly rows: number;
  private readonly writers: number;
  private readonly decay: ReadDecay | undefined;
  private readonly sights: readonly Sight[];
  private readonly strides: { readonly query: number[]; readonly terms: readonly { readonly key: number[]; readonly value: number[] }[] };
  private readonly out: Float32Array;

  constructor(private readonly operands: Operands, private readonly frame: Frame, private readonly old: boolean, reverse: Reverse | undefined) {
    const { B, T, E, G, W, chunk } = frame;
    const { decay, terms, query } = operands;
    this.c = Math.min(chunk, T);
    this.rows = this.c * E;
    this.writers = terms.length * this.c;
    this.decay = decay && new ReadDecay(decay, this.c, reverse ? "reverse" : "forward");
    this.sights = terms.map((_, i) => (reverse ? { behind: true, own: i < terms.length - reverse.late } : { behind: false, own: !old }));
    this.strides = { query: stridesOf(query!.shape), terms: terms.map(({ key, value }) => ({ key: stridesOf(key.shape), value: stridesOf(value.shape) })) };
    this.out = new Float32Array(B * T * E * G * W);
  }

  read(): Float32Array {
    const { frame: { B, N, G, O, W, T, chunk }, rows, writers, c } = this;
    const all = B * N * G;
    const count = productsTogether(all);
    const [queries, keys] = [new Float32Array(count * rows * O), new Float32Array(count * O * writers)];
    const [weights, values] = [new Float32Array(count * rows * (writers + O)), new Float32Array(count * (writers + O) * W)];
    for (let done = 0; done < all; done += count) {
      const parts = Array.from({ length: count }, (_, i): Part => {
        const [b, n, g] = [Math.floor((done + i) / (N * G)), Math.floor((done + i) / G) % N, (done + i) % G];
        const tokens = Math.min(c, T - n * chunk);
        return { b, n, g, tokens, rates: this.decay?.ratesOf(b, n * chunk, tokens, g) };
      });
      parts.forEach((part, p) => {
        this.gatherQuery(part, queries, p * rows * O);
        this.gatherKeys(part, keys, p * O * writers);
        this.gatherValues(part, values, p * (writers + O) * W);
      });
      multiplyNumbers(queries, keys, { count, M: rows, K: O, N: writers }, (scores) =>
        parts.forEach((part, p) => this.weigh(part, scores, p * rows * writers, queries, p * rows * O, weights, p * rows * (writers + O))),
      );
      multiplyNumbers(weights, values, { count, M: rows, K: writers + O, N: W }, (product) =>
        parts.forEach((part, p) => this.store(part, product, p * rows * W)),
      );
    }
    return this.out;
  }

  /** [c, E, O] */
  private gatherQuery({ b, n, g, tokens }: Part, to: Float32Array, at: number): void {
    const { E, O, chunk } = this.frame;
    const [sb, st, se, sg, so] = this.strides.query as [number, number, number, number, number];
    const data = numbersOf(this.operands.query!);
    for (let e = 0; e < E; e++) {
      const offset = b * sb + n * chunk * st + e * se + g * sg;
      copyMatrix(data, { offset, rowStride: st, columnStride: so }, tokens, O, to, at + e * O, E * O);
    }
  }

  /** [O, terms, c] */
  private gatherKeys({ b, n, g, tokens }: Part, to: Float32Array, at: number): void {
    const { c, writers, frame: { O, chunk } } = this;
    this.operands.terms.forEach(({ key }, i) => {
      const [sb, st, sg, so] = this.strides.terms[i]!.key as [number, number, number, number];
      const offset = b * sb + n * chunk * st + g * sg;
      copyMatrix(numbersOf(key), { offset, rowStride: so, columnStride: st }, O, tokens, to, at + i * c, writers);
    });
  }

  /** [terms, c, W], then the state [O, W] */
  private gatherValues({ b, n, g, tokens }: Part, to: Float32Array, at: number): void {
    const { c, writers, frame: { N, G, O, W, chunk } } = this;
    this.operands.terms.forEach(({ value }, i) => {
      const [sb, st, sg, sw] = this.strides.terms[i]!.value as [number, number, number, number];
      const offset = b * sb + n * chunk * st + g * sg;
      copyMatrix(numbersOf(value), { offset, rowStride: st, columnStride: sw }, tokens, W, to, at + i * c * W, W);
      to.fill(0, at + (i * c + tokens) * W, at + (i + 1) * c * W);
    });
    const offset = ((b * N + n) * G + g) * O * W;
    copyMatrix(numbersOf(this.operands.first!), { offset, rowStride: W, columnStride: 1 }, O, W, to, at + writers * W, W);
  }

  /** [c, E, terms · c + O]: scores where the reader sees the writer, and the query; both less by the decays in between. */
  private weigh({ tokens, rates }: Part, scores: Float32Array, scoresAt: number, queries: Float32Array, queriesAt: number, to: Float32Array, at: number): void {
    const { c, writers, old, frame: { E, O } } = this;
    const pitch = writers + O;
    for (let t = 0; t < tokens; t++) {
      const carried = rates ? (old ? (t > 0 ? rates.carried[t - 1]! : 1) : rates.carried[t]!) : 1;
      for (let row = t * E; row < (t + 1) * E; row++) {
        this.sights.forEach(({ behind, own }, i) => {
          const start = at + row * pitch + i * c;
          const source = scoresAt + row * writers + i * c;
          const [first, end] = behind ? [own ? t : t + 1, tokens] : [0, own ? t + 1 : t];
          to.fill(0, start, start + first);
          to.fill(0, start + end, start + c);
          if (!rates) {
            for (let u = first; u < end; u++) to[start + u] = scores[source + u]!;
            return;
          }
          // Without its own token the decays in between are those to the token before the later one.
          const between = own ? t * c : behind ? t * c - 1 : (t - 1) * c;
          for (let u = first; u < end; u++) to[start + u] = scores[source + u]! * rates.between[between + u]!;
        });
        for (let o = 0; o < O; o++) to[at + row * pitch + writers + o] = queries[queriesAt + row * O + o]! * carried;
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
