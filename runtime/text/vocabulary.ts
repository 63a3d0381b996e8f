/**
 * Text to token ids and back, by the plan's vocabulary. Decoding streams: ids may end in the middle of a character.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanSource, PlanVocabulary } from "../../src/plan/plan.js";
import type { SpecialIds } from "./as-text.js";
import { openTokenizer, type TokenizerOption } from "./tokenizer.js";

export interface Vocabulary {
  readonly kind: PlanVocabulary["kind"];
  readonly size: number;
  /** @throws MszError `cannot-encode`, naming the first character that has no id, and its place */
  encode(text: string): Int32Array;
  decode(ids: Iterable<number>): string;
  stream(): TextStream;
}

/** Text of ids given piece by piece. */
export interface TextStream {
  /** The text that is certain after these ids. */
  push(ids: Iterable<number>): string;
  /** What was held back: an unfinished character becomes U+FFFD. */
  end(): string;
}

/** `tokenizerJson` is the parsed file that the plan names; only a `tokenizer` vocabulary needs it. */
export function openVocabulary(plan: Plan, tokenizerJson?: unknown): Promise<Vocabulary> {
  const { model } = plan;
  // A corpus of many documents may write out where each begins and ends; sentences that are translated have theirs from us.
  return openSide(model.source ? model : { ...model, begin: null, end: null }, tokenizerJson, "tokenizer");
}

/**
 * That of the source texts; undefined for a model without.
 * @param own the model's own, which it is where the plan names the same file or no file
 */
export async function openSourceVocabulary({ model }: Plan, own: Vocabulary, tokenizerJson?: unknown): Promise<Vocabulary | undefined> {
  const { source } = model;
  if (!source) return undefined;
  const same = JSON.stringify(source.vocabulary) === JSON.stringify(model.vocabulary) && source.vocabularySize === model.vocabularySize && source.unknown === model.unknown;
  return same && tokenizerJson === undefined ? own : openSide({ ...source, begin: null }, tokenizerJson, "sourceTokenizer");
}

async function openSide(side: Pick<PlanSource, "vocabulary" | "vocabularySize"> & SpecialIds, tokenizerJson: unknown, option: TokenizerOption): Promise<Vocabulary> {
  const { vocabulary, vocabularySize, unknown } = side;
  switch (vocabulary.kind) {
    case "bytes": return bytesVocabulary();
    case "ids": return idsVocabulary(vocabularySize);
    case "characters": return charactersVocabulary(vocabulary.characters, unknown);
    case "tokenizer": return openTokenizer(tokenizerJson, vocabulary.file, vocabularySize, side, option);
    default: return vocabulary satisfies never;
  }
}

function bytesVocabulary(): Vocabulary {
  const stream = (): TextStream => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return {
      push: (ids) => decoder.decode(Uint8Array.from(ids), { stream: true }),
      end: () => decoder.decode(),
    };
  };
  return {
    kind: "bytes", size: 256,
    encode: (text) => Int32Array.from(new TextEncoder().encode(text)),
    decode: (ids) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(ids)),
    stream,
  };
}

const textHint = "write ids, for example `5 12 7`; for text the model needs a vocabulary of text in its spec, such as `vocabulary = tokenizer(\"tokenizer.json\")`";

/** No text: ids are written as numbers, apart by spaces. */
function idsVocabulary(size: number): Vocabulary {
  const encode = (text: string): Int32Array =>
    Int32Array.from(text.split(/[\s,]+/).filter((w) => w !== ""), (word) => {
      const id = Number(word);
      if (!/^\d+$/.test(word) || id >= size) {
        throw new MszError("cannot-encode", `\`${word}\` is not a token id of this model`, {
          reason: `its vocabulary is a number: text is unknown to it, ids go from 0 to ${size - 1}`,
          hint: textHint,
        });
      }
      return id;
    });
  return {
    kind: "ids", size,
    encode,
    decode: (ids) => [...ids].join(" "),
    stream: () => {
      let first = true;
      return {
        push: (ids) => {
          const words = [...ids].map(String);
          const text = (first || words.length === 0 ? "" : " ") + words.join(" ");
          if (words.length > 0) first = false;
          return text;
        },
        end: () => "",
      };
    },
  };
}

function charactersVocabulary(characters: readonly string[], unknown: number | null): Vocabulary {
  const ids = new Map(characters.map((c, i) => [c, i]));
  const encode = (text: string): Int32Array => {
    let line = 1;
    let column = 1;
    const out: number[] = [];
    for (const c of text) {
      const id = ids.get(c) ?? unknown;
      if (id === null) {
        throw new MszError("cannot-encode", `the vocabulary has no ${JSON.stringify(c)} (line ${line}, column ${column} of the text)`, {
          reason: `it is made of the ${characters.length} characters of the corpus`,
          hint: "leave the character out, or name an `unknown` id in the model",
        });
      }
      out.push(id);
      if (c === "\n") [line, column] = [line + 1, 1];
      else column++;
    }
    return Int32Array.from(out);
  };
  const decode = (list: Iterable<number>): string => [...list].map((id) => characters[id] ?? "\uFFFD").join("");
  return { kind: "characters", size: characters.length, encode, decode, stream: () => ({ push: decode, end: () => "" }) };
}
