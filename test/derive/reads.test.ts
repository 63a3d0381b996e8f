import { describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { walk } from "../../compiler/2-derive/walk.js";
import { printExpr } from "../../src/model/print.js";
import type { MixerInstance, Model, State, TokenExpr } from "../../src/model/model.js";
import { add, axis, div, mean, mixer, model, mul, named, neg, parameter, softmax, state, sub, sum, token, unary, use } from "./build.js";
import { valuesOf } from "./one-token.js";

const slots = axis("slots", 3);
const width = axis("width", 4);
const heads = axis("heads", 2);
const other = axis("other", 2);

const bank = state("bank", [slots, width], (s) => add(s, mul(token("key", slots), token("value", width))));
const mass = state("mass", [slots], (s) => add(s, token("key", slots)));
const hidden = state("hidden", [width], (s) => add(mul(token("keep", width), s), token("x", width)));
const states = [bank, mass, hidden];
const q = token("q", slots);
const q2 = token("q2", slots);
const scale = token("scale");

function replaced(out: TokenExpr): TokenExpr {
  const { model: made, diagnostics } = derive(model(mixer(out, states)));
  expect(diagnostics).toEqual([]);
  return mixerOf(made).out;
}

function mixerOf(made: Model | undefined): MixerInstance {
  const sublayer = made?.layers[0]?.[0];
  if (sublayer?.kind !== "mixer") throw new Error("no mixer");
  return sublayer.mixer;
}

const reads: [string, TokenExpr, string][] = [
  ["query first", sum(mul(q, use(bank)), slots), "sum(q[slots] * bank, slots)"],
  ["query last", sum(mul(use(bank), q), slots), "sum(q[slots] * bank, slots)"],
  ["divided outside", div(sum(mul(q, use(bank)), slots), unary("sqrt", scale)), "sum(q[slots] * bank, slots) / sqrt(scale)"],
  ["divided inside", sum(div(mul(q, use(bank)), scale), slots), "sum(q[slots] * bank, slots) / scale"],
  ["divided by a query", sum(div(use(bank), q), slots), "sum(1 / q[slots] * bank, slots)"],
  ["scaled inside", sum(mul(scale, q, use(bank), q2), slots), "sum(scale * q[slots] * q2[slots] * bank, slots)"],
  ["negated", neg(sum(mul(q, neg(use(bank))), slots)), "sum(q[slots] * bank, slots)"],
  ["no query", sum(use(bank), slots), "sum(bank, slots)"],
  ["mean", mean(mul(q, use(bank)), slots), "0.333333 * sum(q[slots] * bank, slots)"],
  ["the old state", sum(mul(q, use(bank, "old")), slots), "sum(q[slots] * previous(bank), slots)"],
  ["two reads", sum(add(mul(q, use(bank)), mul(q2, use(bank, "old"))), slots), "sum(q[slots] * bank, slots) + sum(q2[slots] * previous(bank), slots)"],
  ["a bonus for the newest", sum(mul(q, add(use(bank, "old"), mul(token("u", slots), token("v", width)))), slots),
    "sum(q[slots] * previous(bank), slots) + v[width] * sum(q[slots] * u[slots], slots)"],
  ["a bound product", sum(named("both", mul(q, use(bank))), slots), "sum(q[slots] * bank, slots)"],
  ["a mean of heads", mean(sum(mul(token("qh", heads, slots), use(bank)), slots), heads), "0.5 * sum(sum(qh[heads, slots] * bank, slots), heads)"],
  ["heads and slots at once", sum(mul(token("qh", heads, slots), use(bank)), heads, slots), "sum(sum(qh[heads, slots], heads) * bank, slots)"],
  ["a ratio", div(sum(mul(q, use(bank)), slots), add(sum(mul(q, use(mass)), slots), 1e-6)), "sum(q[slots] * bank, slots) / (sum(q[slots] * mass, slots) + 1e-6)"],
  ["equal products add up", sum(sub(add(mul(q, use(bank)), mul(use(bank), q)), mul(q, use(bank, "old"))), slots),
    "2 * sum(q[slots] * bank, slots) - sum(q[slots] * previous(bank), slots)"],
  ["one axis, whole", mul(use(hidden), scale), "hidden * scale"],
  ["one axis, not linear", unary("tanh", use(hidden)), "tanh(hidden)"],
  ["one axis under softmax", softmax(use(hidden), width), "softmax(hidden, width)"],
  ["a read behind a read", sum(mul(softmax(sum(mul(token("p", width), use(bank)), width), slots), use(bank)), slots),
    "sum(softmax(sum(p[width] * bank, width), slots) * bank, slots)"],
  ["a query that is a narrow state", sum(mul(use(mass), use(bank)), slots), "sum(mass * bank, slots)"],
  ["a query that is a trained tensor", sum(mul(parameter("m.seed", slots), use(bank)), slots), "sum(seed[slots] * bank, slots)"],
  ["a sum that the state lacks", mul(sum(mul(token("w", other), use(hidden)), other), 1), "hidden * sum(w[other], other)"],
  ["the same read twice", mul(sum(mul(q, use(bank)), slots), sum(mul(q, use(bank)), slots)), "sum(q[slots] * bank, slots) * sum(q[slots] * bank, slots)"],
];

describe("reads", () => {
  test.each(reads)("%s", (_, out, formula) => {
    const after = replaced(out);
    expect(printExpr(after, { whole: true })).toBe(formula);
    walk([after], (e) => expect(e.kind).not.toBe("state"));
    // Float64 sums of a few dozen products in another order.
    const got = valuesOf(after);
    valuesOf(out).forEach((v, i) => expect(got[i]).toBeCloseTo(v, 11));
    expect(after.axes.map((a) => a.name).sort()).toEqual(out.axes.map((a) => a.name).sort());
  });
});

test("a sum that doubles at each of thirty bindings stays one product", () => {
  let doubled = use(bank);
  for (let i = 0; i < 30; i++) doubled = add(doubled, doubled);
  expect(printExpr(replaced(sum(mul(q, doubled), slots)))).toBe("1073740000 * sum(q[slots] * bank, slots)");
});

test("a sum of too many products is refused where it grows too long", () => {
  let grown = use(bank);
  for (let i = 0; i < 30; i++) grown = add(mul(grown, token(`a${i}`)), mul(grown, token(`b${i}`)));
  const { diagnostics } = derive(model(mixer(sum(mul(q, grown), slots), states)));
  expect(diagnostics.map((d) => d.code)).toEqual(["too-large"]);
});

test("brackets multiplied with one another thirty times over are refused, in an update too", () => {
  let written = add(mul(token("key", slots), token("value", width)), token("more", width));
  for (let i = 0; i < 30; i++) written = mul(written, written);
  const grown = state("grown", [slots, width], (s) => add(s, written));
  const { diagnostics } = derive(model(mixer(sum(mul(q, use(grown)), slots), [grown])));
  expect(diagnostics.map((d) => d.code)).toEqual(["too-large"]);
});

test("equal reads are one object", () => {
  const after = replaced(mul(sum(mul(q, use(bank)), slots), sum(mul(use(bank), q), slots)));
  if (after.kind !== "binary") throw new Error(after.kind);
  expect(after.left).toBe(after.right);
});

test("reads name the new states, which have normal forms", () => {
  const { model: made } = derive(model(mixer(sum(mul(q, use(bank)), slots), states)));
  const found: State[] = [];
  walk([mixerOf(made).out], (e) => { if (e.kind === "read") found.push(e.state); });
  expect(found).toEqual([mixerOf(made).states[0]]);
  expect(found[0]!.normal?.class).toBe("additive");
});

test("a state may be written from another state's read", () => {
  const keys = state("keys", [slots, width], (s) => add(s, mul(token("key", slots), token("value", width))));
  const weight = named("weight", softmax(sum(mul(token("p", width), use(keys)), width), slots));
  const values = state("values", [slots, width], (s) => add(s, mul(weight, token("v", width))));
  const { model: made, diagnostics } = derive(model(mixer(sum(mul(weight, use(values)), slots), [keys, values])));
  expect(diagnostics).toEqual([]);
  const { states: after, out } = mixerOf(made);
  expect(printExpr(after[1]!.normal!.terms[0]!.key, { whole: true })).toBe("softmax(sum(p[width] * keys, width), slots)");
  if (out.kind !== "read") throw new Error(out.kind);
  expect(out.query).toBe(after[1]!.normal!.terms[0]!.key);
});

test("a state may be added whole to another, or scale another when it has one axis", () => {
  const u = state("u", [slots, width], (s) => add(mul(0.9, s), mul(token("key", slots), token("value", width))));
  const w = state("w", [slots, width], (s) => add(mul(use(mass), s), use(u)));
  const { model: made, diagnostics } = derive(model(mixer(sum(mul(q, use(w)), slots), [mass, u, w])));
  expect(diagnostics).toEqual([]);
  const normal = mixerOf(made).states[2]!.normal!;
  expect(printExpr(normal.decay!)).toBe("mass");
  expect(normal.decayPerToken).toBe(true);
  expect(normal.terms.map((t) => printExpr(t.key))).toEqual(["u"]);
});

test.each<[string, (whole: TokenExpr) => TokenExpr]>([
  ["softmax", (s) => sum(mul(q, softmax(s, slots)), slots)],
  ["exp", (s) => sum(unary("exp", s), slots)],
  ["a divisor", (s) => sum(div(q, s), slots)],
  ["a square", (s) => sum(mul(s, s), slots)],
])("a state with two axes under %s is refused where it stands", (_, out) => {
  const whole = use(bank);
  const { model: made, diagnostics } = derive(model(mixer(out(whole), states)));
  expect(made).toBeUndefined();
  expect(diagnostics).toMatchObject([{ code: "read-not-contraction", span: whole.span }]);
});

test("subtraction of reads keeps its sign", () => {
  const out = sub(sum(mul(q, use(bank)), slots), sum(mul(q2, use(bank)), slots));
  expect(printExpr(replaced(out))).toBe("sum(q[slots] * bank, slots) - sum(q2[slots] * bank, slots)");
});
