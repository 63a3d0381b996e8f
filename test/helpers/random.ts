/** Seeded random numbers for tests: the same seed gives the same tensors on every machine. */
import { elements, type Tensor } from "./tensors.js";

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A number in [0, 1): mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let v = this.state;
    v = Math.imul(v ^ (v >>> 15), v | 1);
    v ^= v + Math.imul(v ^ (v >>> 7), v | 61);
    return ((v ^ (v >>> 14)) >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number from low to high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /**
   * Values are rounded to float32, so that a float32 backend and the float64 oracle start from the same numbers.
   */
  uniformTensor(shape: readonly number[], low = -1, high = 1): Tensor {
    return fill(shape, () => Math.fround(this.between(low, high)));
  }

  normalTensor(shape: readonly number[], deviation = 1): Tensor {
    return fill(shape, () => Math.fround(this.normal() * deviation));
  }

  integerTensor(shape: readonly number[], low: number, high: number): Tensor {
    return fill(shape, () => this.integer(low, high));
  }
}

function fill(shape: readonly number[], make: () => number): Tensor {
  return { shape: [...shape], data: Float64Array.from({ length: elements(shape) }, make) };
}
