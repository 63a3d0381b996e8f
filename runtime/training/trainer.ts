/** What the trainers of programs that dispatch kernels share: what they have of their program, how large their states are, and what they report. */
import type { PlanState } from "../../src/plan/plan.js";
import type { CallSize } from "../call-size.js";
import type { HostTensor, HostTensors, TrainingReport } from "../device.js";
import { bytesOf, layoutOf } from "../state-layout.js";
import { checkState } from "../state-tensors.js";

/** What a trainer has of its program. */
export interface TrainerHost<Instance> {
  /** Does its work when no other call runs. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  instance(entry: string, size: CallSize): Instance;
  /** The trainer is gone; `free` is to be called when no call needs its memory. */
  release(free: () => void): void;
}

/** Bytes of a state of training, whose sizes are all numbers; undefined for one of a sequence. */
export function trainingBytes(spec: PlanState): number | undefined {
  return spec.class === "training" ? bytesOf(layoutOf(spec, { batch: 0, source: 0, capacity: 0 })) : undefined;
}

/** By index into `plan.states`: the new values of those of training. @throws MszError as `checkState` does */
export function checkTrainingStates(specs: readonly PlanState[], tensors: HostTensors): (HostTensor | undefined)[] {
  return specs.map((spec) => (spec.class === "training" ? checkState(spec, 0, 0, tensors[spec.name]) : undefined));
}

const reported = ["loss.sum", "loss.steps", "norm", "broken"];

export function isReported(state: string): boolean {
  return reported.includes(state);
}

export function reportOf(states: HostTensors): TrainingReport {
  const [sum, steps, norm, broken] = reported.map((name) => states[name]?.data[0] ?? NaN) as [number, number, number, number];
  return { loss: sum / steps, norm, broken };
}
