import { describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { printExpr } from "../../src/model/print.js";
import type { TokenExpr } from "../../src/model/model.js";
import { add, axis, cache, div, kept, mean, mixer, model, mul, named, neg, reduce, softmax, state, sub, sum, time, token, unary, use } from "./build.js";

const heads = axis("heads", 2);
const channel = axis("channel", 4);
const group = axis("group", 3);
const key = cache("key", named("k", token("k", heads, channel)));
const value = cache("value", named("v", token("v", heads, channel)));
const q = token("q", heads, channel);
const scale = token("scale");

function derived(out: TokenExpr) {
  return derive(model(mixer(out, [], [key, value])));
}

function replaced(out: TokenExpr): TokenExpr {
  const { model: made, diagnostics } = derived(out);
  expect(diagnostics).toEqual([]);
  const sublayer = made!.layers[0]![0]!;
  if (sublayer.kind !== "mixer") throw new Error("no mixer");
  return sublayer.mixer.out;
}

const attention = (score: TokenExpr): TokenExpr => sum(mul(softmax(score, time), kept(value)), time);
const score = (): TokenExpr => sum(mul(q, kept(key)), channel);
const plain = "sum(softmax(sum(q[heads, channel] * key, channel), time) * value, time)";
const scaled = (query: string): string => `sum(softmax(sum(${query} * key, channel), time) * value, time)`;

const uses: [string, TokenExpr, string][] = [
  ["plain", attention(score()), plain],
  ["query behind", attention(sum(mul(kept(key), q), channel)), plain],
  ["value first", sum(mul(kept(value), softmax(score(), time)), time), plain],
  ["a bound weight", sum(mul(named("weight", softmax(named("score", score()), time)), kept(value)), time), plain],
  ["divided inside", attention(sum(div(mul(q, kept(key)), 2), channel)), scaled("0.5 * q[heads, channel]")],
  ["divided outside", attention(div(score(), scale)), scaled("q[heads, channel] / scale")],
  ["scaled on both sides", attention(mul(scale, sum(mul(mul(3, q), kept(key)), channel))), scaled("3 * q[heads, channel] * scale")],
  ["a mean", attention(mean(mul(q, kept(key)), channel)), scaled("0.25 * q[heads, channel]")],
  ["negated", attention(neg(score())), scaled("-q[heads, channel]")],
  ["plus what no slot sees", attention(add(score(), token("bias", heads))), plain],
  ["from what no slot sees", attention(sub(token("bias", heads), score())), scaled("-q[heads, channel]")],
  ["a gate on the weight", sum(mul(mul(softmax(score(), time), scale), kept(value)), time), `${plain} * scale`],
  ["divided after", div(attention(score()), scale), `${plain} / scale`],
  ["grouped queries", attention(sum(mul(token("q", group, heads, channel), kept(key)), channel)),
    "sum(softmax(sum(q[group, heads, channel] * key, channel), time) * value, time)"],
  ["a sum over heads too", sum(mul(softmax(score(), time), kept(value)), time, heads), `sum(${plain}, heads)`],
];

describe("attention in any arrangement", () => {
  test.each(uses)("%s", (_, out, formula) => {
    const after = replaced(out);
    expect(printExpr(after, { whole: true })).toBe(formula);
    expect(after.axes.map((a) => a.name).sort()).toEqual(out.axes.map((a) => a.name).sort());
  });
});

describe("other uses of time are refused where time goes away", () => {
  test.each<[string, TokenExpr]>([
    ["a sum without softmax", sum(mul(score(), kept(value)), time)],
    ["a mean over time", mean(kept(value), time)],
    ["a maximum", reduce("max", score(), time)],
    ["a softmax over more than time", sum(mul(softmax(score(), time, heads), kept(value)), time)],
    ["a square of the score", attention(unary("square", score()))],
    ["a weight alone", sum(softmax(score(), time), time)],
    ["a factor with the summed axis outside", attention(sum(mul(score(), token("late", channel)), channel))],
  ])("%s", (_, use) => {
    const { model: made, diagnostics } = derived(use);
    expect(made).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "time-use-not-supported", span: use.span }]);
  });

  test("below something else, the place is still that one", () => {
    const bad = mean(kept(value), time);
    expect(derived(unary("tanh", add(bad, attention(score())))).diagnostics).toMatchObject([{ span: bad.span }]);
  });
});

test("a cache may keep a state's read, and a state may be written from attention", () => {
  const slots = axis("slots", 3);
  const first = state("first", [slots, channel], (s) => add(s, mul(token("a", slots), token("b", channel))));
  const k = cache("k", sum(mul(token("r", slots), use(first)), slots));
  const read = sum(mul(softmax(sum(mul(token("q", channel), kept(k)), channel), time), kept(k)), time);
  const last = state("last", [slots, channel], (s) => add(s, mul(token("c", slots), read)));
  const { model: made, diagnostics } = derive(model(mixer(sum(mul(token("d", slots), use(last)), slots), [first, last], [k])));
  expect(diagnostics).toEqual([]);
  const sublayer = made!.layers[0]![0]!;
  if (sublayer.kind !== "mixer") throw new Error("no mixer");
  const { states, caches } = sublayer.mixer;
  expect(printExpr(caches[0]!.value)).toBe("sum(r[slots] * first, slots)");
  expect(states[1]!.normal!.terms.map((t) => [printExpr(t.key), printExpr(t.value)])).toEqual([
    ["c[slots]", "sum(softmax(sum(q[channel] * k, channel), time) * k, time)"],
  ]);
});

test("a weight multiplied with itself thirty times over is refused at once", () => {
  let weight = softmax(score(), time);
  for (let i = 0; i < 30; i++) weight = mul(weight, weight);
  expect(derived(sum(mul(weight, kept(value)), time)).diagnostics.map((d) => d.code)).toEqual(["time-use-not-supported"]);
});
