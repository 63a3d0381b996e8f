/** A spec's text → its plan. Pure: files are read through the caller, mistakes come back as diagnostics. */
import { hasErrors, sortDiagnostics, type Diagnostic } from "../src/base/diagnostic.js";
import type { SourceFile } from "../src/base/source.js";
import type { Graph } from "../src/graph/graph.js";
import type { Model } from "../src/model/model.js";
import type { Plan, PlanPrecision } from "../src/plan/plan.js";
import { parse } from "../grammar/index.js";
import { check } from "./1-check/index.js";
import { derive } from "./2-derive/index.js";
import { buildGraphs, type TrainingEntryName } from "./3-graph/index.js";
import { runPasses } from "./4-passes/pipeline.js";
import { assemblePlan } from "./7-plan/index.js";

export { trainingEntryNames, type TrainingEntryName } from "./3-graph/index.js";

export type Target = "wgsl" | "cuda" | "tfjs";
export const targets: readonly Target[] = ["wgsl", "cuda", "tfjs"];

export interface CompileOptions {
  /** `--set name=value`: constants of the spec, from outside. */
  readonly set?: Readonly<Record<string, string>>;
  /** Default: all of them. */
  readonly targets?: readonly Target[];
  /** Entries of training beside those of inference, which every plan has; default none, for their gradients make a plan several times as large. An encoder alone has none. */
  readonly training?: readonly TrainingEntryName[];
  /** Tokens in a chunk of the parallel form; default 64. */
  readonly chunk?: number;
  /**
   * In place of the `precision` of the block `train`, and with the same meaning. On cuda it is that of all entries: of those of inference factors of matrix products are
   * rounded to it, and their weights lie on the device in it.
   */
  readonly precision?: PlanPrecision;
  /** Of the cuda target: training entries sum gradients over ranks that train together. */
  readonly ranks?: boolean;
  /** For `use`, `characters(…)` and `tokenizer(…)`; absent: specs that name files are refused. */
  readonly readFile?: (path: string, from: SourceFile) => { readonly path: string; readonly text: string } | { readonly error: string; readonly hint?: string };
  /** The standard mixers. */
  readonly library?: readonly SourceFile[];
  /** False: a file of mixers and constants for others to `use` is no mistake. It has no plan. */
  readonly modelRequired?: boolean;
}

export interface CompileResult {
  /** Absent when there are errors. */
  readonly plan?: Plan;
  /** In normal form; as it was checked where that cannot be had. */
  readonly model?: Model;
  /** One an entry, after all passes. */
  readonly graphs?: readonly Graph[];
  /** Sorted by file and place. */
  readonly diagnostics: readonly Diagnostic[];
}

export function compile(source: SourceFile, options: CompileOptions = {}): CompileResult {
  const { file, diagnostics: syntax } = parse(source);
  const checked = check(file, { parse, library: options.library, readFile: options.readFile, set: options.set, syntaxErrors: syntax, modelRequired: options.modelRequired });
  const found = [...syntax, ...checked.diagnostics];
  if (!checked.model || hasErrors(found)) return { diagnostics: sortDiagnostics(found) };

  const derived = derive(checked.model);
  const diagnostics = sortDiagnostics([...found, ...derived.diagnostics]);
  if (!derived.model || hasErrors(diagnostics)) return { model: checked.model, diagnostics };

  const model = withPrecision(derived.model, options.precision);
  const build = (ranks: boolean): Graph[] => buildGraphs(model, { chunk: options.chunk, training: options.training, ranks }).map(runPasses);
  const graphs = build(false);
  const wanted = options.targets ?? targets;
  const plan = assemblePlan(model, graphs, { wgsl: wanted.includes("wgsl"), cuda: wanted.includes("cuda"), tfjs: wanted.includes("tfjs"), ...(options.ranks ? { summed: build(true) } : {}) });
  return { plan, model, graphs, diagnostics };
}

function withPrecision(model: Model, precision: PlanPrecision | undefined): Model {
  return precision === undefined ? model : { ...model, train: { ...model.train, precision } };
}
