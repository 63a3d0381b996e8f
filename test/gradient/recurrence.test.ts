/**
 * Cotangents through recurrences: keys, values, queries and decays, over chunks of four tokens. A state's axes are larger than eight where
 * the decay's cotangent is to be computed without a token's whole state, or with it because the decay may be near 0.
 */
import { describe, test } from "vitest";
import type { Recurrence } from "../../compiler/3-graph/recurrence-operands.js";
import type { Dim, Node } from "../../src/graph/graph.js";
import { axis, batch, CaseBuilder, token } from "../oracle/case-builder.js";
import { heads, keys, manyKeys, manyValues, values } from "./axes.js";
import { checkGradients, varied, type Built } from "./check.js";

interface Recipe {
  readonly name: string;
  readonly axes: readonly Dim[];
  /** [key's axes, value's axes] of each term. */
  readonly terms: readonly (readonly [readonly Dim[], readonly Dim[]])[];
  readonly decay?: readonly Dim[];
  /** [query's axes, over, when] */
  readonly reads: readonly (readonly [readonly Dim[], readonly string[], "old" | "new"])[];
  /** The outer dims of decay, keys, values and queries, where those are not batch and token. */
  readonly outer?: { readonly decay?: readonly Dim[]; readonly key?: readonly Dim[]; readonly value?: readonly Dim[]; readonly query?: readonly Dim[] };
  readonly masked?: boolean;
  /** The decay is a sigmoid, which cannot be 0 as a decay that is a parameter can. */
  readonly gated?: boolean;
}

const plain = { axes: [keys, values], terms: [[[keys], [values]]] } as const;
const large = { axes: [heads, manyKeys, manyValues], terms: [[[heads, manyKeys], [heads, manyValues]]] } as const;
const readNew = [[keys], ["keys"], "new"] as const;
const readOld = [[keys], ["keys"], "old"] as const;
const largeNew = [[heads, manyKeys], ["keys"], "new"] as const;
const largeOld = [[heads, manyKeys], ["keys"], "old"] as const;

/** At each number of tokens. */
const everywhere: readonly Recipe[] = [
  { name: "no decay, new and old reads", ...plain, reads: [readNew, readOld] },
  { name: "decayed by a number a token", ...plain, decay: [], reads: [readNew, readOld] },
  { name: "decayed by the keys' axis", ...plain, decay: [keys], reads: [readNew, readOld] },
];

const once: readonly Recipe[] = [
  { name: "no decay, old read alone", ...plain, reads: [readOld] },
  {
    name: "per head", axes: [heads, keys, values], terms: [[[heads, keys], [heads, values]]], decay: [heads],
    reads: [[[heads, keys], ["keys"], "new"]],
  },
  { name: "decayed by the values' axis, old read", ...plain, decay: [values], reads: [readOld] },
  { name: "decayed by both axes", ...plain, decay: [keys, values], reads: [readNew, readOld] },
  { name: "masked", ...plain, decay: [keys], reads: [readNew, readOld], masked: true },
  { name: "two terms", axes: [keys, values], terms: [[[keys], [values]], [[keys, values], []]], decay: [keys], reads: [readNew] },
  { name: "state of one axis", axes: [keys], terms: [[[keys], []]], decay: [keys], reads: [[[], [], "new"], [[keys], ["keys"], "old"]] },
  { name: "state without axes", axes: [], terms: [[[], []]], decay: [], reads: [[[], [], "new"], [[], [], "old"]] },
  {
    name: "read over nothing, over both axes, and over the values'", ...plain, decay: [],
    reads: [[[], [], "new"], [[keys, values], ["keys", "values"], "new"], [[values], ["values"], "old"]],
  },
  { name: "a query that is the same along what is summed over", ...plain, decay: [keys], reads: [[[], ["keys"], "new"]] },
  { name: "a query with an axis that stays", ...plain, decay: [values], reads: [[[keys, values], ["keys"], "new"], [[keys], [], "old"]] },
  { name: "a key and a value with one axis in common", axes: [keys, values], terms: [[[keys, values], [values]]], decay: [values], reads: [readNew] },
  { name: "a term that is the same along an axis", axes: [keys, values], terms: [[[keys], []]], decay: [keys], reads: [readNew] },
  { name: "heads that read one state", ...plain, decay: [], reads: [[[heads, keys], ["keys"], "new"], [[heads, keys], ["keys"], "old"]] },
  { name: "heads that read one state beside a read without heads", ...plain, decay: [keys], reads: [[[heads, keys], ["keys"], "new"], readOld] },
  {
    name: "operands of a sequence, and of all", ...plain, decay: [keys],
    reads: [readNew], outer: { decay: [], key: [batch], value: [], query: [batch] },
  },
  { name: "operands of a token", ...plain, decay: [values], reads: [readNew, readOld], outer: { decay: [token], key: [token], query: [] } },
  { name: "decay of a sequence", ...plain, decay: [], reads: [readNew], outer: { decay: [batch] } },
];

