/**
 * Cases of corrections: `boundaries` that know them, `correction`, and the reads of the recurrence in which each is a term. With `backwards` in
 * the direction of cotangents, where what is read is G and not the state before.
 */
import { correctionsAsTerms, type CorrectionNodes, type Recurrence } from "../../../compiler/3-graph/recurrence-operands.js";
import type { Dim, Node } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type CaseSizes, type OpCase, type Range } from "../case-builder.js";

const width = axis("width", 12);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const keys = axis("keys", 6);
const values = axis("values", 7);
const tokens = [batch, token];

/** Near 1, as decays are: smaller ones would hide what is far back. */
const decayRange = { low: 0.9, high: 0.999 };

/** Dims of the writer and the reader beside batch and token, and the axes read over. */
type Correction = readonly [writer: readonly Dim[], reader: readonly Dim[], over: readonly string[]];

interface Recipe {
  readonly name: string;
  readonly sizes: CaseSizes;
  readonly axes: readonly Dim[];
  /** [key dims, value dims] of each term. */
  readonly terms: readonly (readonly [readonly Dim[], readonly Dim[]])[];
  readonly corrections: readonly Correction[];
  readonly started?: boolean;
  /** Dims beside batch and token; "constant": a number a head, for all tokens. */
  readonly decay?: readonly Dim[] | "constant";
  readonly masked?: boolean;
  /** Runs from the last token to the first; so many of the terms, the last, are late. */
  readonly backwards?: number;
  /** Query dims beside batch and token, axes read over, and when. */
  readonly reads: readonly (readonly [readonly Dim[], readonly string[], "old" | "new"])[];
}

const bank = { axes: [slots, width], terms: [[[slots], [width]]], reads: [[[slots], ["slots"], "new"]] } as const;
const perHead = { axes: [heads, keys, values], terms: [[[heads, keys], [heads, values]]], reads: [[[heads, keys], ["keys"], "new"]] } as const;
const alongSlots: Correction = [[slots], [slots], ["slots"]];
const alongWidth: Correction = [[width], [width], ["width"]];
const alongBoth: Correction = [[slots, width], [slots, width], ["slots", "width"]];
const alongKeys: Correction = [[heads, keys], [heads, keys], ["keys"]];
const alongValues: Correction = [[heads, values], [heads, values], ["values"]];
const alongState: Correction = [[heads, keys, values], [heads, keys, values], ["keys", "values"]];
const readOld = [[slots], ["slots"], "old"] as const;

/** In both directions. */
const either: readonly Recipe[] = [
  ...[1, 15, 16, 17, 50].map((T) => ({ name: `no decay, T ${T}`, sizes: { B: 2, T, chunk: 16 }, ...bank, corrections: [alongSlots], started: true })),
  ...[63, 65].map((T) => ({ name: `decayed by heads, T ${T}`, sizes: { B: 1, T }, ...perHead, corrections: [alongKeys], decay: [heads] })),
  { name: "decayed by the axis that is read over", sizes: { B: 2, T: 35, chunk: 16 }, ...perHead, corrections: [alongKeys], decay: [heads, keys], started: true },
  { name: "decayed by the axis that stays", sizes: { B: 2, T: 35, chunk: 16 }, ...perHead, corrections: [alongKeys], decay: [heads, values] },
  { name: "decayed by all axes", sizes: { B: 1, T: 35, chunk: 16 }, ...bank, corrections: [alongSlots], decay: [slots, width] },
  { name: "over the value axis, decayed", sizes: { B: 2, T: 35, chunk: 16 }, ...perHead, corrections: [alongValues], decay: [heads, keys] },
  { name: "over all axes", sizes: { B: 2, T: 35, chunk: 8 }, ...bank, corrections: [alongBoth], decay: [], started: true },
  { name: "two, decayed", sizes: { B: 1, T: 65 }, ...perHead, corrections: [alongKeys, alongKeys], decay: [heads] },
  { name: "two along different axes, decayed by all axes", sizes: { B: 2, T: 18, chunk: 8 }, ...bank, corrections: [alongWidth, alongBoth], decay: [slots, width] },
  { name: "masked", sizes: { B: 2, T: 50, chunk: 16 }, ...perHead, corrections: [alongKeys], decay: [heads], masked: true, started: true },
  { name: "one writer for all heads", sizes: { B: 2, T: 35, chunk: 16 }, ...perHead, corrections: [[[keys], [heads, keys], ["keys"]]] },
  { name: "state of one axis", sizes: { B: 2, T: 35, chunk: 16 }, axes: [slots], terms: [[[slots], []]], corrections: [alongSlots], decay: [], started: true, reads: [[[slots], ["slots"], "new"]] },
  {
    name: "axes of size 1", sizes: { B: 2, T: 35, chunk: 16 }, axes: [axis("slots", 1), axis("width", 1)], terms: [[[axis("slots", 1)], [axis("width", 1)]]],
    corrections: [[[axis("slots", 1)], [axis("slots", 1)], ["slots"]]], decay: [], reads: [[[axis("slots", 1)], ["slots"], "new"]],
  },
  {
    name: "axes in another order", sizes: { B: 2, T: 35, chunk: 16 }, axes: [values, heads, keys], terms: [[[keys, heads], [heads, values]]],
    corrections: [[[keys, heads], [heads, keys], ["keys"]]], decay: [heads], started: true, reads: [[[keys, heads], ["keys"], "new"]],
  },
];

