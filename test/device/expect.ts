/** What the tests of devices expect: errors with words, and probabilities from logits. */
import { expect } from "vitest";
import { MszError, type Sampling } from "../../runtime/index.js";

/** An MszError that says something, and no failure of our own behind it. */
export function expectMszError(error: unknown): asserts error is MszError {
  if (!(error instanceof MszError)) throw error instanceof Error ? error : new Error(`no MszError but ${String(error)}`);
  expect(error.message.length).toBeGreaterThan(15);
  expect(error.message).not.toMatch(/Cannot read propert|is not a function/);
}

/** By the words of op `sample`, in float64: temperature, then the k likeliest, then the fewest of these that make p. */
export function probabilities(logits: readonly number[], { temperature, topK, topP }: Omit<Sampling, "seed">): number[] {
  const weights = logits.map((logit) => Math.exp((logit - Math.max(...logits)) / temperature));
  const order = weights.map((_, id) => id).sort((a, b) => weights[b]! - weights[a]!);
  const likeliest = order.slice(0, topK === 0 ? undefined : topK);
  const sum = (of: readonly number[]): number => of.reduce((total, id) => total + weights[id]!, 0);
  const enough = topP * sum(likeliest);
  const kept = topP === 1 ? likeliest : likeliest.slice(0, likeliest.findIndex((_, i) => sum(likeliest.slice(0, i + 1)) >= enough) + 1);
  return weights.map((weight, id) => (kept.includes(id) ? weight / sum(kept) : 0));
}

/** What a chi-square of so many degrees of freedom passes once in 10,000 times (Wilson and Hilferty's formula). */
export function criticalChiSquare(degrees: number): number {
  const deviations = 3.719;
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + deviations * Math.sqrt(spread)) ** 3;
}
