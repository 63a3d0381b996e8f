/**
 * Training with pairs of texts on the software adapter, with NaN in all fresh storage: no two micro-batches are of one size. Updates are those of the float64
 * oracle, and device memory does not grow beyond what the largest micro-batch takes.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Program, Trainer, TrainingBatch, TrainingStep } from "../../runtime/device.js";
import { scheduleAt } from "../../runtime/training/schedule.js";
import { openWebgpu, type AdapterChoice, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import { expectClose } from "../helpers/close.js";
import { referenceSeed, TrainingReference } from "../oracle/training-reference.js";
import { compileText } from "../schedule/compile.js";
import { ints } from "./plans.js";

const vocabulary = 9;
const { plan, graphs } = compileText(`model Pairs {
  vocabulary = ${vocabulary}, width = 8, padding = 0, begin = 1, end = 2
  encoder { layers 1 { feed_forward(hidden: 8) } }
  decoder { layers 1 { cross memory(slots: 2, heads: 2) } }
}
train {
  accumulate = 2
  steps = 30
  clip = 0.5
  optimizer = sgd(rate: 0.1)
  schedule = constant(warmup: 2)
}`, { targets: ["wgsl"], training: ["accumulate", "train"], chunk: 4 });

/** Sizes of all sorts, of which the second step has the largest. */
function batchOf(number: number): TrainingBatch {
  const [B, T, E] = number === 4 || number === 5 ? [3, 13, 14] : [1 + (number % 3), 1 + ((number * 7) % 12), 1 + ((number * 5) % 13)];
  const texts = (length: number, step: number): number[] => Array.from({ length: B * length }, (_, i) => {
    // The last text of a batch is shorter by a token where it can be.
    const [row, at] = [Math.floor(i / length), i % length];
    return row > 0 && row === B - 1 && at === length - 1 ? 0 : 3 + ((i * step + number) % (vocabulary - 3));
  });
  return { tokens: ints([B, T], texts(T, 2)), targets: ints([B, T], texts(T, 3)), source_tokens: ints([B, E], texts(E, 5)) };
}

function update(number: number): TrainingStep {
  return { batches: [batchOf(2 * number), batchOf(2 * number + 1)], schedule: scheduleAt(plan.training!, number), seed: 7, counter: 2 * number, restart: number === 1 };
}

let device: WebgpuDevice;
let program: Program;
let trainer: Trainer;
beforeAll(async () => {
  device = await openWebgpu({ adapter: (process.env["MSZ_ADAPTER"] ?? "swiftshader") as AdapterChoice, poison: true, onWarning: () => undefined });
  program = await device.open(plan, initializeWeights(plan, referenceSeed));
  trainer = await program.createTrainer();
  // Reading back has a buffer of its own.
  await program.readParameters();
});
afterAll(() => device?.dispose());

const sizes = new Set<string>();
const memory: number[] = [];

async function run(step: TrainingStep): Promise<void> {
  for (const { tokens, source_tokens: source } of step.batches) sizes.add(`${tokens.shape} ${source!.shape}`);
  await trainer.step(step);
  memory.push(program.statistics().bytes);
}

test("updates are the oracle's", async () => {
  const reference = new TrainingReference(plan, graphs);
  for (let number = 1; number <= 4; number++) {
    await run(update(number));
    reference.step(update(number));
  }
  // Sums in float32, forward and backward, four times over.
  const got = await program.readParameters();
  for (const { name } of plan.parameters) expectClose(name, reference.parameters[name]!, got[name]!, 1e-3);
});

test("micro-batches of many sizes take the memory of the largest", async () => {
  for (let number = 5; number <= 11; number++) await run(update(number));
  expect((await trainer.report()).broken).toBe(0);
  expect(sizes.size).toBeGreaterThan(15);
  // What is made for another size is its uniform block alone, of 32 bytes.
  const growth = memory.map((bytes, i) => bytes - (memory[i - 1] ?? 0)).slice(2);
  expect(Math.max(...growth)).toBeLessThanOrEqual(2 * 32);
});

test("the same sizes again make nothing", async () => {
  const before = program.statistics();
  for (let number = 10; number <= 11; number++) await run(update(number));
  await trainer.report();
  expect(program.statistics()).toEqual(before);
});
