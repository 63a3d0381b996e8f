/** Updates that contract the old value and write the result back: their corrections, and that these are the update itself. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derive, printState } from "../../compiler/2-derive/index.js";
import type { Axis, State, TokenExpr } from "../../src/model/model.js";
import { printExpr } from "../../src/model/print.js";
import { add, axis, div, mean, mixer, model, mul, named, neg, state, sub, sum, token, unary, use } from "./build.js";
import { expectSame } from "./same.js";

const heads = axis("heads", 2);
const feature = axis("feature", 3);
const channel = axis("channel", 4);
const rank = axis("rank", 2);
const axes = [heads, feature, channel];

const key = token("key", heads, feature);
const other = token("other", heads, feature);
const value = token("value", heads, channel);
const side = token("side", heads, channel);
const rate = token("rate", heads);
const keep = token("keep", heads);
const write = mul(key, value);

function derived(update: (old: TokenExpr) => TokenExpr, declared: Axis[] = axes): { before: State; after: State } {
  const before = state("s", declared, update);
  const { model: made, diagnostics } = derive(model(mixer(sum(mul(key, use(before)), ...declared), [before])));
  expect(diagnostics).toEqual([]);
  const sublayer = made?.layers[0]?.[0];
  if (sublayer?.kind !== "mixer") throw new Error("no mixer");
  return { before, after: sublayer.mixer.states[0]! };
}

const erase = (s: TokenExpr, by: TokenExpr, at: TokenExpr): TokenExpr => sub(s, mul(at, by, sum(mul(by, s), feature)));

const [k, v] = ["key[heads, feature]", "value[heads, channel]"];
const updates: [string, (s: TokenExpr) => TokenExpr, string][] = [
  ["a delta rule", (s) => add(erase(s, key, rate), mul(rate, key, value)), `s - rate[heads] * ${k} * sum(${k} * s, feature) + rate[heads] * ${k} * ${v}`],
  ["as one difference", (s) => add(s, mul(key, sub(value, sum(mul(key, s), feature)))), `s - ${k} * sum(${k} * s, feature) + ${k} * ${v}`],
  ["kept and erased", (s) => add(mul(keep, erase(s, key, rate)), write), `keep[heads] * s - keep[heads] * rate[heads] * ${k} * sum(${k} * s, feature) + ${k} * ${v}`],
  ["decayed first, along the key", (s) => add(erase(mul(token("fade", heads, feature), s), key, rate), write),
    `fade[heads, feature] * s - rate[heads] * ${k} * sum(${k} * fade[heads, feature] * s, feature) + ${k} * ${v}`],
  ["decayed along the value", (s) => add(mul(token("fade", heads, channel), erase(s, key, rate)), write),
    `fade[heads, channel] * s - fade[heads, channel] * rate[heads] * ${k} * sum(${k} * s, feature) + ${k} * ${v}`],
  ["decayed along both", (s) => add(mul(token("fade", heads, feature), token("fall", heads, channel), erase(s, key, rate)), write),
    `fade[heads, feature] * fall[heads, channel] * s - fade[heads, feature] * fall[heads, channel] * rate[heads] * ${k} * sum(${k} * s, feature) + ${k} * ${v}`],
  ["erased by another key", (s) => add(add(s, mul(other, sum(mul(key, s), feature))), write), `s + other[heads, feature] * sum(${k} * s, feature) + ${k} * ${v}`],
  ["on the value side", (s) => add(sub(s, mul(value, sum(mul(value, s), channel))), write), `s - ${v} * sum(${v} * s, channel) + ${k} * ${v}`],
  ["on both sides", (s) => add(sub(sub(s, mul(value, sum(mul(value, s), channel))), mul(key, sum(mul(key, s), feature))), write),
    `s - ${v} * sum(${v} * s, channel) - ${k} * sum(${k} * s, feature) + ${k} * ${v}`],
  ["over two axes at once", (s) => add(sub(s, mul(key, value, sum(mul(key, side, s), feature, channel))), write),
    `s - ${k} * ${v} * sum(${k} * side[heads, channel] * s, feature, channel) + ${k} * ${v}`],
  ["over two axes, one after the other", (s) => add(sub(s, mul(key, value, sum(mul(side, sum(mul(key, s), feature)), channel))), write),
    `s - ${k} * ${v} * sum(side[heads, channel] * ${k} * s, feature, channel) + ${k} * ${v}`],
  ["over all axes", (s) => add(sub(s, mul(write, sum(mul(key, s), heads, feature, channel))), write), `s - ${k} * ${v} * sum(${k} * s, heads, feature, channel) + ${k} * ${v}`],
  ["a mean", (s) => add(sub(s, mean(s, feature)), write), `s - 0.333333 * sum(s, feature) + ${k} * ${v}`],
  ["divided", (s) => add(sub(s, div(mul(key, sum(div(s, other), feature)), rate)), write), `s - ${k} / rate[heads] * sum(1 / other[heads, feature] * s, feature) + ${k} * ${v}`],
  ["an outer product bound to a name", (s) => add(sub(s, mul(key, sum(mul(named("both", mul(key, side)), s), feature))), write),
    `s - ${k} * side[heads, channel] * sum(${k} * s, feature) + ${k} * ${v}`],
  ["one reader, two writers", (s) => add(add(sub(s, mul(key, sum(mul(key, s), feature))), mul(other, sum(mul(key, s), feature))), write),
    `s + (-${k} + other[heads, feature]) * sum(${k} * s, feature) + ${k} * ${v}`],
  ["the same twice", (s) => add(sub(sub(s, mul(key, sum(mul(key, s), feature))), mul(key, sum(mul(s, key), feature))), write),
    `s - 2 * ${k} * sum(${k} * s, feature) + ${k} * ${v}`],
  ["taken back", (s) => add(add(sub(s, mul(key, sum(mul(key, s), feature))), mul(key, sum(mul(key, s), feature))), write), `s + ${k} * ${v}`],
  ["a rank of two", (s) => add(sub(s, sum(mul(token("w", heads, rank, feature), sum(mul(token("r", heads, rank, feature), s), feature)), rank)), write),
    `s - w_0[heads, feature] * sum(r_0[heads, feature] * s, feature) - w_1[heads, feature] * sum(r_1[heads, feature] * s, feature) + ${k} * ${v}`],
  ["a rank whose writers have one direction", (s) => add(sub(s, mul(key, sum(mul(token("w", heads, rank), sum(mul(token("r", heads, rank, feature), s), feature)), rank))), write),
    `s - ${k} * sum(sum(w[heads, rank] * r[heads, rank, feature], rank) * s, feature) + ${k} * ${v}`],
];

describe("updates of s[heads, feature, channel]", () => {
  test.each(updates)("%s", (_, update, formula) => {
    const { before, after } = derived(update);
    expect(printState(after).formula).toBe(`s = ${formula}`);
    expectSame(before, after);
    expect(after.normal!.class).toBe(formula.includes("sum(") ? "corrected" : "additive");
    const names = axes.map((a) => a.name);
    for (const { writer, reader, over } of after.normal!.corrections) {
      for (const a of [...writer.axes, ...reader.axes, ...over]) expect(names).toContain(a.name);
    }
  });
});

test("two steps in one token: the second sees what the first left", () => {
  const { before, after } = derived((s) => add(erase(named("first", erase(s, key, rate)), other, keep), write));
  expectSame(before, after);
  expect(after.normal!.corrections.map((c) => [printExpr(c.writer), printExpr(c.reader)])).toEqual([
    [`-(rate[heads] * ${k}) + keep[heads] * other[heads, feature] * sum(other[heads, feature] * rate[heads] * ${k}, feature)`, k],
    ["-(keep[heads] * other[heads, feature])", "other[heads, feature]"],
  ]);
});

test("four steps are four corrections, since equal readers are one", () => {
  const { before, after } = derived((s) => add([0, 1, 2, 3].reduce((old, i) => erase(old, token(`k${i}`, heads, feature), token(`b${i}`, heads)), s), write));
  expect(after.normal!.corrections).toHaveLength(4);
  expectSame(before, after);
});

test("a key has the axes that corrections contract over, where no read says otherwise", () => {
  const before = state("s", [feature, channel], (s) => add(erase(s, token("k", feature), token("b")), mul(token("v", channel), token("k", feature))));
  const { model: made } = derive(model(mixer(use(before), [before])));
  const sublayer = made?.layers[0]?.[0];
  if (sublayer?.kind !== "mixer") throw new Error("no mixer");
  expect(sublayer.mixer.states[0]!.normal!.terms.map((t) => t.key.axes)).toEqual([[feature]]);
});

describe("axes are names, and an inner sum's are its own", () => {
  test("a sum over `feature` around a sum over `feature`", () => {
    // Σ_f key (key · Σ_f' (other · s)): the outer sum is over the keys alone.
    const { before, after } = derived((s) => add(sub(s, mul(other, sum(mul(key, key, sum(mul(other, s), feature)), feature))), write));
    expectSame(before, after);
    expect(printState(after).formula).toContain(" * sum(other[heads, feature] * s, feature)");
  });

  test("a factor that has both axes and is no product cannot go inside", () => {
    const long = axis("long", 9);
    const mixed = token("mixed", feature, long);
    const read = (s: TokenExpr): TokenExpr => sum(mul(mixed, sum(mul(token("k", feature), s), feature)), long);
    const before = state("s", [feature, long], (s) => add(s, add(mul(token("v", long), read(s)), mixed)));
    const { model: made, diagnostics } = derive(model(mixer(sum(use(before), feature), [before])));
    expect(diagnostics).toMatchObject([{ code: "sequential-state", severity: "warning" }]);
    const sublayer = made?.layers[0]?.[0];
    if (sublayer?.kind !== "mixer") throw new Error("no mixer");
    expectSame(before, sublayer.mixer.states[0]!);
  });

  test("but an outer product can, in two parts", () => {
    const both = named("both", mul(token("a", heads, feature), side));
    const { before, after } = derived((s) => add(add(s, mul(value, sum(mul(both, sum(mul(key, s), feature)), channel))), write));
    expectSame(before, after);
    expect(after.normal!.corrections).toHaveLength(1);
  });
});

test("whatever is made of sums, products and contractions is linear, and its normal form is the update", () => {
  const gates = [rate, keep, token("fade", heads, feature), token("fall", heads, channel)];
  const keys = [key, other];
  const values = [value, side];
  const step = fc.oneof(
    fc.record({ kind: fc.constant("scale" as const), by: fc.constantFrom(...gates) }),
    fc.record({ kind: fc.constant("write" as const), by: fc.constantFrom(...keys), with: fc.constantFrom(...values) }),
    fc.record({ kind: fc.constant("erase" as const), by: fc.constantFrom(...keys), with: fc.constantFrom(...keys), at: fc.constantFrom(...gates) }),
    fc.record({ kind: fc.constant("turn" as const), by: fc.constantFrom(...values), with: fc.constantFrom(...values) }),
    fc.record({ kind: fc.constant("mean" as const), over: fc.constantFrom(feature, channel, heads) }),
  );
  const apply = (s: TokenExpr, one: typeof step extends fc.Arbitrary<infer S> ? S : never): TokenExpr => {
    switch (one.kind) {
      case "scale": return mul(one.by, s);
      case "write": return add(mul(one.by, one.with), s);
      case "erase": return sub(s, mul(one.at, one.with, sum(mul(one.by, s), feature)));
      case "turn": return sub(neg(s), mul(one.with, sum(mul(s, one.by), channel)));
      case "mean": return add(s, mul(0.5, mean(s, one.over)));
    }
  };
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
      const { before, after } = derived((s) => add(steps.reduce(apply, s), write));
      expectSame(before, after);
    }),
    { numRuns: 60, seed: 4 },
  );
});

test("a contraction under anything that is not linear is no correction", () => {
  const before = state("s", axes, (s) => add(sub(s, mul(key, unary("tanh", sum(mul(key, s), feature)))), write));
  expect(derive(model(mixer(sum(use(before), ...axes), [before]))).diagnostics.map((d) => d.code)).toEqual(["sequential-state"]);
});
