/**
 * The steps of a run, from where it stands to its end: updates, reports, measurements on the held-out part, checkpoints. Which windows or
 * pairs a step sees follows from its number alone, so that a run that was stopped goes on as if it had not been.
 */
import { setImmediate } from "node:timers/promises";
import { MszError, type Losses, type RankGroup, type Training, type TrainingBatch, type TrainingReport } from "../../runtime/index.js";
import { heldOutLoss } from "./held-out.js";
import type { Metrics } from "./metrics.js";
import { lead } from "./ranks.js";
import { targetsOf, type Batches } from "../corpus/batches.js";

export interface Run {
  readonly training: Training;
  readonly batches: Batches;
  /** Absent: nothing is held out. */
  readonly heldOut: Batches | undefined;
  readonly seed: number;
  /** Micro-batches a step, of each rank. */
  readonly accumulate: number;
  /** The ranks that this one leads; absent: it trains alone. */
  readonly ranks: RankGroup | undefined;
  /** Largest norm of a gradient; 0: it is not clipped. */
  readonly clip: number;
  /** Steps of the whole run, and the step to stop after in this call. */
  readonly steps: number;
  readonly until: number;
  readonly evaluateEvery: number;
  readonly saveEvery: number;
  /** What the calls before came to; `heldOut` is over the whole part, from behind the last step, `measuredAt` the step of the last measurement. */
  readonly before: { readonly loss?: number; readonly heldOut?: number; readonly measuredAt?: number; readonly seconds: number };
  readonly signal: AbortSignal;
  /** The command for a new run from the last checkpoint's weights. */
  readonly again: () => string;
  readonly onStep: (state: { readonly step: number; readonly loss: number | undefined; readonly heldOut: number | undefined; readonly tokensPerSecond: number; readonly secondsLeft: number }) => void;
  readonly onMeasure: (done: number, all: number) => void;
  readonly onMetrics: (line: Metrics) => void;
  readonly save: (step: number) => Promise<void>;
}

export interface Outcome {
  readonly step: number;
  /** Mean over the last report's updates. */
  readonly loss: number | undefined;
  /** Over the whole held-out part, when the run came to its end. */
  readonly heldOut: number | undefined;
  /** All steps are taken, and what is held out is measured. */
  readonly finished: boolean;
  readonly seconds: number;
}

/** Updates from one line of metrics to the next. */
const reportEvery = 10;
/** Batches of a measurement under way; the last one takes all. */
const measuredBatches = 40;

