/** Cases of boundaries, advance and scan_read, which only work together. */
import type { Recurrence } from "../../../compiler/3-graph/recurrence-operands.js";
import type { Dim, Node } from "../../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token, type CaseSizes, type OpCase } from "../case-builder.js";

const width = axis("width", 48);
const slots = axis("slots", 5);
const heads = axis("heads", 3);
const oneHead = axis("heads", 1);
const keys = axis("keys", 6);
const values = axis("values", 16);
const eight = axis("keys", 8);
const rows = axis("values", 8);

/** Near 1, as decays are: smaller ones would hide what is far back. */
const decayRange = { low: 0.9, high: 0.999 };

interface Recipe {
  readonly name: string;
  readonly sizes: CaseSizes;
  readonly axes: readonly Dim[];
  /** [key dims, value dims] of each term, beside batch and token. */
  readonly terms: readonly (readonly [readonly Dim[], readonly Dim[]])[];
  readonly started?: boolean;
  readonly decay?: readonly Dim[];
  readonly masked?: boolean;
  /** Query dims beside batch and token, axes read over, and when. */
  readonly reads: readonly (readonly [readonly Dim[], readonly string[], "old" | "new"])[];
}

const bank = { axes: [slots, width], terms: [[[slots], [width]]] } as const;
const perHead = { axes: [heads, keys, values], terms: [[[heads, keys], [heads, values]]] } as const;
const readBank = [[slots], ["slots"], "new"] as const;
const readHeads = [[heads, keys], ["keys"], "new"] as const;
const tokens = [batch, token];

const recipes: readonly Recipe[] = [
  ...[1, 63, 64, 65, 201].map((T) => ({ name: `additive, T ${T}`, sizes: { B: 2, T }, ...bank, reads: [readBank] })),
  { name: "additive, started, one row", sizes: { B: 1, T: 65 }, ...bank, started: true, reads: [readBank] },
  { name: "additive, started, T 1", sizes: { B: 2, T: 1 }, ...bank, started: true, reads: [readBank] },
  { name: "additive, small chunks", sizes: { B: 2, T: 63, chunk: 16 }, ...bank, started: true, reads: [readBank] },
  { name: "additive, masked", sizes: { B: 2, T: 201 }, ...bank, started: true, masked: true, reads: [readBank] },
  { name: "additive, old and new read", sizes: { B: 2, T: 65 }, ...bank, reads: [readBank, [[slots], ["slots"], "old"]] },
  { name: "additive, read with heads on the query only", sizes: { B: 2, T: 65 }, ...bank, reads: [[[heads, slots], ["slots"], "new"]] },
  { name: "additive, read over the value axis", sizes: { B: 2, T: 65 }, ...bank, reads: [[[width], ["width"], "new"]] },
  { name: "additive, read over both axes", sizes: { B: 2, T: 65 }, ...bank, reads: [[[slots, width], ["slots", "width"], "new"]] },
  { name: "additive, read over nothing", sizes: { B: 2, T: 65 }, ...bank, started: true, reads: [[[], [], "new"]] },
  { name: "additive, read over nothing, query with an axis, old", sizes: { B: 2, T: 65 }, ...bank, reads: [[[slots], [], "old"]] },
  { name: "additive, state of one axis, read over nothing", sizes: { B: 2, T: 201 }, axes: [slots], terms: [[[slots], []]], started: true, reads: [[[], [], "new"]] },
  { name: "additive, state of one axis, read over it", sizes: { B: 2, T: 201 }, axes: [slots], terms: [[[slots], []]], reads: [[[slots], ["slots"], "new"]] },
  { name: "additive, state without axes", sizes: { B: 2, T: 65 }, axes: [], terms: [[[], []]], started: true, decay: [], reads: [[[], [], "new"]] },
  { name: "additive, value has all axes", sizes: { B: 2, T: 65 }, axes: [slots, width], terms: [[[], [slots, width]]], reads: [readBank] },
  { name: "additive, two terms", sizes: { B: 2, T: 65 }, axes: [slots, width], terms: [[[slots], [width]], [[slots], [width]]], reads: [readBank] },
  { name: "three heads, T 63", sizes: { B: 2, T: 63 }, ...perHead, started: true, reads: [readHeads] },
  { name: "one head", sizes: { B: 1, T: 201 }, axes: [oneHead, keys, values], terms: [[[oneHead, keys], [oneHead, values]]], reads: [[[oneHead, keys], ["keys"], "new"]] },
  { name: "axes in another order", sizes: { B: 2, T: 65 }, axes: [values, heads, keys], terms: [[[keys, heads], [heads, values]]], started: true, decay: [heads], reads: [[[keys, heads], ["keys"], "new"]] },
  { name: "decayed by a scalar per token", sizes: { B: 2, T: 201 }, ...bank, started: true, decay: [], reads: [readBank] },
  { name: "decayed by the key axis", sizes: { B: 2, T: 65 }, ...bank, started: true, decay: [slots], reads: [readBank, [[slots], ["slots"], "old"]] },
  { name: "decayed by the value axis", sizes: { B: 2, T: 65 }, ...bank, started: true, decay: [width], reads: [readBank] },
  { name: "decayed by both axes", sizes: { B: 1, T: 65 }, ...bank, started: true, decay: [slots, width], reads: [readBank] },
  { name: "decayed by heads, masked", sizes: { B: 2, T: 201 }, ...perHead, started: true, masked: true, decay: [heads], reads: [readHeads] },
  { name: "decayed by heads and keys, two terms", sizes: { B: 2, T: 65 }, axes: perHead.axes, terms: [perHead.terms[0], perHead.terms[0]], started: true, decay: [heads, keys], reads: [readHeads] },
  // As a decay's cotangent reads it: a query as large as the state, in one piece and in several.
  { name: "decayed by heads, read by a state a token, old", sizes: { B: 2, T: 65 }, ...perHead, decay: [heads], reads: [[[heads, keys, values], ["keys", "values"], "old"]] },
  {
    name: "decayed by heads, read by a small state a token, old", sizes: { B: 2, T: 65 }, axes: [heads, eight, rows], terms: [[[heads, eight], [heads, rows]]], decay: [heads],
    reads: [[[heads, eight, rows], ["keys", "values"], "old"]],
  },
  { name: "decayed, T 1", sizes: { B: 2, T: 1 }, ...bank, started: true, decay: [slots], reads: [readBank, [[slots], ["slots"], "old"]] },
  { name: "decayed, small chunks, not started", sizes: { B: 2, T: 63, chunk: 8 }, ...bank, decay: [], reads: [readBank] },
];

