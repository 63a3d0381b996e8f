/** What a model makes of tokens that are known: the losses of the entry `evaluate`, added up. */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { HostTensor } from "../device.js";

/** Σ of the losses of targets that are not padding, nats, and how many they are. */
export interface Losses {
  readonly sum: number;
  readonly count: number;
}

/** @param nll f32 [B, T], 0 at padding; added in float64 */
export function addLosses(plan: Plan, targets: HostTensor, nll: HostTensor): Losses {
  const { padding } = plan.model;
  let [sum, count] = [0, 0];
  targets.data.forEach((target, i) => {
    if (target === padding) return;
    sum += nll.data[i]!;
    count++;
  });
  return { sum, count };
}

/** @throws MszError `not-for-training` */
export function expectEvaluate(plan: Plan): void {
  if (plan.entries.some((e) => e.name === "evaluate")) return;
  throw new MszError("not-for-training", `the plan of ${plan.model.name} has no entry \`evaluate\``, { hint: "compile the spec with `msz compile --training`" });
}
