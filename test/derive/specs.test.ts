/** The standard mixers and some that are refused, as users write them. */
import { expect, test } from "vitest";
import { derive, printMixer } from "../../compiler/2-derive/index.js";
import { renderDiagnostics } from "../../src/base/render.js";
import { checkText } from "../check/load.js";

function formulas(call: string, definitions = ""): string[] {
  const { model } = checkText(modelText(call, definitions));
  const { model: derived, diagnostics } = derive(model!);
  expect(diagnostics).toEqual([]);
  const sublayer = derived!.layers[0]![0]!;
  return sublayer.kind === "mixer" ? printMixer(sublayer.mixer).map((e) => `${e.class}: ${e.formula}`) : [];
}

function refusal(definitions: string): string {
  const { model } = checkText(modelText("tried()", definitions));
  return renderDiagnostics(derive(model!).diagnostics);
}

function modelText(call: string, definitions: string): string {
  return `${definitions}\nmodel Small {\n  vocabulary = 9\n  width = 8\n  layers 3 { ${call} }\n}\n`;
}

test("the standard mixers", () => {
  expect(formulas("memory(slots: 4, heads: 2)")).toEqual(["additive: bank = bank + key[slots] * value[width]"]);
  expect(formulas("linear_attention(heads: 2)")).toEqual([
    "additive: sums = sums + key[heads, feature] * value[heads, channel]",
    "additive: mass = mass + key[heads, feature]",
  ]);
  expect(formulas("retention(heads: 2)")).toEqual(["decayed: sums = decay[heads] * sums + key[heads, feature] * value[heads, channel]"]);
  expect(formulas("attention(heads: 2)")).toEqual([
    "growing: cache key = linear(source[width], heads, channel)",
    "growing: cache value = linear(source[width], heads, channel)",
  ]);
});

const written = "rate[heads] * key[heads, feature] * value[heads, channel]";
const erased = "rate[heads] * key[heads, feature] * sum(key[heads, feature] * sums, feature)";

test.each<[string, string[]]>([
  ["delta_net(heads: 2)", [`corrected: sums = sums - ${erased} + ${written}`]],
  ["gated_delta(heads: 2)", [`corrected: sums = keep[heads] * sums - keep[heads] * ${erased} + ${written}`]],
  ["kda(heads: 2)", [
    `corrected: sums = keep[heads, feature] * sums - rate[heads] * key[heads, feature] * sum(key[heads, feature] * keep[heads, feature] * sums, feature) + ${written}`,
  ]],
  ["rwkv7(heads: 2)", [
    "corrected: sums = decay[heads, feature] * sums - rate[heads, feature] * old[heads, feature] * sum(old[heads, feature] * sums, feature) + key[heads, feature] * value[heads, channel]",
  ]],
  ["rwkv6(heads: 2)", ["decayed: sums = decay[heads, feature] * sums + key[heads, feature] * value[heads, channel]"]],
  ["hgrn2(heads: 2)", ["decayed: hidden = keep[heads, feature] * hidden + (1 - keep[heads, feature]) * value[heads, channel]"]],
  ["mamba2(heads: 2)", ["decayed: hidden = decay[heads] * hidden + write[state_size] * step[heads] * input[heads, channel]"]],
  ["gated_slot(heads: 2, slots: 4)", [
    "decayed: keys = keep[heads, slots] * keys + key[heads, channel] * (1 - keep[heads, slots])",
    "decayed: values = keep[heads, slots] * values + (1 - keep[heads, slots]) * value[heads, channel]",
  ]],
  ["abc(heads: 2, slots: 4)", [
    "additive: mass = mass + write[heads, slots]",
    "additive: keys = keys + key[heads, channel] * write[heads, slots]",
    "additive: values = values + write[heads, slots] * value[heads, channel]",
  ]],
])("the standard mixer %s", (call, expected) => {
  expect(formulas(call)).toEqual(expected);
});

