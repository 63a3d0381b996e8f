/** From a path (spec or plan) and a weights option to a session: what `run`, `call` and `bind` share. */
import { totalmem } from "node:os";
import { dirname, extname, join } from "node:path";
import { MszError } from "../src/base/error.js";
import { validatePlan } from "../src/plan/validate.js";
import type { Model } from "../src/model/model.js";
import type { Plan, PlanPrecision, PlanVocabulary } from "../src/plan/plan.js";
import { load, type BackendName, type NameScheme, type Session, type WeightsInput } from "../runtime/index.js";
import type { CompileOptions, Target } from "../compiler/index.js";
import type { Tokenizers } from "./corpus/pairs.js";
import { besides, fileExists, megabytes, openBytes, readJson, type OpenFile } from "./files.js";
import { note, warn } from "./report.js";
import { planOf } from "./spec.js";

export interface SessionOptions {
  readonly weights?: string;
  readonly names?: NameScheme;
  readonly backend?: BackendName;
  /** On cuda: waits behind every launch. */
  readonly debugSync?: boolean;
  /** On cuda: what a spec's matrix products multiply. */
  readonly precision?: PlanPrecision;
  readonly set?: Readonly<Record<string, string>>;
  /** Entries of training that a spec is compiled with; a plan has those that it was made with. */
  readonly training?: CompileOptions["training"];
}

export const targetsOf: Readonly<Record<BackendName, readonly Target[]>> = { webgpu: ["wgsl"], cuda: ["cuda"], tfjs: ["tfjs"] };

/** Before anything is read. @throws MszError `bad-option` where no run is on cuda for sure */
export function checkCudaOptions({ debugSync, precision }: Pick<SessionOptions, "debugSync" | "precision">, backend: BackendName | readonly BackendName[] | undefined): void {
  if ([backend].flat().includes("cuda")) return;
  const reason = backend === undefined ? "no backend was asked for" : `the backend is ${[backend].flat().join(" and ")}`;
  const refuse = (option: string, what: string): never => {
    throw new MszError("bad-option", `\`${option}\` is for CUDA, where it ${what}`, { reason, hint: `add \`--backend cuda\`, or leave \`${option}\` out` });
  };
  if (debugSync) refuse("--debug-sync", "waits behind every launch");
  if (precision !== undefined) refuse("--precision", "says what matrix products multiply");
}

export interface OpenedPlan extends Tokenizers {
  readonly plan: Plan;
  /** Of a spec: a plan does not say everything that it was made from. */
  readonly model?: Model;
}

/** A spec is compiled for `targets`, a plan is read. */
export function openPlan(file: string, options: Pick<CompileOptions, "set" | "targets" | "training" | "chunk" | "precision">): OpenedPlan {
  if (extname(file) === ".json") {
    if (options.set) throw new MszError("bad-option", "`--set` changes constants of a spec; a plan has none any more", { hint: "compile the spec again with `msz compile --set …`" });
    if (options.chunk !== undefined) throw new MszError("bad-option", "`--chunk` cuts the parallel form of a spec; that of a plan is made already", { hint: "compile the spec again with `msz compile --chunk …`" });
    if (options.precision !== undefined) throw new MszError("bad-option", "`--precision` says what a spec's kernels for CUDA multiply; those of a plan are made already", { hint: "compile the spec again with `msz compile --precision …`" });
    const plan = readPlan(file);
    const { vocabulary, source } = plan.model;
    const read = (of: PlanVocabulary | undefined): unknown => (of?.kind === "tokenizer" ? readTokenizer(file, of.file) : undefined);
    return { plan, tokenizer: read(vocabulary), sourceTokenizer: source && sameFile(vocabulary, source.vocabulary) ? undefined : read(source?.vocabulary) };
  }
  const { plan, model } = planOf(file, options);
  return { plan, model, ...tokenizersOf(model) };
}

