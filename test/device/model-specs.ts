/**
 * Random small models as specs: mixers of the standard library and mixers of a user's own, at sizes that divide nothing.
 * Out of fast-check arbitraries come texts, so that a failure prints a spec that can be compiled by hand. `modelCases` are read by the
 * entries of inference, `gradientCases` by the entry `gradients`.
 */
import fc from "fast-check";
import type { Plan } from "../../runtime/index.js";
import { randomMixers } from "./random-mixers.js";

/** One sublayer's call and the mixer that it needs defined. */
interface Mixing {
  readonly call: string;
  readonly definition: string;
}

/** A mixer of a user's own, by name: its text is in the spec at most once. */
const ownMixers: Readonly<Record<string, string>> = {
  fading: `mixer fading(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  keep = sigmoid(linear(source, heads, feature))
  state sums[heads, feature, channel] = keep * sums + linear(source, heads, feature) * linear(source, heads, channel)
  out = linear(sum(linear(x, heads, feature) * sums, feature) / sqrt(size(feature)), width)
}`,
  before: `mixer before(slots: axis) {
  keep = sigmoid(linear(source, slots))
  key  = layer_norm(linear(source, slots))
  state bank[slots, width] = keep * bank + key * linear(source, width)
  out = sum(softmax(linear(x, slots), slots) * previous(bank), slots)
}`,
  near: `mixer near(slots: axis, taps: number) {
  seen = silu(convolve(x, taps))
  key  = layer_norm(linear(seen, slots))
  state bank[slots, width] = bank + key * linear(seen, width)
  out = sum(softmax(linear(seen, slots), slots) * bank, slots) / sqrt(count)
}`,
  chained: `mixer chained(low: axis, high: axis) {
  state first[low, width] = first + layer_norm(linear(source, low)) * linear(source, width)
  seen = sum(softmax(linear(x, low), low) * first, low) / sqrt(count)
  state second[high, width] = 0.9 * second + rms_norm(linear(seen, high)) * linear(seen, width)
  out = sum(softmax(linear(seen, high), high) * second, high)
}`,
  notebook: `mixer notebook(pages: axis, readers: axis) {
  look  = mean(softmax(linear(x, readers, pages), pages), readers)
  state book[width, pages] = book + layer_norm(linear(source, width)) * layer_norm(linear(source, pages))
  out   = sum(look * book, pages) / sqrt(count)
}`,
  forgetting: `mixer forgetting(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  keep = sigmoid(linear(source, heads, channel))
  state sums[heads, feature, channel] = keep * sums + linear(source, heads, feature) * ((1 - keep) * linear(source, heads, channel))
  out = linear(sum(linear(x, heads, feature) * sums, feature) / sqrt(size(feature)), width)
}`,
  headed: `mixer headed(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  keep = sigmoid(1 + linear(source, heads))
  state sums[heads, feature, channel] = keep * sums + linear(source, heads, feature) * linear(source, heads, channel)
  out = linear(sum(linear(x, heads, feature) * sums, feature) / sqrt(size(feature)), width)
}`,
  scaled: `mixer scaled(scales: axis, slots: axis) {
  near  = convolve(x, 4)
  key   = layer_norm(linear(near, scales, slots))
  decay = 1 - 4 ^ (-1 - index(scales))
  state bank[scales, slots, width] = decay * bank + key * linear(near, width)
  read  = softmax(linear(near, scales, slots), scales, slots)
  out   = sum(read * bank / sqrt((1 - decay ^ count) / (1 - decay)), scales, slots)
}`,
};

const own = (name: keyof typeof ownMixers, call: string): Mixing => ({ call: `${name}(${call})`, definition: ownMixers[name]! });
const standard = (call: string): Mixing => ({ call, definition: "" });
const divisors = (n: number, most: number): number[] => Array.from({ length: most }, (_, i) => i + 1).filter((d) => n % d === 0);

const mixerNames = [
  "memory", "attention", "linear_attention", "retention", "fading", "forgetting", "headed", "scaled", "before", "near", "chained", "notebook",
] as const;
type MixerName = (typeof mixerNames)[number];

