/** `msz compile`: the plan beside its tokenizer, and on request the graphs and kernels as text. Everything is made before anything is written. */
import { basename, dirname, extname, join, resolve } from "node:path";
import { printGraph } from "../../src/graph/print.js";
import type { Plan } from "../../src/plan/plan.js";
import { trainingEntryNames, type Target } from "../../compiler/index.js";
import { megabytes, readText, writeFilesWhole } from "../files.js";
import { targetNames, type emitNames } from "../options.js";
import { note } from "../report.js";
import { expectDecoder, planOf } from "../spec.js";

export interface CompileCommandOptions {
  readonly out?: string;
  readonly target?: readonly Target[];
  readonly set?: Readonly<Record<string, string>>;
  readonly chunk?: number;
  readonly emit?: readonly (typeof emitNames)[number][];
  /** With the entries of training too. */
  readonly training?: boolean;
}

export function compileCommand(file: string, options: CompileCommandOptions): void {
  const emit = options.emit ?? [];
  const { plan, model, graphs } = planOf(file, {
    set: options.set, chunk: options.chunk, targets: options.target ?? targetNames, ...(options.training ? { training: trainingEntryNames } : {}),
  });
  if (options.training) expectDecoder(plan, "has no loss to train by");

  const folder = options.out ?? dirname(file);
  const stem = basename(file, extname(file));
  const planPath = join(folder, `${stem}.plan.json`);
  const planText = `${JSON.stringify(plan)}\n`;
  const files = new Map([[planPath, planText]]);
  if (model.vocabulary.kind === "tokenizer" && plan.model.vocabulary.kind === "tokenizer") {
    const copy = join(folder, plan.model.vocabulary.file);
    // The user's own file stays as it is.
    if (resolve(copy) !== resolve(model.vocabulary.file)) files.set(copy, readText(model.vocabulary.file));
  }
  if (emit.includes("graph")) for (const graph of graphs) files.set(join(folder, `${stem}.${graph.entry}.graph.txt`), `${printGraph(graph)}\n`);
  if (emit.includes("kernels")) for (const [name, text] of kernelFiles(plan)) files.set(join(folder, `${stem}.${name}`), text);
  writeFilesWhole(files);

  const kernels = plan.targets.wgsl?.kernels.length;
  note(`${planPath}: ${megabytes(Buffer.byteLength(planText))}, ${plan.entries.length === 1 ? "1 entry" : `${plan.entries.length} entries`}, for ${Object.keys(plan.targets).join(" and ")}${kernels === undefined ? "" : `, ${kernels} kernels`}`);
}

function kernelFiles(plan: Plan): [string, string][] {
  return (plan.targets.wgsl?.kernels ?? []).map((k, i) => [`${String(i).padStart(3, "0")}-${k.name}.wgsl`, k.source]);
}
