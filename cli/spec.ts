/** From a path to a compiled spec: the standard library, files named by `use` and vocabularies, diagnostics on stderr. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bug } from "../src/base/assert.js";
import type { SourceFile } from "../src/base/source.js";
import { MszError } from "../src/base/error.js";
import type { Plan } from "../src/plan/plan.js";
import { compile, type CompileOptions, type CompileResult } from "../compiler/index.js";
import { readSpec, readText } from "./files.js";
import { reportDiagnostics } from "./report.js";

/** The package's root is one step above `cli/`, and two above `dist/cli/`, where the built file lies. */
const libraryFolder = ["../specs/std/", "../../specs/std/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path))!;

/** The standard mixers, in name order. */
export function readLibrary(): SourceFile[] {
  return readdirSync(libraryFolder)
    .filter((name) => name.endsWith(".msz"))
    .sort()
    .map((name) => ({ path: `std/${name}`, text: readText(join(libraryFolder, name)) }));
}

/** Files that a spec names are found relative to it. */
export function readNamedFile(path: string, from: SourceFile): { path: string; text: string } | { error: string; hint?: string } {
  const resolved = isAbsolute(path) ? path : join(dirname(from.path), path);
  try {
    return { path: resolved, text: readText(resolved) };
  } catch (error) {
    if (error instanceof MszError) return { error: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
    throw error;
  }
}

/** Compiles, prints what there is to say, and gives all of the result. @throws Reported when the spec has mistakes */
export function planOf(path: string, options: Parameters<typeof compileFile>[1] = {}): Required<CompileResult> {
  const { plan, model, graphs, diagnostics } = compileFile(path, options);
  reportDiagnostics(diagnostics);
  if (!plan || !model || !graphs) return bug("no plan, and no diagnostic that says why");
  return { plan, model, graphs, diagnostics };
}

/** @param lacks what an encoder alone has none of: `has no loss to train by` @throws MszError `encoder-alone` */
export function expectDecoder(plan: Plan, lacks: string): void {
  if (plan.entries.some((e) => e.name === "forward")) return;
  throw new MszError("encoder-alone", `the model ${plan.model.name} is an encoder alone: it ${lacks}`, { hint: "`msz call --entry encode` gives what it makes of a text" });
}

export function compileFile(path: string, options: Pick<CompileOptions, "set" | "targets" | "chunk" | "modelRequired" | "training" | "precision" | "ranks"> = {}): CompileResult {
  return compile(readSpec(path), { ...options, library: readLibrary(), readFile: readNamedFile });
}
