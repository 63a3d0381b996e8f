/** What the tests of models that translate share: a tiny spec over bytes, whose first ids, which no text has, are the special ones, and pairs. */
export interface TranslationParts {
  readonly mixers?: string;
  readonly train?: string;
}

export function translationSpec({ mixers = "memory(slots: 4, heads: 2)\n    cross memory(slots: 4, heads: 2)", train = "" }: TranslationParts = {}): string {
  return `model Tiny {
  vocabulary = bytes
  padding    = 0
  begin      = 1
  end        = 2
  width      = 16
  norm       = post
  dropout    = 0.1

  encoder { layers 1 {
    attention(heads: 2)
    feed_forward(hidden: 16)
  } }
  decoder { layers 1 {
    ${mixers}
    feed_forward(hidden: 16)
  } }
}

train {
  corpus          = pairs("a.txt", "b.txt")
  held_out        = 0.1
  batch_tokens    = 96
  steps           = 100
  optimizer       = adam(rate: 1e-2)
  schedule        = inverse_sqrt(warmup: 10)
  label_smoothing = 0.1
  ${train}
}

generate { beam = 2, max_length = 12 }
`;
}

const letters = "abcdefgh";
const words = Array.from({ length: 80 }, (_, i) => Array.from({ length: 1 + (i % 6) }, (_, j) => letters[(i * 5 + j * (3 + (i % 4))) % 8]!).join(""));

/** 80 pairs: a word, and its letters in capitals. */
export const sources = words.map((word) => `${word}\n`).join("");
export const targets = words.map((word) => `${word.toUpperCase()}\n`).join("");
