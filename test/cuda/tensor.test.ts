/**
 * Products on matrix units, on the simulated device: bfloat16 and float16, factors that lie narrow in memory and factors that are rounded on their way, a weight
 * either way round, heads, sizes that end in the middle of a tile, a chunk, a pair. Shared memory and results hold NaN before, and copies arrive as late as allowed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSpecial, launchSpecial } from "../../compiler/5-schedule/kernels/index.js";
import type { Epilogue } from "../../compiler/5-schedule/kernels/types.js";
import { cudaTarget } from "../../compiler/5-schedule/target.js";
import { narrowOf, type Node } from "../../src/graph/graph.js";
import { add, unary } from "../../src/kernel/build.js";
import type { KernelStatement, Launch, NarrowType } from "../../src/kernel/kernel.js";
import { openLaunchRunner, type LaunchRunner, type Order } from "../cuda-sim/run-launch.js";
import { narrowBits, narrowNumber } from "../cuda-sim/narrow.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { axis, batch, CaseBuilder, token, type OpCase } from "../oracle/case-builder.js";
import { environmentOf, evaluateNodes } from "../oracle/evaluate.js";

type Narrow = "bfloat16" | "float16";

interface Product {
  readonly precision: Narrow;
  /** Runs of one kernel. */
  readonly calls: readonly (readonly [B: number, T: number])[];
  readonly heads?: number;
  readonly inner: number;
  readonly outputs: number;
  readonly stored?: true;
  /** x lies in memory in the precision, and so does the result. */
  readonly narrow?: true;
  /** gelu(product + bias) + residual. */
  readonly epilogue?: true;
}

interface Gradient {
  readonly precision: Narrow;
  readonly calls: readonly (readonly [B: number, T: number])[];
  readonly heads?: number;
  readonly rows: number;
  readonly columns: number;
  readonly narrow?: "both" | "first";
}

interface Case {
  readonly of: OpCase;
  /** What is rounded before it is multiplied. */
  readonly factors: readonly [Node, Node];
  readonly product: Node;
  readonly result: Node;
  readonly launches: readonly Launch[];
  /** Of the longest sum. */
  readonly terms: number;
  /** All factors are small integers. */
  readonly whole: boolean;
}

const products: Readonly<Record<string, Product>> = {
  "one tile and less": { precision: "bfloat16", calls: [[1, 1], [1, 9], [2, 32]], inner: 8, outputs: 8, narrow: true },
  "the last chunk and the last rows": { precision: "bfloat16", calls: [[2, 13], [2, 65]], inner: 104, outputs: 24 },
  "as stored, narrow": { precision: "bfloat16", calls: [[2, 13], [2, 65]], inner: 72, outputs: 136, stored: true, narrow: true },
  "float16, as stored": { precision: "float16", calls: [[2, 65]], inner: 136, outputs: 40, stored: true },
  "float16, narrow, in fours": { precision: "float16", calls: [[1, 67]], inner: 44, outputs: 100, narrow: true },
  "nothing lies in fours": { precision: "bfloat16", calls: [[2, 13]], inner: 33, outputs: 19 },
  "nothing lies in fours, as stored": { precision: "bfloat16", calls: [[2, 13]], inner: 37, outputs: 11, stored: true, narrow: true },
  "heads": { precision: "bfloat16", calls: [[2, 13]], heads: 3, inner: 16, outputs: 8, epilogue: true },
  "heads, as stored, ends of lines": { precision: "float16", calls: [[2, 13]], heads: 3, inner: 12, outputs: 18, stored: true, narrow: true },
  "large blocks": { precision: "bfloat16", calls: [[1, 67]], inner: 40, outputs: 1032, narrow: true },
  "bias, gelu and residual": { precision: "bfloat16", calls: [[2, 13]], inner: 40, outputs: 72, stored: true, epilogue: true },
  "bias, gelu and residual, one by one": { precision: "float16", calls: [[2, 13]], inner: 40, outputs: 21, epilogue: true },
};

const gradients: Readonly<Record<string, Gradient>> = {
  "narrow": { precision: "bfloat16", calls: [[1, 1], [2, 13], [3, 200]], rows: 24, columns: 40, narrow: "both" },
  "float32, many rows": { precision: "float16", calls: [[2, 35]], rows: 136, columns: 72 },
  "one factor narrow, odd": { precision: "bfloat16", calls: [[2, 33]], rows: 9, columns: 11, narrow: "first" },
  "heads in one slice": { precision: "bfloat16", calls: [[2, 5]], heads: 256, rows: 8, columns: 12, narrow: "both" },
};

const names = { products: Object.keys(products), gradients: Object.keys(gradients) };

function storedAs<N extends Node>(node: N, storage: NarrowType | undefined): N {
  // Before anything reads it: what follows keeps this very node.
  return storage ? Object.assign(node, { storage }) : node;
}

