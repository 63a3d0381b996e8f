/** A file of named tensors, whatever its format: what it is, its first bytes say. */
import type { HostTensor } from "../device.js";
import { openSafetensors, readTensor, type ByteSource } from "./safetensors.js";

export interface TensorFile {
  /** For messages. */
  readonly name: string;
  /** `dtype` as safetensors calls it. */
  readonly tensors: ReadonlyMap<string, { readonly dtype: string; readonly shape: readonly number[] }>;
  readonly metadata: Readonly<Record<string, string>>;
  /** One tensor, converted to float32 or int32. */
  read(name: string): Promise<HostTensor>;
}

/** @throws MszError `bad-safetensors` */
export async function openTensors(source: ByteSource): Promise<TensorFile> {
  const file = await openSafetensors(source);
  return { name: source.name, tensors: file.tensors, metadata: file.metadata, read: (name) => readTensor(file, name) };
}
