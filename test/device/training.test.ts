/**
 * Training on every backend: one seed gives one run. After ten updates, losses and parameters agree with those of tfjs to 1e-4 (of the
 * largest magnitude of each parameter): float32 sums differ in their order, which ten updates do not let grow further.
 */
import { describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import { openTraining, type BackendName, type HostTensors, type Training, type TrainingBatch } from "../../runtime/index.js";
import { Random } from "../helpers/random.js";
import { backends, targetOf } from "../helpers/backends.js";

const tolerance = 1e-4;
const steps = 10;
const [rows, length] = [3, 70];

/** Most of a test's time is that of compiling kernels: a layer a test, a bank fed by a convolution, a state that decays, or softmax attention. */
const bank = `
  layers 1 {
    local_memory(slots: 4, heads: 2)
    feed_forward(hidden: 24, activation: gelu)
  }`;

const decayed = `
  layers 1 {
    retention(heads: 2)
    feed_forward(hidden: 24, activation: silu, gated: true)
  }`;

const attentive = `
  layers 1 {
    attention(heads: 2)
  }`;

/** One vector added to all keys moves the scores of a row alike, which softmax does not see: its gradient is rounding, of which adam makes whole steps. */
const withoutGradient = /attention\.key\.bias$/;

const plain = `
  layers 1 {
    feed_forward(hidden: 24)
  }`;

function spec(train: string, model: string): string {
  return `
mixer local_memory(slots: axis, heads: axis) {
  near  = convolve(x, 3)
  read  = mean(dropout(softmax(linear(near, heads, slots), slots)), heads)
  key   = layer_norm(linear(near, slots))
  value = layer_norm(linear(near, width))
  state bank[slots, width] = bank + key * value
  out = sum(read * bank, slots) / sqrt(count)
}
model Tiny {
  vocabulary = 13
  width      = 16
  context    = 70
  ${model}
}
train {
  batch = ${rows}
  steps = ${steps}
  ${train}
}`;
}

const cases: Readonly<Record<string, string>> = {
  "adamw; padding, dropout everywhere": spec(
    "optimizer = adamw(rate: 1e-2, betas: [0.9, 0.98], decay: 0.1)\n  schedule = cosine(warmup: 3)",
    `padding = 1\n  dropout = 0.2\n  attention_dropout = 0.1\n  activation_dropout = 0.1\n  layer_drop = 0.3\n${bank}`,
  ),
  "nag; post-norm, accumulated, clipped, smoothed": spec(
    "optimizer = nag(rate: 0.1, momentum: 0.9)\n  schedule = linear(warmup: 2, floor: 0.1)\n  accumulate = 3\n  clip = 0.1\n  label_smoothing = 0.1",
    `norm = post\n${decayed}`,
  ),
  adam: spec("optimizer = adam(rate: 1e-2, decay: 0.01)\n  schedule = inverse_sqrt(warmup: 4)", attentive),
  sgd: spec("optimizer = sgd(rate: 0.3)\n  schedule = constant", plain),
};

function batchesOf(plan: { training?: { accumulate: number } }, step: number): TrainingBatch[] {
  return Array.from({ length: plan.training!.accumulate }, (_, i) => {
    const random = new Random(100 * step + i + 1);
    const draw = (): { shape: number[]; data: Int32Array } => ({ shape: [rows, length], data: Int32Array.from({ length: rows * length }, () => Math.floor(random.next() * 13)) });
    return { tokens: draw(), targets: draw() };
  });
}

interface Trained {
  readonly losses: readonly number[];
  readonly parameters: HostTensors;
}

async function train(source: string, backend: BackendName, watch: (training: Training, step: number) => Promise<void> | void = () => undefined): Promise<Trained> {
  const { plan, diagnostics } = compile({ path: "tiny.msz", text: source }, { training: ["accumulate", "train", "evaluate", "inspect"], targets: [targetOf[backend]] });
  expect(diagnostics).toEqual([]);
  const training = await openTraining(plan, { random: 3 }, { backend, poison: true });
  try {
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      await training.step(batchesOf(training.plan, step));
      const { loss, broken } = await training.report();
      expect(broken).toBe(0);
      losses.push(loss);
      await watch(training, step);
    }
    return { losses, parameters: await training.parameters() };
  } finally {
    training.dispose();
  }
}

describe.each(Object.entries(cases))("%s", (which, source) => {
  const runs = new Map<string, Trained>();

  // SwiftShader takes half a minute for the kernels of the second: the simulated CUDA trains it from the same graphs, and `test/webgpu/training.test.ts` has what is WebGPU's own.
  const here = backends.filter(({ name }) => name !== "webgpu" || which !== "nag; post-norm, accumulated, clipped, smoothed" || !backends.some((b) => b.name === "cuda"));

  test.each(here)("$name trains, and after the first step makes no buffer", async ({ name, options }) => {
    let [buffers, pipelines] = [0, 0];
    const trained = await train(source, options.backend, (training, step) => {
      const now = training.statistics();
      if (step > 0) expect([now.buffersCreated, now.pipelinesCompiled]).toEqual([buffers, pipelines]);
      [buffers, pipelines] = [now.buffersCreated, now.pipelinesCompiled];
    });
    runs.set(name, trained);
    expect(trained.losses.every(Number.isFinite)).toBe(true);
  });

  const others = here.filter(({ name }) => name !== "tfjs");
  test.runIf(others.length < here.length).each(others)("$name and tfjs agree", ({ name }) => {
    const [a, b] = [runs.get(name)!, runs.get("tfjs")!];
    a.losses.forEach((loss, i) => expect(Math.abs(loss - b.losses[i]!), `loss ${i}`).toBeLessThan(tolerance));
    for (const [name, { data }] of Object.entries(a.parameters)) {
      if (withoutGradient.test(name)) continue;
      const [own, other] = [Array.from(data), b.parameters[name]!.data];
      const largest = own.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const worst = own.reduce((most, x, i) => Math.max(most, Math.abs(x - other[i]!)), 0);
      expect(worst / Math.max(largest, 1e-30), name).toBeLessThan(tolerance);
    }
  });
});
