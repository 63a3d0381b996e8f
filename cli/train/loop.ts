/**
 * The steps of a run, from where it stands to its end: updates, reports, measurements on the held-out part, checkpoints. Which windows a
 * step sees follows from its number alone, so that a run that was stopped goes on as if it had not been.
 */
import { MszError, type Training, type TrainingReport } from "../../runtime/index.js";
import { heldOutLoss } from "./held-out.js";
import type { Metrics } from "./metrics.js";
import type { Batch, Windows } from "./windows.js";

export interface Run {
  readonly training: Training;
  readonly windows: Windows;
  /** Absent: nothing is held out. */
  readonly heldOut: Windows | undefined;
  readonly seed: number;
  /** Windows a micro-batch, micro-batches a step. */
  readonly batch: number;
  readonly accumulate: number;
  /** Steps of the whole run, and the step to stop after in this call. */
  readonly steps: number;
  readonly until: number;
  readonly evaluateEvery: number;
  readonly saveEvery: number;
  /** Seconds spent by the calls before. */
  readonly secondsBefore: number;
  readonly signal: AbortSignal;
  readonly onStep: (state: { readonly step: number; readonly loss: number | undefined; readonly heldOut: number | undefined; readonly tokensPerSecond: number; readonly secondsLeft: number }) => void;
  readonly onMeasure: (done: number, all: number) => void;
  readonly onMetrics: (line: Metrics) => void;
  readonly save: (step: number, seconds: number) => Promise<void>;
}

export interface Outcome {
  readonly step: number;
  /** Mean over the last report's updates. */
  readonly loss: number | undefined;
  /** Over the whole held-out part, when the run came to its end. */
  readonly heldOut: number | undefined;
  readonly stopped: boolean;
  readonly seconds: number;
}

/** Updates from one reading of the loss to the next. */
const reportEvery = 10;
/** Batches of a measurement under way; the last one takes all. */
const measuredBatches = 40;

/** @throws MszError `not-finite` */
export async function run(given: Run): Promise<Outcome> {
  const { training, windows, batch, accumulate, signal } = given;
  const tokensPerStep = batch * accumulate * windows.size;
  const clock = new Clock(given.secondsBefore);
  let [loss, heldOut]: (number | undefined)[] = [];
  let saved = training.taken;
  const measure = (part: Batch): Promise<{ sum: number; count: number }> => training.evaluate(part);
  while (training.taken < given.until && !signal.aborted) {
    await training.step(batchesOf(given, training.taken));
    const step = training.taken;
    clock.step();
    const last = step === given.until;
    if (step % reportEvery === 0 || last) {
      const report = await training.report();
      if (report.broken > 0) throw await notFinite(given, report, saved);
      loss = report.loss;
      given.onMetrics({ step, loss, rate: training.rate, norm: report.norm, tokens_per_second: Math.round(clock.speed() * tokensPerStep), seconds: clock.seconds() });
    }
    if (given.heldOut && (step % given.evaluateEvery === 0 || step === given.steps)) {
      heldOut = await heldOutLoss(given.heldOut, batch, measure, step === given.steps ? Infinity : measuredBatches, given.onMeasure);
      clock.pause();
      given.onMetrics({ step, held_out_loss: heldOut, seconds: clock.seconds() });
    }
    if (step % given.saveEvery === 0 || last) {
      await given.save(step, clock.seconds());
      saved = step;
      clock.pause();
    }
    given.onStep({ step, loss, heldOut, tokensPerSecond: clock.speed() * tokensPerStep, secondsLeft: (given.until - step) / clock.speed() });
  }
  if (signal.aborted && saved < training.taken) {
    const report = await training.report();
    if (report.broken > 0) throw await notFinite(given, report, saved);
    await given.save(training.taken, clock.seconds());
  }
  return { step: training.taken, loss, heldOut: training.taken === given.steps ? heldOut : undefined, stopped: signal.aborted, seconds: clock.seconds() };
}

function batchesOf({ windows, batch, accumulate, seed }: Run, step: number): Batch[] {
  return Array.from({ length: accumulate }, (_, i) => windows.shuffledBatch(step * accumulate + i, batch, seed));
}

/** Says at which step and in which layer; the parameters are still those from before that step. */
async function notFinite(given: Run, { broken }: TrainingReport, saved: number): Promise<MszError> {
  const { training } = given;
  const step = training.taken - broken + 1;
  let place: string | undefined;
  for (const [i, batch] of batchesOf(given, step - 1).entries()) {
    const found = await training.inspect(batch, (step - 1) * given.accumulate + i);
    if (!found) continue;
    place = `in \`${found.place}\` (${found.count} of its values)`;
    break;
  }
  const reason = place ? `the first place that is not finite is ${place}` : "every value of the forward pass is finite, and the gradient is not";
  const good = saved > 0 ? `the last good checkpoint is that of step ${saved}; ` : "there is no checkpoint yet; ";
  return new MszError("not-finite", `the loss or its gradient became infinite or NaN at step ${step}`, { reason, hint: `${good}try a lower rate, a longer warm-up or \`clip = 1\`` });
}

/** Time spent, and the speed of the last steps; measurements and checkpoints are not counted in the speed. */
class Clock {
  private readonly start = performance.now();
  private readonly recent: number[] = [];
  private last = performance.now();

  constructor(private readonly before: number) {}

  seconds(): number {
    return Number((this.before + (performance.now() - this.start) / 1000).toFixed(3));
  }

  step(): void {
    const now = performance.now();
    this.recent.push((now - this.last) / 1000);
    if (this.recent.length > 20) this.recent.shift();
    this.last = now;
  }

  pause(): void {
    this.last = performance.now();
  }

  /** Steps a second. */
  speed(): number {
    return this.recent.length / Math.max(1e-9, this.recent.reduce((a, b) => a + b, 0));
  }
}
