/** Checks a spec of the repository as the command line does: files from disk, the standard mixers from specs/std. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { SourceFile } from "../../src/base/source.js";
import { check, type Checked, type CheckOptions } from "../../compiler/1-check/index.js";
import { parse } from "../../grammar/index.js";

export const root = join(import.meta.dirname, "..", "..");

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), "utf8") };
}

export function standardLibrary(): SourceFile[] {
  const names = readdirSync(join(root, "specs/std")).filter((name) => name.endsWith(".msz")).sort();
  return names.map((name) => readSource(`specs/std/${name}`));
}

/** Relative to the file that asks. */
export function readFile(path: string, from: SourceFile): { path: string; text: string } | { error: string } {
  const whole = relative(root, join(root, dirname(from.path), path));
  try {
    return { path: whole, text: readFileSync(join(root, whole), "utf8") };
  } catch {
    return { error: "there is no such file" };
  }
}

export function checkSource(source: SourceFile, options: Partial<CheckOptions> = {}): Checked {
  const { file, diagnostics } = parse(source);
  const checked = check(file, { parse, readFile, library: standardLibrary(), syntaxErrors: diagnostics, ...options });
  return { ...checked, diagnostics: [...diagnostics, ...checked.diagnostics] };
}

export function checkText(text: string, options: Partial<CheckOptions> = {}): Checked {
  return checkSource({ path: "inline.msz", text }, options);
}

export function checkPath(path: string, options: Partial<CheckOptions> = {}): Checked {
  return checkSource(readSource(path), options);
}
