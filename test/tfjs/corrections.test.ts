/** Recurrences with corrections on the wasm backend, where their matmul form is chosen: states larger than those of the op cases, against the oracle. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emitTfjs } from "../../compiler/6-codegen/tfjs/index.js";
import type { Recurrence } from "../../compiler/3-graph/recurrence-operands.js";
import type { Device } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { invertUnitLower } from "../../runtime/tfjs/steps/unit-lower.js";
import { chunkDim, type Dim, type Graph, type Node } from "../../src/graph/graph.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor } from "../helpers/tensors.js";
import { axis, batch, CaseBuilder, token, type CaseSizes, type OpCase, type Range } from "../oracle/case-builder.js";
import { evaluate } from "../oracle/evaluate.js";
import { checkCase, tolerance } from "./check-case.js";
import { caseInputs, casePlan } from "./plan-of.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

const heads = axis("heads", 2);
const keys = axis("keys", 23);
const values = axis("values", 25);
const axes = [heads, keys, values];
const tokens = [batch, token];

interface Recipe {
  readonly name: string;
  readonly sizes: CaseSizes;
  readonly corrections?: number;
  readonly terms?: number;
  readonly late?: number;
  readonly reverse?: boolean;
  readonly decay?: readonly Dim[] | "constant" | "zeros";
  readonly started?: boolean;
  readonly shared?: boolean;
  readonly form?: "by step";
}

/** So small that the products of I + writer ⊗ reader over all tokens neither vanish nor grow much. */
const reader: Range = { low: -0.2, high: 0.2 };

function caseOf({ name, sizes, corrections = 1, terms = 1, late = 0, reverse, decay, started, shared }: Recipe): OpCase {
  const c = new CaseBuilder(`corrected ${name}`, sizes);
  const start = started ? c.input("start", [batch, ...axes]) : undefined;
  const drawn = decay === "constant" ? c.emit.table("f32", [heads], [0.96875, 0.984375]) : decay === "zeros" ? holes(c, sizes) : decay ? c.input("decay", [...tokens, ...decay], { low: 0.9, high: 0.999 }) : undefined;
  const own = shared ? [keys] : [heads, keys];
  const r: Recurrence = {
    axes,
    // The second term's factors the other way round.
    terms: Array.from({ length: terms }, (_, i) => {
      const [key, value] = [c.input(`key_${i}`, [...tokens, heads, keys]), c.input(`value_${i}`, [...tokens, heads, values])];
      return i === 1 ? { key: value, value: key } : { key, value };
    }),
    corrections: Array.from({ length: corrections }, (_, i) => ({
      writer: c.input(`writer_${i}`, [...tokens, ...own], reader), reader: c.input(`reader_${i}`, [...tokens, heads, keys], reader), over: ["keys"],
    })),
    ...(start ? { start } : {}), ...(drawn ? { decay: drawn } : {}), ...(reverse ? { reverse: { late } } : {}),
  };
  const boundaries = c.emit.boundaries(r, "B");
  const read = r.corrections!.map((_, i) => [`u_${i}`, c.emit.correction(boundaries, r, i, token)] as const);
  return c.done({ boundaries, ...Object.fromEntries(read) });
}

/** Decays of 0, at which all before is forgotten, and of 1. */
function holes(c: CaseBuilder, { B, T }: CaseSizes): Node {
  const data = Array.from({ length: B * T * 2 }, (_, i) => (i % 11 === 3 ? 0 : i % 7 === 1 ? 1 : 0.9));
  return c.given("decay", "f32", [...tokens, heads], { shape: [B, T, 2], data });
}

const recipes: readonly Recipe[] = [
  ...[1, 15, 16, 17, 35].map((T) => ({ name: `T ${T}`, sizes: { B: 2, T, chunk: 16 }, decay: [heads], started: true })),
  { name: "no decay", sizes: { B: 2, T: 35, chunk: 16 } },
  { name: "a decay for all heads", sizes: { B: 2, T: 35, chunk: 16 }, decay: [], started: true },
  { name: "a constant decay", sizes: { B: 2, T: 35, chunk: 16 }, decay: "constant", started: true },
  { name: "decays of 0", sizes: { B: 2, T: 35, chunk: 16 }, decay: "zeros", started: true },
  { name: "decays of 0, in reverse", sizes: { B: 2, T: 35, chunk: 16 }, decay: "zeros", started: true, reverse: true, terms: 2, late: 1 },
  { name: "two corrections, whose inverse is made in halves", sizes: { B: 1, T: 65 }, corrections: 2, decay: [heads] },
  { name: "two corrections and two terms", sizes: { B: 2, T: 17, chunk: 8 }, corrections: 2, terms: 2, decay: [heads], started: true },
  { name: "no terms", sizes: { B: 2, T: 17, chunk: 8 }, terms: 0, started: true },
  { name: "one writer for all heads", sizes: { B: 2, T: 17, chunk: 8 }, shared: true, started: true },
  ...[1, 15, 16, 17].map((T) => ({ name: `in reverse, T ${T}`, sizes: { B: 2, T, chunk: 16 }, decay: [heads], started: true, reverse: true })),
  { name: "in reverse, late", sizes: { B: 2, T: 17, chunk: 8 }, decay: [heads], reverse: true, late: 1 },
  { name: "in reverse, two corrections, early and late", sizes: { B: 2, T: 17, chunk: 8 }, decay: [heads], reverse: true, terms: 2, late: 1, corrections: 2 },
  { name: "by the axis that is read over", sizes: { B: 2, T: 17, chunk: 8 }, decay: [heads, keys], started: true, form: "by step" },
];

