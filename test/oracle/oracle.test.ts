/** The oracle itself: the case library covers every op, everything evaluates, and a few values are known by hand. */
import { describe, expect, test } from "vitest";
import { correctionsAsTerms } from "../../compiler/3-graph/recurrence-operands.js";
import type { Op } from "../../src/graph/ops.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { axis, batch, CaseBuilder, token } from "./case-builder.js";
import { drawRow, pcg, uniform } from "./draw.js";
import { environmentOf, evaluate, evaluateNodes } from "./evaluate.js";
import { erf, binaryFns, unaryFns } from "./maps.js";
import { opCases, updateCases, type OpCase } from "./op-cases.js";

const cases = [...opCases(), ...updateCases()];

/** Total by type: a new op without a case fails to compile here. */
const allOps: { readonly [O in Op["op"]]: true } = {
  input: true, parameter: true, table: true, scalar: true, iota: true, extent: true, state: true, map: true, reduce: true, matmul: true,
  gather: true, join: true, top: true, rename: true, squeeze: true, unsqueeze: true, turn_half: true, flip: true, wave: true, count: true, convolve: true,
  convolve_state: true, boundaries: true, correction: true, advance: true, scan_read: true, scan: true, append: true, attention: true, last: true, sample: true,
  attention_log_sum: true, attention_gradient: true, weight_gradient: true, scatter_add: true, cross_entropy: true, cross_entropy_gradient: true,
  keep: true, convolve_gradient: true, convolve_weight_gradient: true, rank_sum: true,
};

test("every op and every map function has a case, and names are unique", () => {
  const ops = new Set(cases.flatMap((c) => c.graph.nodes.map((n) => n.op)));
  expect([...ops].sort()).toEqual(Object.keys(allOps).sort());
  const fns = new Set(cases.flatMap((c) => c.graph.nodes.flatMap((n) => (n.op === "map" ? [n.fn] : []))));
  expect([...fns].sort()).toEqual([...Object.keys(unaryFns), ...Object.keys(binaryFns), "select"].sort());
  expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length);
});

test.each(cases.map((c) => [c.name, c] as const))("%s: the graph is sound, and every value finite", (_, c) => {
  verifyGraph(c.graph);
  const values = evaluateNodes(c.graph, environmentOf(c.graph, c));
  // What is asked whether it is finite may be anything.
  const asked = new Set(c.graph.nodes.flatMap((n) => (n.op === "map" && n.fn === "is_finite" ? n.inputs : [])));
  values.forEach((value, id) => {
    if (asked.has(c.graph.nodes[id]!)) return;
    const wrong = Array.from(value.data).findIndex((x) => !Number.isFinite(x));
    expect(wrong, `%${id} ${c.graph.nodes[id]!.op}`).toBe(-1);
  });
});

describe("known values", () => {
  test("top: of equals the first, no NaN, and where there are too few", () => {
    const topOf = (row: readonly number[], count: number): number[] => {
      const c = new CaseBuilder("top by hand", { B: 1, T: 1 });
      const { outputs } = (({ graph, ...given }) => evaluate(graph, given))(c.done({ out: c.emit.top(c.given("x", "f32", [batch, axis("vocab", row.length)], { shape: [1, row.length], data: row }), count) }));
      return Array.from(outputs.out!.data);
    };
    expect(topOf([1, 3, 2, 3], 3)).toEqual([3, 1, 3, 3, 2, 2]);
    expect(topOf([-1, NaN, -5], 4)).toEqual([-1, 0, -5, 2, -Infinity, 1, -Infinity, 0]);
  });

  test("erf", () => {
    for (const [x, want] of [[0, 0], [0.5, 0.5204998778130465], [-1, -0.8427007929497149], [2, 0.9953222650189527], [4, 0.9999999845827421]] as const) {
      expect(erf(x)).toBeCloseTo(want, 14);
    }
  });

  test("the random number is a multiple of 2^-24 below 1, spread evenly, and changes with each of its three sources", () => {
    expect(pcg(0)).toBe(129708002);
    const draws = Array.from({ length: 4096 }, (_, i) => uniform(7, i, 0));
    expect(draws.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 24))).toBe(true);
    // The mean of 4096 uniform numbers has a deviation of 0.0045.
    expect(Math.abs(draws.reduce((a, b) => a + b) / 4096 - 0.5)).toBeLessThan(0.02);
    expect(new Set([uniform(7, 1, 0), uniform(8, 1, 0), uniform(7, 2, 0), uniform(7, 1, 1)]).size).toBe(4);
  });

  test("a draw stays within top_k and top_p", () => {
    const logits = [1, 5, 3, 4, 0, 2];
    const drawn = (topK: number, topP: number): number[] =>
      [...new Set(Array.from({ length: 500 }, (_, i) => drawRow(logits, { temperature: 1, topK, topP }, 3, i, 0)))].sort();
    expect(drawn(0, 1)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(drawn(2, 1)).toEqual([1, 3]);
    // e^0 of 1.58 is 0.63, e^-1 more is 0.87
    expect(drawn(0, 0.6)).toEqual([1]);
    expect(drawn(0, 0.7)).toEqual([1, 3]);
    expect(drawn(3, 0)).toEqual([1]);
    expect(drawRow([2, 7, 7], { temperature: 0, topK: 0, topP: 1 }, 1, 1, 1)).toBe(1);
  });
});

