/** A training's count of its updates, whatever the caller waits for: over a trainer that only notes its steps, and takes its time. */
import { expect, test } from "vitest";
import { Training } from "../../runtime/training/training.js";
import type { Device, HostTensors, Program, Trainer, TrainingReport, TrainingStep } from "../../runtime/device.js";
import type { Plan, PlanTraining } from "../../src/plan/plan.js";

const settings: PlanTraining = {
  batch: 1, accumulate: 2, steps: 10, seed: 7, precision: "float32", optimizer: { kind: "sgd", rate: 1, momentum: 0, decay: 0 }, schedule: { kind: "linear", warmup: 10, start: 0, floor: 0 },
};

/** Its loss is the number of steps that a report covers. */
class SlowTrainer implements Trainer {
  readonly steps: TrainingStep[] = [];
  private covered = 0;

  async step(step: TrainingStep): Promise<void> {
    await later();
    if (step.batches.length === 0) throw new Error("refused");
    this.covered = (step.restart ? 0 : this.covered) + 1;
    this.steps.push(step);
  }

  async report(): Promise<TrainingReport> {
    const loss = this.covered;
    await later();
    return { loss, norm: 0, broken: 0 };
  }

  async readState(): Promise<HostTensors> {
    await later();
    return { "optimizer.first.x": { shape: [1], data: Float32Array.of(this.steps.length) } };
  }

  async writeState(): Promise<void> {}

  dispose(): void {}
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const id = { shape: [1, 1], data: Int32Array.of(1) };
const batches = [{ tokens: id, targets: id }, { tokens: id, targets: id }];

function open(): { training: Training; trainer: SlowTrainer } {
  const trainer = new SlowTrainer();
  const parameters = async (): Promise<HostTensors> => ({ x: { shape: [1], data: Float32Array.of(trainer.steps.length) } });
  return { trainer, training: new Training({} as Plan, settings, {} as Device, { readParameters: parameters } as Program, trainer) };
}

test("steps that nobody waits for are updates of their own", async () => {
  const { training, trainer } = open();
  await Promise.all([1, 2, 3].map(() => training.step(batches)));
  expect(trainer.steps.map((s) => [s.counter, s.schedule[0], s.restart])).toEqual([[0, 0.1, true], [2, 0.2, false], [4, 0.3, false]]);
  expect(training.taken).toBe(3);
});

test("a step during a report is in the next one", async () => {
  const { training } = open();
  const [, first, , second] = await Promise.all([training.step(batches), training.report(), training.step(batches), training.report()]);
  expect([first.loss, second.loss]).toEqual([1, 1]);
});

test("what is saved is of one update", async () => {
  const { training } = open();
  const [, saved] = await Promise.all([training.step(batches), training.save(), training.step(batches)]);
  expect(Object.values(saved).map((tensor) => [...tensor.data])).toEqual([[1], [1]]);
});

test("a step that is refused counts for nothing, and the next one runs", async () => {
  const { training, trainer } = open();
  const refused = training.step([]);
  const taken = training.step(batches);
  await expect(refused).rejects.toThrow("refused");
  await taken;
  expect(trainer.steps.map((s) => [s.counter, s.restart])).toEqual([[0, true]]);
  expect(training.taken).toBe(1);
});
