/** How much of a state is left from token to token of a chunk: products of decays, in the order in which the tokens are walked. */
import type { Tensor } from "@tensorflow/tfjs-core";
import { numbersOf, stridesOf } from "./host.js";

/** One chunk of one row and group, its tokens in the order in which they are walked. */
export interface Part {
  readonly b: number;
  readonly g: number;
  readonly tokens: number;
  /** The first token walked, and the way to the next. */
  readonly from: number;
  readonly step: 1 | -1;
}

export interface Rates {
  /** [tokens + 1, tokens + 1], row t and column s + 1: the decays of the tokens behind s and before t, in the order of the walk; column 0: of all before t. */
  readonly between: Float32Array;
  readonly decays: Float32Array;
}

/** Products of decays [B|1, T|1, G|1], never quotients; those that no token changes are made once. */
export class ChunkRates {
  private readonly made = new Map<string, Rates>();
  private readonly strides: readonly number[];

  constructor(private readonly decay: Tensor | undefined) {
    this.strides = decay ? stridesOf(decay.shape) : [0, 0, 0];
  }

  of({ b, g, tokens, from, step }: Part): Rates {
    const [sb, st, sg] = this.strides as [number, number, number];
    if (st > 0) return this.make(b * sb + from * st + g * sg, st * step, tokens);
    const key = `${b * sb + g * sg} ${tokens}`;
    const known = this.made.get(key) ?? this.make(b * sb + g * sg, 0, tokens);
    this.made.set(key, known);
    return known;
  }

  private make(place: number, stride: number, tokens: number): Rates {
    const data = this.decay && numbersOf(this.decay);
    const decays = new Float32Array(tokens).fill(1);
    if (data) for (let t = 0; t < tokens; t++) decays[t] = data[place + t * stride]!;
    const pitch = tokens + 1;
    const between = new Float32Array(pitch * pitch);
    between[0] = 1;
    for (let t = 0; t < tokens; t++) {
      for (let s = 0; s <= t; s++) between[(t + 1) * pitch + s] = between[t * pitch + s]! * decays[t]!;
      between[(t + 1) * pitch + t + 1] = 1;
    }
    return { between, decays };
  }
}
