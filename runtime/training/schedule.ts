/** Learning rate and bias corrections by step, in float64 on the host: the same numbers for every backend and every resumed run. */
import type { PlanRestarts, PlanSchedule, PlanTraining } from "../../src/plan/plan.js";

/**
 * @param step of the update, from 1
 * @returns the rate, and adam's bias corrections 1 - beta^step (1 and 1 for optimisers without)
 */
export function scheduleAt({ optimizer, schedule, steps }: PlanTraining, step: number): [rate: number, first: number, second: number] {
  const rate = optimizer.rate * factorAt(schedule, step, steps);
  return "betas" in optimizer ? [rate, 1 - optimizer.betas[0] ** step, 1 - optimizer.betas[1] ** step] : [rate, 1, 1];
}

/** A share of the rate: a straight line from `start` up to 1 at step `warmup`, then the schedule's own way. */
function factorAt(schedule: PlanSchedule, step: number, steps: number): number {
  const { warmup, start } = schedule;
  if (step < warmup) return start + ((1 - start) * step) / warmup;
  const done = steps > warmup ? Math.min(1, (step - warmup) / (steps - warmup)) : 0;
  switch (schedule.kind) {
    case "cosine": return schedule.restarts ? restarted(schedule.floor, schedule.restarts, step - warmup) : cosine(schedule.floor, done);
    case "linear": return schedule.floor + (1 - schedule.floor) * (1 - done);
    case "inverse_sqrt": return Math.sqrt(Math.max(1, warmup) / step);
    case "constant": return 1;
    default: return schedule satisfies never;
  }
}

function cosine(floor: number, done: number): number {
  return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
}

/** The last step of a period is at its floor: a training of whole periods ends there, and not with a restart. */
function restarted(floor: number, { period, grow, shrink }: PlanRestarts, since: number): number {
  let [number, length, at] = [0, period, since];
  if (grow === 1) {
    number = Math.max(0, Math.ceil(since / period) - 1);
    at -= number * period;
  }
  for (; at > length; number++) {
    at -= length;
    length *= grow;
  }
  return shrink ** number * cosine(floor, at / length);
}
