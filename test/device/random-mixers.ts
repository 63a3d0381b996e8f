/**
 * Random mixers as texts in the language: feature maps, decays of every shape, corrections on either side of the state, normalisers, one to three states that
 * read one another, states that are walked. All is bounded (normalised keys, rates and decays below 1), so that a long text stays near one size and a
 * difference between two forms is a fault and not chaos.
 */
import fc from "fast-check";

/** A mixer's definition, and the call that uses it. */
export interface RandomMixer {
  readonly name: string;
  readonly call: string;
  readonly definition: string;
}

/** Of `z` with the axes heads and feature. */
const featureMaps = [
  "elu(Z) + 1", "softmax(Z, feature)", "sigmoid(Z)", "silu(Z)", "rms_norm(Z, feature)", "layer_norm(Z, feature)", "relu(Z) + 0.1", "cos(Z)", "sin(Z) + cos(Z)", "exp(0.5 * tanh(Z))",
] as const;
const decays = [
  undefined, "0.9", "1 - 2 ^ (-2 - index(heads))", "sigmoid(1 + bias)", "sigmoid(2 + linear(source, heads))", "sigmoid(1 + linear(source, heads, feature))",
  "sigmoid(2 + linear(source, heads, channel))", "exp(-softplus(linear(source, heads)))", "sigmoid(2 + linear(source, heads, feature)) * sigmoid(2 + linear(source, heads, channel))",
] as const;
/** What is taken off the old S. `address`, `other` and `content` have length 1 at most. */
const corrections = [
  "", "", "", "rate * address * sum(address * S, feature)", "rate * address * sum(other * S, feature)", "rate * content * sum(content * S, channel)",
  "rate * address * sum(address * S, feature) + 0.3 * other * sum(other * S, feature)", "0.3 * address * content * sum(address * content * S, feature, channel)",
] as const;
const normalisers = ["none", "mass", "count", "rms"] as const;

interface Choices {
  readonly maps: readonly string[];
  readonly decay: string | undefined;
  readonly correction: string;
  readonly normaliser: (typeof normalisers)[number];
  readonly old: boolean;
  readonly second: "none" | "chained" | "walked";
  readonly taps: number;
}

/** @param heads divides `width` */
function definitionOf(name: string, features: number, c: Choices): string {
  const map = (of: string, z: string): string => of.replaceAll("Z", z);
  const seen = c.taps > 1 ? "near" : "source";
  const kept = c.correction === "" ? "sums" : `(sums - (${c.correction.replaceAll("S", "sums")}))`;
  const update = `${c.decay === undefined ? kept : `decay * ${kept}`} + key * value`;
  const used = (word: string): boolean => c.correction.includes(word);
  const state = c.old ? "(previous(sums) + 0.5 * key * value)" : "sums";
  const read = `sum(query * ${state}, feature)`;
  const normalised = { none: read, mass: `${read} / (abs(sum(query * mass, feature)) + 1)`, count: `${read} / sqrt(count)`, rms: `rms_norm(${read}, channel)` }[c.normaliser];
  return [
    `mixer ${name}(heads: axis) {`,
    `  axis feature = ${features}`,
    "  axis channel = width / heads",
    ...(c.decay?.includes("bias") ? ["  param bias[heads] = normal(1)"] : []),
    ...(c.taps > 1 ? [`  near  = silu(convolve(source, ${c.taps}))`] : []),
    `  query = ${map(c.maps[0]!, "linear(x, heads, feature)")}`,
    `  key   = ${map(c.maps[1]!, `linear(${seen}, heads, feature)`)}`,
    `  value = linear(${seen}, heads, channel)`,
    ...(c.decay === undefined ? [] : [`  decay = ${c.decay}`]),
    ...(used("rate") ? ["  rate  = sigmoid(linear(source, heads))"] : []),
    ...(used("address") ? ["  raw   = linear(source, heads, feature)", "  address = raw / sqrt(sum(square(raw), feature) + 0.1)"] : []),
    ...(used("other") ? [`  second_raw = ${map(c.maps[2]!, "linear(source, heads, feature)")}`, "  other = second_raw / sqrt(sum(square(second_raw), feature) + 0.1)"] : []),
    ...(used("content") ? ["  content = value / sqrt(sum(square(value), channel) + 0.1)"] : []),
    `  state sums[heads, feature, channel] = ${update}`,
    ...(c.normaliser === "mass" ? [`  state mass[heads, feature] = ${c.decay === undefined || c.decay.includes("channel") ? "0.9" : "decay"} * mass + key`] : []),
    `  first = ${normalised}`,
    ...(c.second === "chained"
      ? ["  state pages[heads, feature, channel] = 0.8 * pages + softmax(linear(first, heads, feature), feature) * first", "  last = sum(softmax(linear(first, heads, feature), feature) * pages, feature)"]
      : c.second === "walked" ? ["  state hidden[heads, channel] = tanh(first + 0.5 * hidden)", "  last = hidden"] : ["  last = first"]),
    "  out = linear(last, width)",
    "}",
  ].join("\n");
}

/** @param walked whether states may be walked token by token */
export function randomMixers(width: number, name: string, walked: boolean): fc.Arbitrary<RandomMixer> {
  const divisors = Array.from({ length: 6 }, (_, i) => i + 1).filter((d) => width % d === 0);
  return fc.record({
    heads: fc.constantFrom(...divisors),
    features: fc.integer({ min: 2, max: 9 }),
    maps: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(...featureMaps))),
    decay: fc.constantFrom(...decays),
    correction: fc.constantFrom(...corrections),
    normaliser: fc.constantFrom(...normalisers),
    old: fc.boolean(),
    second: fc.constantFrom(...(["none", "none", "chained", ...(walked ? ["walked"] : [])] as Choices["second"][])),
    taps: fc.constantFrom(1, 1, 3),
  }).map(({ heads, features, ...choices }) => ({ name, call: `${name}(heads: ${heads})`, definition: definitionOf(name, features, choices) }));
}