/** Where the state is large beside the decay, a gate: the sum from the last token. */
const summed: readonly Recipe[] = [
  { name: "large, by heads", ...large, decay: [heads], reads: [largeNew, largeOld] },
  { name: "large, by heads, old read alone", ...large, decay: [heads], reads: [largeOld] },
  { name: "large, by a number", ...large, decay: [], reads: [largeNew] },
  { name: "large, by the keys' axis", ...large, decay: [heads, manyKeys], reads: [largeNew, largeOld] },
  { name: "large, by the keys' axis, masked", ...large, decay: [heads, manyKeys], reads: [largeNew], masked: true },
  { name: "large, by the keys' axis, read over the values'", ...large, decay: [manyKeys], reads: [[[heads, manyValues], ["values"], "new"]] },
  { name: "large, by the values' axis", ...large, axes: [manyKeys, manyValues, axis("heads", 2)], decay: [manyValues], reads: [largeNew, largeOld] },
  {
    name: "large, by an axis that is summed over and that the query lacks", ...large, decay: [manyKeys],
    reads: [[[heads], ["keys"], "new"], [[], ["keys", "values"], "old"]],
  },
  {
    name: "large, by an axis of neither factor", axes: [manyKeys, manyValues], terms: [[[], [manyValues]]], decay: [manyKeys],
    reads: [[[manyKeys], ["keys"], "new"]],
  },
  { name: "large, of all tokens", ...large, decay: [heads], reads: [largeNew], outer: { decay: [] } },
  {
    name: "large, heads of the query only", axes: [manyKeys, manyValues], terms: [[[manyKeys], [manyValues]]], decay: [],
    reads: [[[heads, manyKeys], ["keys"], "new"], [[manyKeys], ["keys"], "old"]],
  },
  {
    name: "large, heads of the query only, by the keys' axis", axes: [manyKeys, manyValues], terms: [[[manyKeys], [manyValues]]], decay: [manyKeys],
    reads: [[[heads, manyKeys], ["keys"], "new"]],
  },
];

const lengths = [{ B: 2, T: 1 }, { B: 1, T: 3 }, { B: 2, T: 4 }, { B: 1, T: 9 }] as const;

describe("at each number of tokens", () => {
  for (const recipe of everywhere) {
    for (const { B, T } of lengths) test(`${recipe.name}, B ${B}, T ${T}`, () => check(recipe, B, T));
  }
});

test("the state after all tokens", () => {
  for (const T of [1, 4, 9]) {
    checkGradients(`the state after ${T} tokens`, { B: 2, T, chunk: 4 }, (c) => {
      const r: Recurrence = {
        axes: [keys, values],
        terms: [
          { key: varied(c, "key", [keys]), value: varied(c, "value", [values]) },
          { key: varied(c, "other key", [keys], undefined, [batch]), value: c.parameter("same at every token", [values]) },
          { key: c.parameter("one number", [keys]), value: c.emit.scalar(1) },
        ],
      };
      const state = c.emit.advance(c.emit.boundaries(r, "B"), r);
      return { output: c.emit.reduce("sum", c.emit.multiply(varied(c, "query", [keys]), state), ["keys"]) };
    });
  }
});

describe("over two chunks", () => {
  for (const recipe of once) test(recipe.name, () => check(recipe, 2, 5));
});

describe("the decay of a large state", () => {
  for (const recipe of summed) test(recipe.name, () => check({ ...recipe, gated: true }, 2, 6));
});

test("a read whose query is made of another read of the same states", () => {
  checkGradients("read of a read", { B: 2, T: 5, chunk: 4 }, (c) => {
    const terms = [{ key: varied(c, "key", [keys]), value: varied(c, "value", [values]) }];
    const recurrence = { axes: [keys, values], decay: varied(c, "decay", [], { low: 0.5, high: 0.9 }), terms };
    const boundaries = c.emit.boundaries(recurrence, "B");
    const first = c.emit.scanRead(boundaries, recurrence, varied(c, "query", [keys]), ["keys"], "old", token);
    return { output: c.emit.scanRead(boundaries, recurrence, c.emit.unary("tanh", first), ["values"], "new", token) };
  });
});

test("a state whose value is made of a read of another state, and one node as key and value", () => {
  checkGradients("state of a state", { B: 2, T: 5, chunk: 4 }, (c) => {
    const x = varied(c, "x", [keys]);
    const square = { axes: [keys], terms: [{ key: x, value: x }] };
    const first = c.emit.scanRead(c.emit.boundaries(square, "B"), square, c.emit.scalar(1), [], "new", token);
    const second = { axes: [keys], decay: c.emit.unary("sigmoid", first), terms: [{ key: first, value: c.emit.scalar(1) }] };
    return { output: c.emit.scanRead(c.emit.boundaries(second, "B"), second, x, ["keys"], "new", token) };
  });
});

