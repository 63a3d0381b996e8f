/** The functions of the kernel IR on a device, against float64: every unary function, powers, turns, literals. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { binary, bitcast, component, f, flatIndex, less, u, unary, vec4 } from "../../src/kernel/build.js";
import type { KernelExpr, KernelUnary } from "../../src/kernel/kernel.js";
import { KernelWriter } from "../../src/kernel/writer.js";
import type { Node } from "../../src/graph/graph.js";
import { erf } from "../oracle/maps.js";
import { pcg } from "../oracle/draw.js";
import { createRunner, type Runner } from "./run.js";

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.device.destroy());

const span = { file: { path: "functions", text: "" }, start: 0, end: 0 };

/** out[i] = make(inputs at i) */
async function apply(inputs: readonly (readonly number[])[], dtype: "f32" | "u32", make: (...values: KernelExpr[]) => KernelExpr, result: "f32" | "u32" = "f32"): Promise<number[]> {
  const emit = new Emitter(span);
  const dims = [{ name: "points", size: inputs[0]!.length }];
  const nodes = inputs.map((_, i) => emit.input(`x${i}`, dtype, dims));
  const out: Node = emit.input("out", result, dims);
  const w = new KernelWriter("apply", 64, span);
  const index = w.let_("index", flatIndex(64));
  w.if_(less(index, u(dims[0]!.size)), () => {
    const at = new Map([["points", index]]);
    w.write(out, at, make(...nodes.map((node) => w.read(node, at))));
  });
  const values = new Map(inputs.map((data, i) => [nodes[i]!.id, { shape: [data.length], data }]));
  const after = await runner.run([w.launch([dims[0]!.size], 64, "apply")], values, { B: 1, T: 1, N: 1, S: 1, C: 1, E: 0, M: 0 });
  return Array.from(after.get(out.id)!.data);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));

/** [reference, absolute tolerance, relative tolerance, points]: the reasons stand in the prelude; exp is 3.3e-6 on SwiftShader. */
const references: { readonly [F in Exclude<KernelUnary, "not" | "sin_turns" | "pcg">]: readonly [(x: number) => number, number, number, readonly number[]] } = {
  negate: [(x) => -x, 0, 0, range(-5, 5)],
  exp: [Math.exp, 0, 5e-6, range(-80, 80)],
  log: [Math.log, 1e-6, 1e-6, range(0.001, 1000)],
  sqrt: [Math.sqrt, 0, 1e-6, range(0, 1000)],
  abs: [Math.abs, 0, 0, range(-5, 5)],
  sin: [Math.sin, 1e-6, 0, [...range(-10, 10), ...range(-3000, 3000)]],
  cos: [Math.cos, 1e-6, 0, [...range(-10, 10), ...range(-3000, 3000)]],
  tanh: [Math.tanh, 2e-6, 0, [...range(-12, 12), -1000, -90, 90, 1000, 3e38]],
  sigmoid: [sigmoid, 0, 5e-6, [...range(-80, 80), -1000, 1000]],
  softplus: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 1e-6, 5e-6, [...range(-80, 80), -1000, 1000]],
  relu: [(x) => Math.max(x, 0), 0, 0, range(-5, 5)],
  erf: [erf, 3e-7, 0, [...range(-6, 6), ...range(-1e-3, 1e-3), -100, 100, 3e38]],
  gelu: [gelu, 2e-7, 1.2e-7, [...range(-8, 8), -100, 100]],
  gelu_tanh: [(x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))), 4e-6, 0, [...range(-8, 8), -100, 100]],
  silu: [(x) => x * sigmoid(x), 1e-6, 5e-6, [...range(-40, 40), -1000, 1000]],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), 0, 2e-4, [...range(-10, 10), ...range(-0.1, 0.1), -1000, 1000]],
  square: [(x) => x * x, 0, 1e-7, range(-50, 50)],
  reciprocal: [(x) => 1 / x, 0, 1e-6, range(0.01, 100)],
  rsqrt: [(x) => 1 / Math.sqrt(x), 0, 1e-6, range(0.01, 100)],
};

