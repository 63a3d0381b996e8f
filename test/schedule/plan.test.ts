/** Plans as a whole, without a device: valid, the same twice, kernels shared, states updated in place, memory reused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeBytes } from "../../compiler/7-plan/base64.js";
import { compilerVersion } from "../../compiler/7-plan/index.js";
import type { Plan, DeviceEntry, WgslProgram } from "../../src/plan/plan.js";
import { validatePlan } from "../../src/plan/validate.js";
import { root } from "../check/load.js";
import { compilePath, compileText } from "./compile.js";

const specs = ["test/golden/lm-small.msz", "test/golden/lm-chunks.msz", "test/golden/lm-softmax.msz", "specs/shakespeare-small.msz"];

function wgslOf(plan: Plan): WgslProgram {
  if (!plan.targets.wgsl) throw new Error("no wgsl");
  return plan.targets.wgsl;
}

function stack(layers: number, mixer = "memory(slots: 5, heads: 3)", settings = ""): Plan {
  return compileText(`model Stack { vocabulary = 11, width = 48\n ${settings}\n layers ${layers} { ${mixer}\n feed_forward(hidden: 20) } }`).plan;
}

/** Kernel names of an entry, in order. */
function kernels(plan: Plan, entry: string): string[] {
  const program = wgslOf(plan);
  return program.entries[entry]!.dispatches.map((d) => program.kernels[d.kernel]!.name);
}

describe("plans", () => {
  it.each(specs)("%s is valid and the same twice", (path) => {
    const text = JSON.stringify(compilePath(path).plan);
    expect(JSON.stringify(compilePath(path).plan)).toBe(text);
    expect(() => validatePlan(JSON.parse(text))).not.toThrow();
  });

  it("names the package's version", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(compilerVersion).toBe(`msz ${version}`);
  });

  it("has the targets that are asked for", () => {
    const text = "model One { vocabulary = 3, width = 8\n layers 1 { feed_forward(hidden: 4) } }";
    expect(Object.keys(compileText(text, { targets: ["tfjs"] }).plan.targets)).toEqual(["tfjs"]);
    expect(Object.keys(compileText(text, { targets: ["wgsl"] }).plan.targets)).toEqual(["wgsl"]);
    expect(Object.keys(compileText(text).plan.targets).sort()).toEqual(["cuda", "tfjs", "wgsl"]);
  });

  it("encodes bytes as base64 does", () => {
    for (let n = 0; n < 10; n++) {
      const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 71 + 200) % 256);
      expect(encodeBytes(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }
  });
});

describe("kernels", () => {
  it("are shared between layers: more layers, the same kernels", () => {
    const [few, many] = [stack(3), stack(12)];
    expect(wgslOf(many).kernels.map((k) => k.source)).toEqual(wgslOf(few).kernels.map((k) => k.source));
  });

  it("stay within what every WebGPU device has", () => {
    for (const path of specs) {
      const { limits } = wgslOf(compilePath(path).plan);
      expect(limits.maxStorageBuffersPerShaderStage).toBeLessThanOrEqual(8);
      expect(limits.maxComputeInvocationsPerWorkgroup).toBeLessThanOrEqual(256);
      expect(limits.maxComputeWorkgroupStorageSize).toBeLessThanOrEqual(16_384);
    }
  });

  it("say nothing of layers", () => {
    for (const path of specs) for (const { source } of wgslOf(compilePath(path).plan).kernels) expect(source).not.toMatch(/layers?[._]\d/);
  });
});

describe("decode", () => {
  it.each(["memory(slots: 5, heads: 3)", "linear_attention(heads: 3)", "retention(heads: 3)"])("updates the states of %s in place, in the kernel that reads them", (mixer) => {
    const plan = stack(2, mixer);
    const program = wgslOf(plan);
    const { dispatches } = program.entries["decode"]!;
    for (const [index, state] of plan.states.entries()) {
      if (!state.name.startsWith("layers.")) continue;
      const uses = dispatches.flatMap(({ kernel, bindings }) => bindings.flatMap((b) => (b.kind === "state" && b.index === index ? [program.kernels[kernel]!] : [])));
      expect(uses.map((k) => k.name)).toHaveLength(1);
      expect(uses[0]!.name).toMatch(/^column_/);
    }
  });

  it("takes twelve dispatches a layer of memory and feed-forward at most", () => {
    const count = (layers: number): number => kernels(stack(layers), "decode").length;
    expect(count(6) - count(5)).toBeLessThanOrEqual(12);
  });
});

describe("memory", () => {
  it("does not grow with layers", () => {
    for (const entry of ["forward", "prefill", "decode", "generate"]) {
      const slots = (layers: number): DeviceEntry["slots"] => wgslOf(stack(layers)).entries[entry]!.slots;
      expect(slots(12)).toEqual(slots(4));
    }
  });

  it("takes three arenas at most", () => {
    for (const path of specs) for (const { arenas } of Object.values(wgslOf(compilePath(path).plan).entries)) expect(arenas).toBeLessThanOrEqual(3);
  });
});
