/**
 * `precision = bfloat16` and `float16` from a spec to the device: what lies narrow and how often, the authors' logits, a training run beside that of float32, and what
 * backends without bfloat16 do.
 */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, load, openSafetensors, openTraining, readTensor, type HostTensor } from "../../runtime/index.js";
import type { TrainingStep } from "../../runtime/device.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { Plan, PlanPrecision } from "../../src/plan/plan.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import { validatePlan } from "../../src/plan/validate.js";
import { expectClose } from "../helpers/close.js";
import { ints } from "../webgpu/plans.js";
import { openSimulator } from "./on-simulator.js";

const simulated = openSimulator();

const spec = (precision: PlanPrecision): string => `
model Small {
  vocabulary = 24
  width = 16
  layers 1 {
    memory(slots: 4, heads: 2)
    feed_forward(hidden: 24, activation: gelu)
  }
}
train {
  batch = 2
  steps = 6
  precision = ${precision}
  optimizer = sgd(rate: 0.3, momentum: 0.9)
}
`;

const plans = new Map<string, Plan>();

function planOf(precision: PlanPrecision, training = true, asked?: PlanPrecision): Plan {
  const key = `${precision} ${training} ${asked ?? ""}`;
  const plan = plans.get(key) ?? compiled(precision, training, asked);
  plans.set(key, plan);
  return plan;
}

function compiled(precision: PlanPrecision, training: boolean, asked: PlanPrecision | undefined): Plan {
  const { plan, diagnostics } = compile({ path: "small.msz", text: spec(precision) }, {
    targets: ["cuda", "wgsl", "tfjs"], ...(training ? { training: ["train"] } : {}), ...(asked ? { precision: asked } : {}),
  });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  validatePlan(JSON.parse(JSON.stringify(plan)));
  return plan;
}

const tokensOf = (from: number): HostTensor => ints([2, 17], Array.from({ length: 34 }, (_, i) => (3 * i + from) % 24));

describe.each([["bfloat16", "bf16"], ["float16", "f16"]] as const)("a plan of %s", (precision, narrow) => {
  const plan = planOf(precision);
  const cuda = plan.targets.cuda!;
  const forms = (name: string): string[] => cuda.weights.filter((w) => plan.parameters[w.parameter]!.name === name).map((w) => `${w.narrow ?? "f32"}${w.transposed ? " transposed" : ""}`).sort();

  test("keeps one narrow copy of a weight, as it is stored, for all passes", () => {
    expect(cuda.precision).toBe(precision);
    expect(cuda.weights.some((w) => w.transposed)).toBe(false);
    // The optimiser has the float32 one.
    expect(forms("layers.0.feed_forward.up.weight")).toEqual([narrow, "f32"]);
    expect(forms("norm.weight")).toEqual(["f32"]);
    const inference = planOf(precision, false).targets.cuda!;
    const of = inference.weights.filter((w) => inference.weights.filter((o) => o.parameter === w.parameter).length === 1 && w.narrow === narrow);
    expect(of.length).toBeGreaterThan(3);
  });

  test("multiplies on matrix units in every entry of many tokens, and makes narrow copies again behind an update", () => {
    const kernelsOf = (entry: string): string[] => cuda.entries[entry]!.dispatches.map((d) => cuda.kernels[d.kernel]!.name);
    for (const entry of ["forward", "prefill", "train"]) expect(kernelsOf(entry).some((name) => name.startsWith(`msz_tensor_matmul_${narrow}`)), entry).toBe(true);
    expect(kernelsOf("train").some((name) => name.startsWith(`msz_tensor_gradient_${narrow}`))).toBe(true);
    expect(kernelsOf("decode").some((name) => name.includes("tensor"))).toBe(false);
    const narrowed = cuda.entries.train!.dispatches.filter((d) => cuda.kernels[d.kernel]!.name.startsWith("msz_narrow"));
    expect(narrowed.length).toBe(cuda.weights.filter((w) => w.narrow).length);
    expect(cuda.entries.train!.dispatches.slice(-narrowed.length)).toEqual(narrowed);
  });

  test("a step takes much less memory than one of float32, and only float16 has a loss scale", () => {
    const bytes = (of: Plan): number => layoutArenas(of.targets.cuda!.entries.train!, extentsOf({ batch: 16, tokens: 128, chunk: 64 })).bytes.reduce((a, b) => a + b, 0);
    expect(bytes(plan)).toBeLessThan(0.75 * bytes(planOf("float32")));
    expect(plan.states.some((s) => s.name === "optimizer.scale")).toBe(precision === "float16");
    expect(plan.targets.wgsl!.features).toEqual(precision === "float16" ? ["shader-f16"] : undefined);
  });
});