function range(low: number, high: number, count = 997): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround(low + ((high - low) * i) / (count - 1)));
}

function expectNear(points: readonly (readonly number[])[], got: readonly number[], want: (...x: number[]) => number, absolute: number, relative: number): void {
  got.forEach((value, i) => {
    const at = points.map((p) => p[i]!);
    const reference = want(...at);
    if (Object.is(value, reference) || value === reference) return;
    const error = Math.abs(value - reference);
    if (!(error <= absolute + relative * Math.abs(reference))) throw new Error(`at ${at.join(", ")}: ${value}, expected ${reference}, error ${error}`);
  });
}

test.each(Object.keys(references) as (keyof typeof references)[])("%s of a number and of a vector", async (fn) => {
  const [want, absolute, relative, points] = references[fn];
  expectNear([points], await apply([points], "f32", (x) => unary(fn, x)), want, absolute, relative);
  expectNear([points], await apply([points], "f32", (x) => component(unary(fn, vec4(f(1), x, f(1), f(1))), 1)), want, absolute, relative);
});

test("a power is that of float64: whole exponents of negative bases, no other", async () => {
  const pairs = [
    [-2, 2], [-2, 3], [-2, -1], [-2, -3], [2, 0], [0, 0], [0, 2], [0, -1], [0, 0.5], [-2, 0.5], [-3, 1.5], [9, 0.5], [2, 10], [2, -10], [0.97, 900],
    [0.999, 5000], [10_000, -0.25], [1.5, 1.5], [-1, 16_777_216], [-1, 5_000_001], [-1.5, 4], [7, 1], [1, 1e9],
  ] as const;
  const points = [0, 1].map((i) => pairs.map((p) => Math.fround(p[i]!)));
  // An exponent of 5000 multiplies the base's rounding by as much, and pow's own error with it.
  expectNear(points, await apply(points, "f32", (a, b) => binary("power", a, b)), (a, b) => a! ** b!, 0, 2e-4);
  const small = pairs.flatMap((p, i) => (Math.abs(p[1]) <= 16 && Number.isInteger(p[1]) ? [i] : []));
  const few = points.map((p) => small.map((i) => p[i]!));
  expectNear(few, await apply(few, "f32", (a, b) => binary("power", a, b)), (a, b) => a! ** b!, 0, 1e-6);
});

test("the sine of turns is right to 1e-6 at any u32", async () => {
  const points = Array.from({ length: 5000 }, (_, i) => Math.imul(i, 859_433) >>> 0).concat([0, 1, 2 ** 29 - 1, 2 ** 29, 2 ** 30, 2 ** 31, 3 * 2 ** 30, 2 ** 32 - 1]);
  expectNear([points], await apply([points], "u32", (x) => unary("sin_turns", x)), (x) => Math.sin((2 * Math.PI * x) / 2 ** 32), 1e-6, 0);
});

test("the hash of a u32 is that of the runtime", async () => {
  const points = Array.from({ length: 500 }, (_, i) => Math.imul(i, 859_433_021) >>> 0).concat([0, 1, 2 ** 31, 2 ** 32 - 1]);
  expect(await apply([points], "u32", (x) => unary("pcg", x), "u32")).toEqual(points.map(pcg));
});

test("literals are exactly the numbers they stand for", async () => {
  const largest = 3.4028234663852886e38;
  const numbers = [0, 1, -1, 0.1, 1 / 3, -2 / 3, 1e-20, 1.17549435e-38, 3e38, -largest, largest, 16_777_217, 123_456_789, 1e10, 2 ** -24, Infinity, -Infinity, NaN];
  for (const number of numbers) {
    const [bits] = await apply([[0]], "f32", () => bitcast("u32", f(number)), "u32");
    const view = new Float32Array(new Uint32Array([bits!]).buffer);
    expect(Object.is(view[0], Math.fround(number)) ? number : view[0]).toBe(number);
  }
});
