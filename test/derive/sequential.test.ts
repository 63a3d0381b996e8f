/** States that are walked token by token: which, together with which, in which order, and what is told about it. */
import { describe, expect, test } from "vitest";
import { derive, printState } from "../../compiler/2-derive/index.js";
import { walk } from "../../compiler/2-derive/walk.js";
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Cache, MixerInstance, State, TokenExpr } from "../../src/model/model.js";
import { printExpr } from "../../src/model/print.js";
import {
  add, axis, cache, div, kept, mixer, model, mul, neg, newSpan, number, reduce, softmax, state, sub, sum, time, token, unary, use,
} from "./build.js";
import { expectSame } from "./same.js";

const slots = axis("slots", 3);
const width = axis("width", 4);
const key = token("key", slots);
const value = token("value", width);
const x = token("x", width);

function derived(out: TokenExpr, states: State[], caches: Cache[] = []): { made: MixerInstance; warnings: Diagnostic[] } {
  const { model: whole, diagnostics } = derive(model(mixer(out, states, caches)));
  expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  const sublayer = whole?.layers[0]?.[0];
  if (sublayer?.kind !== "mixer") throw new Error("no mixer");
  return { made: sublayer.mixer, warnings: diagnostics };
}

function refused(out: TokenExpr, states: State[], caches: Cache[] = []): Diagnostic[] {
  const { model: whole, diagnostics } = derive(model(mixer(out, states, caches)));
  expect(whole).toBeUndefined();
  return diagnostics;
}

const bankRead = (s: TokenExpr): TokenExpr => sum(mul(key, s), slots);

const updates: [string, (s: TokenExpr) => [TokenExpr, TokenExpr]][] = [
  ["tanh", (s) => { const t = unary("tanh", add(s, value)); return [add(t, mul(key, value)), t]; }],
  ["its own product", (s) => { const t = mul(s, s); return [add(mul(key, value), t), t]; }],
  ["a divisor", (s) => { const t = div(value, add(s, 1)); return [add(s, t), t]; }],
  ["a gate that sees it", (s) => { const t = unary("sigmoid", bankRead(s)); return [add(mul(t, s), mul(key, value)), t]; }],
  ["a softmax of it", (s) => { const t = softmax(s, slots); return [add(t, mul(key, value)), t]; }],
  ["its own sum below it", (s) => { const t = div(s, add(sum(s, slots), 1)); return [add(t, mul(key, value)), t]; }],
  ["a maximum", (s) => { const t = reduce("max", s, slots); return [add(s, add(t, mul(key, value))), t]; }],
  ["two contractions of it multiplied", (s) => { const t = mul(bankRead(s), bankRead(s)); return [add(s, add(t, mul(key, value))), t]; }],
];

