/** Narrow numbers on the host, rounded to nearest even: number → its 16 bits, and back. */
import type { NarrowType } from "../../src/kernel/kernel.js";

const both = new DataView(new ArrayBuffer(4));

export function narrowBits(of: NarrowType, value: number): number {
  return of === "bf16" ? brainBits(value) : halfBits(value);
}

export function narrowNumber(of: NarrowType, bits: number): number {
  if (of === "bf16") {
    both.setUint32(0, (bits << 16) >>> 0);
    return both.getFloat32(0);
  }
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function brainBits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  both.setFloat32(0, value);
  const word = both.getUint32(0);
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // Steps are 2^-24 below the least normal number, and 2^-10 of a number's own power of two above it.
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -24)));
  const steps = roundEven(size / 2 ** (exponent - 10));
  // A number that is rounded up to the next power of two has carried into its exponent.
  return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
