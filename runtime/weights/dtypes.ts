/** Types of stored numbers, as safetensors calls them: little-endian bytes → float32, or int32 where they are integers. */

const bytes: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 };

/** No tensor has more elements, whatever its file says. */
export const largestElements = 2 ** 40;

/** Bytes an element, or undefined for a type that we do not read. */
export function bytesOf(dtype: string): number | undefined {
  return Object.hasOwn(bytes, dtype) ? bytes[dtype] : undefined;
}

export function isFloating(dtype: string): boolean {
  return dtype.includes("F");
}

export function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/**
 * @param data starts its buffer at a multiple of 8 bytes
 * @param tooLarge the error for an integer that needs more than 32 bits
 */
export function numbersOf(dtype: string, data: Uint8Array<ArrayBuffer>, tooLarge: (value: bigint) => Error): Float32Array | Int32Array {
  const { buffer, byteOffset } = data;
  const count = data.length / (bytesOf(dtype) ?? 1);
  switch (dtype) {
    case "F32": return new Float32Array(buffer, byteOffset, count);
    case "F64": return Float32Array.from(new Float64Array(buffer, byteOffset, count));
    case "F16": return Float32Array.from(new Uint16Array(buffer, byteOffset, count), halfToFloat);
    case "BF16": {
      const words = Uint32Array.from(new Uint16Array(buffer, byteOffset, count), (h) => h << 16);
      return new Float32Array(words.buffer);
    }
    case "I32": return new Int32Array(buffer, byteOffset, count);
    case "I64":
      return Int32Array.from(new BigInt64Array(buffer, byteOffset, count), (v) => {
        if (v > 0x7fffffffn || v < -0x80000000n) throw tooLarge(v);
        return Number(v);
      });
    case "I16": return Int32Array.from(new Int16Array(buffer, byteOffset, count));
    case "I8": return Int32Array.from(new Int8Array(buffer, byteOffset, count));
    default: return Int32Array.from(data);
  }
}

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
