/** The `generate` block: names and values, and what of it a model can do. */
import type { Block, Expr, Setting } from "../../src/ast/ast.js";
import type { Generate } from "../../src/model/model.js";
import { evaluateNumber, type Scope } from "./constants.js";
import { list, quote, show } from "./report.js";
import { collectSettings, readSettings } from "./settings.js";
import { warnOfBlock, type Task } from "./task.js";
import { number, written, type Reader } from "./values.js";

/** A beam is a row of a batch on the device, and all candidates of all beams are sorted there. */
const mostBeams = 64;
/** More tokens for a source of one could only be a slip. */
const mostTokens = 1e9;
const defaultLength: Generate["maxLength"] = { perSource: 1.2, more: 10 };

/** A straight line over `source`, the number of source tokens. */
const lineOverSource: Reader<Generate["maxLength"]> = {
  expected: "a number of tokens, or a straight line over `source`, such as `1.2 * source + 10`",
  words: ["source"],
  read: (expr, scope) => {
    const [at1, at2, at4] = [1, 2, 4].map((source) => valueAt(expr, source, scope));
    if (at1 === undefined || at2 === undefined || at4 === undefined) return undefined;
    const perSource = at2 - at1;
    const bent = Math.abs(at4 - at2 - 2 * perSource) > 1e-9 * Math.max(1, Math.abs(at4));
    if (bent) return { mismatch: `${quote(expr.span)}, which is no straight line`, hint: "multiply `source` by a number and add another" };
    if (perSource < 0) return { mismatch: `${quote(expr.span)}, which falls as the source grows`, hint: "for example `1.2 * source + 10`" };
    const more = at1 - perSource;
    if (at1 < 1) return { mismatch: perSource === 0 ? written(expr, at1) : `${quote(expr.span)}, ${show(at1)} for a source of one token`, hint: "a translation has at least one token" };
    if (at1 > mostTokens) return { mismatch: `${quote(expr.span)}, more than ${mostTokens.toLocaleString("en-US")} for a source of one token`, hint: "for example `1.2 * source + 10`" };
    // What was meant by 1.2 comes back from 2.4 - 1.2 with dust on it.
    return { value: { perSource: rounded(perSource), more: rounded(more) } };
  },
};

function valueAt(expr: Expr, source: number, scope: Scope): number | undefined {
  return evaluateNumber(expr, {
    ...scope,
    names: () => ["source", ...scope.names()],
    find: (name, span) => (name === "source" ? { kind: "number", value: source } : scope.find(name, span)),
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

const sampling = {
  temperature: number({ min: 0 }),
  top_k: number({ whole: true, min: 0 }),
  top_p: number({ above: 0, max: 1 }),
};
const search = {
  beam: number({ whole: true, min: 1, max: mostBeams }),
  length_penalty: number({ min: 0 }),
  max_length: lineOverSource,
};
const readers = { ...sampling, ...search };

export function readGenerate(block: Block | undefined, task: Task | undefined, scope: Scope): Generate {
  const settings = collectSettings(block?.settings ?? [], Object.keys(readers), "`generate`", scope);
  const values = readSettings(settings, readers, scope);
  if (task === "language") refuseSearch(settings, values.beam, scope);
  if (block !== undefined && task === "encoder") warnOfBlock(block, "it writes no tokens", scope);
  if (task === "translation") warnOfSampling(settings, scope);
  return {
    temperature: values.temperature ?? 1, topK: values.top_k ?? 0, topP: values.top_p ?? 1,
    beam: values.beam ?? 1, lengthPenalty: values.length_penalty ?? 1, maxLength: values.max_length ?? defaultLength,
  };
}

/** Beam search looks for the likeliest translation of a source. */
function refuseSearch(settings: ReadonlyMap<string, Setting>, beam: number | undefined, { report }: Scope): void {
  const names = ["beam", "length_penalty", "max_length"].filter((name) => settings.has(name) && (name !== "beam" || beam !== 1));
  const [first] = names;
  if (first === undefined) return;
  const others = names.slice(1).map((name) => ({ span: settings.get(name)!.span, message: "and this" }));
  report.error("search-without-source", settings.get(first)!.span, `\`${first}\` is for translations, and a language model has no source`, {
    reason: "beam search looks for the likeliest of all texts that end, and the likeliest continuation of a text is a dull one",
    labels: others,
    hint: first === "max_length" ? "leave it out: who asks for a text says how long it is to be" : "leave it out, and draw tokens by `temperature`, `top_k` and `top_p`; `temperature = 0` always takes the likeliest next one",
  });
}

/** A run may ask for a translation to be drawn; then these are its defaults. */
function warnOfSampling(settings: ReadonlyMap<string, Setting>, { report }: Scope): void {
  const names = Object.keys(sampling).filter((name) => settings.has(name));
  const [first, ...others] = names;
  if (first === undefined) return;
  report.warning("sampling-of-translations", settings.get(first)!.span, `${list(names)} alone ${names.length === 1 ? "draws" : "draw"} no translation`, {
    reason: "a translation is searched for, or takes the likeliest tokens, unless who asks for it wants it drawn",
    labels: others.map((name) => ({ span: settings.get(name)!.span, message: "and this" })),
    hint: "leave it out, and where one is to be drawn say so: `msz run … --temperature 0.8`",
  });
}