test("a decay of exactly 0, where a token's state is small", () => {
  checkGradients("decay of 0", { B: 2, T: 5, chunk: 4 }, (c) => {
    const { terms } = operandsOf(c, { name: "", ...plain, reads: [] });
    const kept = c.emit.unary("to_f32", c.integers("kept", [batch, token], { low: 0, high: 1 }));
    const shift = c.emit.multiply(c.input("at", [batch, token]), c.parameter("shift", [keys], undefined, { low: 0, high: 0 }));
    const recurrence = { axes: plain.axes, decay: c.emit.add(c.emit.multiply(kept, c.emit.scalar(0.9)), shift), terms };
    const boundaries = c.emit.boundaries(recurrence, "B");
    return { output: c.emit.scanRead(boundaries, recurrence, varied(c, "query", [keys]), ["keys"], "new", token) };
  });
});

describe("a large state whose decay may be near 0", () => {
  for (const recipe of [summed[0]!, summed[3]!, summed[4]!]) test(`${recipe.name}, a sum with a parameter`, () => check(recipe, 2, 6));

  // What is 0 or 1e-6 as it is given has a slope that is neither.
  for (const [given, axes] of [[0, [heads]], [1e-6, []]] as const) {
    test(`a parameter of ${given}`, () => {
      checkGradients(`decay of ${given}`, { B: 2, T: 6, chunk: 4 }, (c) => {
        const { terms } = operandsOf(c, { name: "", ...large, reads: [] });
        const recurrence = { axes: large.axes, decay: c.parameter("decay", axes, undefined, { low: given, high: given }), terms };
        const boundaries = c.emit.boundaries(recurrence, "B");
        const read = (when: "old" | "new"): Node => c.emit.scanRead(boundaries, recurrence, varied(c, `${when} query`, [heads, manyKeys]), ["keys"], when, token);
        return { output: c.emit.add(read("new"), read("old")) };
      });
    });
  }

  test("one minus a gate that is nearly 1, a gate times a parameter of 0, a root, and a share", () => {
    const of = (name: string, make: (c: CaseBuilder, gate: Node) => Node): void =>
      checkGradients(name, { B: 2, T: 6, chunk: 4 }, (c) => {
        const { terms } = operandsOf(c, { name: "", ...large, reads: [] });
        const recurrence = { axes: large.axes, decay: make(c, c.emit.unary("sigmoid", varied(c, "gate", [heads], { low: -9, high: 9 }))), terms };
        const boundaries = c.emit.boundaries(recurrence, "B");
        return { output: c.emit.scanRead(boundaries, recurrence, varied(c, "query", [heads, manyKeys]), ["keys"], "new", token) };
      });
    of("one minus", (c, gate) => c.emit.binary("subtract", c.emit.scalar(1), gate));
    of("times", (c, gate) => c.emit.multiply(gate, c.parameter("small", [heads], undefined, { low: 0, high: 0 })));
    of("a root", (c, gate) => c.emit.binary("power", gate, c.emit.scalar(1 / 16)));
    of("a share", (c, gate) => c.emit.binary("divide", c.emit.multiply(gate, gate), c.emit.add(gate, c.emit.scalar(1))));
  });
});

function check(recipe: Recipe, B: number, T: number): void {
  checkGradients(`${recipe.name}, B ${B}, T ${T}`, { B, T, chunk: 4 }, (c) => build(c, recipe));
}

function build(c: CaseBuilder, recipe: Recipe): Built {
  const recurrence: Recurrence = { axes: recipe.axes, ...operandsOf(c, recipe) };
  const boundaries = c.emit.boundaries(recurrence, "B");
  const reads = recipe.reads.map(([axes, over, when], j) =>
    c.emit.scanRead(boundaries, recurrence, varied(c, `query ${j}`, axes, undefined, recipe.outer?.query), over, when, token));
  return { output: reads.reduce((sum, read) => c.emit.add(sum, read)) };
}

/** As the graph's builder makes them: at padding a key and a value of 0, a decay of 1. */
function operandsOf(c: CaseBuilder, recipe: Recipe): { decay: Node | undefined; terms: { key: Node; value: Node }[] } {
  const mask = recipe.masked ? c.mask() : undefined;
  const hide = (x: Node, instead: number): Node => (mask ? c.emit.select(mask, x, c.emit.scalar(instead)) : x);
  const { outer } = recipe;
  const terms = recipe.terms.map(([key, value], i) => ({
    key: hide(varied(c, `key ${i}`, key, undefined, outer?.key), 0), value: hide(varied(c, `value ${i}`, value, undefined, outer?.value), 0),
  }));
  const given = recipe.decay && varied(c, "decay", recipe.decay, recipe.gated ? { low: -1, high: 2 } : { low: 0.3, high: 0.9 }, outer?.decay);
  const decay = given && hide(recipe.gated ? c.emit.unary("sigmoid", given) : given, 1);
  return { decay, terms };
}
