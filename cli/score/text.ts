/**
 * Text as the reference scorer's language, Python, sees it, where JavaScript sees it otherwise: what white space is, and how a number that
 * lies halfway is rounded in print; and runs of tokens or characters, counted. Strings in, strings and counts out.
 */

/**
 * White space of Python's `str.split`. JavaScript's `\s` lacks the separators U+001C to U+001F and the next line U+0085, and counts the
 * byte order mark U+FEFF, which here is a part of a word.
 */
const space = /[\t-\r\x1C-\x20\x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/;

/** What stands between white space. */
export function words(line: string): string[] {
  return line.split(space).filter((word) => word !== "");
}

export function withoutSpaces(line: string): string {
  return words(line).join("");
}

/** No regular expression with `$`: it would look at every space of a long line for whether the end comes after. */
export function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0 && space.test(line[end - 1]!)) end--;
  return line.slice(0, end);
}

/** How often each run of `order` items occurs, joined by `between`. */
export function ngramsOf(items: readonly string[], order: number, between: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= items.length; i++) {
    const ngram = items.slice(i, i + order).join(between);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** At least one decimal. A number exactly halfway goes to the even digit (6.25 to 6.2); `toFixed` would go up. */
export function fixed(value: number, decimals: number): string {
  const longer = value.toFixed(decimals + 1);
  // Only a binary fraction with one digit more than asked can lie exactly between two decimals, and all its digits are in `longer`.
  const halfway = longer.endsWith("5") && Number.isInteger(value * 2 ** (decimals + 1));
  const down = longer.slice(0, -1);
  return halfway && Number(down.at(-1)) % 2 === 0 ? down : value.toFixed(decimals);
}