test("an explicit precision stands in place of the spec's, a loss scale and all", () => {
  const plan = planOf("float32", true, "float16");
  expect([plan.training!.precision, plan.targets.cuda!.precision]).toEqual(["float16", "float16"]);
  expect(plan.states.some((s) => s.name === "optimizer.scale")).toBe(true);
  expect(planOf("bfloat16", true, "float32").targets.cuda!.weights.some((w) => w.narrow)).toBe(false);
});

test("a backend without bfloat16 trains in float32, and says so", async () => {
  const [asked, whole] = [planOf("bfloat16"), planOf("float32")];
  expect(asked.targets.tfjs).toEqual(whole.targets.tfjs);
  expect(asked.targets.wgsl).toEqual(whole.targets.wgsl);
  const lines: string[] = [];
  const training = await openTraining(asked, { random: 1 }, { backend: "tfjs", onWarning: (line) => lines.push(line) });
  training.dispose();
  expect(lines).toEqual(["tfjs has no bfloat16: this run computes and stores in float32, as with `precision = float32`"]);
});

describe.skipIf(!simulated)("on the simulator", () => {
  afterAll(() => expect(simulated!.control.liveAllocations()).toBe(0));

  // Of the largest logit. bfloat16's 2^-8 a factor, through four products one behind the other in each of two layers; float16 is eight times as exact.
  test.each([["bfloat16", 2e-2], ["float16", 2.5e-3]] as const)("the authors' logits in %s", async (precision, tolerance) => {
    const path = (extension: string): string => new URL(`../golden/lm-small${extension}`, import.meta.url).pathname;
    const { plan } = compileFile(path(".msz"), { targets: ["cuda"], precision });
    const source = bytesSource(readFileSync(path(".safetensors")), "lm-small");
    const file = await openSafetensors(source);
    const session = await load(plan, source, { backend: "cuda", names: "fairseq", poison: true });
    const [tokens, wanted] = [await readTensor(file, "tokens"), await readTensor(file, "logits")];
    const { logits } = await session.call("forward", { tokens });
    const { maxDifference } = expectClose("forward", wanted, logits!, tolerance);
    // It is that precision: float32 would be a hundred times closer.
    expect(maxDifference).toBeGreaterThan(1e-4);
    const { logits: stepwise } = await session.call("recurrent", { tokens }, { prefill: 64 });
    expectClose("recurrent", wanted, stepwise!, tolerance);
    session.dispose();
  });

  test("training in bfloat16 and float16 follows float32", async () => {
    const stepOf = (step: number): TrainingStep => ({
      batches: [{ tokens: tokensOf(step), targets: tokensOf(step + 3) }], schedule: [0.3, 1, 1], seed: 1, counter: step, restart: true,
    });
    const lossesIn = async (precision: PlanPrecision): Promise<number[]> => {
      const plan = planOf(precision);
      const device = await simulated!.open();
      const program = await device.open(plan, initializeWeights(plan, 3));
      const trainer = await program.createTrainer();
      const losses: number[] = [];
      for (let step = 0; step < 6; step++) {
        await trainer.step(stepOf(step));
        const { loss, broken } = await trainer.report();
        expect(broken).toBe(0);
        losses.push(loss);
      }
      device.dispose();
      return losses;
    };
    const whole = await lossesIn("float32");
    expect(whole.at(-1)!).toBeLessThan(0.8 * whole[0]!);
    // A loss is the mean of 34 numbers near 4, each off by the rounding of some products: 2^-8 and 2^-11 of a logit; four times what was seen.
    for (const [precision, tolerance] of [["bfloat16", 8e-3], ["float16", 1e-3]] as const) {
      const losses = await lossesIn(precision);
      losses.forEach((loss, i) => expect(Math.abs(loss - whole[i]!), `${precision}, step ${i}`).toBeLessThan(tolerance));
      expect(losses).not.toEqual(whole);
    }
  });
});