function productCase(name: string, { precision, heads, inner, outputs, stored, narrow, epilogue }: Product, [B, T]: readonly [number, number], whole: boolean): Case {
  const c = new CaseBuilder(name, { B, T });
  const range = whole ? { low: -4.49, high: 4.49 } : { low: -1, high: 1 };
  const storage = narrow ? narrowOf(precision) : undefined;
  const per = heads ? [axis("heads", heads)] : [];
  const [over, out] = [axis("in", inner), axis("out", outputs)];
  const x = storedAs(c.input("x", [batch, token, ...per, over], range), storage);
  const w = c.parameter("w", stored ? [...per, over, out] : [...per, out, over], undefined, range);
  const product = storedAs(c.emit.matmul(x, w, ["in"]), epilogue ? undefined : storage);
  let result: Node = product;
  let end: Epilogue | undefined;
  if (epilogue) {
    const [bias, residual] = [c.parameter("bias", [...per, out]), c.input("residual", product.dims)];
    result = c.emit.add(residual, c.emit.unary("gelu", c.emit.add(product, bias)));
    end = { name: "gelu_add", write: (writer, value, at) => writer.write(result, at, add(writer.read(residual, at), unary("gelu", add(value, writer.read(bias, at))))) };
  }
  return { of: c.done({ out: result }), factors: [x, w], product, result, launches: launchesOf(product, precision, end), terms: inner, whole };
}

function gradientCase(name: string, { precision, heads, rows, columns, narrow }: Gradient, [B, T]: readonly [number, number], whole: boolean): Case {
  const c = new CaseBuilder(name, { B, T });
  const range = whole ? { low: -4.49, high: 4.49 } : { low: -1, high: 1 };
  const per = heads ? [axis("heads", heads)] : [];
  const a = storedAs(c.input("x", [batch, token, ...per, axis("rows", rows)], range), narrow ? narrowOf(precision) : undefined);
  const b = storedAs(c.input("w", [batch, token, ...per, axis("columns", columns)], range), narrow === "both" ? narrowOf(precision) : undefined);
  const product = c.emit.weightGradient(a, b, [...per.map((d) => d.name), "rows", "columns"]);
  return { of: c.done({ out: product }), factors: [a, b], product, result: product, launches: launchesOf(product, precision, undefined), terms: B * T, whole };
}

function launchesOf(node: Node, precision: Narrow, epilogue: Epilogue | undefined): Launch[] {
  if (!isSpecial(node)) throw new Error(`${node.op} has no kernel of its own`);
  return launchSpecial(node, { chunk: 64, target: cudaTarget(precision) }, epilogue);
}

function mapTensors(tensors: Tensors, change: (number: number, name: string) => number): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data, (n) => change(n, name)) }]));
}

function valuesOf(of: OpCase, change: (number: number, name: string) => number): Tensor[] {
  const given = { ...of, inputs: mapTensors(of.inputs, change), parameters: mapTensors(of.parameters, change) };
  return evaluateNodes(of.graph, environmentOf(of.graph, given));
}

const runner = await openLaunchRunner();
if ("missing" in runner) console.warn(`matrix units are not run: ${runner.missing}`);

async function check(runner: LaunchRunner, { of, factors, product, result, launches, terms, whole }: Case, precision: Narrow, order: Order): Promise<void> {
  const narrow = narrowOf(precision)!;
  const rounded = (n: number): number => (whole ? Math.round(n) : n);
  const factorNames = ["x", "w"];
  const given = valuesOf(of, (n, name) => (factorNames.includes(name) ? rounded(n) : n));
  const exact = valuesOf(of, (n, name) => (factorNames.includes(name) ? narrowNumber(narrow, narrowBits(narrow, rounded(n))) : n));
  const sizes = valuesOf(of, (n, name) => (factorNames.includes(name) ? Math.abs(n) : n))[product.id]!;
  const before = new Map(given.map((value, id) => [id, value]));
  before.set(factors[1].id, of.parameters["w"] ? { shape: of.parameters["w"].shape, data: given[factors[1].id]!.data } : given[factors[1].id]!);
  for (const node of [product, result]) before.delete(node.id);
  const after = (await runner.run(launches, before, environmentOf(of.graph, of).symbols, order)).get(result.id)!;
  const expected = exact[result.id]!;
  expect(after.data.length).toBe(expected.data.length);
  // Factors are rounded to the precision (by up to 2^-8 of a number in bfloat16 and 2^-11 in float16), which the reference does too. What is
  // left is float32's: of each of the sum's terms 2^-24 for every addition behind it, at most; twice that, for units may cut off what lies below. gelu is at most 1.13
  // times as steep, and all functions are within 1e-6 of theirs. A result that is stored narrow is rounded once more.
  const unit = result.storage ? (result.storage === "bf16" ? 2 ** -8 : 2 ** -11) : 0;
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const error = Math.abs(after.data[i]! - expected.data[i]!);
    const allowed = whole && result === product && unit === 0 ? 0 : 1.13 * (terms + 1) * 2 ** -23 * sizes.data[i]! + unit * Math.abs(expected.data[i]!) * 1.001 + (result === product ? 0 : 2e-6);
    if (!(error <= allowed)) worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  }
  expect(worst).toBe(0);
}