export function recurrenceCases(): OpCase[] {
  return [...recipes.map(fromRecipe), constantDecay(), fastDecay(), constantKey(), dependentTerms()];
}

function fromRecipe(recipe: Recipe): OpCase {
  const c = new CaseBuilder(`recurrence ${recipe.name}`, recipe.sizes);
  const mask = recipe.masked ? c.mask() : undefined;
  const real = mask ? c.emit.unary("to_f32", mask) : undefined;
  const start = recipe.started ? c.state("bank", [batch, ...recipe.axes]) : undefined;
  const drawn = recipe.decay ? c.input("decay", [...tokens, ...recipe.decay], decayRange) : undefined;
  const terms = recipe.terms.map(([keyDims, valueDims], i) => {
    const key = c.input(`key_${i}`, [...tokens, ...keyDims]);
    return { key: real ? c.emit.multiply(key, real) : key, value: c.input(`value_${i}`, [...tokens, ...valueDims]) };
  });
  // At padding the state stays as it is.
  const decay = drawn && mask ? c.emit.select(mask, drawn, c.emit.scalar(1)) : drawn;
  const queries = recipe.reads.map(([dims], i) => c.input(`query_${i}`, [...tokens, ...dims]));
  return finish(c, { axes: recipe.axes, terms, ...(start ? { start } : {}), ...(decay ? { decay } : {}) }, queries, recipe.reads);
}

function finish(c: CaseBuilder, r: Recurrence, queries: readonly Node[], reads: Recipe["reads"]): OpCase {
  const boundaries = c.emit.boundaries(r, "B");
  const outputs: Record<string, Node> = {};
  queries.forEach((query, i) => {
    const [, over, when] = reads[i]!;
    outputs[`read_${i}`] = c.emit.scanRead(boundaries, r, query, over, when, token);
  });
  const after = c.emit.advance(boundaries, r);
  return r.start ? c.done(outputs, { bank: after }) : c.done({ ...outputs, after });
}

/** The decay of retention: one number a head, the same for every token. */
function constantDecay(): OpCase {
  const c = new CaseBuilder("recurrence decayed by a constant per head", { B: 2, T: 201 });
  const start = c.state("bank", [batch, heads, keys, values]);
  const decay = c.emit.table("f32", [heads], [0.96875, 0.984375, 0.9921875]);
  const terms = [{ key: c.input("key", [...tokens, heads, keys]), value: c.input("value", [...tokens, heads, values]) }];
  return finish(c, { axes: perHead.axes, start, decay, terms }, [c.input("query", [...tokens, heads, keys])], [readHeads]);
}

/** Decays of nothing and nearly nothing: a form that divides by cumulative products breaks here. */
function fastDecay(): OpCase {
  const c = new CaseBuilder("recurrence decayed to nothing", { B: 2, T: 201 });
  const start = c.state("bank", [batch, slots, width]);
  const near = c.input("decay", [...tokens, slots], { low: 0, high: 0.3 });
  // About one in eight is exactly 0.
  const decay = c.emit.unary("relu", c.emit.binary("subtract", near, c.emit.scalar(0.0375)));
  const terms = [{ key: c.input("key", [...tokens, slots]), value: c.input("value", [...tokens, width]) }];
  return finish(c, { axes: [slots, width], start, decay, terms }, [c.input("query", [...tokens, slots])], [readBank]);
}

/** A key that no token changes (a running sum of values), and one parameter as value. */
function constantKey(): OpCase {
  const c = new CaseBuilder("recurrence with constant key and constant value", { B: 2, T: 65 });
  const terms = [
    { key: c.emit.scalar(1), value: c.input("value", [...tokens, width]) },
    { key: c.input("key", [...tokens, slots]), value: c.parameter("written", [width]) },
  ];
  const start = c.state("bank", [batch, slots, width]);
  return finish(c, { axes: [slots, width], start, terms }, [c.input("query", [...tokens, slots])], [readBank]);
}

/** The second state is written from a read of the first, as in a stack of two layers. */
function dependentTerms(): OpCase {
  const c = new CaseBuilder("recurrence on top of a recurrence", { B: 2, T: 65 });
  const first: Recurrence = {
    axes: [slots, width],
    terms: [{ key: c.input("key", [...tokens, slots], { low: -0.3, high: 0.3 }), value: c.input("value", [...tokens, width], { low: -0.3, high: 0.3 }) }],
  };
  const query = c.input("query", [...tokens, slots]);
  const read = c.emit.scanRead(c.emit.boundaries(first, "B"), first, query, ["slots"], "new", token);
  const second: Recurrence = {
    axes: [slots, width], decay: c.input("decay", tokens, decayRange), terms: [{ key: c.emit.unary("tanh", query), value: c.emit.unary("tanh", read) }],
  };
  return finish(c, second, [query], [readBank]);
}
