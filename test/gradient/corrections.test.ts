/**
 * Cotangents through recurrences with corrections, over chunks of four tokens: writers and readers, and beside them keys, values, queries and
 * decays. As in `recurrence.test.ts` a state's axes are larger than eight where the decay's cotangent is to be a sum from the last token.
 */
import { describe, test } from "vitest";
import { correctionsAsTerms, type Recurrence } from "../../compiler/3-graph/recurrence-operands.js";
import type { Dim, Node } from "../../src/graph/graph.js";
import { batch, CaseBuilder, token } from "../oracle/case-builder.js";
import { heads, keys, manyKeys, manyValues, values } from "./axes.js";
import { checkGradients, varied } from "./check.js";

interface Recipe {
  readonly name: string;
  readonly axes: readonly Dim[];
  readonly terms: readonly (readonly [key: readonly Dim[], value: readonly Dim[]])[];
  readonly corrections: readonly (readonly [writer: readonly Dim[], reader: readonly Dim[], over: readonly string[]])[];
  readonly decay?: readonly Dim[];
  readonly reads: readonly (readonly [query: readonly Dim[], over: readonly string[], when: "old" | "new"])[];
  readonly masked?: boolean;
  /** The decay is a sigmoid, which cannot be 0 as a decay that is a parameter can. */
  readonly gated?: boolean;
  /** The outer dims of writers and readers, where those are not batch and token. */
  readonly outer?: { readonly writer?: readonly Dim[]; readonly reader?: readonly Dim[] };
}

const plain = { axes: [keys, values], terms: [[[keys], [values]]] } as const;
const large = { axes: [heads, manyKeys, manyValues], terms: [[[heads, manyKeys], [heads, manyValues]]], gated: true } as const;
const alongKeys = [[keys], [keys], ["keys"]] as const;
const alongValues = [[values], [values], ["values"]] as const;
const alongBoth = [[keys, values], [keys, values], ["keys", "values"]] as const;
const largeKeys = [[heads, manyKeys], [heads, manyKeys], ["keys"]] as const;
const largeValues = [[heads, manyValues], [heads, manyValues], ["values"]] as const;
const readNew = [[keys], ["keys"], "new"] as const;
const readOld = [[keys], ["keys"], "old"] as const;
const largeNew = [[heads, manyKeys], ["keys"], "new"] as const;
const largeOld = [[heads, manyKeys], ["keys"], "old"] as const;

/** At each number of tokens. */
const everywhere: readonly Recipe[] = [
  { name: "no decay", ...plain, corrections: [alongKeys], reads: [readNew] },
  { name: "two corrections, decayed by a number, new and old reads", ...plain, corrections: [alongKeys, alongKeys], decay: [], reads: [readNew, readOld] },
];

const once: readonly Recipe[] = [
  { name: "no decay, old read alone", ...plain, corrections: [alongKeys], reads: [readOld] },
  { name: "decayed by the keys' axis", ...plain, corrections: [alongKeys], decay: [keys], reads: [readNew, readOld] },
  { name: "decayed by the values' axis", ...plain, corrections: [alongKeys], decay: [values], reads: [readNew] },
  { name: "decayed by both axes", ...plain, corrections: [alongKeys], decay: [keys, values], reads: [readNew, readOld] },
  { name: "over the values' axis", ...plain, corrections: [alongValues], decay: [], reads: [readNew] },
  { name: "over both axes", ...plain, corrections: [alongBoth], decay: [keys], reads: [readNew, readOld] },
  { name: "along different axes", ...plain, corrections: [alongKeys, alongValues], decay: [], reads: [readNew] },
  { name: "masked", ...plain, corrections: [alongKeys], decay: [keys], reads: [readNew, readOld], masked: true },
  { name: "no terms beside", ...plain, terms: [], corrections: [alongKeys], reads: [readNew] },
  { name: "a writer and a reader with all axes", ...plain, corrections: [[[keys, values], [keys, values], ["keys"]]], decay: [values], reads: [readNew] },
  { name: "a writer and a reader that lack what is read over", ...plain, corrections: [[[], [], ["keys"]]], reads: [readNew] },
  { name: "shared by all heads", axes: [heads, keys, values], terms: [[[heads, keys], [heads, values]]], corrections: [alongKeys], decay: [heads], reads: [[[heads, keys], ["keys"], "new"]] },
  { name: "state of one axis", axes: [keys], terms: [[[keys], []]], corrections: [alongKeys], decay: [keys], reads: [[[], [], "new"], [[keys], ["keys"], "old"]] },
  { name: "a writer of all tokens and a reader of a sequence", ...plain, corrections: [alongKeys], reads: [readNew], outer: { writer: [], reader: [batch] } },
  { name: "heads that read one state beside a read without heads", ...plain, corrections: [alongKeys], decay: [keys], reads: [[[heads, keys], ["keys"], "new"], readOld] },
];

