/** Whatever a file contains, check answers with diagnostics: mutated specs under a fixed seed never make it throw. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Random } from "../helpers/random.js";
import { checkText, readSource, root, standardLibrary } from "./load.js";

const specs = [
  ...readdirSync(join(root, "specs/std")).filter((name) => name.endsWith(".msz")).sort().map((name) => `specs/std/${name}`),
  "specs/shakespeare-small.msz", "test/diagnostics/cases/everything-at-once.msz", "test/diagnostics/cases/train-values.msz",
  "specs/memsizer-wmt-ende.msz", "specs/memsizer-wikitext103.msz",
];
const words = [
  "x", "source", "width", "time", "slots", "heads", "count", "out", "state", "cache", "axis", "param", "sum", "softmax", "linear", "previous",
  "cross", "encoder", "decoder", "padding", "at", "convolve", "rotary", "index", "size", "memory", "attention", "0", "-1", "1e400", "0.5", "true", '"text"', "[1, 2]", "(", ")", "{", "}", "=", ":", ",", "/", "^",
];

it("2,000 mutations of the specs are answered", () => {
  const library = standardLibrary();
  const random = new Random(20);
  const texts = specs.map((path) => readSource(path).text);
  let withErrors = 0;
  for (let i = 0; i < 2000; i++) {
    const text = mutate(texts[i % texts.length]!, random);
    const { model, diagnostics } = checkText(text, { library, modelRequired: false });
    const errors = diagnostics.filter((d) => d.severity === "error");
    if (errors.length > 0) withErrors++;
    expect(model === undefined || errors.length === 0).toBe(true);
    for (const { code, span } of diagnostics) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      if (span !== undefined) expect(span.start <= span.end && span.end <= span.file.text.length, code).toBe(true);
    }
  }
  expect(withErrors).toBeGreaterThan(1000);
});

it("a chain of 3,000 files, each using the next, is refused", () => {
  const readFile = (path: string): { path: string; text: string } => ({ path, text: `use "${Number.parseInt(path) + 1}.msz"\nlet a${Number.parseInt(path)} = 1\n` });
  const { diagnostics } = checkText('use "1.msz"\n', { modelRequired: false, readFile: (path) => (path === "3000.msz" ? { error: "no" } : readFile(path)) });
  expect(diagnostics.filter((d) => d.severity === "error").map((d) => [d.code, d.span?.file.path])).toEqual([["nesting-too-deep", "100.msz"]]);
});

/** One to three tokens replaced, removed or doubled: the text mostly still parses. */
function mutate(text: string, random: Random): string {
  const tokens = text.match(/\/\/.*|"[^"]*"|\w+(\.\w+)?|\s+|./g) ?? [];
  for (let n = random.integer(1, 3); n > 0; n--) {
    const at = random.integer(0, tokens.length - 1);
    const word = words[random.integer(0, words.length - 1)]!;
    const other = tokens[random.integer(0, tokens.length - 1)]!;
    tokens[at] = [word, other, "", `${tokens[at]!} ${tokens[at]!}`][random.integer(0, 3)]!;
  }
  return tokens.join("");
}
