/** Numbers as base64 of little-endian bytes. Written here because the compiler has neither Node's Buffer nor a page's btoa. */
import type { DType } from "../../src/graph/graph.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function encodeNumbers(dtype: DType, numbers: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  numbers.forEach((n, at) => {
    if (dtype === "f32") view.setFloat32(at * 4, n, true);
    else if (dtype === "i32") view.setInt32(at * 4, n, true);
    else view.setUint32(at * 4, n, true);
  });
  return encodeBytes(new Uint8Array(view.buffer));
}

export function encodeBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const letter = (shift: number): string => alphabet[(word >> shift) & 63]!;
    parts.push(letter(18) + letter(12) + (left > 1 ? letter(6) : "=") + (left > 2 ? letter(0) : "="));
  }
  return parts.join("");
}
