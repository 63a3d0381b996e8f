/**
 * A weights file against a plan: every parameter must be there, of its shape, and nothing else. All mistakes are listed at once. A
 * checkpoint of `msz train` is a weights file too: the optimiser's tensors in it are left alone.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { fairseqIgnores, fairseqName, type NameScheme } from "./names.js";
import { openSafetensors, readTensor, type ByteSource, type Safetensors } from "./safetensors.js";

/** What the metadata of a checkpoint calls its format. */
export const checkpointFormat = "msz-checkpoint 1";
/** Begins the names of an optimiser's tensors in a checkpoint; no parameter's name begins so. */
export const optimizerPrefix = "optimizer.";

/** @throws MszError as `matchWeights` */
export async function readWeights(plan: Plan, source: ByteSource, names: NameScheme = "msz"): Promise<Weights> {
  const { file, keys } = await matchWeights(plan, source, names);
  const weights = new Map<string, HostTensor>();
  for (const [name, key] of keys) weights.set(name, await readTensor(file, key));
  return weights;
}

/**
 * Which tensor of a file is which parameter; reads the file's header alone.
 * @throws MszError `bad-safetensors`, `wrong-weights` (all tensors that are missing, of another shape, or of no use)
 */
export async function matchWeights(plan: Plan, source: ByteSource, names: NameScheme = "msz"): Promise<{ readonly file: Safetensors; readonly keys: ReadonlyMap<string, string> }> {
  const file = await openSafetensors(source);
  const stored = names === "fairseq" ? fairseqKeys(file) : new Map(parameterNames(file).map((n) => [n, n]));
  const problems: string[] = [];
  const keys = new Map<string, string>();
  const used = new Set<string>();
  for (const parameter of plan.parameters) {
    const name = names === "fairseq" ? fairseqName(parameter.name) : parameter.name;
    if (name === undefined) {
      problems.push(`\`${parameter.name}\` has no fairseq name`);
      continue;
    }
    const key = stored.get(name);
    const entry = key === undefined ? undefined : file.tensors.get(key);
    if (key === undefined || !entry) {
      problems.push(`\`${name}\` [${parameter.shape.join(", ")}] is missing`);
      continue;
    }
    used.add(name);
    if (entry.shape.join() !== parameter.shape.join()) {
      problems.push(`\`${name}\` is [${entry.shape.join(", ")}], the model wants [${parameter.shape.join(", ")}]`);
    } else if (!entry.dtype.includes("F")) {
      problems.push(`\`${name}\` is ${entry.dtype}, the model wants floating point`);
    } else {
      keys.set(parameter.name, key);
    }
  }
  for (const name of stored.keys()) {
    if (!used.has(name) && !(names === "fairseq" && fairseqIgnores(name))) problems.push(`\`${name}\` belongs to no parameter of the model`);
  }
  if (problems.length > 0) throw wrongWeights(source.name, problems, plan, { stored: [...stored.keys()], used: used.size, fitting: keys.size, names });
  return { file, keys };
}

function parameterNames(file: Safetensors): string[] {
  const names = [...file.tensors.keys()];
  return file.metadata.format === checkpointFormat ? names.filter((n) => !n.startsWith(optimizerPrefix)) : names;
}

/** Names as fairseq has them → keys in the file: reference files keep parameters under `param.` beside other tensors, checkpoints have them bare. */
export function fairseqKeys(file: Safetensors): Map<string, string> {
  const keys = [...file.tensors.keys()];
  const prefix = keys.some((k) => k.startsWith("param.")) ? "param." : "";
  return new Map(keys.filter((k) => k.startsWith(prefix)).map((k) => [k.slice(prefix.length), k]));
}

interface Found {
  readonly stored: readonly string[];
  /** How many tensors the model has by name, and of these also by shape and type. */
  readonly used: number;
  readonly fitting: number;
  readonly names: NameScheme;
}

/** Every problem, unless no name at all is known: then the two lists say less than one sentence. */
function wrongWeights(file: string, problems: readonly string[], plan: Plan, found: Found): MszError {
  const { stored, used, fitting, names } = found;
  const other = otherScheme(stored, names);
  if (used === 0) {
    const first = plan.parameters[0]?.name ?? "";
    const wanted = names === "fairseq" ? (fairseqName(first) ?? first) : first;
    const reason = stored.length === 0 ? "the file holds no tensors" : `its first of ${stored.length} is \`${stored[0]}\`, the model's first is \`${wanted}\``;
    return new MszError("wrong-weights", `\`${file}\` has none of the ${plan.parameters.length} tensors of ${plan.model.name}`, { reason, hint: other ?? "is this the weights file of another model?" });
  }
  const list = problems.map((p) => `\n  - ${p}`).join("");
  return new MszError("wrong-weights", `\`${file}\` does not fit ${plan.model.name}: ${fitting} of ${plan.parameters.length} tensors fit, and${list}`, {
    hint: other ?? "the spec and its settings must be those that the weights were made with",
  });
}

function otherScheme(stored: readonly string[], names: NameScheme): string | undefined {
  if (names === "msz" && stored.some((n) => /(^|\.)decoder\.layers\.\d+\.self_attn\./.test(n))) return "these are fairseq's names: add `--names fairseq`, or import the file once with `msz import fairseq`";
  if (names === "fairseq" && stored.some((n) => /^layers\.\d+\.\w+\./.test(n))) return "these are msz's own names: use the file as it is, without `--names fairseq`";
  return undefined;
}
