/**
 * Kernels that the CUDA target has of its own, on the simulated device, against float64: products of few and of many rows in either order of the weight, gradients
 * of weights, draws from long vocabularies, recurrences. Sizes are chosen where tiles, vectors and teams end unevenly; outputs, shared memory and what lies behind a buffer hold NaN before.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSpecial, launchSpecial } from "../../compiler/5-schedule/kernels/index.js";
import { tileSizes } from "../../compiler/5-schedule/kernels/float-tiles.js";
import { gradientLaunch } from "../../compiler/5-schedule/kernels/weight-gradient-tiles.js";
import { cudaTarget } from "../../compiler/5-schedule/target.js";
import { narrowOf, oneDim, type Dim, type Node } from "../../src/graph/graph.js";
import type { Launch } from "../../src/kernel/kernel.js";
import type { PlanPrecision } from "../../src/plan/plan.js";
import { openLaunchRunner, type LaunchRunner, type Order } from "../cuda-sim/run-launch.js";
import { narrowBits, narrowNumber } from "../cuda-sim/narrow.js";
import { expectClose } from "../helpers/close.js";
import type { Tensor } from "../helpers/tensors.js";
import { axis, batch, CaseBuilder, oneToken, token, type OpCase } from "../oracle/case-builder.js";
import { environmentOf, evaluateNodes } from "../oracle/evaluate.js";

/**
 * Relative to the largest result: float32 sums of up to 1,100 products of numbers below 1, in parts of at most a hundred or so one after another. The weight is rounded to
 * its narrow numbers before the reference is made, so that narrow products have float32's error too.
 */
const tolerance = 1e-6;

interface Case {
  readonly name: string;
  readonly of: OpCase;
  readonly node: Node;
  readonly launches: readonly Launch[];
  readonly precision: PlanPrecision;
}

function caseOf(name: string, precision: PlanPrecision, c: CaseBuilder, node: Node, launches?: readonly Launch[]): Case {
  const of = c.done({ out: node });
  return { name, of, node, precision, launches: launches ?? launchesOf(node, precision, of.graph.chunk) };
}

function launchesOf(node: Node, precision: PlanPrecision, chunk: number): readonly Launch[] {
  if (!isSpecial(node)) throw new Error(`${node.op} has no kernel of its own`);
  return launchSpecial(node, { chunk, target: cudaTarget(precision) });
}

interface Product {
  readonly rows: readonly [B: number, T: number];
  readonly heads?: number;
  readonly inner: number;
  readonly outputs: number;
  /** Outputs are the weight's last dim. */
  readonly stored?: boolean;
}

function productCase({ rows: [B, T], heads, inner, outputs, stored = false }: Product, precision: PlanPrecision = "float32"): Case {
  const name = `${B} · ${T} rows, ${heads ? `${heads} heads, ` : ""}${inner} to ${outputs}${stored ? ", as stored" : ""}, ${precision}`;
  const c = new CaseBuilder(name, { B, T });
  const per = heads ? [axis("heads", heads)] : [];
  const [over, out] = [axis("in", inner), axis("out", outputs)];
  const x = c.input("x", [batch, T === 1 ? oneToken : token, ...per, over]);
  const dims: Dim[] = stored ? [...per, over, out] : [...per, out, over];
  return caseOf(name, precision, c, c.emit.matmul(x, c.parameter("w", dims), ["in"]));
}

function gradientCase(B: number, T: number, rows: number, columns: number, heads?: number): Case {
  const name = `gradient over ${B} · ${T} tokens, ${heads ? `${heads} heads, ` : ""}${rows} by ${columns}`;
  const c = new CaseBuilder(name, { B, T });
  const per = heads ? [axis("heads", heads)] : [];
  const [a, b] = [c.input("a", [batch, token, ...per, axis("in", rows)]), c.input("b", [batch, token, ...per, axis("out", columns)])];
  return caseOf(name, "float32", c, c.emit.weightGradient(a, b, [...per.map((d) => d.name), "in", "out"]));
}

/** The largest tile, which else only results have that are too large for a float64 reference. */
function largeGradientCase(T: number, rows: number, columns: number): Case {
  const c = new CaseBuilder("large gradient", { B: 1, T });
  const [a, b] = [c.input("a", [batch, token, axis("in", rows)]), c.input("b", [batch, token, axis("out", columns)])];
  const node = c.emit.weightGradient(a, b, ["in", "out"]);
  if (node.op !== "weight_gradient") throw new Error(node.op);
  const shape = { rowsOf: a, columnsOf: b, tokens: [batch, token], P: 1, R: rows, C: columns };
  return caseOf(`gradient over ${T} tokens in large tiles, ${rows} by ${columns}`, "float32", c, node, [gradientLaunch(node, shape, { sizes: tileSizes.large, slices: 1 }, node)]);
}

