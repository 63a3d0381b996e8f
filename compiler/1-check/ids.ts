/** Token ids that mean something: those that a side sets, else those of its tokenizer's tokens with the usual names. */
import type { Setting } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import type { Vocabulary } from "../../src/model/model.js";
import { list, type Report } from "./report.js";
import { number } from "./values.js";
import { idsOfToken } from "./vocabulary.js";

export const idNames = ["padding", "begin", "end", "unknown"] as const;
export type IdName = (typeof idNames)[number];
export type Ids = Readonly<Partial<Record<IdName, number>>>;

const usualTokens = { padding: "<pad>", begin: "<s>", end: "</s>", unknown: "<unk>" } as const satisfies Record<IdName, string>;
const id = number({ whole: true, min: 0 });
export const idReaders = { padding: id, begin: id, end: id, unknown: id } as const satisfies Record<IdName, typeof id>;

/** `size` is NaN where the vocabulary is wrong: then nothing is too large. */
export function readIds(
  names: readonly IdName[], written: ReadonlyMap<string, Setting>, given: Ids, vocabulary: Vocabulary | undefined, size: number, report: Report,
): Ids {
  const ids: Partial<Record<IdName, number>> = {};
  const vocabularySetting = written.get("vocabulary");
  for (const name of names) {
    const setting = written.get(name);
    const value = given[name];
    const brought = vocabulary?.kind === "tokenizer" ? idsOfToken(vocabulary.json, usualTokens[name]) : [];
    const id = setting === undefined ? brought[0] : value;
    if (id !== undefined) ids[name] = id;
    if (setting === undefined && brought.length > 1) {
      report.error("ambiguous-token", vocabularySetting!.span, `in this tokenizer \`${usualTokens[name]}\` has the ids ${brought.join(" and ")}`, {
        reason: `it is the \`${name}\` of the model, which is one id`,
        hint: `mend the file, or say which it is: \`${name} = ${brought[0]}\``,
      });
    }
    if (setting === undefined || value === undefined) continue;
    if (value < size && brought.length > 0 && !brought.includes(value)) {
      report.warning("other-id", setting.value.span, `\`${name}\` is the id ${value}, but in the tokenizer \`${usualTokens[name]}\` is ${brought.join(" and ")}`, {
        reason: "what a model sets goes before what its tokenizer brings",
        hint: "leave the line out for the tokenizer's",
      });
    }
    if (!(value >= size)) continue;
    report.error("wrong-value", setting.value.span, `\`${name}\` is the id ${value}, but the vocabulary has the ids 0 to ${size - 1}`, {
      labels: vocabularySetting === undefined ? [] : [{ span: vocabularySetting.span, message: "set here" }],
      hint: vocabularySetting === undefined ? "without a `vocabulary` the ids are bytes" : undefined,
    });
  }
  return ids;
}

/** Of a side of a translation model. `what` names it; its `written` settings are where its ids may be. */
export function requireIds(
  required: readonly IdName[], ids: Ids, side: { readonly what: string; readonly written: ReadonlyMap<string, Setting>; readonly vocabulary: Vocabulary; readonly span: Span }, report: Report,
): void {
  const { what, written, vocabulary, span } = side;
  // One with a wrong value has been told already.
  const missing = required.filter((name) => ids[name] === undefined && !written.has(name));
  if (missing.length > 0) {
    report.error("missing-setting", span, `${what} must know ${missing.length === 1 ? "its id" : "its ids"} ${list(missing)}`, {
      reason: missing.map((name) => whyNeeded[name]).join("; "),
      hint: vocabulary.kind === "tokenizer"
        ? `its tokenizer has no token ${list(missing.map((name) => usualTokens[name]), "or")}: say which id it is, \`${missing[0]!} = …\``
        : `add ${list(missing.map((name, i) => `${name} = ${i + 1}`))}, or other ids that stand for nothing else`,
    });
  }
  const end = written.get("end") ?? written.get("padding");
  if (ids.end !== undefined && ids.end === ids.padding) {
    report.error("wrong-value", end?.value.span ?? span, `\`padding\` and \`end\` are both the id ${ids.end}`, {
      reason: "what is padding is left out of everything, and no translation could learn where to end",
      hint: "give `padding` an id of its own",
    });
  }
}

const whyNeeded: { readonly [N in IdName]: string } = {
  padding: "texts of a batch differ in length, and what fills the shorter ones is left out",
  begin: "a text begins with it",
  end: "a translation ends where the model writes it",
  unknown: "it stands for what the vocabulary lacks",
};
