/** Compiles specs of the repository and inline ones, with the standard mixers. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { compile, type CompileOptions, type CompileResult } from "../../compiler/index.js";
import type { SourceFile } from "../../src/base/source.js";
import { readFile, readSource, root } from "../check/load.js";

export function standardSources(): SourceFile[] {
  return readdirSync(join(root, "specs/std")).filter((name) => name.endsWith(".msz")).sort().map((name) => readSource(`specs/std/${name}`));
}

export function compileText(text: string, options: CompileOptions = {}): Required<CompileResult> {
  return compileSource({ path: "inline.msz", text }, options);
}

export function compilePath(path: string, options: CompileOptions = {}): Required<CompileResult> {
  return compileSource(readSource(path), options);
}

function compileSource(source: SourceFile, options: CompileOptions): Required<CompileResult> {
  const { plan, model, graphs, diagnostics } = compile(source, { library: standardSources(), readFile, ...options });
  if (!plan || !model || !graphs) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return { plan, model, graphs, diagnostics };
}