const opsOf = (graph: Graph): string[] => emitTfjs(graph, { states: [], parameters: [] }).steps.map((step) => step.op);

describe("large states", () => {
  test.each(recipes.map((recipe) => [recipe.name, recipe] as const))("%s", async (_, recipe) => {
    const made = caseOf(recipe);
    const walks = opsOf(made.graph).filter((op) => op === "corrected" || op === "corrected_by_step");
    expect(walks).toEqual([recipe.form ? "corrected_by_step" : "corrected"]);
    await checkCase(device, made);
  });
});

test.each([false, true])("a correction whose boundaries are given is walked from those, in reverse %s", async (reverse) => {
  const c = new CaseBuilder("correction of given boundaries", { B: 2, T: 10, chunk: 4 });
  const own = [axis("keys", 3), axis("values", 4)] as const;
  const terms = [{ key: c.input("key", [...tokens, own[0]]), value: c.input("value", [...tokens, own[1]]) }];
  const corrections = [{ writer: c.input("writer", [...tokens, own[0]]), reader: c.input("reader", [...tokens, own[0]]), over: ["keys"] }];
  const r: Recurrence = { axes: own, terms, corrections, ...(reverse ? { reverse: { late: 0 } } : {}) };
  const boundaries = c.input("boundaries", [batch, { name: chunkDim, size: "N" }, ...own]);
  await checkCase(device, c.done({ u: c.emit.correction(boundaries, r, 0, token) }));
});

/** What decays by 0.9 and less a token is nothing after 448, so the oracle need only see the end of a long text. */
test.each([["by products", 16, 32], ["by step", 4, 3]] as const)("65,536 tokens, %s", async (form, rows, columns) => {
  const [T, seen, chunk] = [65_536, 512, 64];
  const [slots, width] = [axis("slots", rows), axis("width", columns)];
  const random = new Random(3);
  const sizes = { key: rows, value: columns, writer: rows, reader: rows, decay: 1 };
  const drawn = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, name === "decay" ? random.uniformTensor([1, T, size], 0.8, 0.9) : random.uniformTensor([1, T, size], -0.2, 0.2)]));
  const caseOfLast = (count: number): OpCase => {
    const c = new CaseBuilder(`last ${count}`, { B: 1, T: count, chunk });
    const given = (name: keyof typeof sizes, dims: readonly Dim[]): Node =>
      c.given(name, "f32", [...tokens, ...dims], { shape: [1, count, ...dims.map((d) => Number(d.size))], data: Array.from(drawn[name]!.data).slice((T - count) * sizes[name]) });
    const r: Recurrence = {
      axes: [slots, width], decay: given("decay", []), terms: [{ key: given("key", [slots]), value: given("value", [width]) }],
      corrections: [{ writer: given("writer", [slots]), reader: given("reader", [slots]), over: ["slots"] }],
    };
    return c.done({ u: c.emit.correction(c.emit.boundaries(r, "B"), r, 0, token) });
  };
  const whole = caseOfLast(T);
  expect(opsOf(whole.graph)).toContain(form === "by step" ? "corrected_by_step" : "corrected");
  const plan = casePlan(whole.graph);
  const program = await device.open(plan, new Map());
  const { u } = await program.call(whole.graph.entry, caseInputs(plan, whole.inputs, whole.extents));
  program.dispose();
  const end = ({ data }: { readonly data: ArrayLike<number> }): Tensor => ({ shape: [chunk, columns], data: Array.from(data).slice(-chunk * columns) });
  const last = caseOfLast(seen);
  expectClose("u of the last chunk", end(evaluate(last.graph, { inputs: last.inputs, parameters: {}, states: {}, extents: last.extents }).outputs.u!), end(u!), tolerance);
});

/** The delta rule with strength 1 on few keys, again and again: powers of M grow beyond all numbers, its inverse stays small. */
test.each([1, 63, 64, 65, 130])("the inverse of I - M of repeated keys, size %i", (size) => {
  const random = new Random(5);
  const keysOf = Array.from({ length: size }, (_, t) => (t % 3 === 0 ? [1, 0] : t % 3 === 1 ? [0.6, 0.8] : Array.from(random.uniformTensor([2], -0.7, 0.7).data)));
  const M = new Float32Array(size * size);
  for (let t = 0; t < size; t++) for (let s = 0; s < t; s++) M[t * size + s] = -(keysOf[t]![0]! * keysOf[s]![0]! + keysOf[t]![1]! * keysOf[s]![1]!);
  const inverse = invertUnitLower(M, size);
  let worst = 0;
  for (let t = 0; t < size; t++) {
    for (let column = 0; column < size; column++) {
      let sum = inverse[t * size + column]!;
      for (let s = 0; s < t; s++) sum -= M[t * size + s]! * inverse[s * size + column]!;
      const error = Math.abs(sum - (t === column ? 1 : 0));
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
    }
  }
  // Sums of some hundred products of numbers up to 1, each rounded to 6e-8.
  expect(worst).toBeLessThan(1e-5);
});
