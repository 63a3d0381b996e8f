/** `msz compile`: the plan beside its tokenizer, and on request the graphs and kernels as text. Everything is made before anything is written. */
import { basename, dirname, extname, join } from "node:path";
import { MszError } from "../../src/base/error.js";
import { didYouMean } from "../../src/base/suggest.js";
import { printGraph } from "../../src/graph/print.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Target } from "../../compiler/index.js";
import { megabytes, writeFileWhole } from "../files.js";
import { note, reportDiagnostics } from "../report.js";
import { compileFile } from "../spec.js";

export interface CompileCommandOptions {
  readonly out?: string;
  readonly target?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly chunk?: number;
  readonly emit?: string;
}

const targetNames: readonly Target[] = ["wgsl", "tfjs"];
const emitNames = ["graph", "kernels"] as const;

export function compileCommand(file: string, options: CompileCommandOptions): void {
  const targets = listOption("--target", options.target, targetNames) ?? targetNames;
  const emit = listOption("--emit", options.emit, emitNames) ?? [];
  const result = compileFile(file, { set: options.set, chunk: options.chunk, targets });
  reportDiagnostics(result.diagnostics);
  const { plan, model, graphs } = result;
  if (!plan || !model || !graphs) throw new Error("internal: no plan, and no diagnostic that says why");

  const folder = options.out ?? dirname(file);
  const stem = basename(file, extname(file));
  const files = new Map<string, string>([[join(folder, `${stem}.plan.json`), `${JSON.stringify(plan)}\n`]]);
  if (model.vocabulary.kind === "tokenizer" && plan.model.vocabulary.kind === "tokenizer") {
    files.set(join(folder, plan.model.vocabulary.file), JSON.stringify(model.vocabulary.json));
  }
  if (emit.includes("graph")) for (const graph of graphs) files.set(join(folder, `${stem}.${graph.entry}.graph.txt`), `${printGraph(graph)}\n`);
  if (emit.includes("kernels")) for (const [name, text] of kernelFiles(plan)) files.set(join(folder, "kernels", name), text);

  for (const [path, text] of files) writeFileWhole(path, text);
  const [planPath, planText] = [...files][0]!;
  note(`${planPath}: ${megabytes(Buffer.byteLength(planText))}, ${plan.entries.length} entries, ${plan.targets.wgsl?.kernels.length ?? 0} kernels`);
}

function kernelFiles(plan: Plan): [string, string][] {
  return (plan.targets.wgsl?.kernels ?? []).map((k, i) => [`${String(i).padStart(3, "0")}-${k.name}.wgsl`, k.source]);
}

function listOption<T extends string>(name: string, text: string | undefined, known: readonly T[]): T[] | undefined {
  if (text === undefined) return undefined;
  return text.split(",").map((word) => {
    const found = known.find((k) => k === word.trim());
    if (found === undefined) {
      throw new MszError("bad-option", `${name} takes ${known.join(", ")}, not \`${word.trim()}\``, { hint: didYouMean(word.trim(), known) });
    }
    return found;
  });
}
