/**
 * A weights file against a plan: every parameter must be there, of its shape, and nothing else. Mistakes of every kind are told at once. A
 * checkpoint of `msz train` is a weights file too: the optimiser's tensors in it are left alone.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { isFloating } from "./dtypes.js";
import { wrongWeights, type Problems } from "./misfit.js";
import { fairseqIgnores, fairseqNames, type NameScheme } from "./names.js";
import { printable } from "./printable.js";
import type { ByteSource } from "./safetensors.js";
import { openTensors, type TensorFile } from "./tensor-file.js";

/** What the metadata of a checkpoint calls its format. */
export const checkpointFormat = "msz-checkpoint 1";
/** Begins the names of an optimiser's tensors in a checkpoint; no parameter's name begins so. */
export const optimizerPrefix = "optimizer.";

/** Which tensor of a file is which parameter. */
export interface Matched {
  readonly file: TensorFile;
  /** A parameter's name → its key in the file. */
  readonly keys: ReadonlyMap<string, string>;
  /** A parameter's name → other keys under which the file has it again. */
  readonly copies: ReadonlyMap<string, readonly string[]>;
  /** Keys that nothing is read from: copies, and what is no parameter. */
  readonly left: readonly string[];
}

/** @throws MszError as `matchWeights` and `readWeight` */
export async function readWeights(plan: Plan, source: ByteSource, names: NameScheme = "msz"): Promise<Weights> {
  const matched = await matchWeights(plan, source, names);
  const weights = new Map<string, HostTensor>();
  for (const name of matched.keys.keys()) weights.set(name, await readWeight(matched, name));
  return weights;
}

/**
 * Reads what the file says of its tensors, and none of them.
 * @throws MszError `wrong-weights` (tensors that are missing, of another shape, or of no use), and what the file's format throws
 */
export async function matchWeights(plan: Plan, source: ByteSource, names: NameScheme = "msz"): Promise<Matched> {
  const file = await openTensors(source);
  const stored = names === "fairseq" ? fairseqKeys(file) : new Map(parameterNames(file).map((n) => [n, n]));
  const parameters = plan.parameters.map((p) => p.name);
  const problems: Problems = { unnamed: [], missing: [], misshapen: [], foreign: [] };
  const keys = new Map<string, string>();
  const copies = new Map<string, readonly string[]>();
  const used = new Set<string>();
  const claimed = new Map<string, string>();
  for (const { name, shape } of plan.parameters) {
    const [first, ...others] = names === "fairseq" ? fairseqNames(name, parameters) : [name];
    if (first === undefined || claimed.has(first)) {
      problems.unnamed.push(`\`${name}\` has no fairseq name${first === undefined ? "" : `: \`${first}\` is \`${claimed.get(first)}\``}`);
      continue;
    }
    claimed.set(first, name);
    const here = [first, ...others].filter((n) => stored.has(n));
    for (const n of here) used.add(n);
    if (here.length === 0) problems.missing.push(`\`${first}\` [${shape.join(", ")}] is missing`);
    const faults = here.map((n) => misfit(n, file.tensors.get(stored.get(n)!)!, shape)).filter((f) => f !== undefined);
    problems.misshapen.push(...faults);
    if (here.length === 0 || faults.length > 0) continue;
    const [key, ...again] = here.map((n) => stored.get(n)!);
    keys.set(name, key!);
    copies.set(name, again);
  }
  for (const name of stored.keys()) {
    if (!used.has(name) && !(names === "fairseq" && fairseqIgnores(name))) problems.foreign.push(`\`${printable(name)}\` belongs to no parameter of the model`);
  }
  if (Object.values(problems).some((list) => list.length > 0)) throw wrongWeights(file.name, problems, plan, { stored: [...stored.keys()], used: used.size, fitting: keys.size, names });
  const read = new Set(keys.values());
  return { file, keys, copies, left: [...stored.values()].filter((key) => !read.has(key)) };
}

/**
 * One parameter. What the file has of it again must be equal: else the file is of a model with two tensors where this one has one.
 * @throws MszError `wrong-weights`, and what the file's format throws
 */
export async function readWeight({ file, keys, copies }: Matched, name: string): Promise<HostTensor> {
  const key = keys.get(name)!;
  const tensor = await file.read(key);
  for (const copy of copies.get(name) ?? []) {
    if (file.tensors.get(copy) === file.tensors.get(key) || sameNumbers(tensor.data, (await file.read(copy)).data)) continue;
    throw new MszError("wrong-weights", `\`${file.name}\` has two tensors where the model has one: \`${copy}\` is not equal to \`${key}\``, {
      reason: `both are \`${name}\``,
      hint: "the spec must share what the checkpoint shares: `tied = false` gives the output a table of its own, `encoder { vocabulary = … }` the encoder",
    });
  }
  return tensor;
}

/** By bits, so that NaN is equal to itself. */
function sameNumbers(a: HostTensor["data"], b: HostTensor["data"]): boolean {
  const [left, right] = [a, b].map((data) => new Int32Array(data.buffer, data.byteOffset, data.length)) as [Int32Array, Int32Array];
  return left.length === right.length && left.every((word, i) => word === right[i]);
}

function misfit(name: string, { dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }, wanted: readonly number[]): string | undefined {
  if (shape.join() !== wanted.join()) return `\`${name}\` is [${shape.join(", ")}], the model wants [${wanted.join(", ")}]`;
  return isFloating(dtype) ? undefined : `\`${name}\` is ${dtype}, the model wants floating point`;
}

function parameterNames(file: TensorFile): string[] {
  const names = [...file.tensors.keys()];
  return file.metadata.format === checkpointFormat ? names.filter((n) => !n.startsWith(optimizerPrefix)) : names;
}

/** Names as fairseq has them → keys in the file: reference files keep parameters under `param.` beside other tensors, checkpoints have them bare. */
function fairseqKeys(file: TensorFile): Map<string, string> {
  const keys = [...file.tensors.keys()];
  const prefix = keys.some((k) => k.startsWith("param.")) ? "param." : "";
  return new Map(keys.filter((k) => k.startsWith(prefix)).map((k) => [k.slice(prefix.length), k]));
}
