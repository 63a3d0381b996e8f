/**
 * Training on the wasm backend: nothing is left behind from step to step, everything sees the new parameters, a saved run goes on to
 * the same numbers; and the steps that only large tensors take, which the op cases are too small for.
 */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device, HostTensor, Program, TrainingStep } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { stepMakers } from "../../runtime/tfjs/steps/index.js";
import { sumMiddle } from "../../runtime/tfjs/steps/elementwise.js";
import { Attrs, type Resources } from "../../runtime/tfjs/value.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import type { TfjsAttr } from "../../src/plan/plan.js";
import { extentsOf } from "../../src/plan/size.js";
import type { TfjsComputeOp } from "../../src/plan/tfjs-ops.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { compileText } from "../schedule/compile.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

const { plan } = compileText(
  `mixer near(taps: number) { out = linear(convolve(x, 3), width) }
  model Small {
    vocabulary = 11, width = 8, padding = 0, dropout = 0.1
    layers 1 { near(taps: 3)
      memory(slots: 3, heads: 2)
      attention(heads: 2)
      feed_forward(hidden: 12, activation: gelu) }
  }
  train { accumulate = 2, steps = 20, clip = 0.5, optimizer = adamw(rate: 0.01, decay: 0.1) }`,
  { targets: ["tfjs"], training: ["gradients", "evaluate", "accumulate", "train"], chunk: 4 },
);
const [rows, length] = [2, 6];

function ids(first: number): HostTensor {
  return { shape: [rows, length], data: Int32Array.from({ length: rows * length }, (_, i) => 1 + ((i * i + first) % 10)) };
}

/** Update number `number`, from 1: the same text each time. */
function update(number: number): TrainingStep {
  const batches = [0, 1].map((i) => ({ tokens: ids(i), targets: ids(i + 1) }));
  return { batches, schedule: [0.01, 1 - 0.9 ** number, 1 - 0.999 ** number], seed: 7, counter: 2 * number, restart: number === 1 };
}

function open(): Promise<Program> {
  return device.open(plan, initializeWeights(plan, 3));
}

