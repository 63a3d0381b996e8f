/** Training on a driver of the test's: micro-batches in order, graphs, steps under way, reports and saving, sums over ranks. The model is one number that goes against the sum of the tokens. */
import { expect, test } from "vitest";
import type { HostTensor, Program, Trainer, TrainingStep } from "../../runtime/device.js";
import type { RankSums } from "../../runtime/cuda/parts.js";
import type { CudaEntry, DispatchBinding, Plan, PlanEntry, PlanTensor } from "../../src/plan/plan.js";
import { grid, ints, planOf, size } from "../webgpu/plans.js";
import { FakeDriver, fakeDevice, type FakeOptions } from "./fake-driver.js";
import { planKernel, programOf } from "./hand-made.js";

const stateNames = ["loss.sum", "loss.steps", "norm", "broken", "accumulated"];
const state = (name: string): DispatchBinding => ({ kind: "state", index: stateNames.indexOf(name) });
const input = (index: number): DispatchBinding => ({ kind: "input", index });
const tensor = (name: string, dtype: "i32" | "f32", shape: PlanTensor["shape"]): PlanTensor => ({ name, dtype, shape });
const common = [tensor("tokens", "i32", ["B", "T"]), tensor("targets", "i32", ["B", "T"]), tensor("counter", "i32", [1]), tensor("restart", "i32", [1])];
const entries: readonly PlanEntry[] = [
  { name: "accumulate", chunk: 64, inputs: common, outputs: [], states: ["accumulated"] },
  { name: "train", chunk: 64, inputs: [...common, tensor("schedule", "f32", [3])], outputs: [], states: stateNames, updates: ["w"] },
];

/** gradient = Σ (token − target) · (counter + 1), through the arena; then it is added up; `train` takes a step. */
function deviceEntry(name: string): CudaEntry {
  const gradient = { kernel: 0, grid: grid(size(1, "B", "T")), label: "gradient", bindings: [input(0), input(1), input(2), { kind: "buffer", index: 0 } as const] };
  const add = { kernel: name === "train" ? 3 : 1, grid: grid(size(1)), label: "add", bindings: [{ kind: "buffer", index: 0 } as const, input(3), state("accumulated")] };
  const update = { kernel: 2, grid: grid(size(1)), label: "update", bindings: [state("accumulated"), input(4), input(3), ...stateNames.slice(0, 3).map(state), { kind: "weight", index: 0 } as const] };
  const dispatches = name === "train" ? [gradient, add, update] : [gradient, add];
  return {
    arenas: 1, slots: [{ arena: 0, bytes: size(4, "B", "T") }], buffers: [{ slot: 0, bytes: size(4, "B", "T"), first: 0, last: 1 }], dispatches,
    ...(name === "train" ? { sums: [{ binding: state("accumulated"), elements: 1, ready: 1, needed: 2 }] } : {}),
  };
}

const sumOf = (values: Float32Array, count: number): number => values.subarray(0, count).reduce((a, b) => a + b, 0);

const kernels = {
  gradient: planKernel(({ B, T, groups, i, f }) => {
    if (groups < B * T) throw new Error("a grid that is too small");
    for (let at = 0; at < B * T; at++) f(3)[at] = (i(0)[at]! - i(1)[at]!) * (i(2)[0]! + 1);
  }),
  add: planKernel(({ B, T, i, f }) => {
    f(2)[0] = (i(1)[0] ? 0 : f(2)[0]!) + sumOf(f(0), B * T);
  }),
  // In `train` what was accumulated stays, whatever `restart` says: it is about the report.
  add_last: planKernel(({ B, T, f }) => {
    f(2)[0]! += sumOf(f(0), B * T);
  }),
  update: planKernel(({ i, f }) => {
    const gradient = f(0)[0]!;
    f(3)[0] = (i(2)[0] ? 0 : f(3)[0]!) + gradient;
    f(4)[0] = (i(2)[0] ? 0 : f(4)[0]!) + 1;
    f(5)[0] = Math.abs(gradient);
    f(6)[0]! -= f(1)[0]! * gradient;
    f(0)[0] = 0;
  }),
};

const plan: Plan = {
  ...planOf({ entries, program: { kernels: [], weights: [], entries: {} } }),
  parameters: [{ name: "w", shape: [1], initializer: { kind: "zeros" } }],
  states: stateNames.map((name) => ({ name, dtype: name === "broken" ? "i32" : "f32", shape: [1], class: "training", ...(name === "norm" ? { initial: 7 } : {}) }) as const),
  training: {
    batch: 1, accumulate: 3, steps: 10, seed: 1, precision: "float32",
    optimizer: { kind: "sgd", rate: 1, momentum: 0, decay: 0 }, schedule: { kind: "constant", warmup: 0, start: 0 },
  },
  targets: {
    cuda: programOf(
      { weights: [{ parameter: 0, transposed: false }], entries: { accumulate: deviceEntry("accumulate"), train: deviceEntry("train") } },
      [{ name: "gradient", access: [] }, { name: "add", access: [] }, { name: "update", access: [] }, { name: "add_last", access: [] }],
    ),
  },
};

async function open(options: FakeOptions = {}): Promise<{ driver: FakeDriver; program: Program; trainer: Trainer }> {
  const driver = new FakeDriver(kernels);
  const program = await fakeDevice(driver, options).open(plan, new Map([["w", { shape: [1], data: Float32Array.of(5) }]]));
  return { driver, program, trainer: await program.createTrainer() };
}

