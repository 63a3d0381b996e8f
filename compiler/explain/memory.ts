/** Memory of a plan for WebGPU by the length of a text: values on the way of an entry, and what a training step has beside the parameters. */
import { bug } from "../../src/base/assert.js";
import type { Model } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";

export interface MemoryAt {
  readonly tokens: number;
  readonly bytes: number;
}

export interface TrainingMemory {
  /** Activations and cotangents, and the gradients of parameters, which are there however short the sequence. */
  readonly memory: readonly MemoryAt[];
  readonly bytesPerToken: number;
  readonly fixedBytes: number;
  readonly optimizer: Model["train"]["optimizer"]["kind"];
  /** Moments of all parameters, and gradients gathered over micro-batches. */
  readonly optimizerBytes: number;
}

const tokensShown = [512, 2048, 8192];

/** The plan has the entry `train`. */
export function explainTraining(model: Model, plan: Plan): TrainingMemory {
  const memory = memoryOf(plan, "train");
  const [before, last] = [memory.at(-2)!, memory.at(-1)!];
  const bytesPerToken = (last.bytes - before.bytes) / (last.tokens - before.tokens);
  const kept = plan.states.filter((s) => s.class === "training");
  return {
    memory, bytesPerToken,
    fixedBytes: Math.max(0, last.bytes - bytesPerToken * last.tokens),
    optimizer: model.train.optimizer.kind,
    optimizerBytes: kept.reduce((n, s) => n + 4 * (s.shape as readonly number[]).reduce((a, b) => a * b, 1), 0),
  };
}

/** Bytes of an entry's arenas for one sequence, without inputs, outputs and parameters; a source is as long as what is written. */
export function memoryOf(plan: Plan, name: string): MemoryAt[] {
  const entry = plan.targets.wgsl?.entries[name] ?? bug(`no program of ${name}`);
  const { chunk } = plan.entries.find((e) => e.name === name) ?? bug(`no entry ${name}`);
  return tokensShown.map((tokens) => {
    const { bytes } = layoutArenas(entry, extentsOf({ batch: 1, tokens, chunk, room: tokens, source: tokens }));
    return { tokens, bytes: bytes.reduce((a, b) => a + b, 0) };
  });
}
