/** What derivation made of a state must be its update itself, number for number, whatever the state was before. */
import { expect } from "vitest";
import type { State, TokenExpr } from "../../src/model/model.js";
import { add, mul, sum, use } from "./build.js";
import { valuesOf } from "./one-token.js";

export function expectSame(before: State, after: State): void {
  const want = valuesOf(before.update, before.axes);
  const got = valuesOf(after.normal ? written(before, after) : after.update, before.axes);
  // Both are float64 sums of up to some hundred products in another order, so what counts is how large the largest is.
  const scale = 1e-11 * Math.max(1, ...want.map(Math.abs));
  want.forEach((v, i) => expect(Math.abs(got[i]! - v)).toBeLessThan(scale));
}

/** The normal form as one expression. */
function written(before: State, { normal }: State): TokenExpr {
  const { decay, corrections, terms } = normal!;
  const old = use(before, "old");
  const kept = decay ? mul(decay, old) : old;
  const corrected = corrections.reduce((all, c) => add(all, mul(c.writer, sum(mul(c.reader, old), ...c.over))), kept);
  return terms.reduce((all, t) => add(all, mul(t.key, t.value)), corrected);
}
