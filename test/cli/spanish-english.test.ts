/** The shipped tokenizer for Spanish and English: the same ids as in Python, and every text back exactly. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openTokenizer } from "../../runtime/text/tokenizer.js";

const folder = new URL("../../specs/spanish-english/", import.meta.url);
const fixture = JSON.parse(readFileSync(new URL("spanish-english-ids.json", import.meta.url), "utf8")) as Record<"es" | "en", { sha256: string; first: number[][] }>;

function lines(name: string): string[] {
  return gunzipSync(readFileSync(new URL(name, folder))).toString("utf8").split("\n").slice(0, -1);
}

describe("specs/spanish-english/tokenizer.json", async () => {
  const json = JSON.parse(readFileSync(new URL("tokenizer.json", folder), "utf8")) as unknown;
  const vocabulary = await openTokenizer(json, "tokenizer.json", 4000, { padding: 1, begin: 0, end: 2, unknown: 3 });

  it.each(["es", "en"] as const)("gives the ids that Python's tokenizers gave for every line of test.%s, and the lines back", (language) => {
    const texts = lines(`test.${language}.gz`);
    const ids = texts.map((text) => [...vocabulary.encode(text)]);
    expect(ids.slice(0, 10)).toEqual(fixture[language].first);
    expect(createHash("sha256").update(ids.map((list) => list.join(" ")).join("\n")).digest("hex")).toBe(fixture[language].sha256);
    expect(ids.map((list) => vocabulary.decode(list))).toEqual(texts);
    expect(texts.length).toBe(2317);
  });

  it("keeps case, accents, inverted marks, quotes and digits", () => {
    for (const text of ["¿Dónde ESTÁ «él»? ¡Aquí!", "I've got 12,345.67 of \"them\".", "  two  spaces ", "日本語 🙂"]) expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
  });
});
