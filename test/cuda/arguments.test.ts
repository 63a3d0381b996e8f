/**
 * Launch arguments: equal layers share their kernels though each has masks of its own (what the masks are, and that backends agree on them, is in test/device/training), the numbers
 * come in the order of the kernel that was built, and where a target has none they stand in the text.
 */
import { expect, test } from "vitest";
import { readLibrary } from "../../cli/spec.js";
import { compile } from "../../compiler/index.js";
import { cudaTarget, KernelCache, schedule, type PlacedLaunch } from "../../compiler/5-schedule/index.js";
import { printKernel } from "../../src/kernel/print.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import { oneDim, type Graph, type Node } from "../../src/graph/graph.js";
import type { CudaProgram } from "../../src/plan/plan.js";
import { CaseBuilder, axis } from "../oracle/case-builder.js";

const target = cudaTarget("float32");

function programOf(layers: number): CudaProgram {
  const text = `model Small {
    vocabulary = 13
    width = 16
    dropout = 0.2
    activation_dropout = 0.1
    layers ${layers} { memory(slots: 4, heads: 2) feed_forward(hidden: 24) }
  }
  train { batch = 2, steps = 1, accumulate = 2, optimizer = adamw(rate: 1e-2), schedule = constant }`;
  const { plan, diagnostics } = compile({ path: "small.msz", text }, { library: readLibrary(), targets: ["cuda"], training: ["accumulate", "train"] });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return plan.targets.cuda!;
}

test("one more layer brings no kernel, and masks of its own", () => {
  const [few, more] = [programOf(3), programOf(4)];
  // But for the entry that adds up all gradients' squares, several parameters a kernel.
  const kernelsOf = ({ kernels, entries }: CudaProgram): string[] => [...new Set(entries.accumulate!.dispatches.map(({ kernel }) => kernels[kernel]!.source))];
  expect(kernelsOf(more)).toEqual(kernelsOf(few));
  const given = ({ kernels }: CudaProgram): string[] => kernels.filter((kernel) => kernel.arguments !== undefined).map(({ source }) => source.replace(/\bmsz_\w+/g, "kernel"));
  expect(given(more)).toEqual(given(few));
  expect(given(few).length).toBeGreaterThan(2);
  // Of a place's masks in the backward pass too: the same numbers.
  const numbers = ({ entries }: CudaProgram): number[] => [...new Set(entries.train!.dispatches.flatMap((dispatch) => dispatch.arguments ?? []))].sort((a, b) => a - b);
  const perLayer = numbers(more).length - numbers(few).length;
  expect(perLayer).toBeGreaterThanOrEqual(3);
  expect(numbers(more).length).toBe(4 * perLayer + (numbers(few).length - 3 * perLayer));
});

/** x by masks of these streams. */
function masked(streams: readonly number[]): Graph {
  const c = new CaseBuilder("masks", { B: 1, T: 1 });
  const { emit } = c;
  const [dims, single] = [[axis("width", 40)], [axis(oneDim, 1)]];
  const [seed, counter] = [c.integers("seed", single, { low: 0, high: 9 }), c.integers("counter", single, { low: 0, high: 9 })];
  const out = streams.reduce<Node>((product, stream) => emit.multiply(product, emit.keep(seed, counter, dims, { stream, rate: 0.5, kept: 2 })), c.input("x", dims));
  return c.done({ out }).graph;
}

test("numbers come in the order of the kernel, and equal ones once", () => {
  const one = (streams: readonly number[]) => schedule(masked(streams), { target }).launches;
  expect(one([7, 3])).toMatchObject([{ arguments: [7, 3] }]);
  expect(one([7, 7])).toMatchObject([{ arguments: [7], kernel: { arguments: 1 } }]);
  // Of one kernel the numbers of others, but only where the same ones are equal.
  const cache = new KernelCache();
  const [first, second, third] = [[7, 3], [3, 8], [4, 4]].map((streams) => schedule(masked(streams), { target, cache }).launches[0]!) as [PlacedLaunch, PlacedLaunch, PlacedLaunch];
  expect(second).toMatchObject({ arguments: [3, 8] });
  expect(second.kernel).toBe(first.kernel);
  expect(third).toMatchObject({ arguments: [4], kernel: { arguments: 1 } });
  verifyKernel(first.kernel);
  expect(printKernel(one([7, 3])[0]!.kernel)).toMatch(/^kernel map_\w+\(#0: u32, #1: u32, in: [^]*\+ #0\)[^]*\+ #1\)/);
});

test("a target without them has the numbers in the text", () => {
  const without = { ...target, arguments: false };
  const [launch] = schedule(masked([0, 5]), { target: without }).launches;
  expect(launch!.arguments).toBeUndefined();
  expect(launch!.kernel.arguments).toBeUndefined();
  const text = printKernel(launch!.kernel);
  expect(text).toContain("+ 5)");
  // 0 is not added.
  expect(text).not.toMatch(/#\d|\+ 0\)/);
  verifyKernel(launch!.kernel);
});