/** @throws MszError `not-finite`, and what `save` throws */
export async function run(given: Run): Promise<Outcome> {
  const { training, steps, until, signal, ranks } = given;
  const { padding } = training.plan.model;
  const clock = new Clock(given.before.seconds);
  let { loss } = given.before;
  let heldOut: number | undefined;
  let saved = training.taken;
  let reported = training.taken;
  let losses = new Mean();
  /** Of the updates since the report before. A broken step must not get into a checkpoint, so that a checkpoint asks too. */
  const report = async (): Promise<TrainingReport> => {
    const found = await training.report();
    if (found.broken > 0) throw await notFinite(given, found, saved);
    losses.add(found.loss, training.taken - reported);
    reported = training.taken;
    return found;
  };
  const save = async (): Promise<void> => {
    if (reported < training.taken) await report();
    await given.save(training.taken);
    saved = training.taken;
    clock.pause();
  };
  /** Undefined when it was stopped. */
  const measure = async (part: Batches, most: number): Promise<number | undefined> => {
    try {
      const found = await heldOutLoss(part, (batch) => measureOne(given, batch), most, given.onMeasure);
      given.onMetrics({ step: training.taken, held_out_loss: found, seconds: clock.seconds() });
      clock.pause();
      return found;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  };
  const isDue = (step: number): boolean => step > 0 && step % given.evaluateEvery === 0 && step < steps;
  // Whoever stopped the run in a step that was to be measured did not wait for it.
  if (given.heldOut && isDue(training.taken) && given.before.measuredAt !== training.taken) heldOut = await measure(given.heldOut, measuredBatches);
  while (training.taken < until && !signal.aborted) {
    const batches = batchesOf(given, training.firstBatch(training.taken), given.accumulate);
    if (ranks) await lead(ranks, training.taken);
    await training.step(batches);
    await breath();
    const step = training.taken;
    // Of windows all ranks have as many; of pairs about as many.
    clock.step((ranks?.size ?? 1) * batches.reduce((sum, batch) => sum + targetsOf(batch, padding), 0));
    const last = step === until || signal.aborted;
    if (step % reportEvery === 0 || last) {
      const { norm } = await report();
      loss = losses.value;
      losses = new Mean();
      given.onMetrics({ step, ...(loss === undefined ? {} : { loss }), rate: training.rate, norm, tokens_per_second: Math.round(clock.tokensPerSecond()), seconds: clock.seconds() });
    }
    if (given.heldOut && isDue(step) && !signal.aborted) heldOut = await measure(given.heldOut, measuredBatches) ?? heldOut;
    if (step % given.saveEvery === 0 || last || signal.aborted) await save();
    given.onStep({ step, loss, heldOut, tokensPerSecond: clock.tokensPerSecond(), secondsLeft: (until - step) / clock.stepsPerSecond() });
  }
  // The last step is saved by then: this may take long, and whoever stops it need only measure again.
  let final = given.before.heldOut;
  if (training.taken === steps && given.heldOut && final === undefined && !signal.aborted) final = await measure(given.heldOut, Infinity);
  const finished = training.taken === steps && (!given.heldOut || final !== undefined);
  return { step: training.taken, loss, heldOut: final, finished, seconds: clock.seconds() };
}

/** Where a step is done when it returns, nothing else would see a signal come. */
async function breath(): Promise<void> {
  await setImmediate();
}

async function measureOne({ training, signal }: Run, batch: TrainingBatch): Promise<Losses> {
  await breath();
  signal.throwIfAborted();
  return training.evaluate(batch);
}

function batchesOf({ batches, seed }: Run, first: number, count: number): TrainingBatch[] {
  return Array.from({ length: count }, (_, i) => batches.shuffled(first + i, seed));
}

/** Says at which step and in which layer; the parameters are still those from before that step. */
async function notFinite(given: Run, { broken }: TrainingReport, saved: number): Promise<MszError> {
  const { training, clip } = given;
  const step = training.taken - broken + 1;
  let place: string | undefined;
  // This is rank 0, and its first micro-batch the first of all ranks'.
  const first = training.firstBatch(step - 1);
  for (const [i, batch] of batchesOf(given, first, given.accumulate * (given.ranks?.size ?? 1)).entries()) {
    const found = await training.inspect(batch, first + i);
    if (!found) continue;
    place = `in \`${found.place}\` (${found.count} of its values)`;
    break;
  }
  const reason = place ? `the first place that is not finite is ${place}` : "every value of the forward pass is finite, and the gradient is not";
  const precise = training.plan.training?.precision === "float16" ? ", or `precision = float32`: float16 ends at 65,504" : "";
  const other = `a lower rate, a longer warm-up or ${clip > 0 && clip <= 1 ? `\`clip = ${clip / 10}\`` : "`clip = 1`"}${precise}`;
  const hint = saved > 0 ? `the last good checkpoint is that of step ${saved}; begin a new run with its weights and ${other}: ${given.again()} (or without \`--weights\`, if they are too far gone)` : `there is no checkpoint yet; try ${other}`;
  return new MszError("not-finite", `the loss or its gradient became infinite or NaN at step ${step}`, { reason, hint });
}

/** Of losses, each over so many updates. */
class Mean {
  private sum = 0;
  private count = 0;

  /** A loss that is not finite is of updates that were left out (float16's overflows). */
  add(value: number, count: number): void {
    if (!Number.isFinite(value)) return;
    this.sum += value * count;
    this.count += count;
  }

  get value(): number | undefined {
    return this.count > 0 ? this.sum / this.count : undefined;
  }
}

/** Time spent, and the speed of the last steps; measurements and checkpoints are not counted in the speed. */
class Clock {
  private readonly start = performance.now();
  private readonly recent: { readonly seconds: number; readonly tokens: number }[] = [];
  private last = performance.now();

  constructor(private readonly before: number) {}

  seconds(): number {
    return Number((this.before + (performance.now() - this.start) / 1000).toFixed(3));
  }

  /** @param tokens that the step learned to predict */
  step(tokens: number): void {
    const now = performance.now();
    this.recent.push({ seconds: (now - this.last) / 1000, tokens });
    if (this.recent.length > 20) this.recent.shift();
    this.last = now;
  }

  pause(): void {
    this.last = performance.now();
  }

  stepsPerSecond(): number {
    return this.recent.length / this.taken();
  }

  tokensPerSecond(): number {
    return this.recent.reduce((sum, { tokens }) => sum + tokens, 0) / this.taken();
  }

  private taken(): number {
    return Math.max(1e-9, this.recent.reduce((sum, { seconds }) => sum + seconds, 0));
  }
}