describe("one state", () => {
  test.each(updates)("%s is walked; the place is what is not linear", (_, update) => {
    let place: TokenExpr | undefined;
    const before = state("bank", [slots, width], (s) => {
      const [whole, at] = update(s);
      place = at;
      return whole;
    });
    const { made, warnings } = derived(unary("exp", sum(use(before), slots)), [before]);
    expect(warnings).toMatchObject([{ code: "sequential-state", severity: "warning", span: place!.span }]);
    const after = made.states[0]!;
    expect(after.normal).toBeUndefined();
    expect(after.walk).toEqual({ states: [after], because: place!.span });
    expectSame(before, after);
    walk([after.update, made.out], (e) => {
      expect(e.kind).not.toBe("read");
      if (e.kind === "state") expect(e.state).toBe(after);
    });
  });

  test("any use of it will do, whole and not linear too", () => {
    const before = state("bank", [slots, width], (s) => unary("tanh", add(s, mul(key, value))));
    const { made } = derived(sum(softmax(unary("exp", use(before)), slots), slots), [before]);
    expect(printExpr(made.out)).toBe("sum(softmax(exp(bank), slots), slots)");
  });

  test("the warning counts what is kept for every token, once for twelve layers", () => {
    const h = state("h", [slots, width], (s) => unary("tanh", add(s, mul(key, value))));
    const m = mixer(sum(use(h), slots), [h]);
    const { model: made, diagnostics } = derive(model(...Array.from({ length: 12 }, () => m)));
    expect(made?.layers).toHaveLength(12);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]!.reason).toContain(" 48 bytes a token");
  });

  test("its explanation is its update", () => {
    const h = state("h", [width], (s) => unary("tanh", add(mul(0.5, s), x)));
    const { made } = derived(use(h), [h]);
    expect(printState(made.states[0]!)).toEqual({ name: "m.h", class: "sequential", formula: "h = tanh(0.5 * h + x[width])", corrections: [], terms: [] });
  });

  test.each<[string, (s: TokenExpr) => TokenExpr, boolean]>([
    ["tanh of itself", (s) => unary("tanh", s), true],
    ["its square, gated", (s) => mul(x, s, neg(s)), true],
    ["its norm by its own sum", (s) => div(s, add(sum(s, width), 1)), true],
    ["a sigmoid of itself", (s) => unary("sigmoid", s), false],
    ["one more than its square", (s) => add(mul(s, s), 1), false],
  ])("%s stays zero: %s", (_, update, zero) => {
    const h = state("h", [width], update);
    const codes = derive(model(mixer(use(h), [h]))).diagnostics.map((d) => d.code);
    expect(codes).toEqual([zero ? "nothing-written" : "sequential-state"]);
  });
});

