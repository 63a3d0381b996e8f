/**
 * A weights file against a plan: every parameter must be there, of its shape, and nothing else. All mistakes are listed at once.
 */
import { MszError } from "../../src/base/error.js";
import { suggest } from "../../src/base/suggest.js";
import type { Plan } from "../../src/plan/plan.js";
import type { HostTensor, Weights } from "../device.js";
import { fairseqIgnores, fairseqName, type NameScheme } from "./names.js";
import { openSafetensors, readTensor, type ByteSource, type Safetensors } from "./safetensors.js";

const mostListed = 20;

/** @throws MszError `bad-safetensors`, `wrong-weights` (all tensors that are missing, of another shape, or of no use) */
export async function readWeights(plan: Plan, source: ByteSource, names: NameScheme = "msz"): Promise<Weights> {
  const file = await openSafetensors(source);
  const stored = names === "fairseq" ? stripPrefix(file) : new Map([...file.tensors.keys()].map((n) => [n, n]));
  const problems: string[] = [];
  const wanted = new Map<string, { key: string }>();
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
      wanted.set(parameter.name, { key });
    }
  }
  for (const name of stored.keys()) {
    if (!used.has(name) && !(names === "fairseq" && fairseqIgnores(name))) problems.push(`\`${name}\` belongs to no parameter of the model`);
  }
  if (problems.length > 0) throw wrongWeights(source.name, problems, plan, [...stored.keys()]);

  const weights = new Map<string, HostTensor>();
  for (const [name, { key }] of wanted) weights.set(name, await readTensor(file, key));
  return weights;
}

/** Reference files keep parameters under `param.` beside other tensors; checkpoints have them bare. */
function stripPrefix(file: Safetensors): Map<string, string> {
  const keys = [...file.tensors.keys()];
  const prefix = keys.some((k) => k.startsWith("param.")) ? "param." : "";
  return new Map(keys.filter((k) => k.startsWith(prefix)).map((k) => [k.slice(prefix.length), k]));
}

function wrongWeights(file: string, problems: readonly string[], plan: Plan, stored: readonly string[]): MszError {
  const shown = problems.slice(0, mostListed);
  if (problems.length > shown.length) shown.push(`… and ${problems.length - shown.length} more`);
  const looksFairseq = stored.some((n) => /(^|\.)decoder\.layers\.\d+\.self_attn\./.test(n)) && !stored.some((n) => n.startsWith("layers."));
  const first = plan.parameters[0]?.name ?? "";
  const hint = looksFairseq
    ? "these are fairseq's names: add `--names fairseq`"
    : suggest(first, stored) === undefined
      ? "is this the weights file of another model?"
      : "the spec or its settings must be those that the weights were made with";
  return new MszError("wrong-weights", `${file} does not fit ${plan.model.name}:\n  - ${shown.join("\n  - ")}`, { hint });
}
