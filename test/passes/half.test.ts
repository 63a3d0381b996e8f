/** `precision = float16`: what a training step stores as float16 and what not, how kernels read and write it, and the memory it saves. */
import { describe, expect, test } from "vitest";
import { storeHalf } from "../../compiler/4-passes/half.js";
import { rematerialize } from "../../compiler/4-passes/remat.js";
import { schedule } from "../../compiler/5-schedule/index.js";
import { printWgsl, usesHalf } from "../../compiler/6-codegen/wgsl/index.js";
import { compile } from "../../compiler/index.js";
import type { Graph } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import type { KernelBinding } from "../../src/kernel/kernel.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import type { Plan } from "../../src/plan/plan.js";
import { validatePlan } from "../../src/plan/validate.js";
import { readFile, readSource } from "../check/load.js";
import { compileText, standardSources } from "../schedule/compile.js";

const spec = (precision: string): string => `mixer decaying(slots: axis) {
  near = convolve(x, 3)
  state bank[slots, width] = sigmoid(linear(near, slots, width)) * bank + linear(near, slots) * linear(x, width)
  out = sum(softmax(linear(x, slots), slots) * bank, slots)
}
model Small {
  vocabulary = 19, width = 16, padding = 0, dropout = 0.1
  layers 2 { memory(slots: 16, heads: 2)
    decaying(slots: 3)
    attention(heads: 2)
    feed_forward(hidden: 30, activation: gelu) }
}
train {
  precision = ${precision}
  accumulate = 2
}`;

const training = ["gradients", "inspect", "accumulate", "train"] as const;

describe("a small model with all kinds of mixers", () => {
  const half = compileText(spec("float16"), { targets: ["wgsl"], training: [...training], chunk: 4 });
  const graphs = new Map(half.graphs.map((g): [string, Graph] => [g.entry, storeHalf(rematerialize(g).graph, half.model.width, "f16")]));
  const shapes = new Map(half.model.parameters.map((p) => [p.name, p.shape]));
  const launches = schedule(graphs.get("train")!, { parameterShape: (name) => shapes.get(name) }).launches;

  test("stores what is as wide as the model for each token, and nothing else", () => {
    for (const entry of ["accumulate", "train", "inspect"]) {
      const graph = graphs.get(entry)!;
      verifyGraph(graph);
      const stored = graph.nodes.filter((n) => n.storage !== undefined);
      expect(stored.length).toBeGreaterThan(50);
      for (const { op, dtype, dims } of stored) {
        expect(dtype).toBe("f32");
        expect(dims.map((d) => d.size)).toEqual(expect.arrayContaining(["B", "T"]));
        expect(["parameter", "state", "boundaries", "weight_gradient", "attention_log_sum", "cross_entropy", "keep"]).not.toContain(op);
      }
      const ops = new Set(stored.map((n) => n.op));
      for (const op of ["matmul", "scan_read", "attention", "convolve", "map"] as const) expect(ops).toContain(op);
    }
    for (const op of ["cross_entropy_gradient", "attention_gradient"] as const) expect(graphs.get("train")!.nodes.some((n) => n.op === op && n.storage === "f16")).toBe(true);
    for (const entry of ["forward", "decode", "gradients"]) expect(graphs.get(entry)!.nodes.some((n) => n.storage !== undefined)).toBe(false);
  });

  test("keeps decays, which are multiplied with themselves", () => {
    const decays = graphs.get("train")!.nodes.flatMap((n) => ("decayed" in n && n.decayed ? [n.inputs[n.op === "boundaries" && !n.started ? 0 : 1]!] : []));
    expect(decays.length).toBeGreaterThan(3);
    for (const decay of decays) {
      expect(decay.dims.map((d) => d.name)).toContain("slots");
      expect(decay.storage).toBeUndefined();
    }
  });

  test("kernels bind float16, compute in float32 and make infinite what is too large", () => {
    const types = new Set<KernelBinding["type"]>();
    for (const { kernel } of launches) {
      verifyKernel(kernel);
      const text = printWgsl(kernel);
      expect(text.includes("enable f16;")).toBe(usesHalf(kernel));
      expect(text.includes("f16>") || text.includes("vec4h>")).toBe(usesHalf(kernel));
      for (const { type, name, access } of kernel.bindings) {
        types.add(type);
        if (access === "read_write" && type === "f16") expect(text).toMatch(new RegExp(`${name}_?\\[.*\\] = op_half\\(`));
        if (access === "read_write" && type === "vec4h") expect(text).toMatch(new RegExp(`${name}_?\\[.*\\] = op_half4\\(`));
        if (access === "read" && type === "f16") expect(text).toMatch(new RegExp(`f32\\(${name}_?\\[`));
        if (access === "read" && type === "vec4h") expect(text).toMatch(new RegExp(`vec4f\\(${name}_?\\[`));
      }
    }
    expect(types).toEqual(new Set(["f32", "vec4f", "i32", "u32", "f16", "vec4h"]));
  });

  test("the plan says what it needs, and has the scale among its states", () => {
    const { plan } = half;
    validatePlan(JSON.parse(JSON.stringify(plan)));
    expect(plan.targets.wgsl!.features).toEqual(["shader-f16"]);
    expect(plan.states.find((s) => s.name === "optimizer.scale")).toEqual({ name: "optimizer.scale", dtype: "f32", shape: [1], class: "training", initial: 65536 });
    expect(plan.states.find((s) => s.name === "optimizer.good")).toEqual({ name: "optimizer.good", dtype: "i32", shape: [1], class: "training" });
  });

  test("entries that do not train are those of float32", () => {
    const whole = compileText(spec("float32"), { targets: ["wgsl"], training: [...training], chunk: 4 }).plan;
    expect(whole.targets.wgsl!.features).toBeUndefined();
    expect(whole.states.some((s) => s.initial !== undefined)).toBe(false);
    const texts = (plan: Plan, entry: string): string[] => plan.targets.wgsl!.entries[entry]!.dispatches.map((d) => plan.targets.wgsl!.kernels[d.kernel]!.source);
    for (const entry of ["forward", "prefill", "decode", "generate", "gradients"]) expect(texts(half.plan, entry)).toEqual(texts(whole, entry));
  });
});

test("the Shakespeare model takes at least 35 % less memory for a step of 16 windows of 128", () => {
  const source = readSource("specs/shakespeare-small.msz");
  const [whole, half] = ["float32", "float16"].map((precision) => {
    const text = `${source.text}\ntrain {\n  precision = ${precision}\n}\n`;
    const { plan } = compile({ ...source, text }, { library: standardSources(), readFile, targets: ["wgsl"], training: ["train"] });
    return layoutArenas(plan!.targets.wgsl!.entries.train!, extentsOf({ batch: 16, tokens: 128, chunk: 64 })).bytes.reduce((a, b) => a + b, 0);
  }) as [number, number];
  expect(half).toBeLessThan(0.65 * whole);
});
