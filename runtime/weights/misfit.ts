/** What does not fit between a weights file and a plan → one error that says all of it, or, of long lists, a few and how many. */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import { fairseqName, type NameScheme } from "./names.js";
import { printable } from "./printable.js";

/** A sentence a tensor. */
export interface Problems {
  /** Parameters that the scheme of names does not have. */
  readonly unnamed: string[];
  readonly missing: string[];
  /** Of another shape or type. */
  readonly misshapen: string[];
  readonly foreign: string[];
}

export interface Found {
  /** Names in the file. */
  readonly stored: readonly string[];
  /** How many tensors the model has by name, and how many parameters are there in their shape and type. */
  readonly used: number;
  readonly fitting: number;
  readonly names: NameScheme;
}

/** Of each kind; as long as a list is hardly longer, all of it is told. */
const few = 10;
const rest: { readonly [K in keyof Problems]: string } = {
  unnamed: "have no fairseq name",
  missing: "are missing",
  misshapen: "are of another shape or type",
  foreign: "belong to no parameter of the model",
};

/** Every kind of problem, unless no name at all is known: then the lists say less than one sentence. */
export function wrongWeights(file: string, problems: Problems, plan: Plan, found: Found): MszError {
  const { stored, used, fitting, names } = found;
  const other = otherScheme(stored, names);
  if (used === 0) {
    const first = plan.parameters[0]?.name ?? "";
    const wanted = names === "fairseq" ? (fairseqName(first, plan.parameters.map((p) => p.name)) ?? first) : first;
    const reason = stored.length === 0 ? "the file holds no tensors" : `its first of ${stored.length} is \`${printable(stored[0]!)}\`, the model's first is \`${wanted}\``;
    return new MszError("wrong-weights", `\`${file}\` has none of the ${plan.parameters.length} tensors of ${plan.model.name}`, { reason, hint: other ?? "is this the weights file of another model?" });
  }
  const kinds = Object.keys(rest) as (keyof Problems)[];
  const list = kinds.flatMap((kind) => shortened(problems[kind], rest[kind])).map((p) => `\n  - ${p}`).join("");
  return new MszError("wrong-weights", `\`${file}\` does not fit ${plan.model.name}: ${fitting} of ${plan.parameters.length} tensors fit, and${list}`, {
    hint: other ?? "the spec and its settings must be those that the weights were made with",
  });
}

function shortened(list: readonly string[], what: string): readonly string[] {
  if (list.length <= few + 2) return list;
  return [...list.slice(0, few), `${list.length - few} more ${what}`];
}

function otherScheme(stored: readonly string[], names: NameScheme): string | undefined {
  const theirs = stored.some((n) => /(^|\.)(en|de)coder\.layers\.\d+\.self_attn\./.test(n));
  if (names === "msz" && theirs) return "these are fairseq's names: add `--names fairseq`, or import the file once with `msz import fairseq`";
  const ours = !theirs && stored.some((n) => /^((en|de)coder\.)?layers\.\d+\.\w+\./.test(n));
  if (names === "fairseq" && ours) return "these are msz's own names: use the file as it is, without `--names fairseq`";
  return undefined;
}
