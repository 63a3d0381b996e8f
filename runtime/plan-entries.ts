/** What a program that dispatches kernels asks of a plan's entries, whatever the device. In: a plan, an entry. Out: the entry, or MszError; counts of tokens. */
import { MszError } from "../src/base/error.js";
import type { Plan, PlanEntry } from "../src/plan/plan.js";
import type { CallSize } from "./call-size.js";

/** @throws MszError `plan-entry` */
export function entryNamed({ entries }: Plan, name: string): PlanEntry {
  const entry = entries.find((e) => e.name === name);
  if (!entry) throw new MszError("plan-entry", `the plan has no entry \`${name}\``, { hint: `its entries: ${entries.map((e) => e.name).join(", ")}` });
  return entry;
}

/** What a training entry changes belongs to the trainer. @throws MszError `training-entry` */
export function refuseTraining(plan: Plan, { name, states }: PlanEntry): void {
  const trains = plan.states.some((spec) => spec.class === "training" && states.includes(spec.name));
  if (trains) throw new MszError("training-entry", `the entry \`${name}\` changes what a trainer keeps`, { hint: "make a trainer of the program; its `step` runs this entry" });
}

/** How far the call moves its state on: `encode` writes no token behind those of the text. */
export function tokensAdded({ states }: PlanEntry, { tokens }: CallSize): number {
  return states.includes("length") ? tokens : 0;
}

/** [steps, batch] → [batch, steps] */
export function transposeTokens(tokens: Int32Array, steps: number, batch: number): Int32Array {
  const out = new Int32Array(tokens.length);
  for (let row = 0; row < batch; row++) {
    for (let step = 0; step < steps; step++) out[row * steps + step] = tokens[step * batch + row]!;
  }
  return out;
}