const forwards: readonly Recipe[] = [
  { name: "decayed by a number a token, T 130", sizes: { B: 2, T: 130 }, ...bank, corrections: [alongSlots], decay: [], started: true },
  { name: "decayed by a constant per head", sizes: { B: 2, T: 35, chunk: 16 }, ...perHead, corrections: [alongKeys], decay: "constant", started: true },
  { name: "over the value axis", sizes: { B: 2, T: 35, chunk: 8 }, ...bank, corrections: [alongWidth], started: true },
  { name: "over two axes of three", sizes: { B: 2, T: 35, chunk: 8 }, ...perHead, corrections: [alongState], decay: [heads] },
  { name: "two", sizes: { B: 2, T: 35, chunk: 8 }, ...bank, corrections: [alongSlots, alongSlots], started: true },
  { name: "two along different axes", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [alongSlots, alongWidth] },
  { name: "masked, two", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [alongSlots, alongSlots], masked: true },
  { name: "shared by all heads", sizes: { B: 2, T: 35, chunk: 16 }, ...perHead, corrections: [[[keys], [keys], ["keys"]]], decay: [heads], started: true },
  { name: "a writer with all axes", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [[[slots, width], [slots], ["slots"]]], decay: [slots] },
  { name: "a reader with all axes", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [[[slots], [slots, width], ["slots"]]], decay: [slots] },
  { name: "a writer and a reader that lack what is read over", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [[[], [], ["slots"]]] },
  { name: "no terms", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, terms: [], corrections: [alongSlots], decay: [slots], started: true },
  { name: "two terms", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, terms: [bank.terms[0], bank.terms[0]], corrections: [alongSlots] },
  { name: "state of one axis, read over nothing", sizes: { B: 2, T: 35, chunk: 16 }, axes: [slots], terms: [[[slots], []]], corrections: [alongSlots], reads: [[[], [], "new"]] },
  { name: "old and new reads", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [alongSlots], decay: [slots], reads: [bank.reads[0], readOld] },
  { name: "read over the value axis", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [alongSlots], reads: [[[width], ["width"], "new"]] },
];

const reversed: readonly Recipe[] = [
  { name: "late", sizes: { B: 2, T: 35, chunk: 16 }, ...bank, corrections: [alongSlots], decay: [slots], backwards: 1, started: true },
  { name: "early and late", sizes: { B: 2, T: 65 }, ...perHead, terms: [perHead.terms[0], perHead.terms[0]], corrections: [alongKeys], decay: [heads], backwards: 1 },
  { name: "early and late, two, chunks of 4", sizes: { B: 1, T: 18, chunk: 4 }, ...bank, terms: [bank.terms[0], bank.terms[0]], corrections: [alongSlots, alongWidth], backwards: 1 },
];

export function correctionCases(): OpCase[] {
  return [...[...either, ...forwards].map(fromRecipe), delta(), delta(0.97), ofAllTokens()];
}

/** What only the entries of training have. */
export function reverseCorrectionCases(): OpCase[] {
  return [...either.map((recipe) => ({ ...recipe, backwards: 0 })), ...reversed].map(fromRecipe);
}

