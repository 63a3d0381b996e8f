/**
 * Trainers on the software adapter, with NaN in all fresh storage: updates are those of the float64 oracle, a step is one submission and
 * makes no buffers after the first, parameters come and go, a saved run goes on to the same bytes.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { initializeWeights } from "../../runtime/weights/initialize.js";
import { scheduleAt } from "../../runtime/training/schedule.js";
import type { HostTensor, HostTensors, Program, Trainer, TrainingStep } from "../../runtime/device.js";
import { openWebgpu, type AdapterChoice, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import { expectClose } from "../helpers/close.js";
import { evaluate } from "../oracle/evaluate.js";
import { referenceSeed, TrainingReference } from "../oracle/training-reference.js";
import { compileText } from "../schedule/compile.js";
import { ints } from "./plans.js";

const vocabulary = 11;
/** A recurrence, a cache, a tied embedding (stored and transposed), micro-batches, clipping that bites. */
const spec = `model Small {
  vocabulary = ${vocabulary}, width = 8, padding = 0
  layers 1 { memory(slots: 3, heads: 2)
    attention(heads: 2)
    feed_forward(hidden: 12) }
}
train {
  accumulate = 2
  steps = 20
  clip = 0.5
  optimizer = adamw(rate: 0.01, decay: 0.1)
  schedule = cosine(warmup: 3)
}`;
const { plan, graphs } = compileText(spec, { targets: ["wgsl"], training: ["gradients", "evaluate", "accumulate", "train"], chunk: 4 });
const training = plan.training!;
const [batch, length] = [2, 6];

function window(number: number): { tokens: HostTensor; targets: HostTensor } {
  const ids = Array.from({ length: batch }, (_, row) => Array.from({ length: length + 1 }, (_, t) => 1 + ((number * 5 + row * 3 + t * t) % (vocabulary - 1))));
  // The second row ends early.
  ids[1]!.fill(0, length - 1);
  return { tokens: ints([batch, length], ids.flatMap((r) => r.slice(0, -1))), targets: ints([batch, length], ids.flatMap((r) => r.slice(1))) };
}

/** Update number `number`, from 1. */
function update(number: number, restart = false): TrainingStep {
  const batches = [0, 1].map((i) => window(2 * number + i));
  return { batches, schedule: scheduleAt(training, number), seed: 7, counter: 2 * number, restart };
}

/**
 * Float32 forward and backward; and adamw divides by the square root of a tiny second moment, so that its first steps follow a gradient's sign
 * and a rounding of it weighs more than it does in the gradient.
 */
const tolerance = 1e-3;

/**
 * One vector added to all keys moves the scores of a row alike, which softmax does not see: the gradient is rounding, of which adamw makes whole
 * steps.
 */
const withoutGradient = /attention\.key\.bias$/;

function expectParameters(reference: TrainingReference, got: HostTensors): void {
  for (const { name } of plan.parameters) if (!withoutGradient.test(name)) expectClose(name, reference.parameters[name]!, got[name]!, tolerance, { relativeTo: "max" });
}

let device: WebgpuDevice;
beforeAll(async () => {
  device = await openWebgpu({ adapter: (process.env["MSZ_ADAPTER"] ?? "swiftshader") as AdapterChoice, poison: true });
});
afterAll(() => device.dispose());