function mixing(width: number, smallest: number): { readonly [M in MixerName]: fc.Arbitrary<Mixing> } {
  const heads = fc.constantFrom(...divisors(width, 6));
  // A rotation turns pairs, so retention's heads must leave an even width.
  const evenHeads = fc.constantFrom(...divisors(width / 2, 6));
  const size = fc.integer({ min: smallest, max: 9 });
  return {
    memory: fc.tuple(size, fc.integer({ min: 1, max: 3 })).map(([slots, n]) => standard(`memory(slots: ${slots}, heads: ${n})`)),
    attention: heads.map((n) => standard(`attention(heads: ${n})`)),
    linear_attention: heads.map((n) => standard(`linear_attention(heads: ${n})`)),
    retention: evenHeads.map((n) => standard(`retention(heads: ${n})`)),
    fading: heads.map((n) => own("fading", `heads: ${n}`)),
    forgetting: heads.map((n) => own("forgetting", `heads: ${n}`)),
    headed: heads.map((n) => own("headed", `heads: ${n}`)),
    scaled: fc.tuple(fc.integer({ min: 1, max: 3 }), size).map(([scales, slots]) => own("scaled", `scales: ${scales}, slots: ${slots}`)),
    before: size.map((slots) => own("before", `slots: ${slots}`)),
    near: fc.tuple(size, fc.integer({ min: 2, max: 5 })).map(([slots, taps]) => own("near", `slots: ${slots}, taps: ${taps}`)),
    chained: fc.tuple(size, size).map(([low, high]) => own("chained", `low: ${low}, high: ${high}`)),
    notebook: fc.tuple(size, size).map(([pages, readers]) => own("notebook", `pages: ${pages}, readers: ${readers}`)),
  };
}

interface Layer {
  readonly mixing: Mixing;
  readonly hidden: number | null;
  readonly gated: boolean;
  readonly activation: string;
}

function layer(of: fc.Arbitrary<Mixing>, mostHidden: number): fc.Arbitrary<Layer> {
  return fc.record({
    mixing: of, hidden: fc.option(fc.integer({ min: 1, max: mostHidden })), gated: fc.boolean(),
    activation: fc.constantFrom("relu", "gelu", "gelu_tanh", "silu"),
  });
}

/** Positions that a model with learned ones has: more than any case reads. */
const context = 96;

/** What models of all cases say of themselves. */
const commonSettings = {
  norm: fc.constantFrom("pre", "post"),
  finalNorm: fc.option(fc.boolean()),
  positions: fc.constantFrom("sinusoidal", "learned", "none"),
  tied: fc.boolean(),
};

interface Settings {
  readonly vocabulary: number;
  readonly width: number;
  readonly norm: string;
  readonly finalNorm: boolean | null;
  readonly positions: string;
  readonly tied: boolean;
  readonly padding: number | null;
}

/** @param more lines of the model's and whole blocks behind it */
function specOf(s: Settings, layers: readonly Layer[], more: { readonly settings?: readonly string[]; readonly blocks?: string } = {}): string {
  const definitions = [...new Set(layers.map((l) => l.mixing.definition))].filter((d) => d !== "");
  const settings = [
    `vocabulary = ${s.vocabulary}`, `width = ${s.width}`, `norm = ${s.norm}`, `positions = ${s.positions}`, `tied = ${s.tied}`, `context = ${context}`,
    ...(s.finalNorm === null ? [] : [`final_norm = ${s.finalNorm}`]), ...(s.padding === null ? [] : [`padding = ${s.padding}`]), ...(more.settings ?? []),
  ];
  const blocks = layers.map(({ mixing: { call }, hidden, gated, activation }) => {
    const forward = hidden === null ? "" : ` feed_forward(hidden: ${hidden}, activation: ${activation}, gated: ${gated})`;
    return `layers 1 { ${call}${forward} }`;
  });
  return [...definitions, `model Random {\n  ${[...settings, ...blocks].join("\n  ")}\n}\n${more.blocks ?? ""}`].join("\n");
}

export interface ModelCase {
  readonly spec: string;
  readonly vocabulary: number;
  readonly padding: number | undefined;
  readonly seed: number;
  /** Sequences and tokens of a call. */
  readonly B: number;
  readonly T: number;
  /** How the tokens are read in pieces: the sizes of the prefills; what is left is decoded one by one. */
  readonly pieces: readonly number[];
  readonly decoded: number;
}

export const modelCases: fc.Arbitrary<ModelCase> = casesOf((width) => fc.oneof(...Object.values(mixing(width, 1))), 3);
/** Models of one mixer that nobody has written. */
export const mixerCases: fc.Arbitrary<ModelCase> = casesOf((width) => randomMixers(width, "random", true), 1);

