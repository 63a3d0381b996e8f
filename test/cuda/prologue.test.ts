/**
 * Products of few rows that compute for themselves what stands in front of them, on the simulated device against float64: norms, gates, gathers; one sequence, several, more
 * than are held at once; odd widths; values that others read as well. Memory and shared memory hold NaN at first, and threads run in both orders.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cudaTarget, schedule, type Schedule } from "../../compiler/5-schedule/index.js";
import { narrowOf, type Dim, type Node } from "../../src/graph/graph.js";
import type { PlanPrecision } from "../../src/plan/plan.js";
import { narrowBits, narrowNumber } from "../cuda-sim/narrow.js";
import { SimulatedKernels } from "../cuda-sim/kernels.js";
import { runSchedule } from "../cuda-sim/run-schedule.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, oneToken, type OpCase } from "../oracle/case-builder.js";
import { evaluate } from "../oracle/evaluate.js";

/** Relative to the largest result: float32 sums of up to 1096 products, of numbers that a norm has made from two sums more. */
const tolerance = 3e-6;

interface Case {
  readonly of: OpCase;
  readonly precision: PlanPrecision;
  /** Of the kernels, in their order. */
  readonly names: readonly RegExp[];
}

const rows = [batch, oneToken];

function norm(c: CaseBuilder, x: Node, over: Dim): Node {
  const { emit } = c;
  const mean = (of: Node): Node => emit.multiply(emit.reduce("sum", of, [over.name]), emit.scalar(1 / Number(over.size)));
  const centred = emit.binary("subtract", x, mean(x));
  const scaled = emit.multiply(centred, emit.unary("rsqrt", emit.add(mean(emit.unary("square", centred)), emit.scalar(1e-5))));
  return emit.add(emit.multiply(scaled, c.parameter(`scale of ${over.name}`, [over])), c.parameter(`offset of ${over.name}`, [over]));
}

/** Two products read the norm, of either order of the weight. */
function normed(B: number, width: number, outputs: number, precision: PlanPrecision): Case {
  const c = new CaseBuilder(`${B} rows of a norm over ${width}, to ${outputs}, ${precision}`, { B, T: 1 });
  const [over, out] = [axis("width", width), axis("out", outputs)];
  const x = norm(c, c.input("x", [...rows, over]), over);
  const a = c.emit.matmul(x, c.parameter("a", [out, over]), ["width"]);
  const b = c.emit.matmul(x, c.parameter("b", [over, out]), ["width"]);
  return { of: c.done({ a, b: c.emit.unary("relu", b) }), precision, names: [/^row_.*matmul_rows/, /^row_.*matmul_columns_relu/] };
}

/** What is normed is read behind the products too: the first of them stores it. */
function kept(B: number): Case {
  const c = new CaseBuilder(`${B} rows of a norm that is added later`, { B, T: 1 });
  const [width, hidden] = [axis("width", 36), axis("hidden", 20)];
  const x = norm(c, c.input("x", [...rows, width]), width);
  const up = c.emit.unary("relu", c.emit.matmul(x, c.parameter("up", [hidden, width]), ["width"]));
  const gate = c.emit.matmul(x, c.parameter("gate", [hidden, width]), ["width"]);
  const down = c.emit.matmul(c.emit.multiply(up, gate), c.parameter("down", [width, hidden]), ["hidden"]);
  return { of: c.done({ out: c.emit.add(down, x) }), precision: "float32", names: [/^row_.*matmul_rows/, /^row_.*matmul_rows/, /matmul_rows_add/] };
}

/** Each head has a norm of its own, and a weight. */
function perHead(B: number): Case {
  const c = new CaseBuilder(`${B} rows of norms of 3 heads`, { B, T: 1 });
  const [heads, inner, out] = [axis("heads", 3), axis("inner", 40), axis("out", 9)];
  const x = norm(c, c.input("x", [...rows, heads, inner]), inner);
  return { of: c.done({ out: c.emit.matmul(x, c.parameter("w", [heads, out, inner]), ["inner"]) }), precision: "bfloat16", names: [/^row_.*matmul_rows/] };
}

