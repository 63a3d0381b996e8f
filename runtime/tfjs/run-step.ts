/** One step of a program on the values made so far: its result takes its place, and what it was the last to use is given back. */
import type { TfjsStep } from "../../src/plan/plan.js";
import type { Extents } from "../../src/plan/size.js";
import { Cache } from "./cache.js";
import { expectRoom, explainFailure } from "./failure.js";
import type { StepRun, Value } from "./value.js";

export interface ReadyStep {
  readonly step: TfjsStep;
  readonly run: StepRun;
}

/** @param entry where the step is, for a message */
export function runStep(entry: string, { step, run }: ReadyStep, values: (Value | undefined)[], extents: Extents): void {
  const where = (): string => `step ${step.out} (${step.op}) of ${entry}`;
  try {
    const inputs = step.in.map((i) => values[i]!);
    expectRoom(roomOf(inputs), where);
    values[step.out] = run(inputs, extents);
  } catch (error) {
    throw explainFailure(error, where());
  }
  for (const i of step.free ?? []) {
    const value = values[i];
    if (value && !(value instanceof Cache)) value.dispose();
    values[i] = undefined;
  }
}

/** What a step takes: most results are as large as the largest operand; a product of matrices has its own rule. */
function roomOf(inputs: readonly Value[]): number {
  let largest = 0;
  for (const x of inputs) if (!(x instanceof Cache) && x.size > largest) largest = x.size;
  const [a, b] = inputs;
  const product = a && b && !(a instanceof Cache) && !(b instanceof Cache) && a.rank === 2 && b.rank === 2 ? a.shape[0]! * b.shape[1]! : 0;
  return 4 * Math.max(largest, product);
}