function casesOf(mixings: (width: number) => fc.Arbitrary<Mixing>, mostLayers: number): fc.Arbitrary<ModelCase> {
  return fc.constantFrom(4, 6, 10, 12, 20, 26, 48).chain((width) => fc.record({
    layers: fc.array(layer(mixings(width), 50), { minLength: 1, maxLength: mostLayers }),
    ...commonSettings,
    padding: fc.option(fc.constantFrom(0, 3)),
    vocabulary: fc.integer({ min: 5, max: 67 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    B: fc.integer({ min: 1, max: 3 }),
    // 64 tokens are a chunk: its edges and what lies behind it come up often.
    T: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }) }, { weight: 1, arbitrary: fc.integer({ min: 60, max: 70 }) }),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 0, maxLength: 3 }),
    decoded: fc.integer({ min: 0, max: 6 }),
  }).map(({ layers, seed, B, T, cuts, decoded, ...settings }) => {
    const single = Math.min(decoded, T - 1);
    const read = T - single;
    const places = [...new Set([0, ...cuts.map((c) => Math.floor(c * read)), read])].sort((a, b) => a - b);
    return {
      spec: specOf({ ...settings, width }, layers), vocabulary: settings.vocabulary, padding: settings.padding ?? undefined, seed, B, T,
      pieces: places.slice(1).map((p, i) => p - places[i]!), decoded: single,
    };
  }));
}

const paddedPlaces = ["nowhere", "left", "scattered", "right", "middle"] as const;
export type PaddedPlace = (typeof paddedPlaces)[number];

export interface GradientCase {
  readonly spec: string;
  readonly vocabulary: number;
  readonly padding: number | undefined;
  /** Where a row has padding. */
  readonly padded: PaddedPlace;
  readonly seed: number;
  readonly chunk: number;
  readonly B: number;
  readonly T: number;
}

export interface GradientLimits {
  readonly widths: readonly number[];
  readonly layers: number;
  /** How many of a model's layers have the mixers whose turn it is: the mixers of the others are drawn. 0: its one layer has a mixer that nobody has written. */
  readonly turns: number;
}

/** @param number of the model: mixers and places of padding take turns from model to model, so that a dozen models with one turn each have all */
export function gradientCases(number: number, { widths, layers, turns }: GradientLimits): fc.Arbitrary<GradientCase> {
  return fc.record({ width: fc.constantFrom(...widths), chunk: fc.constantFrom(4, 8, 16, 64) }).chain(({ width, chunk }) => {
    // A norm over two slots is a step between them: what is random there is not how wrong a gradient is but how steep.
    const mixings = mixing(width, 3);
    const drawn = turns === 0 ? randomMixers(width, "random", true) : fc.oneof(...Object.values(mixings));
    const inTurn = Array.from({ length: turns }, (_, i) => mixings[mixerNames[(number * turns + i) % mixerNames.length]!]);
    const padded = paddedPlaces[number % paddedPlaces.length]!;
    return fc.record({
      first: fc.tuple(...inTurn.map((m) => layer(m, 20))),
      more: fc.array(layer(drawn, 20), { minLength: turns === 0 ? 1 : 0, maxLength: layers - turns }),
      ...commonSettings,
      padding: padded === "nowhere" ? fc.constantFrom(null, 3) : fc.constantFrom(0, 3),
      smoothing: fc.constantFrom(0, 0.1),
      dropout: fc.constantFrom(0, 0.3),
      vocabulary: fc.integer({ min: 5, max: 37 }),
      seed: fc.integer({ min: 0, max: 1000 }),
      B: fc.integer({ min: 1, max: 3 }),
      T: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(1, 2) }, { weight: 2, arbitrary: fc.integer({ min: 1, max: 10 }).map((n) => 2 * n + 1) },
        { weight: 3, arbitrary: fc.constantFrom(chunk - 1, chunk, chunk + 1, ...(chunk <= 16 ? [2 * chunk + 1] : [])) },
      ),
    }).map(({ first, more, smoothing, dropout, seed, B, T, ...settings }): GradientCase => ({
      spec: specOf({ ...settings, width }, [...first, ...more], { settings: [`dropout = ${dropout}`], blocks: `train { label_smoothing = ${smoothing} }\n` }),
      vocabulary: settings.vocabulary, padding: settings.padding ?? undefined, padded, seed, chunk, B, T,
    }));
  });
}

/** As trained weights are: no bias is zero, no norm's scale is one, no convolution is the identity. */
export function withAllRandom(plan: Plan): Plan {
  const parameters = plan.parameters.map((p) => {
    const norm = p.name.endsWith("norm.weight");
    const reach = norm ? 0 : 1.5 / Math.sqrt(p.shape.length > 1 ? p.shape.at(-1)! : 4);
    return { ...p, initializer: { kind: "uniform", low: norm ? 0.5 : -reach, high: norm ? 1.5 : reach } as const };
  });
  return { ...plan, parameters };
}