/** The parsed files that a spec's vocabularies are read from; the source's, where it is the same one, need not be given. */
export function tokenizersOf({ vocabulary, encoder }: Model): Tokenizers {
  const json = (of: Model["vocabulary"] | undefined): unknown => (of?.kind === "tokenizer" ? of.json : undefined);
  return { tokenizer: json(vocabulary), sourceTokenizer: encoder && sameFile(vocabulary, encoder.vocabulary) ? undefined : json(encoder?.vocabulary) };
}

function sameFile(a: { readonly kind: string; readonly file?: string }, b: { readonly kind: string; readonly file?: string }): boolean {
  return a.kind === "tokenizer" && b.kind === "tokenizer" && a.file === b.file;
}

function readTokenizer(plan: string, name: string): unknown {
  const path = join(dirname(plan), name);
  if (!fileExists(path)) {
    throw new MszError("missing-file", `there is no file \`${path}\`, which \`${plan}\` needs`, { hint: "`msz compile` wrote it beside the plan: keep the two together" });
  }
  return readJson(path);
}

/** Bytes that this process may take, also inside a container. */
export function machineMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}

/** Weights beyond the machine's memory would end the process without a word. */
export function checkMemory(plan: Plan, copies = 1): void {
  const bytes = copies * 4 * plan.parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
  const memory = machineMemory();
  if (bytes > memory) {
    throw new MszError("out-of-memory", `the weights of ${plan.model.name}${copies > 1 ? ", their gradients and the optimiser" : ""} take ${megabytes(bytes)}, and this machine has ${megabytes(memory)} of memory`, { blame: "machine", hint: "make the model smaller, or use a machine with more memory" });
  }
}

/** The faults of a plan, with the file's name before them. */
function readPlan(file: string): Plan {
  const json = readJson(file);
  try {
    return validatePlan(json);
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    const { code, message, blame, reason, hint } = error;
    throw new MszError(code, `\`${file}\`: ${message}`, { blame, reason, hint, cause: error });
  }
}

/** @param expect throws where the plan will not do: before anything is said about weights */
export async function openSession(file: string, options: SessionOptions, expect: (plan: Plan) => void = () => {}): Promise<Session> {
  checkCudaOptions(options, options.backend);
  const weights = await openWeights(file, options.weights).catch((error: unknown) => {
    // Mistakes in the spec are told before missing weights; no kernels are made for it.
    expect(openPlan(file, { set: options.set, precision: options.precision, targets: [] }).plan);
    throw error;
  });
  try {
    const opened = openPlan(file, { set: options.set, precision: options.precision, training: options.training, targets: options.backend && targetsOf[options.backend] });
    expect(opened.plan);
    return await sessionOf(opened, weights, options);
  } finally {
    if ("close" in weights) await weights.close();
  }
}

export function sessionOf({ plan, tokenizer, sourceTokenizer }: OpenedPlan, weights: WeightsInput, options: Pick<SessionOptions, "backend" | "names" | "debugSync">): Promise<Session> {
  checkMemory(plan);
  return load(plan, weights, { backend: options.backend, debugSync: options.debugSync, names: options.names, tokenizer, sourceTokenizer, onWarning: warn, onChoice: note });
}

/** `random:SEED`, a path, or by default the file beside the spec. */
export async function openWeights(file: string, option: string | undefined): Promise<{ random: number } | OpenFile> {
  const seed = option?.startsWith("random:") ? option.slice("random:".length) : undefined;
  if (seed !== undefined) {
    if (!/^\d{1,10}$/.test(seed) || Number(seed) >= 2 ** 32) {
      throw new MszError("bad-option", `\`${option}\` has no seed`, { hint: "write a whole number below 2^32, for example `--weights random:7`" });
    }
    return { random: Number(seed) };
  }
  if (option !== undefined) return openBytes(option);
  const stem = file.endsWith(".plan.json") ? file.slice(0, -".plan.json".length) + ".json" : file;
  const beside = besides(stem, ".safetensors");
  if (!fileExists(beside)) {
    throw new MszError("no-weights", `there are no weights for \`${file}\`: no \`${beside}\` beside it`, {
      hint: "name a file with `--weights`, or try an untrained model with `--weights random:1`",
    });
  }
  return openBytes(beside);
}