function fromRecipe(recipe: Recipe): OpCase {
  const { axes } = recipe;
  const c = new CaseBuilder(`${recipe.backwards === undefined ? "correction" : "reverse correction"} ${recipe.name}`, recipe.sizes);
  const mask = recipe.masked ? c.mask() : undefined;
  const real = mask ? c.emit.unary("to_f32", mask) : undefined;
  const hidden = (x: Node): Node => (real ? c.emit.multiply(x, real) : x);
  const start = !recipe.started ? undefined : recipe.backwards === undefined ? c.state("bank", [batch, ...axes]) : c.input("behind", [batch, ...axes]);
  const drawn = recipe.decay === "constant" ? c.emit.table("f32", [heads], [0.96875, 0.984375, 0.9921875])
    : recipe.decay ? c.input("decay", [...tokens, ...recipe.decay], decayRange) : undefined;
  // At padding the state stays as it is.
  const decay = drawn && mask ? c.emit.select(mask, drawn, c.emit.scalar(1)) : drawn;
  const terms = recipe.terms.map(([keyDims, valueDims], i) => {
    return { key: hidden(c.input(`key_${i}`, [...tokens, ...keyDims])), value: c.input(`value_${i}`, [...tokens, ...valueDims]) };
  });
  const corrections = recipe.corrections.map(([writerDims, readerDims, over], i): CorrectionNodes => {
    const range = rangeOver(axes.filter((d) => over.includes(d.name)));
    const writer = hidden(c.input(`writer_${i}`, [...tokens, ...writerDims], range));
    return { writer, reader: c.input(`reader_${i}`, [...tokens, ...readerDims], range), over };
  });
  const reverse = recipe.backwards === undefined ? undefined : { late: recipe.backwards };
  return finish(c, { axes, terms, corrections, ...(start ? { start } : {}), ...(decay ? { decay } : {}), ...(reverse ? { reverse } : {}) }, recipe.reads);
}

/** So small that the products of I + writer ⊗ reader over all tokens neither vanish nor grow by more than some times. */
function rangeOver(over: readonly Dim[]): Range {
  const high = Math.sqrt(0.9 / over.reduce((size, d) => size * (d.size as number), 1));
  return { low: -high, high };
}

function finish(c: CaseBuilder, corrected: Recurrence, reads: Recipe["reads"]): OpCase {
  const boundaries = c.emit.boundaries(corrected, "B");
  const found = corrected.corrections!.map((_, i) => c.emit.correction(boundaries, corrected, i, token));
  const plain = correctionsAsTerms(corrected, found);
  const outputs: Record<string, Node> = Object.fromEntries(found.map((u, i) => [`u_${i}`, u]));
  reads.forEach(([dims, over, when], i) => {
    outputs[`read_${i}`] = c.emit.scanRead(boundaries, plain, c.input(`query_${i}`, [...tokens, ...dims]), over, when, token);
  });
  if (corrected.reverse) return c.done(outputs);
  const after = c.emit.advance(boundaries, plain);
  return corrected.start ? c.done(outputs, { bank: after }) : c.done({ ...outputs, after });
}

/** The delta rule: keys of length 1, writer -strength · decay · key and reader key, so that a key's old value goes; most of the state, at each token. */
function delta(decay?: number): OpCase {
  const c = new CaseBuilder(`correction delta rule${decay ? ", decayed" : ""}`, { B: 2, T: 130 });
  const drawn = c.input("key", [...tokens, heads, keys]);
  const key = c.emit.binary("divide", drawn, c.emit.unary("sqrt", c.emit.reduce("sum", c.emit.unary("square", drawn), ["keys"])));
  const written = c.emit.multiply(key, c.input("strength", [...tokens, heads], { low: 0.1, high: 1 }));
  const kept = decay ? c.input("decay", [...tokens, heads], { low: decay - 0.02, high: decay + 0.02 }) : undefined;
  const start = c.state("bank", [batch, heads, keys, values]);
  const writer = c.emit.unary("negate", kept ? c.emit.multiply(written, kept) : written);
  const terms = [{ key: written, value: c.input("value", [...tokens, heads, values]) }];
  return finish(c, { axes: perHead.axes, start, terms, corrections: [{ writer, reader: key, over: ["keys"] }], ...(kept ? { decay: kept } : {}) }, perHead.reads);
}

/** A writer and a reader that are the same for all tokens, or all sequences. */
function ofAllTokens(): OpCase {
  const c = new CaseBuilder("correction by parameters", { B: 2, T: 35, chunk: 16 });
  const range = rangeOver([slots]);
  const terms = [{ key: c.input("key", [...tokens, slots]), value: c.input("value", [...tokens, width]) }];
  const corrections = [{ writer: c.parameter("writer", [slots], undefined, range), reader: c.input("reader", [token, slots], range), over: ["slots"] }];
  return finish(c, { axes: bank.axes, start: c.state("bank", [batch, slots, width]), decay: c.parameter("decay", [slots], undefined, decayRange), terms, corrections }, bank.reads);
}
