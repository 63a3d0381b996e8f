/**
 * What a training step runs. In: a plan and a step. Out: the entry of each micro-batch with its inputs, checked before anything runs, or
 * MszError `micro-batches` and what `sizeOfCall` throws.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanEntry } from "../../src/plan/plan.js";
import { oneNumber, sizeOfCall, type CallSize } from "../call-size.js";
import type { HostTensors, TrainingStep } from "../device.js";

export interface StepCall {
  readonly entry: PlanEntry;
  readonly inputs: HostTensors;
  readonly size: CallSize;
}

export function inputsOfStep(plan: Plan, { batches, schedule, seed, counter, restart }: TrainingStep): StepCall[] {
  const wanted = plan.training?.accumulate ?? 1;
  if (batches.length !== wanted) throw new MszError("micro-batches", `an update of this plan takes ${wanted} micro-batches, not ${batches.length}`);
  const last = batches.length - 1;
  const calls = batches.map(({ tokens, targets, source_tokens }, i) => {
    const known: HostTensors = {
      tokens, targets,
      ...(source_tokens ? { source_tokens } : {}),
      schedule: { shape: [3], data: Float32Array.from(schedule) },
      seed: oneNumber(seed), counter: oneNumber(counter + i),
      // What is accumulated starts anew with each step, what is reported when it is asked for.
      restart: oneNumber((i < last ? i === 0 : restart) ? 1 : 0),
    };
    const name = i < last ? "accumulate" : "train";
    const entry = plan.entries.find((e) => e.name === name);
    if (!entry) throw new MszError("plan-entry", `the plan has no entry \`${name}\``);
    const inputs = Object.fromEntries(entry.inputs.flatMap(({ name }) => (known[name] ? [[name, known[name]]] : [])));
    return { entry, inputs, size: sizeOfCall(entry, inputs, undefined) };
  });
  // Pairs are batched by tokens, so that no two batches need be of one size; windows of one text are.
  if (plan.model.source) return calls;
  const first = calls[0]!.size;
  const odd = calls.find(({ size }) => size.batch !== first.batch || size.tokens !== first.tokens)?.size;
  if (odd) throw new MszError("micro-batches", `the micro-batches of an update are of one size, not [${first.batch}, ${first.tokens}] and [${odd.batch}, ${odd.tokens}]`);
  return calls;
}
