/** Plain tensors for tests (row-major), and a reader of safetensors files that trusts its file. */
import { readFileSync } from "node:fs";

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}
export type Tensors = Record<string, Tensor>;

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function tensor(shape: readonly number[], data: ArrayLike<number>): Tensor {
  if (data.length !== elements(shape)) throw new Error(`shape [${shape.join(", ")}] with ${data.length} numbers`);
  return { shape, data };
}

export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float64Array(elements(shape)) };
}

/** The tensors of a safetensors file by name, as float64. F32, F16, BF16, I32 and I64. */
export function readSafetensors(path: string): Tensors {
  const bytes = readFileSync(path);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes)) as Record<
    string, { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const tensors: Tensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = entry.data_offsets;
    const part = bytes.subarray(8 + headerBytes + from, 8 + headerBytes + to);
    tensors[name] = tensor(entry.shape, decode(entry.dtype, part));
  }
  return tensors;
}

function decode(dtype: string, bytes: Buffer): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const every = (size: number, read: (offset: number) => number): Float64Array =>
    Float64Array.from({ length: bytes.byteLength / size }, (_, i) => read(i * size));
  switch (dtype) {
    case "F64": return every(8, (at) => view.getFloat64(at, true));
    case "F32": return every(4, (at) => view.getFloat32(at, true));
    case "F16": return every(2, (at) => halfToNumber(view.getUint16(at, true)));
    case "BF16": return every(2, (at) => brainToNumber(view.getUint16(at, true)));
    case "I32": return every(4, (at) => view.getInt32(at, true));
    case "I64": return every(8, (at) => Number(view.getBigInt64(at, true)));
    default: throw new Error(`safetensors dtype ${dtype} is not read by tests`);
  }
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function brainToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}
