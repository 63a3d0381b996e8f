/**
 * Lines of text to lines of translation, in their order. Lines are translated together as they come: of a pipe what it brings at once, of a
 * file a piece at a time. An empty line's translation is empty.
 */
import { MszError, type Session, type TranslateOptions } from "../../runtime/index.js";
import { sourceLimit } from "../../runtime/session/source.js";
import { encodeLine, type Side } from "../corpus/pairs.js";

export interface LinesToTranslate {
  readonly session: Session;
  readonly lines: AsyncIterable<readonly string[]>;
  /** As messages name them. */
  readonly name: string;
  readonly options: TranslateOptions & { readonly seed: number };
  /** Each translation is written as it grows: for one that sits before a terminal. */
  readonly stream: boolean;
  readonly write: (text: string) => Promise<void>;
  readonly onProgress: (done: Done) => void;
}

export interface Done {
  readonly sentences: number;
  /** Written, `end` included. */
  readonly tokens: number;
  /** Places of empty lines, from 1. */
  readonly empty: readonly number[];
}

/** From one call to the next, so that no two draw by the same seeds. */
const seedStep = 2 ** 16;

export async function translateLines(given: LinesToTranslate): Promise<Done> {
  const { session, name, options } = given;
  const side = sideOf(session);
  const empty: number[] = [];
  let [line, tokens, calls] = [0, 0, 0];
  for await (const lines of given.lines) {
    for (const texts of given.stream ? lines.map((text) => [text]) : [lines]) {
      const first = line + 1;
      const sources = texts.map((text, i) => (text.trim() === "" ? undefined : Int32Array.from(encodeLine(`${name}, line ${first + i}`, text, side))));
      sources.forEach((source, i) => source ?? empty.push(first + i));
      const seed = (options.seed + seedStep * calls++) % 2 ** 32;
      const found = sources.filter((source) => source !== undefined);
      if (given.stream && found[0]) tokens += await streamOne(given, found[0], seed);
      else {
        const translations = await session.translate(found, { ...options, seed, onProgress: (now) => given.onProgress({ sentences: line + now.done, tokens: tokens + now.tokens, empty }) });
        let next = 0;
        await given.write(sources.map((source) => `${source ? oneLine(translations[next++]!.text) : ""}\n`).join(""));
        tokens += translations.reduce((sum, t) => sum + t.tokens, 0);
      }
      line += texts.length;
      given.onProgress({ sentences: line, tokens, empty });
    }
  }
  return { sentences: line, tokens, empty };
}

async function streamOne({ session, options, write }: LinesToTranslate, source: Int32Array, seed: number): Promise<number> {
  let tokens = 0;
  for await (const { text, ids } of session.translateStream(source, { ...options, seed })) {
    tokens += ids.length;
    await write(oneLine(text));
  }
  await write("\n");
  return tokens;
}

function sideOf({ plan, vocabulary, sourceVocabulary }: Session): Side {
  const { source, name } = plan.model;
  if (!source) throw new MszError("no-source", `the model ${name} has no source text, so it translates nothing`);
  return { vocabulary: sourceVocabulary ?? vocabulary, end: source.end, limit: sourceLimit(plan), name, wayOut: "make the line shorter, or leave it out" };
}

/** A translation is a line, whatever a model writes. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
