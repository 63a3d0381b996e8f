/**
 * `msz train`: a spec and a corpus to weights. Everything of a run lies in one folder: checkpoint, metrics, curve, weights. Mistakes in
 * the spec, the options and the text are found before the first step.
 */
import { tmpdir } from "node:os";
import { matchWeights, openTraining, MszError, writeSafetensors, type HostTensor, type HostTensors, type RankGroup, type Training } from "../../runtime/index.js";
import { bug } from "../../src/base/assert.js";
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { ensureFolder, fileExists, megabytes, writeFileWhole, writeFilesWhole } from "../files.js";
import { note, result, warn } from "../report.js";
import { checkCudaOptions, checkMemory, machineMemory, openWeights, targetsOf } from "../session.js";
import { expectDecoder, planOf } from "../spec.js";
import { checkpointPath, expectCheckpoint, readCheckpoint, writeCheckpoint, type Checkpoint } from "../train/checkpoint.js";
import { svgCurve, terminalCurve } from "../train/curve.js";
import { openData, type Data } from "../train/data.js";
import { run } from "../train/loop.js";
import { expectCuda, launchOf, type Launch } from "../train/launch.js";
import { lockFolder } from "../train/lock.js";
import { checkSame, keptOptions, madeWith, type RunOptions } from "../train/made.js";
import { MetricsFile, soFar } from "../train/metrics.js";
import { againCommand, curvePath, expectFree, metricsPath, placeOf, resumeCommand, shellWord, weightsPath, withWayOut, type RunPlace } from "../train/place.js";
import { agree, digestOf, digestOfTensors, follow, lead, together, type Closer } from "../train/ranks.js";
import { duration, grouped, Progress } from "../progress.js";
import { settingsOf, translates } from "../train/settings.js";
import { stopper } from "../train/stopper.js";

export interface TrainOptions extends RunOptions {
  readonly until?: number;
  readonly out?: string;
  readonly resume?: string;
  readonly weights?: string;
  readonly devices?: number;
  readonly debugSync?: boolean;
}

export async function train(file: string, given: TrainOptions): Promise<void> {
  checkResume(given);
  const launch = launchOf(given.devices, process.env);
  const leads = launch === undefined || launch.place.rank === 0;
  const place = placeOf(file, given);
  const { folder, resumed } = place;
  if (resumed) expectCheckpoint(folder);
  // Rank 0 speaks for all.
  const progress = new Progress(leads ? process.stderr : { write: () => undefined });
  await closingAll(async (closers) => {
    closers.push(() => progress.clear());
    if (leads && !resumed) closers.push(ensureFolder(folder));
    // Before anything there is looked at: another run may be about to end.
    if (leads) closers.push(lockFolder(folder, resumed));
    const checkpoint = resumed ? await readCheckpoint(folder) : undefined;
    if (leads && !checkpoint) expectFree(place, given.weights);
    // What the run began with need not be said again.
    const set = { ...checkpoint?.options.set, ...given.set };
    const options: TrainOptions = { ...checkpoint?.options, ...given, ...(Object.keys(set).length > 0 ? { set } : {}) };
    expectCuda(launch, given.devices, options.backend);
    const start: Start = { file, place, options: given.devices === undefined && !launch ? options : { ...options, backend: "cuda" }, checkpoint, launch, leads, progress, closers };
    if (launch) await together(launch, closers, (group) => trainAs(start, group));
    else await trainAs(start, undefined);
  });
}

interface Start {
  readonly file: string;
  readonly place: RunPlace;
  readonly options: TrainOptions;
  readonly checkpoint: Checkpoint | undefined;
  readonly launch: Launch | undefined;
  readonly leads: boolean;
  readonly progress: Progress;
  readonly closers: Closer[];
}

