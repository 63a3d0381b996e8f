/**
 * A tokenizer.json → the one that encodes text as text: a padding, begin or end written out in a text is its characters and not that id. Other
 * added tokens, such as one that parts the documents of a corpus, are met in a text as ever.
 */
import type { Plan } from "../../src/plan/plan.js";

export type SpecialIds = Pick<Plan["model"], "padding" | "begin" | "end" | "unknown">;

interface Parts {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly model?: { readonly vocab?: unknown; readonly unk_token?: unknown; readonly unk_id?: unknown };
}

/** @returns `json` itself where it knows none of the ids by an own token */
export function asText(json: object, { padding, begin, end, unknown }: SpecialIds): object {
  const { added_tokens: added, model } = json as Parts;
  if (!Array.isArray(added) || typeof model !== "object" || model === null) return json;
  const special = new Set([padding, begin, end, unknown]);
  const isSpecial = ({ id }: { readonly id: number }): boolean => special.has(id);
  // An end may be a piece of ordinary text, such as a line break. Padding never stands in a text.
  const barred = new Set((added as NonNullable<Parts["added_tokens"]>).filter(isSpecial).map(({ id }) => id));
  if (padding !== null) barred.add(padding);
  // What stands for all that is unknown must stay in the vocabulary.
  if (unknown !== null) barred.delete(unknown);
  if (barred.size === 0 && !added.some(isSpecial)) return json;
  return { ...json, added_tokens: added.filter((token) => !isSpecial(token)), model: { ...model, vocab: without(model, barred) } };
}

/** The vocabulary without pieces for these ids: else a word that is one whole would still be met. */
function without({ vocab, unk_token: unknown, unk_id: unknownId }: NonNullable<Parts["model"]>, barred: ReadonlySet<number>): unknown {
  // A unigram model's ids are the places of its pieces; no text has half a character.
  if (Array.isArray(vocab)) return vocab.map((piece: unknown, id) => (barred.has(id) && id !== unknownId && Array.isArray(piece) ? [`\uDC00${id}`, piece[1] as unknown] : piece));
  if (typeof vocab !== "object" || vocab === null) return vocab;
  return Object.fromEntries(Object.entries(vocab).filter(([token, id]) => token === unknown || !barred.has(id as number)));
}