function stepOf(number: number, length = 4, restart = false): TrainingStep {
  const batches = [0, 1, 2].map((batch) => ({
    tokens: ints([1, length], Array.from({ length }, (_, t) => number * 10 + batch + t)), targets: ints([1, length], new Array<number>(length).fill(batch)),
  }));
  return { batches, schedule: [0.25, 1, 1], seed: 1, counter: number, restart };
}

/** Sum of a step's gradient. */
function gradientOf(number: number, length = 4): number {
  const one = length * number * 10 + (length * (length - 1)) / 2;
  return [0, 1, 2].reduce((sum, batch) => sum + one * (number + batch + 1), 0);
}

const valueOf = async (program: Program): Promise<number> => (await program.readParameters())["w"]!.data[0]!;

test("micro-batches run in order, with inputs of their own, however far the host is ahead", async () => {
  const { driver, program, trainer } = await open();
  driver.workPerQuestion = 1;
  await Promise.all([1, 2, 3, 4, 5].map((number) => trainer.step(stepOf(number))));
  const sum = [1, 2, 3, 4, 5].map((number) => gradientOf(number)).reduce((a, b) => a + b, 0);
  expect(await trainer.report()).toEqual({ loss: sum / 5, norm: gradientOf(5), broken: 0 });
  expect(await valueOf(program)).toBe(5 - 0.25 * sum);
  await trainer.step(stepOf(6, 4, true));
  expect(await trainer.report()).toMatchObject({ loss: gradientOf(6) });
});

test("after the first step no memory is made, and each micro-batch is one graph", async () => {
  const { driver, trainer } = await open();
  const graphs = ["graph accumulate", "graph accumulate", "graph train"];
  await trainer.step(stepOf(1));
  driver.log.length = 0;
  await trainer.step(stepOf(2));
  expect(driver.log).toEqual(["graph accumulate", "graph accumulate", "record", "graph train"]);
  driver.log.length = 0;
  for (let number = 3; number < 7; number++) await trainer.step(stepOf(number));
  expect(driver.log).toEqual([...graphs, ...graphs, ...graphs, ...graphs]);
});

test("at most two steps are under way", async () => {
  const { driver, trainer } = await open();
  for (let number = 1; number < 6; number++) {
    await trainer.step(stepOf(number));
    const updated = driver.done.filter((what) => what.startsWith("update")).length;
    expect(updated).toBeGreaterThanOrEqual(number - 2);
  }
});

test("micro-batches of several sizes share the arena, which is made before the first runs", async () => {
  const { driver, program, trainer } = await open();
  let value = 5;
  for (const [number, length] of [[1, 4], [2, 900], [3, 4], [4, 900]] as const) {
    await trainer.step(stepOf(number, length));
    value -= 0.25 * gradientOf(number, length);
  }
  expect(await valueOf(program)).toBe(Math.fround(value));
  program.dispose();
  expect(driver.left()).toEqual([]);
});

test("states are at their first values, are saved and written; parameters that training changed are read", async () => {
  const { program, trainer } = await open();
  const first = await trainer.readState();
  expect([first["norm"]!.data[0], first["loss.sum"]!.data[0]]).toEqual([7, 0]);
  await trainer.step(stepOf(1));
  const saved = await trainer.readState();
  const value = await valueOf(program);
  await trainer.step(stepOf(2));
  await trainer.writeState(saved);
  await program.writeParameters({ w: { shape: [1], data: Float32Array.of(value) } });
  expect(await trainer.readState()).toEqual(saved);
  await trainer.step(stepOf(2));
  expect(await valueOf(program)).toBe(5 - 0.25 * (gradientOf(1) + gradientOf(2)));
  const odd: HostTensor = { shape: [2], data: Float32Array.of(1, 2) };
  await expect(trainer.writeState({ ...saved, norm: odd })).rejects.toMatchObject({ code: "state-shape" });
});

test("a program has one trainer, whose memory goes with it, under way or not", async () => {
  const { driver, program, trainer } = await open();
  await expect(program.createTrainer()).rejects.toMatchObject({ code: "second-trainer" });
  await expect(program.call("accumulate", {})).rejects.toMatchObject({ code: "training-entry" });
  await expect(trainer.step({ ...stepOf(1), batches: [] })).rejects.toMatchObject({ code: "micro-batches" });
  for (const number of [1, 2]) await trainer.step(stepOf(number));
  trainer.dispose();
  await expect(trainer.step(stepOf(1))).rejects.toMatchObject({ code: "disposed" });
  expect(driver.left().filter((what) => /loss|graph|event/.test(what))).toEqual([]);
  await (await program.createTrainer()).step(stepOf(3));
  program.dispose();
  expect(driver.left()).toEqual([]);
});

test.each([true, false])("sums over ranks come between their dispatches, recorded or not (%s)", async (recordable) => {
  const calls: string[] = [];
  let asked = 0;
  const sums: RankSums = {
    between(instance) {
      asked++;
      const [sum] = instance.cuda.sums!;
      return {
        recordable,
        before: (at) => void (at === sum!.needed && calls.push("needed")),
        after: (at) => void (at === sum!.ready && calls.push("ready")),
      };
    },
    check: () => undefined,
    dispose: () => undefined,
  };
  const { driver, trainer } = await open({ sums });
  for (let number = 1; number < 5; number++) await trainer.step(stepOf(number));
  // The first time one by one, then once more while it is recorded; what cannot be recorded is done each time.
  expect(calls).toEqual(Array(recordable ? 2 : 4).fill(["ready", "needed"]).flat());
  expect(asked).toBe(1);
  expect(driver.log.includes("graph train")).toBe(recordable);
});