async function trainAs({ file, place, options, checkpoint, launch, leads, progress, closers }: Start, group: RankGroup | undefined): Promise<void> {
  const { folder } = place;
  checkCudaOptions(options, options.backend);
  const { plan, model, graphs } = planWith(file, options, group !== undefined);
  await agree(group, { plan: digestOf(JSON.stringify(plan)) });
  const settings = settingsOf(file, model, options);
  checkMemory(plan, copiesOf(plan));
  if (settings.kind === "text") checkBatch(plan, plan.training!.batch * settings.window);
  await checkWeights(plan, options.weights);
  const open = async (): Promise<Training> => {
    const training = await openAt(plan, options, launch, group);
    closers.push(() => training.dispose());
    return training;
  };
  // Not every backend has float16, which must be said before a corpus is read: that may take long.
  const early = plan.training!.precision === "float16" ? await open() : undefined;
  const data = await openData(settings, plan, model, leads ? place : { ...place, folder: tmpdir() }, progress);
  closers.push(() => data.close());
  if (settings.kind === "pairs") checkBatch(plan, data.batches.largest);
  const fingerprint = data.fingerprint((share) => progress.show(`looking through the corpus: ${Math.floor(share * 100)} %`));
  const made = madeWith({ plan, model, graphs, settings, chunk: options.chunk, fingerprint });
  progress.clear();
  if (checkpoint) checkSame(checkpoint, made, folder);
  await agree(group, { corpus: fingerprint });
  if (leads) note(data.summary);
  if (leads) warnOfWarmup(plan);
  const training = early ?? (await open());
  if (checkpoint) await training.restore(checkpoint.tensors, checkpoint.step);
  if (group) await agree(group, { step: String(training.taken), weights: digestOfTensors(await training.save()) });
  if (group && !leads) return follow(group, training, data.batches);
  if (checkpoint) noteChanges(checkpoint, training, group);
  await runIn(place, { training, plan, model, made, options, progress, data, group });
  if (group) await lead(group, undefined);
}

function noteChanges({ backend, ranks }: Checkpoint, { device }: Training, group: RankGroup | undefined): void {
  if (backend !== device.backend) note(`the run's steps so far were made on ${backend}: on ${device.backend} it goes on to other last digits`);
  const size = group?.size ?? 1;
  const named = (count: number): string => (count === 1 ? "1 rank" : `${count} ranks`);
  if (ranks !== size) note(`the last steps were taken by ${named(ranks)}: with ${named(size)} each update takes ${size > ranks ? "more" : "fewer"} micro-batches, and other ones than it would have taken`);
}

