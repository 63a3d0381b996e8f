/** One step of each kind, ready to be timed: a program with its weights on a device goes in, a function that runs once comes out. */
import { MszError, Sequence, type HostTensor } from "../../runtime/index.js";
import type { Program } from "../../runtime/device.js";
import { pcg } from "../../runtime/random.js";
import { scheduleAt } from "../../runtime/training/schedule.js";
import type { Plan } from "../../src/plan/plan.js";

export type BenchEntry = "train" | "prefill" | "decode";

/** Sequences of a step, and their tokens: those read, of `decode` those there are already. A model that translates has read a source of as many tokens before. */
export interface StepSize {
  readonly batch: number;
  readonly tokens: number;
}

export interface Step {
  /** Prepares what is not to be timed; the function it gives resolves when the device is done. */
  prepare(): Promise<() => Promise<void>>;
  /** Tokens of a run, and how many steps one after the other it takes. */
  readonly tokens: number;
  readonly steps: number;
  dispose(): void;
}

export const makeStep: { readonly [E in BenchEntry]: (plan: Plan, program: Program, size: StepSize) => Promise<Step> } = {
  /** Forward, backward, clipping and the update, to the point where its loss is known. */
  async train(plan, program, size) {
    const { training } = plan;
    if (!training) throw notForTraining(plan);
    const trainer = await program.createTrainer();
    const batches = Array.from({ length: training.accumulate }, (_, i) => ({ tokens: drawn(plan.model, size, 2 * i), targets: drawn(plan.model, size, 2 * i + 1), ...sourceOf(plan, size) }));
    let counter = 0;
    return {
      tokens: training.accumulate * size.batch * size.tokens,
      steps: 1,
      prepare: async () => async () => {
        await trainer.step({ batches, schedule: scheduleAt(training, 1), seed: training.seed, counter: counter++ * training.accumulate, restart: true });
        await trainer.report();
      },
      dispose: () => trainer.dispose(),
    };
  },

  /** A prompt into an empty state. */
  async prefill(plan, program, size) {
    const tokens = drawn(plan.model, size, 0);
    let sequence: Sequence | undefined;
    return {
      tokens: size.batch * size.tokens,
      steps: 1,
      async prepare() {
        sequence?.dispose();
        const fresh = await startOf(plan, program, size);
        sequence = fresh;
        return async () => void (await fresh.prefill(tokens));
      },
      dispose: () => sequence?.dispose(),
    };
  },

  /** Tokens drawn on the device, the last of them at place `size.tokens`; always from the same state, so that caches do not grow. */
  async decode(plan, program, { batch, tokens }) {
    const steps = Math.min(stepsAtOnce, Math.max(1, tokens - 2));
    const before = await startOf(plan, program, { batch, tokens });
    await before.prefill(drawn(plan.model, { batch, tokens: Math.max(1, tokens - 1 - steps) }, 0));
    const { generate } = plan.model;
    let sequence: Sequence | undefined;
    return {
      tokens: batch * steps,
      steps,
      async prepare() {
        sequence?.dispose();
        const fork = await before.fork();
        sequence = fork;
        // The first token binds the state's buffers.
        await fork.generate(1, { ...generate, seed: 1 });
        return async () => void (await fork.generate(steps, { ...generate, seed: 1 }));
      },
      dispose() {
        sequence?.dispose();
        before.dispose();
      },
    };
  },
};

/** As many as `msz run` draws at once. */
const stepsAtOnce = 16;

export function notForTraining(plan: Plan): MszError {
  return new MszError("not-for-training", `the plan of ${plan.model.name} has no entry \`train\``, { hint: "compile the spec with `msz compile --training`, or leave `train` out of `--entries`" });
}

function sourceOf({ model }: Plan, size: StepSize): { readonly source_tokens?: HostTensor } {
  return model.source ? { source_tokens: drawn(model.source, size, 99) } : {};
}

/** A sequence that has read nothing yet but its source, if it has one. */
async function startOf(plan: Plan, program: Program, size: StepSize): Promise<Sequence> {
  const { source_tokens } = sourceOf(plan, size);
  const state = await program.createState(size.batch, source_tokens ? size.tokens : 0);
  if (source_tokens) await program.advance(state, "encode", { source_tokens }, ["encoder_out"]);
  return new Sequence(plan, program, state);
}

/** Ids without meaning, the same each time; none is padding. i32 [B, T] */
function drawn(model: { readonly vocabularySize: number; readonly padding: number | null }, { batch, tokens }: StepSize, seed: number): HostTensor {
  const data = Int32Array.from({ length: batch * tokens }, (_, i) => {
    const id = pcg((i + 0x9e3779b9 * (seed + 1)) >>> 0) % model.vocabularySize;
    return id === model.padding ? (id + 1) % model.vocabularySize : id;
  });
  return { shape: [batch, tokens], data };
}