test("the loss falls, no tensor is left behind, and all is given back", async () => {
  const before = tf.memory().numTensors;
  const program = await open();
  const trainer = await program.createTrainer();
  const losses: number[] = [];
  const counts: number[] = [];
  for (let number = 1; number <= 20; number++) {
    await trainer.step({ ...update(number), restart: true });
    losses.push((await trainer.report()).loss);
    counts.push(tf.memory().numTensors);
  }
  expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
  expect(new Set(counts.slice(1)).size, `tensors: ${counts.join()}`).toBe(1);
  trainer.dispose();
  program.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("inference sees new parameters, and sequences have no state of training", async () => {
  const program = await open();
  const inputs = { tokens: ids(0) };
  const untrained = await program.call("forward", inputs);
  const trainer = await program.createTrainer();
  await trainer.step(update(1));
  const trained = await program.call("forward", inputs);
  expect(trained.logits!.data).not.toEqual(untrained.logits!.data);
  const parameters = await program.readParameters();
  const other = await device.open(plan, new Map(Object.entries(parameters)));
  expect((await other.call("forward", inputs)).logits!.data).toEqual(trained.logits!.data);
  const again = await open();
  await again.writeParameters(parameters);
  expect((await again.call("forward", inputs)).logits!.data).toEqual(trained.logits!.data);
  const state = await program.createState(rows);
  await program.advance(state, "prefill", inputs);
  expect(Object.keys(await program.readState(state)).filter((name) => name.startsWith("optimizer."))).toEqual([]);
  const before = tf.memory().numTensors;
  await program.call("evaluate", { ...inputs, targets: ids(1) });
  expect(tf.memory().numTensors).toBe(before);
  for (const opened of [program, other, again]) opened.dispose();
});

test("a run that is saved and restored goes on to the same numbers", async () => {
  const [first, second] = [await open(), await open()];
  const trainer = await first.createTrainer();
  for (const number of [1, 2, 3]) await trainer.step(update(number));
  const saved = { parameters: await first.readParameters(), state: await trainer.readState() };
  const restored = await second.createTrainer();
  await second.writeParameters(saved.parameters);
  await restored.writeState(saved.state);
  for (const each of [trainer, restored]) for (const number of [4, 5]) await each.step(update(number));
  expect(await restored.report()).toEqual(await trainer.report());
  expect(await second.readParameters()).toEqual(await first.readParameters());
  first.dispose();
  second.dispose();
});

test("targets that are all padding have a loss and gradients of 0, and the run goes on", async () => {
  const program = await open();
  const trainer = await program.createTrainer();
  const padding = { tokens: ids(0), targets: { shape: [rows, length], data: new Int32Array(rows * length) } };
  const gradients = await program.call("gradients", padding);
  expect(Object.entries(gradients).filter(([, { data }]) => data.some((x) => x !== 0))).toEqual([]);
  await trainer.step({ ...update(1), batches: [padding, padding] });
  expect(await trainer.report()).toEqual({ loss: 0, norm: 0, broken: 0 });
  await trainer.step({ ...update(2), restart: true });
  const { loss, broken } = await trainer.report();
  expect([loss > 1, broken]).toEqual([true, 0]);
  program.dispose();
});

test("mistakes of a caller are refused", async () => {
  const program = await open();
  const trainer = await program.createTrainer();
  const code = (code: string): object => expect.objectContaining({ code });
  await expect(program.createTrainer()).rejects.toEqual(code("second-trainer"));
  await expect(trainer.step({ ...update(1), batches: update(1).batches.slice(1) })).rejects.toEqual(code("micro-batches"));
  const odd = { tokens: { shape: [1, 2], data: Int32Array.of(1, 2) }, targets: { shape: [1, 2], data: Int32Array.of(2, 3) } };
  const before = await trainer.readState();
  await expect(trainer.step({ ...update(1), batches: [update(1).batches[0]!, odd] })).rejects.toEqual(code("micro-batches"));
  await expect(trainer.step({ ...update(1), batches: [update(1).batches[0]!, { ...odd, targets: ids(0) }] })).rejects.toEqual(code("input-shape"));
  expect(await trainer.readState()).toEqual(before);
  await expect(program.call("train", {})).rejects.toEqual(code("training-entry"));
  await expect(program.writeParameters({ nothing: ids(0) })).rejects.toEqual(code("unknown-parameter"));
  await expect(program.writeParameters({ [plan.parameters[0]!.name]: ids(0) })).rejects.toEqual(code("parameter-shape"));
  await expect(trainer.writeState({})).rejects.toEqual(code("missing-state"));
  trainer.dispose();
  await expect(trainer.step(update(1))).rejects.toEqual(code("disposed"));
  program.dispose();
});

test("what the backward pass shares with the forward pass is made once, and nothing costly is spelled out", () => {
  const count = (entry: string, op: string): number => plan.targets.tfjs!.entries[entry]!.steps.filter((step) => step.op === op).length;
  const all = (op: string): number[] => ["forward", "gradients"].map((entry) => count(entry, op));
  expect([all("gelu"), all("gelu_gate"), all("gelu_slope"), all("erf"), all("exp")]).toEqual([[1, 0], [0, 1], [0, 1], [0, 0], [0, 0]]);
  expect([all("softmax"), all("softmax_gradient")]).toEqual([[1, 1], [0, 1]]);
  // All norms of the model; the backward pass needs their parts.
  expect(all("normalize")[0]).toBeGreaterThan(0);
  expect([all("normalize")[1], count("gradients", "rsqrt")]).toEqual([0, all("normalize")[0]]);
});

describe("steps on large tensors", () => {
  const random = new Random(5);
  const resources: Resources = { constant: (_, make) => make(), scalar: (value) => tf.scalar(value) };
  const draw = (shape: number[], scale = 1): tf.Tensor => tf.tensor(Float32Array.from(random.uniformTensor(shape).data, (x) => scale * x), shape);
  const run = (op: TfjsComputeOp, inputs: tf.Tensor[], attrs: Record<string, TfjsAttr> = {}): HostTensor => {
    const made = stepMakers[op](new Attrs(op, attrs), resources)(inputs, extentsOf({ batch: 1, tokens: 1, chunk: 64 })) as tf.Tensor;
    return { shape: made.shape, data: made.dataSync() as Float32Array };
  };
  /** Abramowitz and Stegun's series of Φ, in float64. */
  const normal = (x: number): number => {
    let [term, sum] = [x, x];
    for (let n = 1; n < 200; n++) sum += term *= (x * x) / (2 * n + 1);
    return 0.5 + sum * Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  };

  test("gelu, its gate and its slope", () => {
    const x = tf.tensor(Float32Array.from({ length: 20_000 }, (_, i) => (i - 10_000) / 1500), [20_000]);
    const at = [...x.dataSync()];
    const gate = run("gelu_gate", [x]);
    const of = (make: (x: number) => number): { shape: number[]; data: number[] } => ({ shape: [20_000], data: at.map(make) });
    // Twice what the fit of the gate leaves in float32; gelu has one more product.
    expectClose("gate", of(normal), gate, 2.5e-7, { relativeTo: "absolute" });
    expectClose("gelu", of((v) => v * normal(v)), run("gelu", [x]), 5e-7, { relativeTo: "absolute" });
    const slope = of((v) => normal(v) + (v * Math.exp((-v * v) / 2)) / Math.sqrt(2 * Math.PI));
    expectClose("slope", slope, run("gelu_slope", [x, tf.tensor(gate.data, [20_000])]), 5e-7, { relativeTo: "absolute" });
    // Far out Φ is 0 or 1.
    const far = tf.tensor(Float32Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? -1 : 1) * (8 + i)), [20_000]);
    expectClose("far", { shape: [20_000], data: [...far.dataSync()].map((v) => Math.max(v, 0)) }, run("gelu", [far]), 1e-6);
  });

  test("transposes", () => {
    for (const shape of [[130, 257], [3, 129, 200]]) {
      const x = draw(shape);
      const perm = shape.length === 2 ? [1, 0] : [0, 2, 1];
      const wanted = tf.transpose(x, perm);
      expect([...run("transpose", [x], { perm }).data]).toEqual([...wanted.dataSync()]);
    }
  });

  test("sums along an axis in the middle", () => {
    for (const shape of [[3, 700, 17], [1, 2100, 40], [500, 8, 9], [1, 16, 20000]]) {
      const x = draw(shape);
      const wanted = tf.sum(x, 1);
      const made = sumMiddle(x);
      // Float32 sums of up to 2,100 numbers.
      expectClose(shape.join(), { shape: wanted.shape, data: [...wanted.dataSync()] }, { shape: made.shape, data: made.dataSync() as Float32Array }, 1e-5);
    }
  });

  test("gradients of weights, the wider factor on either side", () => {
    for (const [m, n] of [[40, 90], [90, 40]] as const) {
      const [a, b] = [draw([600, m]), draw([600, n])];
      const wanted = tf.matMul(a, b, true, false);
      expectClose("product", { shape: [m, n], data: [...wanted.dataSync()] }, run("weight_gradient", [a, b]), 1e-5);
    }
  });

  test("repeated axes", () => {
    const x = draw([40, 1, 30]);
    expect([...run("broadcast", [x], { shape: [40, 7, 30] }).data]).toEqual([...tf.tile(x, [1, 7, 1]).dataSync()]);
  });
});
