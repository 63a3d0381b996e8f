/**
 * The tokenizer of NIST's mteval-v13a, which BLEU scores of the literature stand on: a line in, its tokens out. Its rules know no letters
 * but those of ASCII, so `¿`, `„` or `。` stay a part of their word; that is what makes scores comparable.
 */
import { words } from "./text.js";

/** Each is replaced everywhere before the next is looked for, so `&amp;lt;` ends as `<`, and `&amp;quot;` as `&quot;`. */
const unescapes: readonly (readonly [from: string, to: string])[] = [
  ["<skipped>", ""],
  ["-\n", ""],
  ["\n", " "],
  ["&quot;", '"'],
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
];

/** All of ASCII that is no letter, digit or control, but `'` `,` `-` and `.`. */
const symbol = /[ -&(-+/:-@[-`{-~]/g;

/** Matches take up the character beside the sign, so of three signs in a row, the next match begins only at the third. */
const signAfterNoDigit = /([^0-9])([.,])/gu;
const signBeforeNoDigit = /([.,])([^0-9])/gu;
const dashAfterDigit = /([0-9])-/g;

export function tokenize13a(line: string): string[] {
  let text = line;
  for (const [from, to] of unescapes) text = text.replaceAll(from, to);
  const apart = ` ${text} `
    .replace(symbol, " $& ")
    .replace(signAfterNoDigit, "$1 $2 ")
    .replace(signBeforeNoDigit, " $1 $2")
    .replace(dashAfterDigit, "$1 - ");
  return words(apart);
}
