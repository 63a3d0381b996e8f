/** `msz call`: one entry on given tensors, all its outputs into a safetensors file. */
import { fairseqName, openSafetensors, readTensor, writeSafetensors, type HostTensor } from "../../runtime/index.js";
import { openBytes, writeFileWhole } from "../files.js";
import { note } from "../report.js";
import { openSession, type SessionOptions } from "../session.js";

export interface CallOptions extends SessionOptions {
  readonly entry: string;
  readonly inputs?: string;
  readonly out: string;
  readonly prefill?: number;
}

export async function call(file: string, options: CallOptions): Promise<void> {
  const session = await openSession(file, options);
  try {
    const inputs = options.inputs === undefined ? {} : await readInputs(options.inputs);
    const outputs = await session.call(options.entry, inputs, { prefill: options.prefill });
    const named = options.entry === "parameters" && options.names === "fairseq" ? Object.fromEntries(Object.entries(outputs).map(([n, t]) => [fairseqName(n) ?? n, t])) : outputs;
    writeFileWhole(options.out, writeSafetensors(named));
    for (const [name, tensor] of Object.entries(named)) note(`${name} ${tensor.data instanceof Int32Array ? "i32" : "f32"} [${tensor.shape.join(", ")}]`);
  } finally {
    session.dispose();
  }
}

/** Tensors that the entry does not know are left alone: a reference file may hold more. */
async function readInputs(path: string): Promise<Record<string, HostTensor>> {
  const source = await openBytes(path);
  try {
    const file = await openSafetensors(source);
    const inputs: Record<string, HostTensor> = {};
    for (const name of file.tensors.keys()) {
      if (name === "tokens" || name.startsWith("state.")) inputs[name] = await readTensor(file, name);
    }
    return inputs;
  } finally {
    await source.close();
  }
}
