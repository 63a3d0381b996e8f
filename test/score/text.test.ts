/** Tokens, white space, lower case and rounding where JavaScript and sacreBLEU's Python differ, or might. */
import { expect, test } from "vitest";
import { fixed, trimEnd, withoutSpaces, words } from "../../cli/score/text.js";
import { tokenize13a } from "../../cli/score/tokenize-13a.js";
import { reference } from "./references.js";

const { spaces, lower } = reference;

/** Every code point but halves of a pair. */
function* characters(): Generator<[point: number, character: string]> {
  for (let point = 0; point <= 0x10ffff; point++) if (point < 0xd800 || point > 0xdfff) yield [point, String.fromCodePoint(point)];
}

test.each(reference.tokens)("tokens of %j", (line, tokens) => {
  expect(tokenize13a(line).join(" ")).toBe(tokens);
});

test("tokens of noise", () => {
  expect(reference.noise.length).toBe(300);
  for (const [line, tokens] of reference.noise) expect(tokenize13a(line).join(" "), JSON.stringify(line)).toBe(tokens);
});

test("a long line takes no longer than its length", () => {
  const long = `${" ".repeat(200_000)}.${".,-".repeat(50_000)}1`;
  expect(tokenize13a(trimEnd(long)).length).toBeGreaterThan(100_000);
});

test("white space is that of Python, for every character", () => {
  const found = [...characters()].filter(([, character]) => words(`a${character}b`).length === 2).map(([point]) => point);
  expect(found).toEqual(spaces);
  for (const point of spaces) expect([trimEnd(`a${String.fromCodePoint(point)}`), withoutSpaces(`${String.fromCodePoint(point)}b`)]).toEqual(["a", "b"]);
  expect(trimEnd(" a\ufeff")).toBe(" a\ufeff");
  expect(trimEnd("\n \n")).toBe("");
});

test("lower case is that of Python, for every character of its Unicode", () => {
  const from = lower.from.split("\n");
  const to = lower.to.split("\n");
  const expected = new Map(from.map((character, i) => [character, to[i]!]));
  expect(expected.size).toBeGreaterThan(1300);
  const later = new Set(lower.unassigned.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)));
  const wrong = [...characters()].filter(([point, character]) => !later.has(point) && character.toLowerCase() !== (expected.get(character) ?? character));
  expect(wrong).toEqual([]);
});

test.each(lower.sigmas)("the sigmas of %j", (text, expected) => {
  expect(text.toLowerCase()).toBe(expected);
});

// Python's f"{…}", which goes by the exact binary value, and to the even digit where that lies halfway.
test.each([
  [0, 1, "0.0"], [100, 2, "100.00"], [6.25, 1, "6.2"], [18.75, 1, "18.8"], [0.25, 1, "0.2"], [0.75, 1, "0.8"], [12.5, 1, "12.5"], [0.35, 1, "0.3"], [0.45, 1, "0.5"], [9.95, 1, "9.9"],
  [99.95, 1, "100.0"], [3.125, 2, "3.12"], [3.375, 2, "3.38"], [2.675, 2, "2.67"], [1.005, 2, "1.00"], [0.0625, 3, "0.062"], [0.1875, 3, "0.188"], [9.9995, 3, "9.999"], [1 / 3, 3, "0.333"],
] as const)("%d with %d decimals", (value, decimals, expected) => {
  expect(fixed(value, decimals)).toBe(expected);
});