const few: Case[] = [
  ...(["float32", "bfloat16"] as const).flatMap((precision) => [
    // A whole turn of loads, the rest of one, and lanes without a place; a subgroup's four outputs, two, one.
    productCase({ rows: [1, 1], inner: 1096, outputs: 9 }, precision),
    productCase({ rows: [3, 1], inner: 72, outputs: 515 }, precision),
    productCase({ rows: [5, 1], heads: 3, inner: 16, outputs: 12 }, precision),
    productCase({ rows: [1, 1], inner: 130, outputs: 72, stored: true }, precision),
    productCase({ rows: [5, 1], heads: 2, inner: 9, outputs: 16, stored: true }, precision),
  ]),
  productCase({ rows: [5, 1], inner: 1096, outputs: 9 }, "float16"),
  productCase({ rows: [2, 1], inner: 33, outputs: 7 }, "bfloat16"),
  productCase({ rows: [2, 1], inner: 20, outputs: 7 }, "float16"),
  productCase({ rows: [2, 1], inner: 33, outputs: 7, stored: true }, "bfloat16"),
  productCase({ rows: [63, 1], inner: 24, outputs: 5 }),
  productCase({ rows: [2, 1], inner: 1, outputs: 1 }),
];

const many: Case[] = [
  productCase({ rows: [1, 1 + 64], inner: 33, outputs: 9 }),
  productCase({ rows: [3, 43], inner: 36, outputs: 68 }),
  productCase({ rows: [1, 2], inner: 16, outputs: 130 }),
  productCase({ rows: [1, 63], inner: 20, outputs: 1028 }),
  productCase({ rows: [1, 130], inner: 20, outputs: 1026, stored: true }),
  productCase({ rows: [1, 5], inner: 17, outputs: 1028, stored: true }),
  productCase({ rows: [2, 33], heads: 3, inner: 12, outputs: 20 }),
  productCase({ rows: [2, 33], heads: 3, inner: 7, outputs: 5, stored: true }),
  productCase({ rows: [2, 70], inner: 40, outputs: 32 }),
];

const gradients: Case[] = [
  gradientCase(2, 37, 33, 65),
  gradientCase(1, 3, 68, 132),
  gradientCase(3, 200, 32, 132),
  gradientCase(2, 70, 130, 8),
  gradientCase(2, 20, 12, 20, 3),
  largeGradientCase(39, 140, 260),
  largeGradientCase(17, 129, 131),
];

/** A long vocabulary, which other workgroups look at first: five parts, the last of them short. */
function sampleCase(temperature: number, topK: number, topP: number, drawn: number, ties = false): Case {
  const vocabulary = 9001;
  const name = `sample at temperature ${temperature}, top_k ${topK}, top_p ${topP}, drawn ${drawn}${ties ? ", among equals" : ""}`;
  const c = new CaseBuilder(name, { B: 3, T: 1 });
  const dims = [batch, oneToken, axis("vocabulary", vocabulary)];
  const equals = { shape: [3, 1, vocabulary], data: Float64Array.from({ length: 3 * vocabulary }, (_, i) => ((i * 7) % 5 === 0 ? 2 : -20)) };
  const logits = ties ? c.givenState("next_logits", "f32", dims, equals) : c.state("next_logits", dims, { low: -6, high: 6 });
  const sampling = c.given("sampling", "f32", [axis("settings", 3)], { shape: [3], data: [temperature, topK, topP] });
  const one = (of: string, value: number): Node => c.given(of, "i32", [axis(oneDim, 1)], { shape: [1], data: [value] });
  return caseOf(name, "float32", c, c.emit.sample(logits, sampling, one("seed", 5), one("drawn", drawn)));
}

const samples: Case[] = [
  sampleCase(0, 0, 1, 0), sampleCase(0, 0, 1, 0, true), sampleCase(1, 0, 1, 3, true), sampleCase(0.7, 40, 0.9, 2),
  ...[0, 1, 2, 3, 4, 5].map((drawn) => sampleCase(1.2, 0, 1, drawn)),
];

interface Recurrent {
  readonly heads?: number;
  readonly slots: number;
  readonly width: number;
  readonly chunk: number;
  readonly decay: "slots" | "width";
  readonly when?: "old";
  readonly reverse?: boolean;
}