function gathered(B: number): Case {
  const c = new CaseBuilder(`${B} rows of a table`, { B, T: 1 });
  const [vocabulary, width, out] = [axis("vocabulary", 7), axis("width", 20), axis("out", 11)];
  const x = c.emit.gather(c.parameter("table", [vocabulary, width]), c.integers("ids", rows, { low: 0, high: 6 }), "vocabulary");
  return { of: c.done({ out: c.emit.matmul(x, c.parameter("w", [out, width]), ["width"]) }), precision: "float32", names: [/^map_gather_matmul_rows/] };
}

/** Many workgroups, or wide rows, are better off with a launch in front. */
function apart(name: string, width: number, outputs: number): Case {
  const c = new CaseBuilder(name, { B: 2, T: 1 });
  const [over, out] = [axis("width", width), axis("out", outputs)];
  const x = c.emit.unary("tanh", c.input("x", [...rows, over]));
  return { of: c.done({ out: c.emit.matmul(x, c.parameter("w", [out, over]), ["width"]) }), precision: "float32", names: [/^map_tanh/, /^matmul_rows/] };
}

const cases: readonly Case[] = [
  normed(1, 1096, 9, "bfloat16"), normed(3, 72, 40, "bfloat16"), normed(8, 72, 5, "float32"), normed(3, 33, 7, "float32"), normed(5, 2056, 3, "float32"),
  kept(1), kept(3), kept(8), perHead(1), perHead(5), gathered(3),
];

/** As the device has it: of a product's weight. */
function rounded({ of, precision }: Case): OpCase {
  const narrow = narrowOf(precision);
  const factors = new Set(of.graph.nodes.flatMap((n) => (n.op === "matmul" && n.inputs[1]?.op === "parameter" ? [n.inputs[1].parameter] : [])));
  const parameters = Object.entries(of.parameters).map(([name, { shape, data }]) => (
    [name, { shape, data: Float64Array.from(data, (x) => (narrow && factors.has(name) ? narrowNumber(narrow, narrowBits(narrow, x)) : Math.fround(x))) }] as const
  ));
  return { ...of, parameters: Object.fromEntries(parameters) };
}

const scheduleOf = ({ of, precision }: Case): Schedule => schedule(of.graph, { target: cudaTarget(precision) });
const opened = await SimulatedKernels.open();
if ("missing" in opened) console.warn(`prologues are not run: ${opened.missing}`);

describe.skipIf("missing" in opened)("a product behind a prologue", () => {
  const kernels = opened as SimulatedKernels;
  const schedules = new Map(cases.map((c) => [c, scheduleOf(c)]));
  beforeAll(() => kernels.prepare([...schedules.values()].flatMap(({ launches }) => launches.map((l) => l.kernel))));
  afterAll(() => kernels.dispose());

  test.each(cases.map((c) => [c.of.name, c] as const))("of %s", (name, c) => {
    const of = rounded(c);
    const wanted = evaluate(of.graph, of);
    for (const order of ["forward", "backward"] as const) {
      const got = runSchedule(kernels, of.graph, schedules.get(c)!, of, order);
      for (const [key, value] of Object.entries(wanted.outputs)) expectClose(`${name}, ${key}, ${order}`, value, got.outputs[key]!, tolerance);
    }
  });
});

test.each([...cases, apart("of very many outputs", 64, 300_000), apart("of wide rows", 5000, 8)].map((c) => [c.of.name, c] as const))("%s: kernels", (_, c) => {
  const names = scheduleOf(c).launches.map((l) => l.kernel.name);
  expect(names).toEqual(c.names.map((name) => expect.stringMatching(name) as unknown));
  expect(schedule(c.of.graph).launches.length, "WebGPU has them apart").toBeGreaterThanOrEqual(names.length);
});
