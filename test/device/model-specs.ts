/**
 * Random small models as specs: mixers of the standard library and mixers of a user's own, at sizes that divide nothing.
 * Out of fast-check arbitraries come texts, so that a failure prints a spec that can be compiled by hand.
 */
import fc from "fast-check";

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
};

const own = (name: keyof typeof ownMixers, call: string): Mixing => ({ call: `${name}(${call})`, definition: ownMixers[name]! });
const standard = (call: string): Mixing => ({ call, definition: "" });
const divisors = (n: number, most: number): number[] => Array.from({ length: most }, (_, i) => i + 1).filter((d) => n % d === 0);

function mixing(width: number): fc.Arbitrary<Mixing> {
  const heads = fc.constantFrom(...divisors(width, 6));
  // A rotation turns pairs, so retention's heads must leave an even width.
  const evenHeads = fc.constantFrom(...divisors(width / 2, 6));
  const size = fc.integer({ min: 1, max: 9 });
  return fc.oneof(
    fc.tuple(size, fc.integer({ min: 1, max: 3 })).map(([slots, n]) => standard(`memory(slots: ${slots}, heads: ${n})`)),
    heads.map((n) => standard(`attention(heads: ${n})`)),
    heads.map((n) => standard(`linear_attention(heads: ${n})`)),
    evenHeads.map((n) => standard(`retention(heads: ${n})`)),
    heads.map((n) => own("fading", `heads: ${n}`)),
    size.map((slots) => own("before", `slots: ${slots}`)),
    fc.tuple(size, fc.integer({ min: 2, max: 5 })).map(([slots, taps]) => own("near", `slots: ${slots}, taps: ${taps}`)),
    fc.tuple(size, size).map(([low, high]) => own("chained", `low: ${low}, high: ${high}`)),
    fc.tuple(size, size).map(([pages, readers]) => own("notebook", `pages: ${pages}, readers: ${readers}`)),
  );
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

/** Positions that a model with learned ones has: more than any case reads. */
const context = 96;

export const modelCases: fc.Arbitrary<ModelCase> = fc.constantFrom(4, 6, 10, 12, 20, 26, 48).chain((width) =>
  fc.record({
    layers: fc.array(fc.record({ mixing: mixing(width), hidden: fc.option(fc.integer({ min: 1, max: 50 })), gated: fc.boolean(), activation: fc.constantFrom("relu", "gelu", "gelu_tanh", "silu") }), { minLength: 1, maxLength: 3 }),
    norm: fc.constantFrom("pre", "post"),
    finalNorm: fc.option(fc.boolean()),
    positions: fc.constantFrom("sinusoidal", "learned", "none"),
    tied: fc.boolean(),
    padding: fc.option(fc.constantFrom(0, 3)),
    vocabulary: fc.integer({ min: 5, max: 67 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    B: fc.integer({ min: 1, max: 3 }),
    // 64 tokens are a chunk: its edges and what lies behind it come up often.
    T: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }) }, { weight: 1, arbitrary: fc.integer({ min: 60, max: 70 }) }),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 0, maxLength: 3 }),
    decoded: fc.integer({ min: 0, max: 6 }),
  }).map(({ layers, norm, finalNorm, positions, tied, padding, vocabulary, seed, B, T, cuts, decoded }) => {
    const definitions = [...new Set(layers.map((l) => l.mixing.definition))].filter((d) => d !== "");
    const settings = [
      `vocabulary = ${vocabulary}`, `width = ${width}`, `norm = ${norm}`, `positions = ${positions}`, `tied = ${tied}`, `context = ${context}`,
      ...(finalNorm === null ? [] : [`final_norm = ${finalNorm}`]), ...(padding === null ? [] : [`padding = ${padding}`]),
    ];
    const blocks = layers.map(({ mixing: { call }, hidden, gated, activation }) => {
      const forward = hidden === null ? "" : ` feed_forward(hidden: ${hidden}, activation: ${activation}, gated: ${gated})`;
      return `layers 1 { ${call}${forward} }`;
    });
    const spec = [...definitions, `model Random {\n  ${[...settings, ...blocks].join("\n  ")}\n}\n`].join("\n");
    const single = Math.min(decoded, T - 1);
    const read = T - single;
    const places = [...new Set([0, ...cuts.map((c) => Math.floor(c * read)), read])].sort((a, b) => a - b);
    return { spec, vocabulary, padding: padding ?? undefined, seed, B, T, pieces: places.slice(1).map((p, i) => p - places[i]!), decoded: single };
  }),
);