/** Read over a long width, whose threads stand side by side; or, where there is no `reads`, the states before the chunks. */
function recurrenceCase({ heads, slots, width, chunk, decay, when, reverse = false }: Recurrent, reads = true): Case {
  const name = `${reads ? "read over the width" : "boundaries"} of ${heads ? `${heads} ×` : ""} ${slots} × ${width}, decayed by ${decay}, chunks of ${chunk}${reverse ? ", reverse" : when ? ", old" : ""}`;
  const c = new CaseBuilder(name, { B: 2, T: 45, chunk });
  const per = heads ? [axis("heads", heads)] : [];
  const [slot, channel] = [axis("slots", slots), axis("width", width)];
  const term = (at: number) => ({ key: c.input(`key_${at}`, [batch, token, ...per, slot]), value: c.input(`value_${at}`, [batch, token, channel]) });
  const r = {
    axes: [...per, slot, channel], start: c.input("start", [batch, ...per, slot, channel]), terms: [term(0), term(1)],
    decay: c.input("decay", [batch, token, decay === "slots" ? slot : channel], { low: 0.9, high: 1 }), ...(reverse ? { reverse: { late: 1 } } : {}),
  };
  const boundaries = c.emit.boundaries(r, "B");
  const query = c.input("query", [batch, token, channel]);
  return caseOf(name, "float32", c, reads ? c.emit.scanRead(boundaries, r, query, ["width"], when ?? "new", token) : boundaries);
}

const recurrences: Case[] = [
  recurrenceCase({ slots: 8, width: 128, chunk: 16, decay: "slots", reverse: true }),
  recurrenceCase({ slots: 5, width: 256, chunk: 64, decay: "slots", when: "old" }),
  recurrenceCase({ slots: 40, width: 128, chunk: 32, decay: "width" }),
  recurrenceCase({ heads: 2, slots: 4, width: 128, chunk: 16, decay: "width", reverse: true }),
  recurrenceCase({ slots: 4, width: 36, chunk: 2, decay: "slots" }, false),
  recurrenceCase({ slots: 4, width: 36, chunk: 2, decay: "width", reverse: true }, false),
];

let runner: LaunchRunner | { readonly missing: string };
beforeAll(async () => {
  runner = await openLaunchRunner();
  if ("missing" in runner) console.warn(`CUDA's kernels are not run: ${runner.missing}`);
  else await runner.prepare([...few, ...many, ...gradients, ...samples, ...recurrences].flatMap((c) => c.launches));
});
afterAll(() => {
  if (!("missing" in runner)) runner.dispose();
});

describe.each([["products of few rows", few], ["products of many rows", many], ["gradients of weights", gradients], ["tokens that are drawn", samples], ["recurrences", recurrences]] as const)("%s", (_, cases) => {
  test.each(cases.map((c) => [c.name, c] as const))("%s", async (_name, c) => {
    for (const order of ["forward", "backward"] as const) await check(c, order);
  });
});

async function check({ name, of, node, launches, precision }: Case, order: Order): Promise<void> {
  if ("missing" in runner) return;
  const narrow = narrowOf(precision);
  const rounded = ({ shape, data }: Tensor): Tensor => ({ shape, data: Float64Array.from(data, (value) => (narrow ? narrowNumber(narrow, narrowBits(narrow, value)) : Math.fround(value))) });
  const parameters = Object.fromEntries(Object.entries(of.parameters).map(([key, value]) => [key, rounded(value)]));
  const environment = environmentOf(of.graph, { ...of, parameters });
  const values = evaluateNodes(of.graph, environment);
  const before = new Map(values.map((value, id) => [id, value]));
  before.delete(node.id);
  const after = await runner.run(launches, before, environment.symbols, order);
  expectClose(`${name}, ${order}`, values[node.id]!, after.get(node.id)!, node.dtype === "f32" ? tolerance : 0);
}

test("long reads have threads side by side", () => {
  expect(recurrences.slice(0, 4).flatMap((c) => c.launches.map((l) => l.kernel.name))).toEqual(["scan_read_new_shared", "scan_read_old_shared", "scan_read_new_shared", "scan_read_new_shared"]);
});

describe("launches that are one product", () => {
  test("say what they multiply", () => {
    const [wide] = productCase({ rows: [2, 33], inner: 16, outputs: 24 }).launches;
    expect(wide?.product).toMatchObject({ rows: ["B", "T"], columns: [24], inner: [16], a: { operand: 0, transposed: false }, b: { operand: 1, transposed: true }, result: { operand: 2 } });
    const [gradient] = gradientCase(1, 1, 1540, 1412).launches;
    expect(gradient?.product).toMatchObject({ rows: [1540], columns: [1412], inner: ["B", "T"], a: { transposed: true }, b: { transposed: false } });
    expect(productCase({ rows: [1, 1], inner: 16, outputs: 24 }).launches[0]?.product).toBeUndefined();
  });
});
