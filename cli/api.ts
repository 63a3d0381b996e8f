/**
 * The compiler as a library under Node: `import { compile } from "msz"`. Like the command line it knows the standard mixers and
 * reads the files that a spec names. In a page use plans: `msz/runtime` runs them without any of this.
 */
import type { SourceFile } from "../src/base/source.js";
import { compile as compileSource, type CompileOptions, type CompileResult } from "../compiler/index.js";
import type { Plan } from "../src/plan/plan.js";
import { readSpec } from "./files.js";
import { readLibrary, readNamedFile } from "./spec.js";

/**
 * Compiles a spec. A user's mistakes are in `diagnostics`, and there is no `plan` then; nothing is thrown for them.
 * @param spec a path, or text with the path that messages name
 * @throws MszError when the file cannot be read
 */
export function compile(spec: string | SourceFile, options: CompileOptions = {}): CompileResult {
  const source = typeof spec === "string" ? readSpec(spec) : spec;
  return compileSource(source, { library: readLibrary(), readFile: readNamedFile, ...options });
}

/** The text of a typed module for a plan; `from` is named in its first line. Loaded when asked for: ts-morph is large. */
export async function bind(plan: Plan, from: string): Promise<string> {
  return (await import("./bind/bind.js")).bindPlan(plan, from);
}

export { format } from "../grammar/index.js";
export { renderDiagnostic, renderDiagnostics, diagnosticToJson } from "../src/base/render.js";
export { MszError } from "../src/base/error.js";
export type { CompileOptions, CompileResult, Target } from "../compiler/index.js";
export type { Diagnostic } from "../src/base/diagnostic.js";
export type { SourceFile } from "../src/base/source.js";
export type { Plan };