afterAll(() => ("missing" in runner ? undefined : runner.dispose()));

describe.skipIf("missing" in runner)("matrix units", () => {
  const made = [
    ...names.products.map((name) => { const p = products[name]!; return [name, p.precision, p.calls, (call: readonly [number, number], whole: boolean) => productCase(name, p, call, whole)] as const; }),
    ...names.gradients.map((name) => { const g = gradients[name]!; return [`gradient: ${name}`, g.precision, g.calls, (call: readonly [number, number], whole: boolean) => gradientCase(name, g, call, whole)] as const; }),
  ];
  beforeAll(async () => {
    await (runner as LaunchRunner).prepare(made.flatMap(([, , calls, make]) => make(calls[0]!, false).launches));
  });

  test.each(made)("%s", async (_, precision, calls, make) => {
    for (const [i, call] of calls.entries()) {
      const one = make(call, false);
      expect(one.launches[0]!.kernel.name).toContain(narrowOf(precision)!);
      await check(runner as LaunchRunner, one, precision, i === 0 ? "forward" : "shuffled");
    }
    // Small integers are themselves in either precision, and so are their sums in float32: nothing may be off by anything.
    await check(runner as LaunchRunner, make(calls.at(-1)!, true), precision, "backward");
  });
});

/** The kernel without one kind of statement. */
function without(launch: Launch, kind: KernelStatement["kind"]): Launch {
  const cut = (statements: readonly KernelStatement[]): KernelStatement[] => statements.filter((s) => s.kind !== kind).map((s) => (s.kind === "for" ? { ...s, body: cut(s.body) } : s));
  return { ...launch, kernel: { ...launch.kernel, name: `without_${kind}`, body: cut(launch.kernel.body) } };
}

test.skipIf("missing" in runner).each(["barrier", "copy_wait"] as const)("without its %s a product is wrong", async (kind) => {
  const made = productCase("one wrong", products["as stored, narrow"]!, [2, 13], false);
  await check(runner as LaunchRunner, made, "bfloat16", "forward");
  const broken = { ...made, launches: made.launches.map((launch) => without(launch, kind)) };
  const wrong = (order: Order): Promise<boolean> => check(runner as LaunchRunner, broken, "bfloat16", order).then(() => false, () => true);
  expect(await Promise.all([wrong("forward"), wrong("backward")])).toContain(true);
});

test("too narrow for a unit, or with few rows, it is a product of float32 or of a decode step", () => {
  const name = (p: Omit<Product, "precision" | "calls">, call: readonly [number, number] = [2, 13]): string => productCase("small", { precision: "bfloat16", calls: [], ...p }, call, false).launches[0]!.kernel.name;
  expect(name({ inner: 7, outputs: 64 })).not.toContain("tensor");
  expect(name({ inner: 64, outputs: 7 })).not.toContain("tensor");
  expect(name({ inner: 8, outputs: 8 })).toContain("tensor");
});

test("a launch that is nothing but a product says so, where both factors lie narrow", () => {
  const of = (p: Omit<Product, "precision" | "calls">): Launch => productCase("product", { precision: "bfloat16", calls: [], ...p }, [2, 13], false).launches[0]!;
  expect(of({ inner: 16, outputs: 24, narrow: true }).product).toEqual({
    rows: ["B", "T"], columns: [24], inner: [16], a: { operand: 0, transposed: false }, b: { operand: 1, transposed: true }, result: { operand: 2, transposed: false },
  });
  expect(of({ inner: 16, outputs: 24, narrow: true, stored: true }).product).toMatchObject({ b: { operand: 1, transposed: false } });
  for (const other of [{ inner: 16, outputs: 24 }, { inner: 16, outputs: 24, epilogue: true }, { inner: 16, outputs: 24, heads: 2, narrow: true }] as const) expect(of(other).product).toBeUndefined();
  const gradient = gradientCase("product", { precision: "bfloat16", calls: [], rows: 2048, columns: 2048, narrow: "both" }, [1, 1], false);
  expect(gradient.launches).toHaveLength(1);
  expect(gradient.launches[0]!.product).toEqual({
    rows: [2048], columns: [2048], inner: ["B", "T"], a: { operand: 0, transposed: true }, b: { operand: 1, transposed: false }, result: { operand: 2, transposed: false },
  });
});
