/** Cases of recurrences that run backwards: boundaries and scan_read with `reverse`. */
import type { Recurrence } from "../../../compiler/3-graph/recurrence-operands.js";
import type { Dim } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type CaseSizes, type OpCase } from "../case-builder.js";

const width = axis("width", 8);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const keys = axis("keys", 3);
const values = axis("values", 12);
const tokens = [batch, token];

/** Near 1, as decays are: smaller ones would hide what is far behind. */
const decayRange = { low: 0.9, high: 0.999 };

type Term = readonly [key: readonly Dim[], value: readonly Dim[]];

interface Recipe {
  readonly name: string;
  readonly sizes: CaseSizes;
  readonly axes: readonly Dim[];
  readonly early: readonly Term[];
  readonly late?: readonly Term[];
  readonly started?: boolean;
  /** Dims beside batch and token; "constant": a number a head, for all tokens. */
  readonly decay?: readonly Dim[] | "constant";
  readonly masked?: boolean;
  /** Query dims beside batch and token, and the axes read over. */
  readonly reads: readonly (readonly [query: readonly Dim[], over: readonly string[]])[];
}

const bankTerm: Term = [[slots], [width]];
const headTerm: Term = [[heads, keys], [heads, values]];
const bank = { axes: [slots, width], early: [bankTerm], reads: [[[slots], ["slots"]]] } as const;
const perHead = { axes: [heads, keys, values], early: [headTerm], reads: [[[heads, keys], ["keys"]], [[heads, values], ["values"]]] } as const;

const recipes: readonly Recipe[] = [
  ...([[1, 1], [3, 2], [1, 63], [3, 64], [1, 65], [3, 130]] as const).map(([B, T]) => ({ name: `additive, B ${B}, T ${T}`, sizes: { B, T }, ...bank })),
  ...([[1, 2], [3, 63], [3, 64], [1, 65]] as const).map(([B, T]) => ({ name: `decayed, chunks of 4, B ${B}, T ${T}`, sizes: { B, T, chunk: 4 }, ...perHead, decay: [heads], started: true })),
  { name: "additive, started", sizes: { B: 3, T: 65 }, ...bank, started: true },
  { name: "additive, started, chunks of 4", sizes: { B: 3, T: 63, chunk: 4 }, ...bank, started: true },
  { name: "additive, late", sizes: { B: 3, T: 65 }, ...bank, early: [], late: [bankTerm] },
  { name: "additive, early and late", sizes: { B: 3, T: 65 }, ...bank, late: [bankTerm] },
  { name: "additive, two early, one late, chunks of 4", sizes: { B: 1, T: 63, chunk: 4 }, ...bank, early: [bankTerm, bankTerm], late: [bankTerm], started: true },
  { name: "decayed, late", sizes: { B: 3, T: 65 }, ...bank, early: [], late: [bankTerm], decay: [slots], started: true },
  { name: "decayed, early and late", sizes: { B: 3, T: 130 }, ...perHead, late: [headTerm], decay: [heads], started: true },
  { name: "decayed, early and late, T 1", sizes: { B: 3, T: 1 }, ...perHead, late: [headTerm], decay: [heads], started: true },
  { name: "decayed, early and late, not started, chunks of 4", sizes: { B: 1, T: 65, chunk: 4 }, ...perHead, late: [headTerm, headTerm], decay: [heads, keys] },
  { name: "decayed by a scalar per token", sizes: { B: 3, T: 65 }, ...bank, decay: [] },
  { name: "decayed by the value axis", sizes: { B: 3, T: 65 }, ...bank, decay: [width], started: true },
  { name: "decayed by both axes", sizes: { B: 1, T: 65 }, ...bank, decay: [slots, width] },
  { name: "decayed by a constant per head", sizes: { B: 3, T: 65 }, ...perHead, decay: "constant" },
  { name: "decayed, masked", sizes: { B: 3, T: 130 }, ...perHead, decay: [heads], masked: true },
  { name: "additive, masked", sizes: { B: 3, T: 65 }, ...bank, masked: true, started: true },
  { name: "read over the value axis", sizes: { B: 3, T: 65 }, ...bank, reads: [[[width], ["width"]]] },
  { name: "read over both axes", sizes: { B: 3, T: 65 }, ...bank, reads: [[[slots, width], ["slots", "width"]]] },
  { name: "read over nothing", sizes: { B: 3, T: 65 }, ...bank, decay: [slots], reads: [[[], []]] },
  { name: "read with heads on the query only", sizes: { B: 3, T: 65 }, ...bank, reads: [[[heads, slots], ["slots"]]] },
  { name: "state of one axis", sizes: { B: 3, T: 130 }, axes: [slots], early: [[[slots], []]], decay: [], reads: [[[], []], [[slots], ["slots"]]] },
  { name: "state without axes", sizes: { B: 3, T: 65 }, axes: [], early: [[[], []]], late: [[[], []]], decay: [], started: true, reads: [[[], []]] },
  { name: "value has all axes", sizes: { B: 3, T: 65 }, axes: [slots, width], early: [[[], [slots, width]]], reads: bank.reads },
  { name: "axes of size 1", sizes: { B: 3, T: 65 }, axes: [axis("slots", 1), axis("width", 1)], early: [[[axis("slots", 1)], [axis("width", 1)]]], decay: [], reads: [[[axis("slots", 1)], ["slots"]]] },
  { name: "axes in another order", sizes: { B: 3, T: 65 }, axes: [values, heads, keys], early: [[[keys, heads], [heads, values]]], decay: [heads], started: true, reads: [[[keys, heads], ["keys"]]] },
];

export function reverseCases(): OpCase[] {
  return recipes.map(fromRecipe);
}

function fromRecipe(recipe: Recipe): OpCase {
  const c = new CaseBuilder(`reverse ${recipe.name}`, recipe.sizes);
  const mask = recipe.masked ? c.mask() : undefined;
  const real = mask ? c.emit.unary("to_f32", mask) : undefined;
  const start = recipe.started ? c.input("behind", [batch, ...recipe.axes]) : undefined;
  const drawn = recipe.decay === "constant" ? c.emit.table("f32", [heads], [0.96875, 0.984375, 0.9921875])
    : recipe.decay ? c.input("decay", [...tokens, ...recipe.decay], decayRange) : undefined;
  // At padding the cotangent goes by.
  const decay = drawn && mask ? c.emit.select(mask, drawn, c.emit.scalar(1)) : drawn;
  const late = recipe.late ?? [];
  const terms = [...recipe.early, ...late].map(([keyDims, valueDims], i) => {
    const key = c.input(`key_${i}`, [...tokens, ...keyDims]);
    return { key: real ? c.emit.multiply(key, real) : key, value: c.input(`value_${i}`, [...tokens, ...valueDims]) };
  });
  const r: Recurrence = { axes: recipe.axes, terms, reverse: { late: late.length }, ...(start ? { start } : {}), ...(decay ? { decay } : {}) };
  const boundaries = c.emit.boundaries(r, "B");
  const reads = recipe.reads.map(([dims, over], i) => {
    return [`read_${i}`, c.emit.scanRead(boundaries, r, c.input(`query_${i}`, [...tokens, ...dims]), over, "new", token)] as const;
  });
  return c.done(Object.fromEntries(reads));
}