describe("a trainer", () => {
  let program: Program;
  let trainer: Trainer;
  const reference = new TrainingReference(plan, graphs);
  beforeAll(async () => {
    program = await device.open(plan, initializeWeights(plan, referenceSeed));
    trainer = await program.createTrainer();
  });
  afterAll(() => program.dispose());

  test("starts from zero, and there is one of it", async () => {
    const states = await trainer.readState();
    expect(Object.keys(states)).toEqual(plan.states.filter((s) => s.class === "training").map((s) => s.name));
    expect(Object.values(states).every(({ data }) => data.every((x) => x === 0))).toBe(true);
    await expect(program.createTrainer()).rejects.toMatchObject({ code: "second-trainer" });
    await expect(program.call("train", {})).rejects.toMatchObject({ code: "training-entry" });
  });

  test("updates parameters and moments as the oracle does, micro-batches and all", async () => {
    for (const number of [1, 2, 3]) {
      const step = update(number, number === 1);
      await trainer.step(step);
      reference.step(step);
    }
    expectParameters(reference, await program.readParameters());
    const states = await trainer.readState();
    for (const [name, want] of Object.entries(reference.states)) if (!name.startsWith("accumulated.") && !withoutGradient.test(name)) expectClose(name, want, states[name]!, tolerance);
    const { loss, norm, broken } = await trainer.report();
    expect(loss).toBeCloseTo(reference.states["loss.sum"]!.data[0]! / 3, 4);
    expect(norm).toBeCloseTo(reference.states["norm"]!.data[0]!, 3);
    expect(norm).toBeGreaterThan(0.5);
    expect(broken).toBe(0);
  });

  test("the entries of inference see the new parameters, in both orders of memory", async () => {
    expect(plan.targets.wgsl!.weights.some((w) => w.transposed && training && plan.entries.find((e) => e.name === "train")!.updates!.includes(plan.parameters[w.parameter]!.name))).toBe(true);
    const { tokens, targets } = window(40);
    for (const entry of ["forward", "evaluate"]) {
      const inputs: HostTensors = entry === "forward" ? { tokens } : { tokens, targets };
      const graph = graphs.find((g) => g.entry === entry)!;
      const { outputs } = evaluate(graph, { inputs, parameters: reference.parameters, extents: { B: batch, T: length } });
      const name = entry === "forward" ? "logits" : "nll";
      const got = await program.call(entry, inputs);
      // Padding's own logits are nobody's.
      const skip = (i: number): boolean => entry === "forward" && tokens.data[Math.floor(i / vocabulary)] === 0;
      expectClose(entry, outputs[name]!, got[name]!, tolerance, { skip });
      expect(await program.call(entry, inputs)).toEqual(got);
    }
  });

  test("a step is one submission and makes nothing after the first", async () => {
    const { queue } = device.gpu.device;
    const submit = queue.submit.bind(queue);
    let submissions = 0;
    queue.submit = (buffers) => {
      submissions++;
      return submit(buffers);
    };
    try {
      const before = program.statistics();
      for (let number = 4; number < 10; number++) await trainer.step(update(number));
      expect(submissions).toBe(6);
      expect(program.statistics()).toEqual(before);
    } finally {
      queue.submit = submit;
    }
    await trainer.report();
  });

  test("measures between updates leave it as it was", async () => {
    // Larger than the updates: arenas are made anew, and so are bind groups.
    const tokens = ints([batch, 50], Array.from({ length: batch * 50 }, (_, i) => 1 + (i % 10)));
    const saved = { parameters: await program.readParameters(), states: await trainer.readState() };
    await trainer.step(update(10));
    const wanted = await program.readParameters();
    await program.writeParameters(saved.parameters);
    await trainer.writeState(saved.states);
    await program.call("evaluate", { tokens, targets: tokens });
    await trainer.step(update(10));
    expect(await program.readParameters()).toEqual(wanted);
  });

  test("saved and restored in another program it goes on to the same bytes", async () => {
    const saved = { parameters: await program.readParameters(), states: await trainer.readState() };
    const other = await device.open(plan, initializeWeights(plan, 99));
    const second = await other.createTrainer();
    await other.writeParameters(saved.parameters);
    await second.writeState(saved.states);
    expect(await other.readParameters()).toEqual(saved.parameters);
    for (let number = 11; number < 14; number++) for (const t of [trainer, second]) await t.step(update(number));
    expect(await second.readState()).toEqual(await trainer.readState());
    expect(await other.readParameters()).toEqual(await program.readParameters());
    const { tokens } = window(41);
    expect(await other.call("forward", { tokens })).toEqual(await program.call("forward", { tokens }));
    other.dispose();
    await expect(second.step(update(14))).rejects.toMatchObject({ code: "disposed" });
  });

  test("what does not fit is refused before anything changes", async () => {
    const before = await program.readParameters();
    const step = update(20);
    await expect(trainer.step({ ...step, batches: step.batches.slice(1) })).rejects.toMatchObject({ code: "micro-batches" });
    const longer = { tokens: ints([1, 3], [1, 2, 3]), targets: ints([1, 3], [1, 2, 3]) };
    await expect(trainer.step({ ...step, batches: [step.batches[0]!, longer] })).rejects.toMatchObject({ code: "micro-batches" });
    await expect(trainer.step({ ...step, batches: [longer, { ...longer, targets: ints([1, 2], [1, 2]) }] })).rejects.toMatchObject({ code: "input-shape" });
    await expect(trainer.writeState({})).rejects.toMatchObject({ code: "missing-state" });
    await expect(program.writeParameters({ nothing: ints([1], [1]) })).rejects.toMatchObject({ code: "unknown-parameter" });
    await expect(program.writeParameters({ "embedding.weight": { shape: [1], data: Float32Array.of(1) } })).rejects.toMatchObject({ code: "parameter-shape" });
    expect(await program.readParameters()).toEqual(before);
  });

  test("targets that are all padding have a loss of 0, and the run goes on", async () => {
    const empty = { ...window(7), targets: ints([batch, length], new Array<number>(batch * length).fill(0)) };
    await trainer.step({ ...update(14, true), batches: [empty, empty] });
    expect(await trainer.report()).toEqual({ loss: 0, norm: 0, broken: 0 });
    await trainer.step(update(14, true));
    const { loss, broken } = await trainer.report();
    expect([loss > 0.1, broken]).toEqual([true, 0]);
  });

  test("a loss that is not finite changes nothing any more, and is counted", async () => {
    const embedding = plan.parameters.find((p) => p.name === "embedding.weight")!;
    const { "embedding.weight": kept } = await program.readParameters();
    const broken = { shape: embedding.shape, data: Float32Array.from(kept!.data, (x, i) => (i === 8 ? NaN : x)) };
    await program.writeParameters({ "embedding.weight": broken });
    const before = { parameters: await program.readParameters(), moments: await trainer.readState() };
    for (let number = 15; number < 18; number++) await trainer.step(update(number));
    expect((await trainer.report()).broken).toBe(3);
    expect(await program.readParameters()).toEqual(before.parameters);
    const after = await trainer.readState();
    for (const name of Object.keys(after)) if (name.startsWith("optimizer.")) expect(after[name]).toEqual(before.moments[name]);
  });

  test("its memory goes with it", async () => {
    const before = program.statistics().bytes;
    const held = plan.states.filter((s) => s.class === "training").reduce((sum, s) => sum + Math.max(16, 4 * (s.shape as number[]).reduce((a, b) => a * b, 1)), 0);
    trainer.dispose();
    await program.readParameters();
    expect(program.statistics().bytes).toBe(before - held);
    const state = await program.createState(1);
    expect(Object.keys(await program.readState(state)).some((name) => name.startsWith("optimizer."))).toBe(false);
    state.dispose();
    trainer = await program.createTrainer();
  });
});

test("a plan without training has no trainer", async () => {
  const { plan: plain } = compileText(spec, { targets: ["wgsl"], chunk: 4 });
  const program = await device.open(plain, initializeWeights(plain, 3));
  await expect(program.createTrainer()).rejects.toMatchObject({ code: "plan-entry" });
  program.dispose();
});
