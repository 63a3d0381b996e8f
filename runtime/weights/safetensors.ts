/**
 * safetensors, read defensively and written. Layout: u64 header length, JSON header, raw little-endian data.
 * Nothing is believed: every offset, size, dtype and shape is checked before a byte is copied.
 */
import { MszError } from "../../src/base/error.js";
import type { HostTensor } from "../device.js";
import { bytesOf, isSize, largestElements, numbersOf } from "./dtypes.js";
import { printable } from "./printable.js";

/** Random access to a file or to bytes, so that a file larger than memory's comfort is read a tensor at a time. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte range in the file. */
  readonly offset: number;
  readonly length: number;
}

export interface Safetensors {
  readonly source: ByteSource;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

const largestHeader = 100 * 1024 * 1024;

export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  return { name, size: bytes.length, read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)) };
}

/** Reads and checks the header. @throws MszError `bad-safetensors` */
export async function openSafetensors(source: ByteSource): Promise<Safetensors> {
  const refuse = (why: string, reason?: string): never => {
    throw new MszError("bad-safetensors", `${source.name} is not a valid safetensors file: ${why}`, {
      ...(reason ? { reason } : {}),
      hint: "the file may be cut off or damaged: download or export it again",
    });
  };
  if (source.size < 8) refuse(`it has ${source.size} bytes, and the header's length alone takes 8`);
  const lengthBytes = await source.read(0, 8);
  const headerLength = Number(new DataView(lengthBytes.buffer, lengthBytes.byteOffset, 8).getBigUint64(0, true));
  if (headerLength > largestHeader) refuse(`its header claims ${headerLength} bytes, more than the ${largestHeader} allowed`);
  if (headerLength > source.size - 8) refuse(`its header claims ${headerLength} bytes, but the file has only ${source.size}`);
  const header = parseHeader(await source.read(8, headerLength), refuse);

  const dataStart = 8 + headerLength;
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") metadata = readMetadata(value);
    else tensors.set(name, readEntry(name, value, dataStart, source.size, refuse));
  }
  checkRanges(tensors, dataStart, source.size, refuse);
  return { source, tensors, metadata };
}

/** One tensor, converted to float32 or int32. */
export async function readTensor(file: Safetensors, name: string): Promise<HostTensor> {
  const entry = file.tensors.get(name);
  if (!entry) throw new MszError("missing-tensor", `${file.source.name} has no tensor \`${name}\``);
  const bytes = await file.source.read(entry.offset, entry.length);
  if (bytes.length !== entry.length) throw new MszError("bad-safetensors", `${file.source.name} ended inside tensor \`${name}\``);
  // A copy starts at a multiple of 8. Not `slice`: that of Node's Buffer gives a view.
  const aligned = new Uint8Array(bytes);
  return { shape: entry.shape, data: numbersOf(entry.dtype, aligned, (v) => new MszError("bad-safetensors", `tensor \`${name}\` of ${file.source.name} holds ${v}, which is no 32-bit integer`)) };
}

/** F32 and I32 tensors, in the order given, data at multiples of 8 bytes. */
export function writeSafetensors(tensors: Readonly<Record<string, HostTensor>>, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const described = Object.entries(tensors).map(([name, { shape, data }]) => ({ name, shape, dtype: data instanceof Int32Array ? "I32" as const : "F32" as const }));
  const { bytes, place } = layOutSafetensors(described, metadata);
  for (const [name, tensor] of Object.entries(tensors)) place(name, tensor);
  return bytes;
}

/** A file whose tensors are all zero until each is placed: so that large ones need not be in memory together beside it. */
export function layOutSafetensors(
  tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: "F32" | "I32" }[],
  metadata: Readonly<Record<string, string>> = {},
): { readonly bytes: Uint8Array; place(name: string, tensor: HostTensor): void } {
  let end = 0;
  const offsets = new Map<string, number>();
  const header: Record<string, unknown> = Object.keys(metadata).length ? { __metadata__: metadata } : {};
  for (const { name, shape, dtype } of tensors) {
    offsets.set(name, end);
    const next = end + 4 * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype, shape, data_offsets: [end, next] };
    end = next;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  const place = (name: string, { data }: HostTensor): void => {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + headerLength + offsets.get(name)!);
  };
  return { bytes, place };
}

type Refuse = (why: string, reason?: string) => never;

function parseHeader(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("its header is not JSON in UTF-8");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("its header is not a JSON object");
  return value as Record<string, unknown>;
}

function readMetadata(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((e): e is [string, string] => typeof e[1] === "string"));
}

function readEntry(name: string, value: unknown, dataStart: number, size: number, refuse: Refuse): TensorEntry {
  const entry = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const shown = printable(name);
  const { dtype, shape, data_offsets: offsets } = entry;
  const width = typeof dtype === "string" ? bytesOf(dtype) : undefined;
  // No more than the name of a type is shown: a header may hold anything, as deep and long as it likes.
  if (typeof dtype !== "string") return refuse(`the dtype of tensor \`${shown}\` is no text`);
  if (width === undefined) return refuse(`tensor \`${shown}\` has the unknown dtype ${JSON.stringify(dtype.slice(0, 20))}`);
  if (!Array.isArray(shape) || shape.length > 16 || !shape.every(isSize)) return refuse(`tensor \`${shown}\` has no valid shape`);
  const elements = (shape as number[]).reduce((a, b) => a * b, 1);
  if (!(elements <= largestElements)) return refuse(`tensor \`${shown}\` claims ${elements} elements`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) return refuse(`tensor \`${shown}\` has no valid data_offsets`);
  const [from, to] = offsets as [number, number];
  if (from > to) return refuse(`tensor \`${shown}\` ends (${to}) before it starts (${from})`);
  if (dataStart + to > size) return refuse(`tensor \`${shown}\` reaches to byte ${dataStart + to}, but the file has ${size}`);
  const bytes = elements * width;
  if (to - from !== bytes) return refuse(`tensor \`${shown}\` has ${to - from} bytes, but ${dtype} [${shape.join(", ")}] takes ${bytes}`);
  return { dtype, shape: shape as number[], offset: dataStart + from, length: bytes };
}

/** Tensors must not overlap, and must cover the data without a hole. */
function checkRanges(tensors: ReadonlyMap<string, TensorEntry>, dataStart: number, size: number, refuse: Refuse): void {
  const ordered = [...tensors].filter(([, t]) => t.length > 0).sort((a, b) => a[1].offset - b[1].offset);
  let end = dataStart;
  let before = "the header";
  for (const [name, tensor] of ordered) {
    if (tensor.offset < end) refuse(`tensors \`${before}\` and \`${printable(name)}\` overlap`);
    if (tensor.offset > end) refuse(`${tensor.offset - end} bytes before tensor \`${printable(name)}\` belong to no tensor`);
    end = tensor.offset + tensor.length;
    before = printable(name);
  }
  if (end !== size) refuse(`${size - end} bytes after the last tensor belong to no tensor`);
}
