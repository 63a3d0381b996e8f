/** The `vocabulary` setting: bytes, ids, the characters of a file, or a tokenizer. */
import type { SourceFile, Span } from "../../src/base/source.js";
import type { Vocabulary } from "../../src/model/model.js";
import type { ReadFile } from "./names.js";
import type { Report } from "./report.js";
import { calls, either, number, text, type ReadCall } from "./values.js";

const largestVocabulary = 10_000_000;

export const vocabularyReader = either(
  calls({ bytes: {}, characters: { positional: [text] }, tokenizer: { positional: [text] } }),
  number({ whole: true, min: 1, max: largestVocabulary }),
);

/** undefined: a mistake was reported. */
export function readVocabulary(value: number | ReadCall, from: SourceFile, readFile: ReadFile | undefined, report: Report): Vocabulary | undefined {
  if (typeof value === "number") return { kind: "ids", size: value };
  if (value.callee === "bytes") return { kind: "bytes" };
  const path = value.positional[0];
  if (typeof path !== "string") return undefined;
  const found = readFile === undefined ? { error: "no files are at hand here", hint: undefined } : readFile(path, from);
  if ("error" in found) {
    return report.error("unreadable-file", value.span, `\`${path}\` cannot be read`, {
      reason: found.error,
      hint: found.hint ?? "the path is relative to the spec",
    });
  }
  if (value.callee === "characters") return readCharacters(path, found.text, value.span, report);
  return readTokenizer(path, found, value.span, report);
}

export function vocabularySize(vocabulary: Vocabulary): number {
  switch (vocabulary.kind) {
    case "bytes": return 256;
    case "ids":
    case "tokenizer": return vocabulary.size;
    case "characters": return vocabulary.characters.length;
  }
}

function readCharacters(path: string, content: string, span: Span, report: Report): Vocabulary | undefined {
  const points = [...new Set(content)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  if (points.length > 0) return { kind: "characters", characters: points };
  return report.error("empty-corpus", span, `\`${path}\` is empty`, { reason: "a vocabulary has at least one character" });
}

function readTokenizer(path: string, found: { readonly path: string; readonly text: string }, span: Span, report: Report): Vocabulary | undefined {
  const refuse = (reason: string): undefined =>
    report.error("bad-tokenizer", span, `\`${path}\` is no tokenizer`, { reason, hint: "a tokenizer.json as the Hugging Face libraries write it" });
  let json: unknown;
  try {
    json = JSON.parse(found.text);
  } catch {
    return refuse("it is not JSON");
  }
  const ids = tokenIds(json);
  if (ids === undefined) return refuse("it has no `model.vocab`");
  if (ids.length === 0) return refuse("its vocabulary is empty");
  const size = ids.reduce((most, id) => Math.max(most, id), 0) + 1;
  if (!Number.isInteger(size) || size > largestVocabulary) return refuse(`its largest id is ${size - 1}`);
  return { kind: "tokenizer", file: found.path, json, size };
}

/** The ids of that very token, added to the tokenizer or in its vocabulary: more than one where the file contradicts itself. */
export function idsOfToken(json: unknown, token: string): readonly number[] {
  const added = field(json, "added_tokens");
  const named = Array.isArray(added) ? added.filter((entry: unknown) => field(entry, "content") === token).map((entry: unknown) => field(entry, "id")) : [];
  const vocab = field(field(json, "model"), "vocab");
  const listed = Array.isArray(vocab) ? vocab.findIndex((entry: unknown) => Array.isArray(entry) && entry[0] === token) : field(vocab, token);
  return [...new Set([...named, listed])].filter((id): id is number => Number.isInteger(id) && (id as number) >= 0);
}

/** The ids in `model.vocab` (an object, or a list for unigram models) and in `added_tokens`. */
function tokenIds(json: unknown): number[] | undefined {
  const vocab = field(field(json, "model"), "vocab");
  const added = field(json, "added_tokens");
  const extra = Array.isArray(added) ? added.map((token: unknown) => field(token, "id")) : [];
  if (typeof vocab !== "object" || vocab === null) return undefined;
  const own: unknown[] = Array.isArray(vocab) ? [...vocab.keys()] : Object.values(vocab);
  return [...own, ...extra].filter((id): id is number => typeof id === "number" && id >= 0);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