test("a mixer in a mixer has its states beside the outer ones, old ones read too", () => {
  expect(formulas("tried()", `mixer inner() {
  axis slots = 4
  key = linear(source, slots)
  state bank[slots, width] = 0.9 * bank + key * source
  out = sum(key * (previous(bank) + key * source), slots)
}
mixer tried() {
  axis slots = 4
  mixed = inner()
  key = softmax(linear(mixed, slots), slots)
  state bank[slots, width] = bank - key * sum(key * bank, slots) + key * mixed
  out = sum(key * (bank - previous(bank)), slots)
}`)).toEqual([
    "decayed: bank = 0.9 * bank + key[slots] * source[width]",
    "corrected: bank = bank - key[slots] * sum(key[slots] * bank, slots) + key[slots] * out[width]",
  ]);
});

test("a state that is only replaced does not print as itself", () => {
  expect(formulas("tried()", "mixer tried() {\n  state h[width] = tanh(source)\n  out = previous(h)\n}")).toEqual(["decayed: h = tanh(source[width])"]);
});

test("a delta rule", () => {
  expect(formulas("tried()", `mixer tried() {
  axis slots = 4
  key = linear(source, slots)
  state bank[slots, width] = bank + key * (linear(source, width) - sum(key * bank, slots))
  out = sum(linear(x, slots) * bank, slots)
}`)).toEqual(["corrected: bank = bank - key[slots] * sum(key[slots] * bank, slots) + key[slots] * linear(source[width], width)"]);
});

test("a recurrent network of the old kind", () => {
  expect(refusal(`mixer tried() {
  state h[width] = tanh(linear(h, width) + source)
  out = h
}`)).toMatchInlineSnapshot(`
  "warning[sequential-state]: the state \`h\` is \`sequential\`: tokens are computed one after the other, in training too
   --> inline.msz:2:25
    |
  2 |   state h[width] = tanh(linear(h, width) + source)
    |                         ^^^^^^^^^^^^^^^^
   ::: inline.msz:2:3
    |
  2 |   state h[width] = tanh(linear(h, width) + source)
    |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the state
    = why: here the old \`h\` is more than scaled, or contracted and written back, with per-token tensors, so that each token waits for the one before it; training keeps \`h\` of every token, 32 bytes a token in each layer that has this mixer
    = help: sums of \`decay * h\`, \`key * sum(key * h, axis)\` and \`key * value\`, whose factors do not depend on \`h\`, are computed for all tokens side by side
  "
`);
});

test("a softmax over the slots of a bank", () => {
  expect(refusal(`mixer tried() {
  axis slots = 4
  state bank[slots, width] = bank + linear(source, slots) * source
  out = sum(softmax(bank, slots), slots)
}`)).toMatchInlineSnapshot(`
  "error[read-not-contraction]: \`bank\` is used whole
   --> inline.msz:4:21
    |
  4 |   out = sum(softmax(bank, slots), slots)
    |                     ^^^^
   ::: inline.msz:4:13
    |
  4 |   out = sum(softmax(bank, slots), slots)
    |             ^^^^^^^^^^^^^^^^^^^^ not linear in \`bank\`
    = why: a state is never stored for every token: of its axes slots, width, a use must sum some away against a per-token tensor before it meets another state or anything that is not linear
    = help: for example \`sum(query * bank, slots)\` first, and the rest of that
  "
`);
});

test("a cache without attention", () => {
  expect(refusal(`mixer tried() {
  cache past = linear(source, width)
  out = max(past, time)
}`)).toMatchInlineSnapshot(`
  "error[time-use-not-supported]: this use of a cache is not supported
   --> inline.msz:3:9
    |
  3 |   out = max(past, time)
    |         ^^^^^^^^^^^^^^^
    = why: a cache is read by softmax attention only: a softmax over \`time\` of one product of a query and a cache, then the sum over \`time\` of its product with a cache
    = help: write \`sum(softmax(sum(query * key, channel), time) * value, time)\`; factors without the axis \`time\` may stand anywhere
  "
`);
});
