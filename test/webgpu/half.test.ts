/**
 * `precision = float16` on a device with `shader-f16`: gradients and losses follow those of float64, an update that overflows is left out and the
 * scale halves, a saved run goes on to the same bytes. Who has no float16 refuses the plan.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostTensor, HostTensors, Program, Trainer, TrainingStep } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { scheduleAt } from "../../runtime/training/schedule.js";
import { openWebgpu, type AdapterChoice, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { CompileResult } from "../../compiler/index.js";
import { expectClose } from "../helpers/close.js";
import { referenceSeed, TrainingReference } from "../oracle/training-reference.js";
import { compileText } from "../schedule/compile.js";
import { presentAdapters } from "./adapters.js";
import { ints } from "./plans.js";

const vocabulary = 11;

/** Small, for Mesa compiles each kernel for a second. A recurrence, a softmax; sizes that are and that are no multiples of four; an odd vocabulary; micro-batches and clipping. */
function compiled(target: "wgsl" | "tfjs"): Required<CompileResult> {
  const text = `model Small {
  vocabulary = ${vocabulary}, width = 16, padding = 0
  layers 1 { memory(slots: 16, heads: 2)
    feed_forward(hidden: 30, activation: gelu) }
}
train {
  precision = float16
  accumulate = 2
  steps = 40
  clip = 1
  optimizer = adamw(rate: 0.01)
  schedule = constant
}`;
  return compileText(text, { targets: [target], training: ["accumulate", "train", "inspect"], chunk: 4 });
}

const { plan, graphs } = compiled("wgsl");

const [batch, length] = [3, 7];

function window(number: number): { tokens: HostTensor; targets: HostTensor } {
  const ids = Array.from({ length: batch }, (_, row) => Array.from({ length: length + 1 }, (_, t) => 1 + ((number * 5 + row * 3 + t * t) % (vocabulary - 1))));
  // The second row ends early.
  ids[1]!.fill(0, length - 1);
  return { tokens: ints([batch, length], ids.flatMap((r) => r.slice(0, -1))), targets: ints([batch, length], ids.flatMap((r) => r.slice(1))) };
}

function update(number: number, restart = true): TrainingStep {
  const batches = [0, 1].map((i) => window((2 * number + i) % 6));
  return { batches, schedule: scheduleAt(plan.training!, number), seed: 7, counter: 2 * number, restart };
}

const forced = process.env["MSZ_ADAPTER"] as AdapterChoice | undefined;
const present = await presentAdapters();
const swiftshader = present.includes("swiftshader") ? await openWebgpu({ adapter: "swiftshader", poison: true }) : undefined;
const device = await openWithHalf(forced && forced !== "swiftshader" ? [forced] : present.filter((name) => name !== "swiftshader"));
afterAll(() => {
  device?.dispose();
  swiftshader?.dispose();
});

async function openWithHalf(choices: readonly AdapterChoice[]): Promise<WebgpuDevice | undefined> {
  for (const adapter of choices) {
    const found = await openWebgpu({ adapter, poison: true });
    if (found.gpu.has("shader-f16")) return found;
    found.dispose();
  }
  console.warn("float16 is not run: no adapter here has shader-f16 (Mesa's lavapipe has it, SwiftShader has not)");
  return undefined;
}

