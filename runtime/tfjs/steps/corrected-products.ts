/**
 * The matmul form of recurrences with corrections, all of which read over the axes O; letters as in `src/plan/tfjs-ops.ts`. Within a chunk, in the order in
 * which it is walked, what the corrections read depends on what those of earlier tokens have read: U = M U + L V + R S, with M and L the readers'
 * scores of writers and keys, each less by the decays in between, and R S what is left of the state that comes in. So U = (I - M)^-1 (L V + R S).
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { ChunkRates, type Part, type Rates } from "./chunk-rates.js";
import type { Operands, Reverse, Walked } from "./chunks.js";
import { copyMatrix, multiplyNumbers, numbersOf, stridesOf } from "./host.js";
import { invertUnitLower } from "./unit-lower.js";

interface Frame extends Walked {
  readonly chunk: number;
  readonly G: number;
  readonly O: number;
  readonly W: number;
}

/** An operand [B|1, T|1, G|1, inner|1]. */
interface Factor {
  readonly x: Tensor;
  readonly strides: readonly number[];
}

export class ProductWalk {
  private readonly readers: readonly Factor[];
  /** Keys of the terms, then writers of the corrections. */
  private readonly writers: readonly Factor[];
  private readonly values: readonly Factor[];
  /** How many of the terms, the first, the token itself reads too, and its own decay is on them. */
  private readonly early: number;
  private readonly rates: ChunkRates;
  private readonly all: Float32Array;

  constructor(private readonly operands: Operands, private readonly frame: Frame, private readonly reverse: Reverse | undefined) {
    const { terms, corrections, decay } = operands;
    const { B, T, N, G, O, W } = frame;
    this.readers = corrections.map((c) => factorOf(c.reader));
    this.writers = [...terms.map((t) => t.key), ...corrections.map((c) => c.writer)].map(factorOf);
    this.values = terms.map((t) => factorOf(t.value));
    this.early = reverse ? terms.length - reverse.late : 0;
    this.rates = new ChunkRates(decay);
    this.all = new Float32Array(B * N * G * O * W + corrections.length * B * T * G * W);
  }

  run(): Float32Array {
    const { B, T, N, G, O, W, chunk } = this.frame;
    const start = this.operands.first && factorOf(this.operands.first);
    for (let b = 0; b < B; b++) {
      for (let g = 0; g < G; g++) {
        let state: Float32Array = new Float32Array(O * W);
        if (start) {
          const [sb, sg, so, sw] = start.strides as [number, number, number, number];
          copyMatrix(numbersOf(start.x), { offset: b * sb + g * sg, rowStride: so, columnStride: sw }, O, W, state, 0, W);
        }
        for (let i = 0; i < N; i++) {
          const n = this.reverse ? N - 1 - i : i;
          this.all.set(state, ((b * N + n) * G + g) * O * W);
          const tokens = Math.min(chunk, T - n * chunk);
          const part: Part = { b, g, tokens, from: n * chunk + (this.reverse ? tokens - 1 : 0), step: this.reverse ? -1 : 1 };
          state = this.walk(part, state, i === N - 1);
        }
      }
    }
    return this.all;
  }

  /** Writes what the chunk's corrections have read; gives the state behind it, but for the last, behind which nobody looks. */
  private walk(part: Part, state: Float32Array, last: boolean): Float32Array {
    const { O, W } = this.frame;
    const { tokens } = part;
    const [count, terms] = [this.readers.length, this.values.length];
    const rates = this.rates.of(part);
    const [rows, columns] = [count * tokens, this.writers.length * tokens];
    const readers = new Float32Array(rows * O);
    this.readers.forEach((factor, i) => gather(factor, part, O, readers, i * tokens * O));
    const writers = new Float32Array(O * columns);
    this.writers.forEach((factor, i) => gatherTurned(factor, part, O, writers, i * tokens, columns));
    // [values; state]
    const K = terms * tokens + O;
    const known = new Float32Array(K * W);
    this.values.forEach((factor, i) => gather(factor, part, W, known, i * tokens * W));
    known.set(state, terms * tokens * W);

    const [M, seen, right] = [new Float32Array(rows * rows), new Float32Array(rows * K), new Float32Array(rows * W)];
    multiplyNumbers(readers, writers, { count: 1, M: rows, K: O, N: columns }, (scores) => this.weigh(part, rates, scores, M, readers, seen, K));
    multiplyNumbers(seen, known, { count: 1, M: rows, K, N: W }, (product) => right.set(product));
    // [values; what the corrections have read]
    const written = new Float32Array(columns * W);
    written.set(known.subarray(0, terms * tokens * W));
    multiplyNumbers(invertUnitLower(M, rows), right, { count: 1, M: rows, K: rows, N: W }, (read) => {
      for (let i = 0; i < count; i++) copyMatrix(read, { offset: i * W, rowStride: count * W, columnStride: 1 }, tokens, W, written, (terms + i) * tokens * W, W);
    });
    for (let i = 0; i < count; i++) this.store(part, written.subarray((terms + i) * tokens * W), i);
    return last ? state : this.next(part, rates, writers, written, state);
  }

