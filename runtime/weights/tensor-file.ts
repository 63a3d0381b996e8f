/** A file of named tensors, whatever its format: what it is, its first bytes say. */
import { MszError } from "../../src/base/error.js";
import type { HostTensor } from "../device.js";
import { openSafetensors, readTensor, type ByteSource } from "./safetensors.js";
import { openTorch } from "./torch/checkpoint.js";
import { legacy } from "./torch/refuse.js";

export interface TensorFile {
  /** For messages. */
  readonly name: string;
  /** `dtype` as safetensors calls it. Where two names have one and the same entry, they name the same bytes. */
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  readonly metadata: Readonly<Record<string, string>>;
  /** One tensor, converted to float32 or int32. */
  read(name: string): Promise<HostTensor>;
}

/** `PK` and the mark of an entry, or of an archive without any. */
const archives = [[0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]];
/** How torch.save began a file before it wrote archives: a pickle of one long number. */
const oldTorch = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const brace = 0x7b;

/** @throws MszError `empty-file`, `bad-safetensors`, `bad-pytorch`, `foreign-pickle`, `old-pytorch` */
export async function openTensors(source: ByteSource): Promise<TensorFile> {
  if (source.size === 0) {
    throw new MszError("empty-file", `\`${source.name}\` is empty: it is neither a safetensors file nor a PyTorch checkpoint`, { hint: "download or export it again" });
  }
  const first = await source.read(0, Math.min(16, source.size));
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, i) => first[i] === byte);
  // The length of a header may look like anything; the header itself begins with a brace.
  if (first[8] !== brace) {
    if (archives.some(begins)) return openTorch(source);
    if (begins(oldTorch)) throw legacy(source.name, "a PyTorch checkpoint of the old format");
    if (first[0] === 0x80 && first[1]! >= 2 && first[1]! <= 5) throw legacy(source.name, "a Python pickle without an archive");
  }
  const file = await openSafetensors(source);
  return { name: source.name, tensors: file.tensors, metadata: file.metadata, read: (name) => readTensor(file, name) };
}