describe.skipIf(device === undefined)("a run on a device with float16", () => {
  let program: Program;
  let trainer: Trainer;
  const number = async (name: string): Promise<number> => (await trainer.readState())[name]!.data[0]!;
  const set = async (values: Record<string, number>): Promise<void> => {
    const states = await trainer.readState();
    const changed = Object.entries(values).map(([name, value]) => [name, { ...states[name]!, data: states[name]!.data.map(() => value) as Float32Array | Int32Array }]);
    await trainer.writeState({ ...states, ...Object.fromEntries(changed) });
  };
  beforeAll(async () => {
    program = await device!.open(plan, initializeWeights(plan, referenceSeed));
    trainer = await program.createTrainer();
  });
  afterAll(() => program?.dispose());

  test("starts with a scale of 65536", async () => {
    expect(await number("optimizer.scale")).toBe(65536);
    expect(await number("optimizer.good")).toBe(0);
  });

  /**
   * A store rounds by 2^-11, and a gradient comes through some thirty of them, forward and backward, that mostly do not add up: a hundredth of the largest
   * gradient, and twice that to be safe.
   */
  const gradientTolerance = 2e-2;
  test("gradients and losses follow those of exact arithmetic", async () => {
    const reference = new TrainingReference(plan, graphs, { "optimizer.scale": { shape: [1], data: [65536] } });
    const losses: [number, number][] = [];
    for (let i = 1; i <= 30; i++) {
      await trainer.step(update(i));
      reference.step(update(i));
      losses.push([reference.loss, (await trainer.report()).loss]);
      if (i > 1) continue;
      // The first moments are a tenth of the first gradient.
      const got = await trainer.readState();
      const moments = Object.keys(got).filter((name) => name.startsWith("optimizer.first."));
      expect(moments.length).toBe(plan.parameters.length);
      for (const name of moments) expectClose(name, reference.states[name]!, got[name]!, gradientTolerance, { relativeTo: "max" });
      // It is float16 all the same: float32 would be a thousand times closer.
      expect(moments.some((name) => got[name]!.data.some((x, k) => Math.abs(x - reference.states[name]!.data[k]!) > 1e-4 * Math.abs(x)))).toBe(true);
    }
    // Roundings send the two runs slowly apart; both learn the six windows by heart.
    for (const [want, got] of losses) expect(Math.abs(got - want)).toBeLessThan(0.03 * want + 0.01);
    expect(losses.at(-1)![1]).toBeLessThan(losses[0]![1] * 0.8);
    expect([await number("optimizer.scale"), await number("optimizer.good")]).toEqual([65536, 30]);
    expect(reference.states["optimizer.good"]!.data[0]).toBe(30);
    // Mesa compiles all kernels of training at the first step.
  }, 180_000);

  test("goes on from what was saved to the same bytes", async () => {
    const [parameters, states] = [await program.readParameters(), await trainer.readState()];
    const twoMore = async (): Promise<HostTensors> => {
      for (const i of [31, 32]) await trainer.step(update(i));
      return { ...(await program.readParameters()), ...(await trainer.readState()) };
    };
    const first = await twoMore();
    await program.writeParameters(parameters);
    await trainer.writeState(states);
    expect(await twoMore()).toEqual(first);
  });

  test("leaves an update out that overflows, halves the scale and recovers", async () => {
    await set({ "optimizer.scale": 2 ** 40, "optimizer.good": 5 });
    const before = { ...(await program.readParameters()), ...(await trainer.readState()) };
    await trainer.step(update(33));
    const report = await trainer.report();
    expect(report.broken).toBe(0);
    expect(Number.isFinite(report.loss) && Number.isFinite(report.norm)).toBe(true);
    const after = { ...(await program.readParameters()), ...(await trainer.readState()) };
    expect(after["optimizer.scale"]!.data[0]).toBe(2 ** 39);
    expect(after["optimizer.good"]!.data[0]).toBe(0);
    for (const [name, tensor] of Object.entries(after)) {
      if (plan.parameters.some((p) => p.name === name) || /^optimizer\.(first|second)\./.test(name)) expect(tensor, name).toEqual(before[name]);
    }
    for (let i = 0; i < 30 && (await number("optimizer.good")) === 0; i++) await trainer.step(update(33));
    expect(await number("optimizer.scale")).toBeLessThan(2 ** 36);
    expect(await number("optimizer.scale")).toBeGreaterThanOrEqual(2 ** 12);
    expect((await trainer.report()).broken).toBe(0);
    expect(await program.readParameters()).not.toEqual(Object.fromEntries(plan.parameters.map((p) => [p.name, before[p.name]])));
  });

  test("doubles the scale after 1,000 good updates in a row, up to 2^24", async () => {
    await set({ "optimizer.scale": 1024, "optimizer.good": 998 });
    await trainer.step(update(34));
    expect([await number("optimizer.scale"), await number("optimizer.good")]).toEqual([1024, 999]);
    await trainer.step(update(34));
    expect([await number("optimizer.scale"), await number("optimizer.good")]).toEqual([2048, 0]);
  });

  test("is broken when a scale below 1 is no help", async () => {
    const { name, shape } = plan.parameters[0]!;
    const { data } = (await program.readParameters())[name]!;
    await program.writeParameters({ [name]: { shape, data: Float32Array.from(data, () => NaN) } });
    await set({ "optimizer.scale": 2 });
    const seen: [number, number][] = [];
    for (let i = 0; i < 4; i++) {
      await trainer.step(update(35));
      seen.push([(await trainer.report()).broken, await number("optimizer.scale")]);
    }
    expect(seen).toEqual([[0, 1], [1, 0.5], [2, 0.5], [3, 0.5]]);
  });

  test("`inspect` finds where a value is too large for float16", async () => {
    const initial = initializeWeights(plan, referenceSeed);
    const name = "layers.0.feed_forward.down.weight";
    const { shape, data } = initial.get(name)!;
    await program.writeParameters({ ...Object.fromEntries(initial), [name]: { shape, data: Float32Array.from(data, (x) => x * 1e8) } });
    const one = (value: number): HostTensor => ints([1], [value]);
    const found = await program.call("inspect", { ...window(1), seed: one(1), counter: one(1) });
    const places = plan.entries.find((e) => e.name === "inspect")!.outputs.map((o) => o.name);
    expect(places.find((place) => found[place]!.data[0] !== 0)).toMatch(/layers\.0\.feed_forward/);
  });
});

test("an adapter without shader-f16 refuses to train, says why, and runs the rest of the plan", async (context) => {
  // npm brings it; only a machine whose adapter is forced by MSZ_ADAPTER goes without.
  if (swiftshader === undefined) return context.skip("SwiftShader, which has no float16, is not here");
  const program = await swiftshader.open(plan, initializeWeights(plan, referenceSeed));
  const refused = {
    code: "device-feature", message: "the plan needs shader-f16; this adapter lacks it", reason: expect.stringContaining("SwiftShader"), hint: expect.stringContaining("precision = float32"),
  };
  await expect(program.createTrainer()).rejects.toMatchObject(refused);
  const one: HostTensor = ints([1], [1]);
  await expect(program.call("inspect", { ...window(1), seed: one, counter: one })).rejects.toMatchObject(refused);
  expect((await program.call("forward", { tokens: window(1).tokens })).logits!.data.every(Number.isFinite)).toBe(true);
  program.dispose();
});

test("tfjs refuses to train with float16, and runs the rest of the plan", async () => {
  const tfjs = await openTfjs({});
  const { plan: own } = compiled("tfjs");
  const program = await tfjs.open(own, initializeWeights(own, 3));
  await expect(program.createTrainer()).rejects.toMatchObject({ code: "no-half-precision", hint: expect.stringContaining("--backend cuda or webgpu") });
  expect((await program.call("forward", { tokens: window(1).tokens })).logits!.data.every(Number.isFinite)).toBe(true);
  program.dispose();
  tfjs.dispose();
});
