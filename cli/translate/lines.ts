/**
 * Lines of text to lines of translation, in their order. Lines are translated together as they come, some hundreds at most: of a pipe what it brings at
 * once, of a file a piece at a time, which is written as soon as it is done. An empty line's translation is empty. What is drawn at random follows
 * from the seed and the line's number alone, so that it is the same however lines come: each is then translated by itself.
 */
import type { Session, TranslateOptions } from "../../runtime/index.js";
import { expectSource, sourceLimit } from "../../runtime/session/source.js";
import { wayOf } from "../../runtime/session/translate-options.js";
import { encodeLine, type Side } from "../corpus/pairs.js";

export interface LinesToTranslate {
  readonly session: Session;
  readonly lines: AsyncIterable<readonly string[]>;
  /** As messages name them. */
  readonly name: string;
  readonly options: TranslateOptions & { readonly seed: number };
  /** Each translation is written as it grows: for one that sits before a terminal. */
  readonly stream: boolean;
  /** `lines`: how many the text ends. */
  readonly write: (text: string, lines: number) => Promise<void>;
  readonly onProgress: (done: Done) => void;
}

export interface Done {
  readonly sentences: number;
  /** Written, `end` included. */
  readonly tokens: number;
  /** Places of empty lines, from 1. */
  readonly empty: readonly number[];
}

/** Lines translated before they are written: enough that those of a batch are of about one length. */
const poolLines = 256;

export async function translateLines(given: LinesToTranslate): Promise<Done> {
  const { session, name, options } = given;
  const side = sideOf(session);
  const most = given.stream || wayOf(session.plan, options).kind === "sampled" ? 1 : poolLines;
  const empty: number[] = [];
  let [line, tokens] = [0, 0];
  for await (const lines of given.lines) {
    for (let from = 0; from < lines.length; from += most) {
      const first = line + 1;
      const nameOf = (i: number): string => `${name}, line ${first + i}`;
      const texts = lines.slice(from, from + most);
      const sources = texts.map((text, i) => (text.trim() === "" ? undefined : Int32Array.from(encodeLine(nameOf(i), text, side))));
      sources.forEach((source, i) => source ?? empty.push(first + i));
      const places = [...sources.keys()].filter((i) => sources[i]);
      const pool: TranslateOptions = { ...options, seed: seedOf(options.seed, first), nameOf: (i) => nameOf(places[i]!) };
      if (given.stream && sources[0]) tokens += await streamOne(given, sources[0], pool);
      else {
        const onProgress: TranslateOptions["onProgress"] = (now) => given.onProgress({ sentences: line + now.done, tokens: tokens + now.tokens, empty });
        const translations = await session.translate(places.map((i) => sources[i]!), { ...pool, onProgress });
        let next = 0;
        await given.write(sources.map((source) => `${source ? oneLine(translations[next++]!.text) : ""}\n`).join(""), texts.length);
        tokens += translations.reduce((sum, t) => sum + t.tokens, 0);
      }
      line += texts.length;
      given.onProgress({ sentences: line, tokens, empty });
    }
  }
  return { sentences: line, tokens, empty };
}

/** The first line's is the seed itself, those of 2^32 lines are all others. */
function seedOf(seed: number, line: number): number {
  return (seed + Math.imul(line - 1, 0x9e3779b1)) >>> 0;
}

async function streamOne({ session, write }: LinesToTranslate, source: Int32Array, options: TranslateOptions): Promise<number> {
  let tokens = 0;
  for await (const { text, ids } of session.translateStream(source, options)) {
    tokens += ids.length;
    await write(oneLine(text), 0);
  }
  await write("\n", 1);
  return tokens;
}

function sideOf({ plan, vocabulary, sourceVocabulary }: Session): Side {
  return { vocabulary: sourceVocabulary ?? vocabulary, end: expectSource(plan).end, limit: sourceLimit(plan), name: plan.model.name, wayOut: "make the line shorter, or leave it out" };
}

/** A translation is a line, whatever a model writes. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