/** What is opened is closed in any case, the last first; what goes wrong in closing hides nothing that went wrong before. */
async function closingAll(work: (closers: Closer[]) => Promise<void>): Promise<void> {
  const closers: Closer[] = [];
  const errors: unknown[] = [];
  await work(closers).catch((error: unknown) => errors.push(error));
  for (const close of closers.reverse()) {
    try {
      close(errors[0]);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** What the command line says instead of the spec's `train` block goes into the plan, which is what a run is made by. */
function planWith(file: string, options: TrainOptions, ranks: boolean): { plan: Plan; model: Model; graphs: readonly Graph[] } {
  const { plan, model, graphs } = planOf(file, {
    set: options.set, chunk: options.chunk, targets: options.backend && targetsOf[options.backend], training: ["evaluate", "inspect", "accumulate", "train"], ranks,
  });
  expectDecoder(plan, "has no loss to train by");
  const { training } = plan;
  if (!training) return bug("a plan for training without its settings");
  const { steps = training.steps, batch, batchTokens, seed = training.seed } = options;
  if (batchTokens !== undefined && !translates(model)) throw new MszError("bad-option", "`--batch-tokens` is for pairs, which differ in length", { hint: "a text is read in windows of one size: give `--batch`" });
  if (batchTokens !== undefined && batch !== undefined) throw new MszError("bad-option", "a batch is so many pairs, or as many as have so many tokens", { hint: "leave `--batch` or `--batch-tokens` out" });
  // Which of the two the command line names goes before what the spec names.
  const { batchTokens: ownTokens, ...rest } = training;
  const tokens = batch === undefined ? (batchTokens ?? ownTokens) : undefined;
  return { model, graphs, plan: { ...plan, training: { ...rest, ...(tokens === undefined ? {} : { batchTokens: tokens }), steps, batch: batch ?? training.batch, seed } } };
}

/** A parameter, its gradient, and what the optimiser keeps of it. */
function copiesOf({ training }: Plan): number {
  const { optimizer } = training!;
  return 2 + ("betas" in optimizer ? 2 : optimizer.momentum > 0 ? 1 : 0);
}

/**
 * The logits of a micro-batch alone may be beyond any memory, and so may the token ids and targets of a step.
 * @param tokens of the largest micro-batch, padding included
 */
function checkBatch({ training, model }: Plan, tokens: number): void {
  const { accumulate } = training!;
  const refuse = (what: string, bytes: number, hint: string): never => {
    throw new MszError("out-of-memory", `${what} ${megabytes(bytes)}, and this machine has ${megabytes(machineMemory())} of memory`, { blame: "machine", hint });
  };
  const value = 4 * tokens * Math.max(model.vocabularySize, model.width);
  if (value > machineMemory()) {
    refuse(`a micro-batch of ${grouped(tokens)} tokens takes, for one of its values alone,`, value, "make `batch` smaller; `accumulate` gathers several micro-batches for one update");
  }
  const ids = 8 * tokens * accumulate;
  if (ids > machineMemory()) refuse(`the token ids of one step, ${grouped(accumulate)} micro-batches of ${grouped(tokens)} tokens, take`, ids, "make `accumulate` smaller");
}

/** The spec's own steps have been checked; those of the command line may be fewer. */
function warnOfWarmup({ training }: Plan): void {
  const { steps, schedule } = training!;
  if (schedule.warmup >= steps) warn(`the warm-up takes ${grouped(schedule.warmup)} steps, and the run has ${grouped(steps)}: the whole rate is reached at its end or not at all`);
}

function checkResume({ resume, weights, out }: TrainOptions): void {
  if (resume === undefined) return;
  if (weights !== undefined) throw new MszError("bad-option", "`--resume` goes on with a checkpoint's own weights", { hint: "leave `--weights` or `--resume` out" });
  if (out !== undefined && out !== resume) throw new MszError("bad-option", "`--resume` goes on in the folder that it names", { hint: "leave `--out` out" });
}

/** Before a corpus is read, which may take long. @throws MszError `not-finite`, and what `matchWeights` throws */
async function checkWeights(plan: Plan, path: string | undefined): Promise<void> {
  const weights = path === undefined ? { random: 0 } : await openWeights("", path);
  if ("random" in weights) return;
  try {
    const { file, keys } = await matchWeights(plan, weights);
    for (const key of keys.values()) {
      if (allFinite(await file.read(key))) continue;
      throw new MszError("not-finite", `\`${path}\`: \`${key}\` has values that are infinite or NaN`, { reason: "no step makes a model of such weights better", hint: "begin with other weights, such as an earlier checkpoint" });
    }
  } finally {
    await weights.close();
  }
}

async function openAt(plan: Plan, options: TrainOptions, launch: Launch | undefined, group: RankGroup | undefined): Promise<Training> {
  const weights = options.weights === undefined ? { random: plan.training!.seed } : await openWeights("", options.weights);
  try {
    const leads = launch === undefined || launch.place.rank === 0;
    return await openTraining(plan, weights, {
      ...(options.backend ? { backend: options.backend } : {}), debugSync: options.debugSync, ...(launch ? { device: launch.device } : {}), ranks: group,
      ...(leads ? { onWarning: warn, onChoice: note } : {}),
    });
  } finally {
    if ("close" in weights) await weights.close();
  }
}

interface Parts {
  readonly data: Data;
  readonly group: RankGroup | undefined;
  readonly training: Training;
  readonly plan: Plan;
  readonly model: Model;
  readonly made: Readonly<Record<string, string>>;
  readonly options: TrainOptions;
  readonly progress: Progress;
}

async function runIn(place: RunPlace, parts: Parts): Promise<void> {
  const { folder } = place;
  const { training } = parts;
  let saved = training.taken;
  let metrics: MetricsFile | undefined;
  try {
    metrics = new MetricsFile(metricsPath(place), training.taken);
    await runWith(place, metrics, parts, (step) => (saved = step));
  } catch (error) {
    // A run that came to nothing is in no one's way.
    if (!fileExists(checkpointPath(folder))) metrics?.remove();
    throw withWayOut(error, place, saved);
  }
}

async function runWith(place: RunPlace, metrics: MetricsFile, parts: Parts, onSaved: (step: number) => void): Promise<void> {
  const { folder, file } = place;
  const { training, plan, model, made, options, progress, data, group } = parts;
  const { steps, accumulate, seed } = plan.training!;
  const evaluateEvery = model.train.evaluateEvery ?? Math.max(1, Math.ceil(steps / 10));
  const until = Math.min(steps, options.until ?? Infinity);
  const begun = training.taken;
  if (options.until !== undefined && options.until > steps) warn(`the run ends at step ${grouped(steps)}, before \`--until ${options.until}\``);
  if (begun >= until) note(`the run in \`${folder}\` is at step ${grouped(begun)} of ${grouped(steps)} already`);
  const stop = stopper((line) => {
    progress.clear();
    note(line);
  });
  group?.onStop(() => stop.ask());
  const kept = keptOptions(options);
  const outcome = await run({
    training, batches: data.batches, heldOut: data.heldOut, seed, accumulate, ranks: group, clip: model.train.clip, steps, until, evaluateEvery,
    saveEvery: options.saveEvery ?? evaluateEvery, before: soFar(metrics.lines, steps), signal: stop.signal, again: () => againCommand(place),
    onStep: ({ step, loss, heldOut, tokensPerSecond, secondsLeft }) => {
      const words = [`step ${grouped(step)} of ${grouped(steps)}`, ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]), ...(heldOut === undefined ? [] : [`held out ${heldOut.toFixed(3)} (perplexity ${perplexityOf(heldOut)})`]), `${grouped(tokensPerSecond)} tokens/s`, `${duration(secondsLeft)} left`];
      progress.show(words.join("  "));
    },
    onMeasure: (done, all) => progress.show(`measuring the held-out part: ${done} of ${all} batches`),
    onMetrics: (line) => metrics.add(line),
    save: async (step) => {
      const tensors = await training.save();
      checkFinite(tensors, step);
      // What is read after a rank is gone may be anything.
      group?.check();
      writeCheckpoint(folder, { step, made, options: kept, backend: training.device.backend, ranks: group?.size ?? 1, tensors });
      onSaved(step);
    },
  }).finally(() => stop.release());
  progress.clear();
  group?.check();
  const path = weightsPath(place);
  if (outcome.finished) writeFilesWhole(new Map([[path, writeSafetensors(await training.parameters())]]));
  const svg = svgCurve(metrics.lines, `${plan.model.name}, step ${grouped(outcome.step)}`);
  if (svg) writeFileWhole(curvePath(place), svg);
  if (process.stderr.isTTY) process.stderr.write(terminalCurve(metrics.lines));
  if (!outcome.finished) {
    const done = outcome.step === begun ? "at" : stop.signal.aborted ? "stopped after" : "paused after";
    note(`${done} step ${grouped(outcome.step)} of ${grouped(steps)}, which is saved; go on with: ${resumeCommand(place)}`);
    if (stop.signal.aborted) process.exitCode = stop.exitCode;
    return;
  }
  const loss = outcome.heldOut === undefined ? `loss ${outcome.loss?.toFixed(4) ?? "unknown"}` : `held-out loss ${outcome.heldOut.toFixed(4)}`;
  const pairs = translates(model);
  const perplexity = pairs && outcome.heldOut !== undefined ? ` (perplexity ${perplexityOf(outcome.heldOut)})` : "";
  await result(`${path}: ${loss} nats a ${pairs ? "target token" : "token"}${perplexity} after ${outcome.step === 1 ? "1 step" : `${grouped(outcome.step)} steps`}, ${duration(outcome.seconds)}\n`);
  note(`try it: msz run ${shellWord(file)} --weights ${shellWord(path)}${pairs ? " --source -" : ""}`);
}

function perplexityOf(loss: number): string {
  const perplexity = Math.exp(loss);
  return perplexity < 1000 ? perplexity.toFixed(2) : perplexity.toPrecision(3);
}

/** An update may overflow although its gradient is finite; such a checkpoint must not replace a good one. */
function checkFinite(tensors: HostTensors, step: number): void {
  const name = Object.keys(tensors).find((n) => !allFinite(tensors[n]!));
  if (name === undefined) return;
  throw new MszError("not-finite", `\`${name}\` became infinite or NaN in the steps up to ${step}`, { reason: "the updates are too large for float32", hint: "the checkpoint before, if there is one, stays; try a lower rate or a longer warm-up" });
}

function allFinite({ data }: HostTensor): boolean {
  return data.every((value) => Number.isFinite(value));
}
