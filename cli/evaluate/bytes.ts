/**
 * How many bytes of text a model's predictions stand for: what makes the losses of models with different vocabularies comparable. They are
 * those of the text that was read (UTF-8), not of decoded ids, for a tokenizer may fold, drop or not know what stands there.
 */
import type { Vocabulary } from "../../runtime/index.js";
import type { PlanVocabulary } from "../../src/plan/plan.js";
import { idsOf } from "../corpus/ids.js";

export interface SourceBytes {
  /** The vocabulary to read the corpus by: it takes note of the pieces of text. */
  readonly vocabulary: Vocabulary;
  /** Of the text from token `place` to its end, once the corpus of `length` ids is read; undefined where ids do not say where they stand. */
  from(place: number, length: number): Promise<number | undefined>;
}

export function sourceBytes(files: readonly string[], kind: PlanVocabulary["kind"], vocabulary: Vocabulary): SourceBytes {
  const pieces: { readonly ids: number; readonly bytes: number }[] = [];
  const encode = (text: string): Int32Array => {
    const ids = vocabulary.encode(text);
    pieces.push({ ids: ids.length, bytes: Buffer.byteLength(text) });
    return ids;
  };
  const from = async (place: number): Promise<number | undefined> => {
    let [at, first] = [0, 0];
    while (at < pieces.length && first + pieces[at]!.ids <= place) first += pieces[at++]!.ids;
    const rest = pieces.slice(at).reduce((sum, piece) => sum + piece.bytes, 0);
    if (place === first) return rest;
    const text = await pieceOf(files, at, vocabulary);
    if (text === undefined || Buffer.byteLength(text) !== pieces[at]!.bytes) return undefined;
    const before = kind === "characters" ? Array.from(text).slice(0, place - first).join("") : prefixOf(text, place - first, vocabulary);
    return before === undefined ? undefined : rest - Buffer.byteLength(before);
  };
  switch (kind) {
    case "bytes": return { vocabulary, from: async (place, length) => length - place };
    case "ids": return { vocabulary, from: async () => undefined };
    case "characters":
    case "tokenizer": return { vocabulary: { ...vocabulary, encode }, from };
    default: return kind satisfies never;
  }
}

/** Bytes that one id takes in a text. */
export function bytesOfId(id: number, kind: PlanVocabulary["kind"], vocabulary: Vocabulary): number {
  return kind === "bytes" ? 1 : Buffer.byteLength(vocabulary.decode([id]));
}

/** A text may be larger than memory, so the piece is read again. */
async function pieceOf(files: readonly string[], wanted: number, vocabulary: Vocabulary): Promise<string | undefined> {
  let seen = 0;
  let found: string | undefined;
  const encode = (text: string): Int32Array => {
    if (seen++ === wanted) found = text;
    return new Int32Array(0);
  };
  for (const file of files) {
    // An encoding that only looks; white space and all else is cut in the same way as before.
    for await (const _ of idsOf(file, { kind: "tokenizer", vocabulary: { ...vocabulary, encode } })) if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The beginning of a text that its first `count` ids stand for. Where decoding gives it back that is the answer, up to a character that the
 * last id leaves unfinished; else the text is encoded word by word, and if that gives the same ids, the word is found and cut.
 */
function prefixOf(text: string, count: number, vocabulary: Vocabulary): string | undefined {
  const ids = vocabulary.encode(text).subarray(0, count);
  const decoded = vocabulary.decode(ids);
  const finished = decoded.replace(/\uFFFD+$/, "");
  for (const prefix of [decoded, finished]) if (text.startsWith(prefix)) return prefix;
  let [at, place] = [0, 0];
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    const own = vocabulary.encode(word);
    const rest = ids.subarray(at);
    if (own.length >= rest.length) {
      const cut = cutOf(word, rest, vocabulary);
      return cut === undefined ? undefined : text.slice(0, place) + cut;
    }
    if (!same(own, rest.subarray(0, own.length))) return undefined;
    at += own.length;
    place += word.length;
  }
  return undefined;
}

/** The longest beginning of a word that gives just these ids. */
function cutOf(word: string, ids: Int32Array, vocabulary: Vocabulary): string | undefined {
  const characters = Array.from(word);
  for (let length = characters.length; length > 0; length--) {
    const part = characters.slice(0, length).join("");
    if (encodesTo(part, ids, vocabulary)) return part;
  }
  return undefined;
}

/** A part of a word may hold what the tokenizer knows only in the whole one. */
function encodesTo(text: string, ids: Int32Array, vocabulary: Vocabulary): boolean {
  try {
    return same(vocabulary.encode(text), ids);
  } catch {
    return false;
  }
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