/** T tokens at once, or the first and then the rest from the state that the first call left. */
test.each([["recurrence decayed by heads, masked", 70, 3 * 16], ["correction masked", 21, 3 * 7]] as const)("%s, split in two calls, gives the states and reads of one call", (name, at, width) => {
  const whole = cases.find((c) => c.name === name)!;
  const { T } = whole.extents;
  const cut = (c: OpCase, from: number, to: number, states: OpCase["states"]): OpCase => ({
    ...c,
    states,
    extents: { B: 2, T: to - from },
    inputs: Object.fromEntries(Object.entries(c.inputs).map(([input, { shape, data }]) => {
      const row = shape.slice(2).reduce((a, b) => a * b, 1);
      const rows = [0, 1].map((b) => Array.from(data).slice((b * T + from) * row, (b * T + to) * row));
      return [input, { shape: [2, to - from, ...shape.slice(2)], data: rows.flat() }];
    })),
  });
  const all = evaluate(whole.graph, whole);
  const first = evaluate(whole.graph, cut(whole, 0, at, whole.states));
  const second = evaluate(whole.graph, cut(whole, at, T, first.states));
  expectClose("state", all.states.bank!, second.states.bank!, 1e-12);
  const tail = Array.from(all.outputs.read_0!.data).slice((T + at) * width);
  const got = Array.from(second.outputs.read_0!.data).slice((T - at) * width);
  expectClose("read of row 1", { shape: [T - at, width], data: tail }, { shape: [T - at, width], data: got }, 1e-12);
});

test("a correction that takes away what was written under the same key leaves the last value of each key", () => {
  const [slots, one] = [axis("slots", 2), axis("width", 1)];
  const c = new CaseBuilder("delta rule by hand", { B: 1, T: 4, chunk: 2 });
  const given = (name: string, dim: typeof slots, data: readonly number[]) => c.given(name, "f32", [batch, token, dim], { shape: [1, 4, dim.size as number], data });
  const key = given("key", slots, [1, 0, 0, 1, 1, 0, 0.5, 0]);
  const terms = [{ key, value: given("value", one, [5, 7, 9, 4]) }];
  const corrected = { axes: [slots, one], terms, corrections: [{ writer: c.emit.unary("negate", key), reader: key, over: ["slots"] }] };
  const boundaries = c.emit.boundaries(corrected, "B");
  const u = c.emit.correction(boundaries, corrected, 0, token);
  const read = correctionsAsTerms(corrected, [u]);
  const byHand = c.done({ boundaries, u, after: c.emit.advance(boundaries, read) });
  const { outputs } = evaluate(byHand.graph, byHand);
  expect(Array.from(outputs.boundaries!.data)).toEqual([0, 0, 5, 7]);
  expect(Array.from(outputs.u!.data)).toEqual([0, 0, 5, 4.5]);
  // At the last token a half of a half of 9 goes, and half of 4 comes.
  expect(Array.from(outputs.after!.data)).toEqual([8.75, 7]);
});

describe("expectClose", () => {
  const reference = new Random(1).uniformTensor([2, 3]);
  const changed = (change: number) => ({ shape: [2, 3], data: Array.from(reference.data, (x, i) => (i === 4 ? x + change : x)) });

  test("says how near, and where not", () => {
    expect(expectClose("same", reference, reference, 1e-6).maxDifference).toBe(0);
    expect(expectClose("near", reference, changed(1e-5), 1e-3).percentOfTolerance).toBeGreaterThan(0.5);
    expect(() => expectClose("far", reference, changed(0.1), 1e-3)).toThrow(/far \[2, 3\]: 1 of 6 differ.*\n {2}\[1, 1\]/);
  });

  test("refuses NaN, another shape, and infinities where there are none", () => {
    expect(() => expectClose("nan", reference, changed(NaN), 1)).toThrow(/1 of 6/);
    expect(() => expectClose("infinite", reference, changed(Infinity), 1)).toThrow(/1 of 6/);
    expect(() => expectClose("shape", reference, { shape: [3, 2], data: reference.data }, 1)).toThrow(/expected \[2, 3\]/);
  });
});