  /**
   * Scores [corrections, tokens, writers' columns] less by the decays in between: those of other corrections' writers to M, those of keys to `seen`,
   * beside what is left of the state. Rows of M and `seen`, and columns of M, are (token, correction), so that M is strictly lower.
   */
  private weigh({ tokens }: Part, { between, decays }: Rates, scores: Float32Array, M: Float32Array, readers: Float32Array, seen: Float32Array, K: number): void {
    const { O } = this.frame;
    const [count, terms] = [this.readers.length, this.values.length];
    const [columns, rows, pitch] = [this.writers.length * tokens, count * tokens, tokens + 1];
    for (let i = 0; i < count; i++) {
      for (let t = 0; t < tokens; t++) {
        const score = (i * tokens + t) * columns;
        const row = t * count + i;
        const left = t * pitch + 1;
        for (let n = 0; n < terms; n++) {
          const [from, to] = [score + n * tokens, row * K + n * tokens];
          if (n < this.early) {
            for (let s = 0; s < t; s++) seen[to + s] = scores[from + s]! * between[left + s]! * decays[s]!;
            seen[to + t] = scores[from + t]!;
          } else for (let s = 0; s < t; s++) seen[to + s] = scores[from + s]! * between[left + s]!;
        }
        for (let j = 0; j < count; j++) {
          const [from, to] = [score + (terms + j) * tokens, row * rows + j];
          for (let s = 0; s < t; s++) M[to + s * count] = scores[from + s]! * between[left + s]!;
        }
        const kept = between[t * pitch]!;
        const [from, to] = [(i * tokens + t) * O, row * K + terms * tokens];
        for (let o = 0; o < O; o++) seen[to + o] = readers[from + o]! * kept;
      }
    }
  }

  /** [O, W] behind the chunk; `writers` are changed. */
  private next({ tokens }: Part, { between, decays }: Rates, writers: Float32Array, written: Float32Array, state: Float32Array): Float32Array {
    const { O, W } = this.frame;
    const columns = this.writers.length * tokens;
    const end = tokens * (tokens + 1);
    for (let o = 0; o < O; o++) {
      for (let n = 0; n < this.writers.length; n++) {
        const at = o * columns + n * tokens;
        if (n < this.early) for (let s = 0; s < tokens; s++) writers[at + s]! *= between[end + 1 + s]! * decays[s]!;
        else for (let s = 0; s < tokens; s++) writers[at + s]! *= between[end + 1 + s]!;
      }
    }
    const kept = between[end]!;
    const after = new Float32Array(O * W);
    multiplyNumbers(writers, written, { count: 1, M: O, K: columns, N: W }, (product) => {
      for (let i = 0; i < after.length; i++) after[i] = state[i]! * kept + product[i]!;
    });
    return after;
  }

  private store({ b, g, tokens, from, step }: Part, read: Float32Array, of: number): void {
    const { B, T, N, G, O, W } = this.frame;
    const base = B * N * G * O * W + of * B * T * G * W;
    for (let t = 0; t < tokens; t++) {
      this.all.set(read.subarray(t * W, (t + 1) * W), base + ((b * T + from + t * step) * G + g) * W);
    }
  }
}

function factorOf(x: Tensor): Factor {
  return { x, strides: stridesOf(x.shape) };
}

/** [tokens, inner] */
function gather({ x, strides }: Factor, { b, g, tokens, from, step }: Part, inner: number, to: Float32Array, at: number): void {
  const [sb, st, sg, si] = strides as [number, number, number, number];
  copyMatrix(numbersOf(x), { offset: b * sb + from * st + g * sg, rowStride: st * step, columnStride: si }, tokens, inner, to, at, inner);
}

/** [inner, tokens], whose rows are `pitch` apart */
function gatherTurned({ x, strides }: Factor, { b, g, tokens, from, step }: Part, inner: number, to: Float32Array, at: number, pitch: number): void {
  const [sb, st, sg, si] = strides as [number, number, number, number];
  copyMatrix(numbersOf(x), { offset: b * sb + from * st + g * sg, rowStride: si, columnStride: st * step }, inner, tokens, to, at, pitch);
}
