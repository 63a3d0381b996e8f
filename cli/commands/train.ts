/**
 * `msz train`: a spec and a corpus to weights. Everything of a run lies in one folder: checkpoint, metrics, curve, weights. What can be
 * wrong is found before the first step.
 */
import { mkdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { openTraining, MszError, openVocabulary, writeSafetensors, type BackendName, type Training } from "../../runtime/index.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { fileExists, writeFileWhole, writeFilesWhole } from "../files.js";
import { note, wantsColor, warn } from "../report.js";
import { openWeights, targetsOf } from "../session.js";
import { planOf } from "../spec.js";
import { checkpointPath, readCheckpoint, writeCheckpoint, type Checkpoint } from "../train/checkpoint.js";
import { openCorpus, type Corpus } from "../train/corpus.js";
import { svgCurve, terminalCurve } from "../train/curve.js";
import { run, type Outcome } from "../train/loop.js";
import { MetricsFile } from "../train/metrics.js";
import { duration, grouped, Progress } from "../train/progress.js";
import { settingsOf, type Settings } from "../train/settings.js";
import { Windows } from "../train/windows.js";

export interface TrainOptions {
  readonly corpus?: readonly string[];
  readonly heldOut?: string;
  readonly steps?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly until?: number;
  readonly saveEvery?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly weights?: string;
  readonly backend?: BackendName;
  readonly set?: Readonly<Record<string, string>>;
  readonly chunk?: number;
}

export async function train(file: string, options: TrainOptions): Promise<void> {
  const folder = options.resume ?? options.out ?? join(dirname(file), `${basename(file, extname(file))}-training`);
  const { plan, model } = planWith(file, options);
  const settings = settingsOf(file, model, options);
  const checkpoint = await openCheckpoint(folder, options);
  mkdirSync(folder, { recursive: true });
  const progress = new Progress(process.stderr);
  const opened = await openData(settings, plan, model, folder, progress);
  try {
    const made = madeWith(plan, settings, opened.corpora);
    if (checkpoint) checkSame(checkpoint, made, folder);
    const training = await openTraining(plan, await startOf(options, plan), { ...(options.backend ? { backend: options.backend } : {}), onWarning: warn, onChoice: note });
    try {
      if (checkpoint) await training.restore(checkpoint.tensors, checkpoint.step);
      await runIn(folder, file, { training, plan, model, made, options, progress, checkpoint, ...opened });
    } finally {
      training.dispose();
    }
  } finally {
    for (const corpus of opened.corpora) corpus.close();
  }
}

/** What the command line says instead of the spec's `train` block goes into the plan, which is what a run is made by. */
function planWith(file: string, options: TrainOptions): { plan: Plan; model: Model } {
  const { plan, model } = planOf(file, {
    set: options.set, chunk: options.chunk, targets: options.backend && targetsOf[options.backend], training: ["evaluate", "inspect", "accumulate", "train"],
  });
  const { training } = plan;
  if (!training) throw new Error("a plan for training without its settings");
  const { steps = training.steps, batch = training.batch, seed = training.seed } = options;
  return { model, plan: { ...plan, training: { ...training, steps, batch, seed } } };
}

interface Data {
  readonly windows: Windows;
  readonly heldOut: Windows | undefined;
  readonly corpora: readonly Corpus[];
}

async function openData(settings: Settings, plan: Plan, model: Model, folder: string, progress: Progress): Promise<Data> {
  const tokenizer = model.vocabulary.kind === "tokenizer" ? model.vocabulary.json : undefined;
  const vocabulary = await openVocabulary(plan, tokenizer);
  const onProgress = (bytes: number): void => progress.show(`reading the corpus: ${grouped(bytes / 1e6)} MB of token ids`);
  const open = (files: readonly string[]): Promise<Corpus> => openCorpus(files, { kind: model.vocabulary.kind, vocabulary, folder, onProgress });
  const corpus = await open(settings.files);
  const { heldOut, window } = settings;
  const corpora = typeof heldOut === "number" ? [corpus] : [corpus, await open(heldOut)];
  progress.clear();
  const cut = typeof heldOut === "number" ? Math.floor(corpus.length * (1 - heldOut)) : corpus.length;
  const windows = new Windows(corpus, 0, cut, window);
  const other = typeof heldOut === "number" ? new Windows(corpus, cut, corpus.length, window) : new Windows(corpora[1]!, 0, corpora[1]!.length, window);
  if (windows.count === 0) {
    for (const c of corpora) c.close();
    throw new MszError("short-corpus", `\`${corpus.name}\` has ${grouped(cut)} tokens to train on, and a window takes ${window} and the one behind it`, { hint: "use a longer text, a shorter `context`, or a smaller `held_out`" });
  }
  note(`${grouped(cut)} tokens to train on, ${grouped(windows.count)} windows of ${window}; ${grouped(other.targets > 0 ? other.to - other.from : 0)} held out`);
  return { windows, heldOut: other.targets > 0 ? other : undefined, corpora };
}

async function openCheckpoint(folder: string, options: TrainOptions): Promise<Checkpoint | undefined> {
  if (options.resume !== undefined) {
    if (options.weights !== undefined) throw new MszError("bad-option", "`--resume` goes on with a checkpoint's own weights", { hint: "leave `--weights` or `--resume` out" });
    if (options.out !== undefined && options.out !== options.resume) throw new MszError("bad-option", "`--resume` goes on in the folder that it names", { hint: "leave `--out` out" });
    return readCheckpoint(options.resume);
  }
  if (fileExists(checkpointPath(folder))) {
    throw new MszError("run-exists", `\`${folder}\` holds a run already`, { hint: `go on with it by \`--resume ${folder}\`, or name another folder with \`--out\`` });
  }
  return undefined;
}

async function startOf(options: TrainOptions, plan: Plan): Promise<Uint8Array | { random: number }> {
  if (options.weights === undefined) return { random: plan.training!.seed };
  const weights = await openWeights("", options.weights);
  if ("random" in weights) return weights;
  try {
    return await weights.read(0, weights.size);
  } finally {
    await weights.close();
  }
}

/** What a run must have in common with its checkpoint: else its end is another than it would have been. */
function madeWith(plan: Plan, settings: Settings, corpora: readonly Corpus[]): Record<string, string> {
  const { training, parameters } = plan;
  return {
    model: plan.model.name,
    parameters: parameters.map((p) => `${p.name} ${p.shape.join("x")}`).join(", "),
    window: String(settings.window),
    ...Object.fromEntries(Object.entries(training!).map(([name, value]) => [name, JSON.stringify(value)])),
    corpus: corpora.map((c) => c.fingerprint()).join(" "),
    "held out": typeof settings.heldOut === "number" ? String(settings.heldOut) : "files",
  };
}

function checkSame({ made, step }: Checkpoint, now: Readonly<Record<string, string>>, folder: string): void {
  const other = [...new Set([...Object.keys(made), ...Object.keys(now)])].filter((name) => made[name] !== now[name]);
  if (other.length === 0) return;
  const list = other.map((name) => `\n  - ${name}: ${short(made[name])} then, ${short(now[name])} now`).join("");
  throw new MszError("other-run", `the checkpoint in \`${folder}\` (step ${step}) belongs to another run:${list}`, { hint: "resume with the spec, the corpus and the options that the run began with, or begin anew with `--out` and `--weights`" });
}

function short(text: string | undefined): string {
  if (text === undefined) return "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

interface Parts extends Data {
  readonly training: Training;
  readonly plan: Plan;
  readonly model: Model;
  readonly made: Readonly<Record<string, string>>;
  readonly options: TrainOptions;
  readonly progress: Progress;
  readonly checkpoint: Checkpoint | undefined;
}

async function runIn(folder: string, file: string, parts: Parts): Promise<void> {
  const { training, plan, model, made, options, progress, checkpoint } = parts;
  const settings = plan.training!;
  const metrics = new MetricsFile(join(folder, "metrics.jsonl"), training.taken);
  const evaluateEvery = model.train.evaluateEvery;
  const until = Math.min(settings.steps, options.until ?? Infinity);
  if (training.taken >= until) note(`the run in \`${folder}\` is at step ${training.taken} already`);
  const stop = stopper();
  let outcome: Outcome;
  try {
    outcome = await run({
      training, windows: parts.windows, heldOut: parts.heldOut, seed: settings.seed, batch: settings.batch, accumulate: settings.accumulate,
      steps: settings.steps, until, evaluateEvery, saveEvery: options.saveEvery ?? evaluateEvery, secondsBefore: checkpoint?.seconds ?? 0, signal: stop.signal,
      onStep: ({ step, loss, heldOut, tokensPerSecond, secondsLeft }) => {
        const parts = [`step ${grouped(step)} of ${grouped(settings.steps)}`, ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]), ...(heldOut === undefined ? [] : [`held out ${heldOut.toFixed(3)}`]), `${grouped(tokensPerSecond)} tokens/s`, `${duration(secondsLeft)} left`];
        progress.show(parts.join("  "));
      },
      onMeasure: (done, all) => progress.show(`measuring the held-out part: ${done} of ${all} batches`),
      onMetrics: (line) => metrics.add(line),
      save: async (step, seconds) => writeCheckpoint(folder, { step, seconds, made, tensors: await training.save() }),
    });
  } finally {
    stop.release();
    progress.clear();
  }
  const svg = svgCurve(metrics.lines, `${plan.model.name}, step ${grouped(outcome.step)}`);
  if (svg) writeFileWhole(join(folder, "curve.svg"), svg);
  if (process.stderr.isTTY) process.stderr.write(`${terminalCurve(metrics.lines)}\n`);
  if (outcome.step < settings.steps) {
    note(`${outcome.stopped ? "stopped" : "paused"} after step ${grouped(outcome.step)} of ${grouped(settings.steps)}, and saved; go on with: msz train ${file} --resume ${folder}`);
    if (outcome.stopped) process.exitCode = 130;
    return;
  }
  const path = join(folder, `${basename(file, extname(file))}.safetensors`);
  writeFilesWhole(new Map([[path, writeSafetensors(await training.parameters())]]));
  const loss = outcome.heldOut === undefined ? `loss ${outcome.loss?.toFixed(4) ?? "unknown"}` : `held-out loss ${outcome.heldOut.toFixed(4)}`;
  process.stdout.write(`${path}: ${loss} nats a token after ${grouped(outcome.step)} steps, ${duration(outcome.seconds)}\n`);
  note(`try it: msz run ${file} --weights ${path}`);
}

/** Ctrl-C ends a run after the step under way; a second one ends the program at once. */
function stopper(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    if (wantsColor(process.stderr)) process.stderr.write("\n");
    note("stopping after this step (Ctrl-C again to stop at once, without saving)");
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
