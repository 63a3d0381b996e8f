/** Gradients of an entry `gradients` beside those of the naive recurrence. */
import { expect } from "vitest";
import { expectClose } from "../helpers/close.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import type { NaiveResult } from "./naive-model.js";

export interface GradientTolerances {
  /** Of the loss, or of 1 where it is smaller. */
  readonly loss: number;
  /** Of a gradient's largest magnitude. */
  readonly gradient: number;
  /** Of the model's largest gradient: some parameters, as a key's bias under softmax, have none but by rounding. */
  readonly rounding: number;
}

export function expectGradients({ loss, gradients }: NaiveResult, got: Tensors, tolerances: GradientTolerances): void {
  expectClose("loss", { shape: [1], data: [loss] }, got["loss"]!, tolerances.loss * Math.max(1, loss), { relativeTo: "absolute" });
  const largest = Math.max(...Object.values(gradients).map(largestOf));
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(Infinity);
  expect(Object.keys(got).filter((name) => name !== "loss").sort()).toEqual(Object.keys(gradients).map((name) => `grad.${name}`).sort());
  for (const [name, want] of Object.entries(gradients)) {
    const allowed = Math.max(tolerances.gradient * largestOf(want), tolerances.rounding * largest);
    // The graph's dims may stand apart where those of a weights file are merged.
    expectClose(`gradient of ${name}`, want, { ...got[`grad.${name}`]!, shape: want.shape }, allowed, { relativeTo: "absolute" });
  }
}

function largestOf({ data }: Tensor): number {
  return Array.from(data).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}
