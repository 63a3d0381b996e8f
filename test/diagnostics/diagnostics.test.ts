/**
 * One file, one test: `cases/<name>.msz` is a spec with mistakes, `cases/<name>.txt` exactly what is told about it.
 * `UPDATE=1 npx vitest run test/diagnostics` writes the texts anew; read them in the diff. A first line
 * `// set: name=value` stands for `--set`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ReadFile } from "../../compiler/1-check/names.js";
import { compile } from "../../compiler/index.js";
import { renderDiagnostics } from "../../src/base/render.js";
import { readFile, standardLibrary } from "../check/load.js";

const folder = join(import.meta.dirname, "cases");
const names = readdirSync(folder).filter((f) => f.endsWith(".msz")).map((f) => f.slice(0, -".msz".length)).sort();

const library = standardLibrary();

function diagnose(name: string): string {
  const text = readFileSync(join(folder, `${name}.msz`), "utf8");
  const set = Object.fromEntries([...text.matchAll(/^\/\/ set: (\w+)=(.*)$/gm)].map((m) => [m[1]!, m[2]!]));
  const { diagnostics } = compile({ path: `${name}.msz`, text }, { set, library, targets: [], readFile: readCaseFile });
  return renderDiagnostics(diagnostics);
}

/** Paths in messages are relative to the folder of cases, so that they are the same on every machine. */
const readCaseFile: ReadFile = (path, from) => {
  const prefix = "test/diagnostics/cases/";
  const found = readFile(path, { ...from, path: prefix + from.path });
  return "error" in found ? found : { ...found, path: found.path.replace(prefix, "") };
};

describe("each broken spec is told exactly so", () => {
  it.each(names)("%s", (name) => {
    const place = join(folder, `${name}.txt`);
    const told = diagnose(name);
    expect(told, "a case without a mistake").not.toBe("");
    if (process.env.UPDATE === "1") writeFileSync(place, told);
    expect(existsSync(place), `${place} is missing; run with UPDATE=1 and read it`).toBe(true);
    expect(told).toBe(readFileSync(place, "utf8"));
  });

  it("holds at least 70 cases, and no text without its spec", () => {
    expect(names.length).toBeGreaterThanOrEqual(70);
    const texts = readdirSync(folder).filter((f) => f.endsWith(".txt")).map((f) => f.slice(0, -".txt".length));
    expect(texts.filter((t) => !names.includes(t))).toEqual([]);
  });
});
