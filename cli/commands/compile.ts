/** `msz compile`: the plan beside its tokenizers, and on request the graphs and kernels as text. Everything is made before anything is written. */
import { basename, dirname, extname, join, resolve } from "node:path";
import { printGraph } from "../../src/graph/print.js";
import type { Model, Vocabulary } from "../../src/model/model.js";
import type { Plan, PlanVocabulary } from "../../src/plan/plan.js";
import { trainingEntryNames, type Target } from "../../compiler/index.js";
import { megabytes, readText, refuseSameFile, writeFilesWhole } from "../files.js";
import type { emitNames } from "../options.js";
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

/** What runs in a page and everywhere else; kernels for CUDA make a plan as large again, for those who ask. */
const defaultTargets: readonly Target[] = ["wgsl", "tfjs"];

export function compileCommand(file: string, options: CompileCommandOptions): void {
  const emit = options.emit ?? [];
  const { plan, model, graphs } = planOf(file, {
    set: options.set, chunk: options.chunk, targets: options.target ?? defaultTargets, ...(options.training ? { training: trainingEntryNames } : {}),
  });
  if (options.training) expectDecoder(plan, "has no loss to train by");

  const folder = options.out ?? dirname(file);
  const stem = basename(file, extname(file));
  const planPath = join(folder, `${stem}.plan.json`);
  const planText = `${JSON.stringify(plan)}\n`;
  const files = new Map([[planPath, planText]]);
  for (const [path, text] of tokenizerCopies(plan, model, folder)) files.set(path, text);
  if (emit.includes("graph")) for (const graph of graphs) files.set(join(folder, `${stem}.${graph.entry}.graph.txt`), `${printGraph(graph)}\n`);
  if (emit.includes("kernels")) for (const [name, text] of kernelFiles(plan)) files.set(join(folder, `${stem}.${name}`), text);
  writeFilesWhole(files);

  const kernels = (plan.targets.wgsl ?? plan.targets.cuda)?.kernels.length;
  note(`${planPath}: ${megabytes(Buffer.byteLength(planText))}, ${plan.entries.length === 1 ? "1 entry" : `${plan.entries.length} entries`}, for ${Object.keys(plan.targets).join(" and ")}${kernels === undefined ? "" : `, ${kernels} kernels`}`);
}

/** Of both sides. A user's own file stays as it is. @throws MszError `same-file` */
function tokenizerCopies(plan: Plan, model: Model, folder: string): [string, string][] {
  const sides: readonly [PlanVocabulary | undefined, Vocabulary | undefined][] = [[plan.model.vocabulary, model.vocabulary], [plan.model.source?.vocabulary, model.encoder?.vocabulary]];
  const own = sides.flatMap(([, vocabulary]) => (vocabulary?.kind === "tokenizer" ? [vocabulary.file] : []));
  return sides.flatMap(([named, vocabulary]): [string, string][] => {
    if (named?.kind !== "tokenizer" || vocabulary?.kind !== "tokenizer") return [];
    const copy = join(folder, named.file);
    if (resolve(copy) === resolve(vocabulary.file)) return [];
    refuseSameFile(copy, "--out", own);
    return [[copy, readText(vocabulary.file)]];
  });
}

function kernelFiles(plan: Plan): [string, string][] {
  const { wgsl, cuda } = plan.targets;
  const named = (kernels: readonly { name: string; source: string }[], ending: string): [string, string][] => kernels.map((k, i) => [`${String(i).padStart(3, "0")}-${k.name}.${ending}`, k.source]);
  return [...named(wgsl?.kernels ?? [], "wgsl"), ...named((cuda?.kernels ?? []).map((k) => ({ ...k, source: `${cuda!.header}\n${k.source}` })), "cu")];
}
