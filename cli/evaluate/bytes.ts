/** How many bytes of text token ids stand for: what makes the losses of models with different vocabularies comparable. */
import type { Vocabulary } from "../../runtime/index.js";
import type { PlanVocabulary } from "../../src/plan/plan.js";

/** Told the ids of a text in order; the first call has what comes before the text. */
export interface ByteCounter {
  add(ids: Int32Array): void;
  /** Of all ids but those of the first call. */
  total(): number;
}

/** Undefined for plain ids, which have no text. UTF-8; of an id for what a vocabulary does not know, that of how it is written. */
export function byteCounter(kind: PlanVocabulary["kind"], vocabulary: Vocabulary): ByteCounter | undefined {
  switch (kind) {
    case "bytes": return countById(() => 1);
    case "characters": return countById((id) => Buffer.byteLength(vocabulary.decode([id])));
    case "tokenizer": return countDecoded(vocabulary);
    case "ids": return undefined;
    default: return kind satisfies never;
  }
}

function countById(bytesOf: (id: number) => number): ByteCounter {
  const known = new Map<number, number>();
  let sum: number | undefined;
  return {
    add(ids) {
      if (sum === undefined) {
        sum = 0;
        return;
      }
      for (const id of ids) {
        const bytes = known.get(id) ?? bytesOf(id);
        known.set(id, bytes);
        sum += bytes;
      }
    },
    total: () => sum ?? 0,
  };
}

/** A token may be a part of a character, and a decoder may treat the first one in its own way: so the ids go through a stream. */
function countDecoded(vocabulary: Vocabulary): ByteCounter {
  const stream = vocabulary.stream();
  let sum: number | undefined;
  return {
    add(ids) {
      const bytes = Buffer.byteLength(stream.push(ids));
      sum = sum === undefined ? 0 : sum + bytes;
    },
    total: () => (sum ?? 0) + Buffer.byteLength(stream.end()),
  };
}
