/**
 * Compiled models on the simulated CUDA, against tfjs, with NaN in all fresh memory and work as late as a device may be: the runtime is the one that drives a GPU.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import type { Device, HostTensors, Program, Sampling, TrainingStep } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { Plan } from "../../src/plan/plan.js";
import { expectClose } from "../helpers/close.js";
import { ints } from "../webgpu/plans.js";
import { withEnvironment } from "../cuda-sim/control.js";
import { openSimulator } from "./on-simulator.js";

/** Sums of float32 in another order. */
const tolerance = 1e-4;
const simulated = openSimulator();

const spec = `
model Small {
  vocabulary = 13
  width = 16
  layers 1 {
    memory(slots: 4, heads: 2)
    attention(heads: 2)
    feed_forward(hidden: 24)
  }
}
`;
const tokensOf = (rows: number, length: number, from = 0) => ints([rows, length], Array.from({ length: rows * length }, (_, i) => (i * i + 3 * i + from) % 13));

function planOf(text: string, training = false): Plan {
  const { plan, diagnostics } = compile({ path: "small.msz", text }, { targets: ["cuda", "tfjs"], ...(training ? { training: ["train", "accumulate"] } : {}) });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return plan;
}

describe.skipIf(!simulated)("on the simulator", () => {
  const plan = planOf(spec);
  const weights = initializeWeights(plan, 5);
  let cuda: Device;
  let reference: Device;
  let [program, other] = [] as unknown as [Program, Program];

  beforeAll(async () => {
    cuda = await simulated!.open({}, { MSZ_CUDA_DECODE: "graph" });
    reference = await openTfjs({});
    program = await cuda.open(plan, weights);
    other = await reference.open(plan, weights);
  });
  afterAll(() => {
    cuda.dispose();
    reference.dispose();
  });

  const both = <T>(work: (program: Program) => Promise<T>): Promise<[T, T]> => Promise.all([work(program), work(other)]);

  test("a text at once", async () => {
    for (const tokens of [tokensOf(2, 9), tokensOf(1, 70)]) {
      const [got, want] = await both((each) => each.call("forward", { tokens }));
      expectClose("forward", want.logits!, got.logits!, tolerance);
    }
  });

  test("token by token behind a text, each a graph, with states like those of the reference", async () => {
    const states = await both((each) => each.createState(2));
    const advance = async (entry: string, length: number): Promise<void> => {
      const [got, want] = await Promise.all([program, other].map((each, i) => each.advance(states[i]!, entry, { tokens: tokensOf(2, length, states[i]!.length) })));
      for (const name of Object.keys(want!)) expectClose(`${entry} ${name}`, want![name]!, got![name]!, tolerance);
    };
    await advance("prefill_all", 6);
    for (let i = 0; i < 4; i++) await advance("decode", 1);
    const [got, want] = await Promise.all([program.readState(states[0]), other.readState(states[1])]);
    for (const [name, tensor] of Object.entries(want)) expectClose(name, tensor, got[name]!, tolerance);
    const restored = await program.writeState(2, got);
    expect(await program.readState(restored)).toEqual(got);
    // The cache grows.
    await advance("prefill_all", 260);
    await advance("decode", 1);
    const rows = Int32Array.of(1, 1, 0);
    const orders = await Promise.all([program, other].map((each, i) => each.reorderState(states[i]!, rows)));
    const after = await Promise.all([program.readState(orders[0]!), other.readState(orders[1]!)]);
    for (const [name, tensor] of Object.entries(after[1])) expectClose(name, tensor, after[0][name]!, tolerance);
  });

  test("draws the reference's tokens, and a token is one launch of a graph", async () => {
    const sampling: Sampling = { temperature: 0.9, topK: 9, topP: 0.95, seed: 77 };
    const states = await both((each) => each.createState(2));
    await Promise.all([program, other].map((each, i) => each.advance(states[i]!, "prefill", { tokens: tokensOf(2, 5) })));
    const ids = await Promise.all([program, other].map((each, i) => each.generate(states[i]!, 20, sampling)));
    expect([...ids[0]!]).toEqual([...ids[1]!]);
    const { control } = simulated!;
    const names = ["cuGraphLaunch", "cuLaunchKernel", "cuMemAlloc_v2", "cuMemAllocHost_v2", "cuGraphInstantiateWithFlags"];
    const counts = (): number[] => names.map((name) => control.calls(name));
    const before = counts();
    expect(before.filter((count) => count === 0)).toEqual([]);
    await program.generate(states[0], 30, sampling);
    expect(counts().map((count, i) => count - before[i]!)).toEqual([30, 0, 0, 0, 0]);
  });

  test.each(["forward", "backward", "shuffled"])("with memory of its own for each value, threads in the order %s", async (order) => {
    await withEnvironment({ MSZ_SIM_ORDER: order }, async () => {
      const device = await simulated!.open({}, { MSZ_CUDA_GUARD: "1" });
      const guarded = await device.open(plan, weights);
      const tokens = tokensOf(2, 9);
      const [got, want] = [await guarded.call("forward", { tokens }), await other.call("forward", { tokens })];
      expectClose("forward", want.logits!, got.logits!, tolerance);
      device.dispose();
    });
  });

  test("an allocation that fails names what it is for, and the next call works", async () => {
    const tokens = tokensOf(3, 300);
    await withEnvironment({ MSZ_SIM_FAIL: "cuMemAlloc:2" }, async () => {
      await expect(program.call("forward", { tokens })).rejects.toMatchObject({ code: "out-of-memory", message: expect.stringContaining("forward at B 3, T 300") });
    });
    const [got, want] = await both((each) => each.call("forward", { tokens }));
    expectClose("forward", want.logits!, got.logits!, tolerance);
  });

  test("all is given back, and a kernel that fails is named with debugSync", async () => {
    const { control } = simulated!;
    const before = [control.liveAllocations(), control.liveHandles()];
    const device = await simulated!.open({ debugSync: true });
    const opened = await device.open(plan, weights);
    const launches = control.calls("cuGraphLaunch");
    const state = await opened.createState(1);
    for (let i = 0; i < 3; i++) await opened.advance(state, "decode", { tokens: tokensOf(1, 1) });
    await opened.generate(state, 3, { temperature: 0, topK: 0, topP: 1, seed: 1 });
    // A recorded launch has no name of its own.
    expect(control.calls("cuGraphLaunch")).toBe(launches);
    await withEnvironment({ MSZ_SIM_FAIL: "kernel:*:700" }, async () => {
      await expect(opened.advance(state, "decode", { tokens: tokensOf(1, 1) })).rejects.toMatchObject({ code: "device-fault", message: expect.stringMatching(/the launch of `\S+ \(kernel \w+\)`/) });
    });
    await expect(opened.readState(state)).rejects.toMatchObject({ code: "device-lost" });
    control.reset();
    device.dispose();
    expect([control.liveAllocations(), control.liveHandles()]).toEqual(before);
  });
});

