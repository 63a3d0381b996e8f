import { describe, expect, test } from "vitest";
import { derive, printState } from "../../compiler/2-derive/index.js";
import type { MixerInstance, Model, State, TokenExpr } from "../../src/model/model.js";
import { add, axis, div, mean, mixer, model, mul, named, neg, sub, sum, state, token, use } from "./build.js";
import { expectSame } from "./same.js";

const slots = axis("slots", 3);
const width = axis("width", 4);
const heads = axis("heads", 2);
const feature = axis("feature", 3);
const channel = axis("channel", 2);

const key = token("key", slots);
const value = token("value", width);
const key2 = token("key2", slots);
const value2 = token("value2", width);
const gate = token("gate");
const query = token("query", slots);

/** A bank [slots, width] with this update, read over slots. */
function bank(update: (old: TokenExpr) => TokenExpr): Model {
  const s = state("bank", [slots, width], update);
  return model(mixer(sum(mul(query, use(s)), slots), [s]));
}

function onlyMixer(of: Model | undefined): MixerInstance {
  const sublayer = of?.layers[0]?.[0];
  if (sublayer?.kind !== "mixer") throw new Error("no mixer");
  return sublayer.mixer;
}

function derived(of: Model): State {
  const { model: made, diagnostics } = derive(of);
  expect(diagnostics).toEqual([]);
  return onlyMixer(made).states[0]!;
}

const updates: [string, (s: TokenExpr) => TokenExpr, string][] = [
  ["memsizer", (s) => add(s, mul(key, value)), "bank = bank + key[slots] * value[width]"],
  ["value first", (s) => add(mul(value, key), s), "bank = bank + key[slots] * value[width]"],
  ["subtracted", (s) => sub(s, mul(key, value)), "bank = bank - key[slots] * value[width]"],
  ["from the left", (s) => sub(mul(key, value), neg(s)), "bank = bank + key[slots] * value[width]"],
  ["divided", (s) => add(s, div(mul(key, value), gate)), "bank = bank + key[slots] / gate * value[width]"],
  ["a scalar in front", (s) => add(s, mul(gate, key, value)), "bank = bank + gate * key[slots] * value[width]"],
  ["a scalar behind", (s) => add(s, mul(key, value, gate)), "bank = bank + key[slots] * gate * value[width]"],
  ["kept and written", (s) => mul(gate, add(s, mul(key, value))), "bank = gate * bank + gate * key[slots] * value[width]"],
  ["interpolated", (s) => add(mul(sub(1, gate), s), mul(gate, key, value)), "bank = (1 - gate) * bank + gate * key[slots] * value[width]"],
  ["minus a part of itself", (s) => add(sub(s, mul(gate, s)), mul(key, value)), "bank = (1 - gate) * bank + key[slots] * value[width]"],
  ["divided whole", (s) => div(add(s, mul(key, value)), gate), "bank = 1 / gate * bank + key[slots] / gate * value[width]"],
  ["diagonal on slots", (s) => add(mul(token("keep", slots), s), mul(key, value)), "bank = keep[slots] * bank + key[slots] * value[width]"],
  ["diagonal on width", (s) => add(mul(s, token("keep", width)), mul(key, value)), "bank = keep[width] * bank + key[slots] * value[width]"],
  ["two terms", (s) => add(add(s, mul(key, value)), mul(value2, key2)), "bank = bank + key[slots] * value[width] + key2[slots] * value2[width]"],
  ["a sum in brackets", (s) => add(s, mul(gate, add(mul(key, value), mul(key2, value2)))), "bank = bank + gate * key[slots] * value[width] + gate * key2[slots] * value2[width]"],
  ["a difference of values", (s) => add(s, mul(key, sub(value, value2))), "bank = bank + key[slots] * (value[width] - value2[width])"],
  ["a bound product", (s) => add(s, named("both", mul(key, value))), "bank = bank + key[slots] * value[width]"],
  ["a sum over heads", (s) => add(s, sum(mul(token("k", heads, slots), value), heads)), "bank = bank + sum(k[heads, slots], heads) * value[width]"],
  ["a mean over heads", (s) => add(s, mean(mul(token("k", heads, slots), value), heads)), "bank = bank + 0.5 * sum(k[heads, slots], heads) * value[width]"],
  ["a rank of two", (s) => add(s, sum(mul(token("k", heads, slots), token("v", heads, width)), heads)), "bank = bank + sum(k[heads, slots] * v[heads, width], heads)"],
  ["a whole tensor", (s) => add(s, token("all", slots, width)), "bank = bank + all[slots, width]"],
  ["a value for all slots", (s) => add(s, value), "bank = bank + value[width]"],
  ["a key for all channels", (s) => add(s, key), "bank = bank + key[slots]"],
  ["nothing kept", () => mul(key, value), "bank = key[slots] * value[width]"],
  ["doubled", (s) => add(add(s, s), mul(key, value)), "bank = 2 * bank + key[slots] * value[width]"],
  ["a negated decay", (s) => add(neg(mul(gate, s)), mul(key, value)), "bank = -gate * bank + key[slots] * value[width]"],
];

describe("updates of bank[slots, width]", () => {
  test.each(updates)("%s", (_, update, formula) => {
    const before = bank(update);
    const after = derived(before);
    expect(printState(after).formula).toBe(formula);
    expectSame(onlyMixer(before).states[0]!, after);
    for (const { key: k, value: v } of after.normal!.terms) {
      // Where it can be taken apart, neither side has both axes.
      const whole = formula.includes("all[") || formula.includes("* v[");
      if (!whole) expect(k.axes.length + v.axes.length).toBeLessThan(3);
    }
  });
});

test("classes, and whether the decay depends on the token", () => {
  const normal = (update: (s: TokenExpr) => TokenExpr) => derived(bank(update)).normal!;
  expect(normal((s) => add(s, mul(key, value)))).toMatchObject({ class: "additive", decayPerToken: false });
  expect(normal((s) => add(mul(0.5, s), mul(key, value)))).toMatchObject({ class: "decayed", decayPerToken: false });
  expect(normal((s) => add(mul(gate, s), mul(key, value)))).toMatchObject({ class: "decayed", decayPerToken: true });
  expect(normal((s) => add(div(mul(s, 4), 4), mul(key, value)))).toMatchObject({ class: "additive" });
});

test("heads are on both sides, and what only has heads does not grow a side", () => {
  const k = token("k", heads, feature);
  const v = token("v", heads, channel);
  const g = token("g", heads);
  const sums = state("sums", [heads, feature, channel], (s) => add(mul(g, s), mul(sub(1, g), k, v)));
  const mass = state("mass", [heads, feature], (s) => add(mul(g, s), k));
  const q = token("q", heads, feature);
  const out = mul(div(sum(mul(q, use(sums)), feature), sum(mul(q, use(mass)), feature)), 1);
  const { model: made } = derive(model(mixer(sum(out, heads, channel), [sums, mass])));
  expect(onlyMixer(made).states.map((s) => printState(s).formula)).toEqual([
    "sums = g[heads] * sums + (1 - g[heads]) * k[heads, feature] * v[heads, channel]",
    "mass = g[heads] * mass + k[heads, feature]",
  ]);
});

test("the model that was given is left as it is", () => {
  const before = bank((s) => add(s, mul(key, value)));
  derive(before);
  expect(onlyMixer(before).states[0]!.normal).toBeUndefined();
});
