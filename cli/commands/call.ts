/** `msz call`: one entry on given tensors, all its outputs into a safetensors file. What can be wrong without a model is found before one is loaded. */
import { fairseqName, MszError, openSafetensors, readTensor, writeSafetensors, type HostTensor, type NameScheme } from "../../runtime/index.js";
import { openBytes, refuseSameFile, writeFileWhole } from "../files.js";
import type { EntryName } from "../options.js";
import { note } from "../report.js";
import { openSession, type SessionOptions } from "../session.js";

export interface CallOptions extends SessionOptions {
  readonly entry: EntryName;
  readonly inputs?: string;
  readonly out: string;
  readonly prefill?: number;
}

export async function call(file: string, options: CallOptions): Promise<void> {
  const { entry, names, prefill } = options;
  if (prefill !== undefined && entry !== "recurrent") {
    throw new MszError("bad-option", `\`--prefill\` is for the entry \`recurrent\`, not \`${entry}\``, { hint: "leave it out" });
  }
  refuseSameFile(options.out, "--out", [file, options.inputs, options.weights]);
  const inputs = entry === "parameters" ? {} : await readInputs(entry, options.inputs, names);
  const session = await openSession(file, { ...options, ...(entry === "gradients" ? { training: [entry] } : {}) });
  try {
    const outputs = await session.call(entry, inputs, { prefill });
    const parameters = session.plan.parameters.map((p) => p.name);
    const named = names === "fairseq" ? Object.fromEntries(Object.entries(outputs).map(([n, t]) => [authorsName(n, parameters), t])) : outputs;
    writeFileWhole(options.out, writeSafetensors(named));
    for (const [name, tensor] of Object.entries(named)) note(`${name} ${tensor.data instanceof Int32Array ? "i32" : "f32"} [${tensor.shape.join(", ")}]`);
  } finally {
    session.dispose();
  }
}

/** Of a parameter or its gradient; other outputs keep their name. */
function authorsName(name: string, parameters: readonly string[]): string {
  const prefix = name.startsWith("grad.") ? "grad." : "";
  const own = fairseqName(name.slice(prefix.length), parameters);
  return own === undefined ? name : prefix + own;
}

/** The authors' names of inputs, for a reference file of theirs. */
const authorsInputs: Readonly<Record<string, string>> = { src_tokens: "source_tokens", src_lengths: "source_lengths", prev_output_tokens: "tokens" };

/** Tensors that the entry does not know are left alone: a reference file may hold more. */
async function readInputs(entry: EntryName, path: string | undefined, scheme: NameScheme | undefined): Promise<Record<string, HostTensor>> {
  if (path === undefined) {
    throw new MszError("missing-input", `the entry \`${entry}\` needs input tensors`, { hint: "name a safetensors file that holds `tokens`, int32 [B, T], with `--inputs`" });
  }
  const source = await openBytes(path);
  try {
    const file = await openSafetensors(source);
    const names = [...file.tensors.keys()];
    const inputs: Record<string, HostTensor> = {};
    for (const given of names) {
      const name = (scheme === "fairseq" && authorsInputs[given]) || given;
      if (isInput(name, entry)) inputs[name] = await readTensor(file, given);
    }
    // The source alone is what the encoder of a model that translates takes.
    if (!inputs.tokens && !inputs.source_tokens) {
      const some = names.slice(0, 5).map((n) => `\`${n}\``).join(", ");
      throw new MszError("missing-input", `\`${path}\` holds no tensor \`tokens\``, { hint: names.length === 0 ? "it is empty" : `it holds ${some}${names.length > 5 ? ` and ${names.length - 5} more` : ""}` });
    }
    return inputs;
  } finally {
    await source.close();
  }
}

function isInput(name: string, entry: EntryName): boolean {
  return ["tokens", "source_tokens", "source_lengths"].includes(name) || (name === "targets" && entry === "gradients") || name.startsWith("state.");
}