const trained = `
model Trained {
  vocabulary = 13
  width = 16
  layers 1 {
    memory(slots: 4, heads: 2)
    feed_forward(hidden: 24)
  }
}
train {
  batch = 2
  steps = 5
  accumulate = 2
  clip = 0.5
  optimizer = adamw(rate: 1e-2, decay: 0.1)
}
`;

describe.skipIf(!simulated)("training on the simulator", () => {
  test("goes as the reference's does, each micro-batch a graph", async () => {
    const plan = planOf(trained, true);
    const weights = initializeWeights(plan, 3);
    const stepOf = (step: number): TrainingStep => ({
      batches: [0, 1].map((i) => ({ tokens: tokensOf(2, 20, step + 5 * i), targets: tokensOf(2, 20, step + 5 * i + 1) })),
      schedule: [1e-2, 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)], seed: 1, counter: 2 * step, restart: step === 0,
    });
    const { control } = simulated!;
    const run = async (device: Device): Promise<{ loss: number; norm: number; parameters: HostTensors; graphs: number }> => {
      const program = await device.open(plan, weights);
      const trainer = await program.createTrainer();
      for (let step = 0; step < 3; step++) await trainer.step(stepOf(step));
      const launches = control.calls("cuGraphLaunch");
      for (let step = 3; step < 5; step++) await trainer.step(stepOf(step));
      const graphs = control.calls("cuGraphLaunch") - launches;
      const { loss, norm, broken } = await trainer.report();
      expect(broken).toBe(0);
      const parameters = await program.readParameters();
      device.dispose();
      return { loss, norm, parameters, graphs };
    };
    const got = await run(await simulated!.open());
    const want = await run(await openTfjs({}));
    expect([got.graphs, want.graphs]).toEqual([4, 0]);
    expect(Math.abs(got.loss - want.loss)).toBeLessThan(tolerance);
    for (const [name, tensor] of Object.entries(want.parameters)) expectClose(name, tensor, got.parameters[name]!, tolerance);
    expect([control.liveAllocations(), control.liveHandles()]).toEqual([0, 0]);
  });
});