/** Where the state is large beside the decay, a gate: the sum from the last token. */
const summed: readonly Recipe[] = [
  { name: "large, by heads", ...large, corrections: [largeKeys], decay: [heads], reads: [largeNew, largeOld] },
  { name: "large, by heads, two corrections, masked", ...large, corrections: [largeKeys, largeKeys], decay: [heads], reads: [largeNew], masked: true },
  { name: "large, by the keys' axis", ...large, corrections: [largeKeys], decay: [heads, manyKeys], reads: [largeNew] },
  { name: "large, by the keys' axis, over the values'", ...large, corrections: [largeValues], decay: [heads, manyKeys], reads: [largeNew, largeOld] },
  { name: "large, by the keys' axis, which the correction lacks", ...large, corrections: [[[heads], [heads], ["keys"]]], decay: [manyKeys], reads: [largeNew] },
  { name: "large, by the values' axis", ...large, axes: [manyKeys, manyValues, heads], corrections: [largeKeys], decay: [manyValues], reads: [largeNew] },
  {
    name: "large, heads of the query only", axes: [manyKeys, manyValues], terms: [[[manyKeys], [manyValues]]], corrections: [[[manyKeys], [manyKeys], ["keys"]]],
    decay: [], gated: true, reads: [[[heads, manyKeys], ["keys"], "new"], [[manyKeys], ["keys"], "old"]],
  },
];

const lengths = [{ B: 2, T: 1 }, { B: 1, T: 3 }, { B: 2, T: 4 }, { B: 1, T: 9 }] as const;

describe("at each number of tokens", () => {
  for (const recipe of everywhere) {
    for (const { B, T } of lengths) test(`${recipe.name}, B ${B}, T ${T}`, () => check(recipe, B, T));
  }
});

describe("over two chunks", () => {
  for (const recipe of once) test(recipe.name, () => check(recipe, 2, 5));
});

describe("the decay of a large state", () => {
  for (const recipe of summed) test(recipe.name, () => check(recipe, 2, 6));
  test("by heads, a decay that may be near 0", () => check({ ...summed[0]!, gated: false }, 2, 6));
});

test("the delta rule, of two layers: one key is written, read over and subtracted, and comes of what the first layer read", () => {
  checkGradients("delta rule", { B: 2, T: 6, chunk: 4 }, (c) => {
    const { emit } = c;
    const layer = (name: string, x: Node): Node => {
      const length = emit.unary("sqrt", emit.reduce("sum", emit.unary("square", x), ["keys"]));
      const key = emit.binary("divide", x, length);
      const strength = emit.unary("sigmoid", varied(c, `${name} strength`, []));
      const decay = emit.unary("sigmoid", varied(c, `${name} decay`, [], { low: 0, high: 3 }));
      const written = emit.multiply(key, strength);
      const corrections = [{ writer: emit.unary("negate", emit.multiply(written, decay)), reader: key, over: ["keys"] }];
      const { boundaries, read } = made(c, { axes: plain.axes, decay, terms: [{ key: written, value: varied(c, `${name} value`, [values]) }], corrections });
      return emit.scanRead(boundaries, read, varied(c, `${name} query`, [keys]), ["keys"], "new", token);
    };
    const first = layer("first", varied(c, "key", [keys]));
    return { output: layer("second", emit.add(varied(c, "second key", [keys]), emit.reduce("sum", first, ["values"]))) };
  });
});

function check(recipe: Recipe, B: number, T: number): void {
  checkGradients(`${recipe.name}, B ${B}, T ${T}`, { B, T, chunk: 4 }, (c) => {
    const { boundaries, read } = made(c, { axes: recipe.axes, ...operandsOf(c, recipe) });
    const reads = recipe.reads.map(([axes, over, when], j) => c.emit.scanRead(boundaries, read, varied(c, `query ${j}`, axes), over, when, token));
    return { output: reads.reduce((sum, one) => c.emit.add(sum, one)) };
  });
}

/** A recurrence, and what it is read with. */
function made({ emit }: CaseBuilder, corrected: Recurrence): { boundaries: Node; read: Recurrence } {
  const boundaries = emit.boundaries(corrected, "B");
  return { boundaries, read: correctionsAsTerms(corrected, corrected.corrections!.map((_, i) => emit.correction(boundaries, corrected, i, token))) };
}

/** As the graph's builder makes them: at padding keys, values, writers and readers of 0, a decay of 1. */
function operandsOf(c: CaseBuilder, recipe: Recipe): Pick<Recurrence, "decay" | "terms" | "corrections"> {
  const mask = recipe.masked ? c.mask() : undefined;
  const hide = (x: Node, instead: number): Node => (mask ? c.emit.select(mask, x, c.emit.scalar(instead)) : x);
  const { outer } = recipe;
  const terms = recipe.terms.map(([key, value], i) => ({ key: hide(varied(c, `key ${i}`, key), 0), value: hide(varied(c, `value ${i}`, value), 0) }));
  const corrections = recipe.corrections.map(([writer, reader, over], i) => ({
    writer: hide(varied(c, `writer ${i}`, writer, undefined, outer?.writer), 0), reader: hide(varied(c, `reader ${i}`, reader, undefined, outer?.reader), 0), over,
  }));
  const given = recipe.decay && varied(c, "decay", recipe.decay, recipe.gated ? { low: -1, high: 2 } : { low: 0.3, high: 0.9 });
  const decay = given && hide(recipe.gated ? c.emit.unary("sigmoid", given) : given, 1);
  return { decay, terms, corrections };
}
