/** Lives of the values of a tfjs program: made once, before they are used, and not used after they are freed. */
import type { TfjsBody, TfjsEntry } from "./plan.js";
import { invalid } from "./problem.js";
import { tfjsSourceOps } from "./tfjs-ops.js";

const sources: ReadonlySet<string> = new Set(tfjsSourceOps);

/** Gives the check that a value is live behind the last step. */
export function checkLives(path: string, program: TfjsEntry | TfjsBody): (at: string, value: number) => void {
  /** Values that live on after the call: weights, constants, states, and the inputs, which the caller gives back. */
  const lasting = new Set(program.steps.filter((step) => sources.has(step.op)).map((step) => step.out));
  const life = new Map<number, "made" | "freed">();
  // Places are made only for a message: a large plan has tens of thousands of values.
  const dead = (at: string, value: number): never =>
    invalid(at, life.get(value) === "freed" ? `is value ${value}, which is freed by then` : `is value ${value}, which no step before it has made`);
  for (const [i, { in: inputs, out, free = [] }] of program.steps.entries()) {
    const wrong = inputs.findIndex((value) => life.get(value) !== "made");
    if (wrong >= 0) dead(`${path}.steps[${i}].in[${wrong}]`, inputs[wrong]!);
    if (out >= program.values) invalid(`${path}.steps[${i}].out`, `is ${out}, but there are ${program.values} values`);
    if (life.has(out)) invalid(`${path}.steps[${i}].out`, `is value ${out}, which an earlier step has made`);
    life.set(out, "made");
    for (const [j, value] of free.entries()) {
      if (life.get(value) !== "made") dead(`${path}.steps[${i}].free[${j}]`, value);
      if (lasting.has(value)) invalid(`${path}.steps[${i}].free[${j}]`, `is value ${value}, which a call does not own: an input, a parameter, a state or a constant`);
      life.set(value, "freed");
    }
  }
  return (at, value) => void (life.get(value) === "made" || dead(at, value));
}