describe("several states", () => {
  const old = (of: State): TokenExpr => use(of, "old");

  /** An LSTM: the cell needs the old output, the output the new cell. */
  function lstm(): { cell: State; h: State } {
    const cell = state("cell", [width], () => number(0));
    const h = state("h", [width], () => mul(unary("sigmoid", x), unary("tanh", use(cell))));
    cell.update = add(mul(unary("sigmoid", add(x, old(h))), old(cell)), unary("tanh", x));
    return { cell, h };
  }

  test.each([false, true])("a circle is walked together, each after what it needs the new value of; declared backwards: %s", (backwards) => {
    const { cell, h } = lstm();
    const declared = backwards ? [h, cell] : [cell, h];
    const { made, warnings } = derived(use(h), declared);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.labels).toHaveLength(2);
    expect(warnings[0]!.reason).toContain(" 32 bytes a token");
    const [first, second] = made.states;
    expect(first!.walk).toBe(second!.walk);
    expect(first!.walk!.states.map((s) => s.name)).toEqual(["m.cell", "m.h"]);
    expectSame(declared[0]!, first!);
    expectSame(declared[1]!, second!);
  });

  test("a circle of linear updates is walked too", () => {
    const a = state("a", [width], () => number(0));
    const b = state("b", [width], (s) => add(add(s, use(a)), x));
    a.update = add(old(a), old(b));
    const { warnings } = derived(use(b), [a, b]);
    expect(warnings).toMatchObject([{ code: "sequential-state" }]);
    expect(warnings[0]!.reason).toContain("the updates of `a` and `b` need one another");
  });

  test("a circle of new values has no meaning", () => {
    const a = state("a", [width], () => number(0));
    const b = state("b", [width], (s) => add(s, use(a)));
    const cause = use(b);
    a.update = add(add(old(a), cause), x);
    expect(refused(use(b), [a, b])).toMatchObject([{ code: "state-circle", severity: "error", span: cause.span }]);
    const self = state("self", [width], (s) => s);
    self.update = add(use(self), x);
    expect(refused(use(self), [self])).toMatchObject([{ code: "state-circle" }]);
  });

  test("a circle through a cache has none either", () => {
    const s = state("s", [width], () => number(0));
    const c = cache("c", add(old(s), x));
    s.update = add(old(s), sum(mul(softmax(sum(mul(x, kept(c)), width), time), kept(c)), time));
    expect(refused(use(s), [s], [c])).toMatchObject([{ code: "circle-through-time" }]);
  });

  test("a decayed state that reads a walked one stays decayed, and reads of others stay reads", () => {
    const bank = state("bank", [slots, width], (s) => add(s, mul(key, value)));
    const h = state("h", [width], (s) => unary("tanh", add(s, sum(mul(key, use(bank)), slots))));
    const sums = state("sums", [slots, width], (s) => add(mul(unary("sigmoid", use(h)), s), mul(key, use(h))));
    const { made, warnings } = derived(sum(mul(key, use(sums)), slots), [bank, h, sums]);
    expect(warnings).toHaveLength(1);
    expect(made.states.map((s) => s.normal?.class)).toEqual(["additive", undefined, "decayed"]);
    expect(printExpr(made.states[1]!.update, { whole: true })).toBe("tanh(previous(h) + sum(key[slots] * bank, slots))");
    expect(printExpr(made.states[2]!.normal!.decay!)).toBe("sigmoid(h)");
    made.states.forEach((s, i) => expectSame([bank, h, sums][i]!, s));
  });

  test("a state that a walk asks with a query of its own is walked with it", () => {
    const bank = state("bank", [width, slots], (s) => add(mul(0.9, s), mul(key, value)));
    const read = sum(mul(softmax(sum(mul(x, use(bank)), width), slots), key), slots);
    const h = state("h", [width], (s) => unary("tanh", add(mul(s, read), sum(mul(softmax(sum(mul(s, use(bank)), width), slots), use(bank)), slots))));
    const { made, warnings } = derived(use(h), [bank, h]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]!.reason).toContain(" 64 bytes a token");
    expect(made.states[0]!.walk).toBe(made.states[1]!.walk);
    expect(made.states[0]!.walk!.states.map((s) => s.name)).toEqual(["m.bank", "m.h"]);
    made.states.forEach((s, i) => expectSame([bank, h][i]!, s));
  });

  test("a convolution of a walked state, or attention asked by it, is refused", () => {
    const taps = { name: "taps", shape: [4, 2], initializer: { kind: "zeros" as const }, span: newSpan() };
    const convolved = (argument: TokenExpr): TokenExpr => ({ kind: "convolve", argument, size: 2, weight: taps, bias: taps, name: "taps", axes: argument.axes, span: newSpan() });
    const h = state("h", [width], (s) => unary("tanh", add(convolved(s), x)));
    expect(refused(use(h), [h])).toMatchObject([{ code: "circle-through-time" }]);
    const fine = state("fine", [width], (s) => unary("tanh", add(convolved(x), s)));
    expect(derived(use(fine), [fine]).made.convolutions).toHaveLength(1);

    const c = cache("c", x);
    const asked = (query: TokenExpr): TokenExpr => sum(mul(softmax(sum(mul(query, kept(c)), width), time), kept(c)), time);
    const g = state("g", [width], (s) => unary("tanh", add(asked(s), x)));
    expect(refused(use(g), [g], [c])).toMatchObject([{ code: "circle-through-time" }]);
    const good = state("good", [width], (s) => unary("tanh", add(asked(x), s)));
    const { made } = derived(use(good), [good], [c]);
    expect(printExpr(made.states[0]!.update, { whole: true })).toBe("tanh(sum(softmax(sum(x[width] * c, width), time) * c, time) + previous(good))");
  });

  test("a whole use of a state that is not walked is still refused, in a walked update too", () => {
    const bank = state("bank", [slots, width], (s) => add(s, mul(key, value)));
    const whole = use(bank);
    const h = state("h", [width], (s) => unary("tanh", sub(s, sum(softmax(whole, slots), slots))));
    expect(refused(use(h), [bank, h])).toMatchObject([{ code: "read-not-contraction", span: whole.span }]);
  });
});
