/** `msz compile`: the plan beside its tokenizers, and on request the graphs and kernels as text. Everything is made before anything is written. */
import { basename, dirname, extname, join, resolve } from "node:path";
import { MszError } from "../../src/base/error.js";
import { printGraph } from "../../src/graph/print.js";
import type { Model, Vocabulary } from "../../src/model/model.js";
import type { Plan, PlanPrecision, PlanVocabulary } from "../../src/plan/plan.js";
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
  /** Of the target cuda. */
  readonly precision?: PlanPrecision;
  readonly emit?: readonly (typeof emitNames)[number][];
  /** With the entries of training too. */
  readonly training?: boolean;
}

export function compileCommand(file: string, options: CompileCommandOptions): void {
  const emit = options.emit ?? [];
  if (options.precision !== undefined && options.target && !options.target.includes("cuda")) {
    throw new MszError("bad-option", "`--precision` is for CUDA, where it says what matrix products multiply", { reason: `the plan is for ${options.target.join(" and ")}`, hint: "add cuda to `--target`, or leave `--precision` out" });
  }
  const { plan, model, graphs } = planOf(file, {
    set: options.set, chunk: options.chunk, targets: options.target, precision: options.precision, ...(options.training ? { training: trainingEntryNames } : {}),
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

  const { wgsl, cuda } = plan.targets;
  const kernels = wgsl || cuda ? (wgsl?.kernels.length ?? 0) + (cuda?.kernels.length ?? 0) : undefined;
  note(`${planPath}: ${megabytes(Buffer.byteLength(planText))}, ${plan.entries.length === 1 ? "1 entry" : `${plan.entries.length} entries`}, for ${Object.keys(plan.targets).join(", ").replace(/, (\w+)$/, " and $1")}${kernels === undefined ? "" : `, ${kernels} kernels`}`);
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

/** Those of CUDA with the header, so that each compiles by itself, and an entry's persistent kernel behind those that it calls. */
function kernelFiles({ targets: { wgsl, cuda } }: Plan): [string, string][] {
  const numbered = (at: number, name: string, ending: string): string => `${String(at).padStart(3, "0")}-${name}.${ending}`;
  const files = (wgsl?.kernels ?? []).map(({ name, source }, at): [string, string] => [numbered(at, name, "wgsl"), source]);
  if (!cuda) return files;
  const { header, kernels, entries } = cuda;
  const whole = (...sources: readonly string[]): string => [header, ...sources].join("\n");
  kernels.forEach(({ name, source }, at) => files.push([numbered(at, name, "cu"), whole(source)]));
  for (const { persistent } of Object.values(entries)) {
    if (persistent) files.push([`${persistent.name}.cu`, whole(...persistent.kernels.map((kernel) => kernels[kernel]!.source), persistent.source)]);
  }
  return files;
}
