/**
 * What decays leave of a term or a state between two tokens of a chunk. Products over the tokens in between, never quotients:
 * nothing overflows, and a decay of 0 is exact.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { numbersOf, stridesOf } from "./host.js";

/** Which tokens of a chunk see what a token writes, by the direction of the recurrence (src/graph/ops.ts says what early and late are). */
export type Direction = "forward" | "reverse";

/** Weights of a walk through one chunk, [tokens, inner]; the chunk's own is [inner]. */
export interface WalkRates {
  /** By the decays of the tokens walked after this one. */
  readonly before: Float32Array;
  /** By its own decay too. */
  readonly with: Float32Array;
  /** What the chunk leaves of the state before it. */
  readonly kept: Float32Array;
  /** How many of the inner axis have a rate of their own: 1 when all share it. */
  readonly inner: number;
}

/** The decay [B|1, T|1, G|1, O|1, W|1] of whole walks; it may vary along O or along W. */
export class WalkDecay {
  readonly alongValue: boolean;
  readonly inner: number;
  private readonly strides: number[];

  constructor(private readonly decay: Tensor) {
    const [O, W] = decay.shape.slice(3) as [number, number];
    this.alongValue = W > 1;
    this.inner = Math.max(O, W);
    this.strides = stridesOf(decay.shape);
  }

  /**
   * A term of token t reaches the end of a forward walk by the decays of the tokens behind t; a reverse walk ends before the first token,
   * so an early term meets the decays of the tokens before t and its own.
   */
  ratesOf(b: number, from: number, tokens: number, g: number, direction: Direction): WalkRates {
    const data = numbersOf(this.decay);
    const [sb, st, sg, so, sw] = this.strides as [number, number, number, number, number];
    const { inner } = this;
    const [before, own, kept] = [new Float32Array(tokens * inner), new Float32Array(tokens * inner), new Float32Array(inner).fill(1)];
    for (let j = 0; j < tokens; j++) {
      const u = direction === "forward" ? tokens - 1 - j : j;
      const place = b * sb + (from + u) * st + g * sg;
      for (let i = 0; i < inner; i++) {
        before[u * inner + i] = kept[i]!;
        kept[i]! *= data[place + i * (so + sw)]!;
        own[u * inner + i] = kept[i]!;
      }
    }
    return { before, with: own, kept, inner };
  }
}

/** Weights of reads in one chunk of c tokens. */
export interface ReadRates {
  /** [c, c], reader and other: the decays of the tokens between them and of the later one. Only where the reader may see the other. */
  readonly between: Float32Array;
  /** [c]: what is left at the reader of the state that comes into the chunk. */
  readonly carried: Float32Array;
}

/** The decay [B|1, T|1, G|1] of reads. Matrices of decays that no token changes are made once. */
export class ReadDecay {
  private readonly strides: number[];
  private readonly made = new Map<number, ReadRates>();

  constructor(private readonly decay: Tensor, private readonly c: number, private readonly direction: Direction) {
    this.strides = stridesOf(decay.shape);
  }

  ratesOf(b: number, from: number, tokens: number, g: number): ReadRates {
    const [sb, st, sg] = this.strides as [number, number, number];
    const place = b * sb + from * st + g * sg;
    // A chunk that is not full has fewer tokens behind it.
    const key = 2 * place + (tokens === this.c ? 1 : 0);
    const known = this.made.get(key);
    if (known) return known;
    if (st > 0) this.made.clear();
    const data = numbersOf(this.decay);
    const at = (t: number): number => data[place + t * st]!;
    const rates = this.direction === "forward" ? forwardRates(at, tokens, this.c) : reverseRates(at, tokens, this.c);
    this.made.set(key, rates);
    return rates;
  }
}

function forwardRates(at: (t: number) => number, tokens: number, c: number): ReadRates {
  const [between, carried] = [new Float32Array(c * c), new Float32Array(c)];
  let whole = 1;
  for (let t = 0; t < tokens; t++) {
    const decay = at(t);
    for (let u = 0; u < t; u++) between[t * c + u] = between[(t - 1) * c + u]! * decay;
    between[t * c + t] = 1;
    whole *= decay;
    carried[t] = whole;
  }
  return { between, carried };
}

function reverseRates(at: (t: number) => number, tokens: number, c: number): ReadRates {
  const [between, carried] = [new Float32Array(c * c), new Float32Array(c)];
  for (let t = 0; t < tokens; t++) {
    let product = 1;
    for (let u = t; u < tokens; u++) {
      if (u > t) product *= at(u);
      between[t * c + u] = product;
    }
    carried[t] = product;
  }
  return { between, carried };
}
