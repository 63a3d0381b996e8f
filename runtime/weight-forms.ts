/** Forms that parameters and constants have on a device. In: numbers as a weights file or a plan has them. Out: the other order, narrow numbers, bytes. */

/** [rows, columns] → [columns, rows] */
export function transpose(data: ArrayLike<number>, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const [rows = 1, columns = 1] = shape;
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column]!;
  }
  return out;
}

/** Rounded to nearest, ties to even, as the devices do it; what is too large becomes infinite. */
export function narrow(data: Float32Array, to: "f16" | "bf16"): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const out = new Uint16Array(data.length);
  const convert = to === "f16" ? halfOf : brainOf;
  for (let i = 0; i < bits.length; i++) out[i] = convert(bits[i]!);
  return out;
}

export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const infinity = 0x7f80_0000;

/** The upper half of a float32's bits; a NaN stays one, whatever its lower bits are. */
function brainOf(bits: number): number {
  if ((bits & 0x7fff_ffff) > infinity) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > infinity) return sign | 0x7e00;
  // From 65520 on, halfway to what would be the next number.
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  // Normal: exponents differ by 112, fractions by 13 bits.
  if (magnitude >= 0x3880_0000) return sign | ((magnitude - 0x3800_0000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  const shift = 126 - (magnitude >>> 23);
  // Below half of the smallest one.
  if (shift > 24) return sign;
  const fraction = (magnitude & 0x7f_ffff) | 0x80_0000;
  const kept = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}
