/** A `tokenizer.json` through @huggingface/tokenizers, loaded only when a plan needs it. */
import { MszError } from "../../src/base/error.js";
import { asText, type SpecialIds } from "./as-text.js";
import type { TextStream, Vocabulary } from "./vocabulary.js";

const replacement = "\uFFFD";

/** What `load` is given it as. */
export type TokenizerOption = "tokenizer" | "sourceTokenizer";

/**
 * @param ids the model's: no text is encoded to its padding, its begin or its end. What the tokenizer does not know is its `unknown`, else the
 *   tokenizer's own `model.unk_token`, if it has one
 * @throws MszError `missing-tokenizer`, `bad-tokenizer`
 */
export async function openTokenizer(json: unknown, file: string, size: number, ids: SpecialIds, option: TokenizerOption = "tokenizer"): Promise<Vocabulary> {
  if (json === undefined) {
    throw new MszError("missing-tokenizer", `the plan needs its tokenizer, \`${file}\``, { hint: `give the parsed file, which lies beside the plan, as the option \`${option}\`` });
  }
  if (typeof json !== "object" || json === null) {
    throw new MszError("bad-tokenizer", `${file} is not a tokenizer.json: it holds no JSON object`);
  }
  const { Tokenizer } = await import("@huggingface/tokenizers");
  let tokenizer: InstanceType<typeof Tokenizer>;
  let encoder: InstanceType<typeof Tokenizer>;
  try {
    const whole = withUnknown(json);
    tokenizer = new Tokenizer(whole, {});
    const plain = asText(whole, ids);
    encoder = plain === whole ? tokenizer : new Tokenizer(plain, {});
  } catch (cause) {
    throw new MszError("bad-tokenizer", `${file} could not be read as a tokenizer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const { unk_token: ownUnknown } = ((json as { model?: unknown }).model ?? {}) as { unk_token?: unknown };
  const fallback = ids.unknown ?? (typeof ownUnknown === "string" ? tokenizer.token_to_id(ownUnknown) : undefined);
  const decode = (ids: Iterable<number>): string => {
    const list = [...ids];
    return list.length === 0 ? "" : tokenizer.decode(list, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  };
  const tokensOf = (text: string): string[] => encoder.encode(text, { add_special_tokens: false }).tokens;
  const firstLost = (text: string): string | undefined => [...new Set(text)].find((character) => tokensOf(character).includes(lost));
  return {
    kind: "tokenizer", size,
    encode: (text) => {
      // For a word that it lacks the tokenizer gives undefined in the place of an id.
      const { ids, tokens } = encoder.encode(text, { add_special_tokens: false }) as { ids: (number | undefined)[]; tokens: string[] };
      return Int32Array.from(ids, (given, at) => {
        const id = given ?? fallback;
        if (id !== undefined && id >= 0 && id < size) return id;
        const token = tokens[at] === lost ? firstLost(text) : tokens[at];
        throw new MszError("cannot-encode", `${file} has no id within the vocabulary for ${JSON.stringify(token ?? "")} (token ${at + 1} of the text)`, {
          hint: "leave it out, or name an `unknown` id in the model",
        });
      });
    },
    decode,
    stream: () => tokenStream(decode),
  };
}

/** The token, in no vocabulary, that stands for what a tokenizer without an unknown token would leave out without a word. */
const lost = "\uFFFD\uFFFD\uFFFD";

function withUnknown(json: object): object {
  const { model } = json as { model?: { merges?: unknown; unk_token?: unknown } };
  return model?.merges && typeof model.unk_token !== "string" ? { ...json, model: { ...model, unk_token: lost } } : json;
}

/**
 * A token may be part of a character, and a decoder may treat the first token in its own way. So each piece is what decoding
 * the last few tokens adds to decoding them without the new ones; a piece that ends in an unfinished character waits.
 */
function tokenStream(decode: (ids: Iterable<number>) => string): TextStream {
  let kept: number[] = [];
  let keptText = "";
  let waiting: number[] = [];
  const flush = (force: boolean): string => {
    const text = decode([...kept, ...waiting]);
    if (!force && text.endsWith(replacement)) return "";
    const piece = text.slice(keptText.length);
    kept = waiting.length > 0 ? waiting : kept;
    keptText = decode(kept);
    waiting = [];
    return piece;
  };
  return {
    push: (ids) => {
      waiting = [...waiting, ...ids];
      return waiting.length > 0 ? flush(false) : "";
    },
    end: () => (waiting.length > 0 ? flush(true) : ""),
  };
}
