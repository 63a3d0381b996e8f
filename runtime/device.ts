/**
 * What a backend is to the rest of the runtime. One implementation a folder: `webgpu/`, `cuda/`, `tfjs/`. All shapes row-major.
 */
import type { Plan } from "../src/plan/plan.js";

export type BackendName = "webgpu" | "cuda" | "tfjs";

export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}
export type HostTensors = Readonly<Record<string, HostTensor>>;

/** Parameter values by plan name, already checked against the plan's shapes (`weights.ts`). */
export type Weights = ReadonlyMap<string, HostTensor>;

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** 32 bits. */
  readonly seed: number;
}

/** An opened device; opens plans. */
export interface Device {
  readonly backend: BackendName;
  /** `SwiftShader driver 5.0.0 (software)`, `wasm, SIMD, 1 thread`. */
  readonly description: string;
  /** True when the CPU stands in for a GPU. */
  readonly software: boolean;
  /** Throws MszError `plan-target` when the plan has no program for this backend. */
  open(plan: Plan, weights: Weights): Promise<Program>;
  dispose(): void;
}

/** A plan with its weights on a device. */
export interface Program {
  /** Runs an entry, from empty states where it has some: all its outputs. */
  call(entry: string, inputs: HostTensors): Promise<HostTensors>;
  /** @param source tokens of the source texts, padding included, that `encode` will read into it; 0 or absent for a model without an encoder */
  createState(batch: number, source?: number): Promise<DeviceState>;
  /** Runs `encode`, `prefill`, `prefill_all`, `decode` or `beam` on a state, which it updates. Outputs named in `leave` are not read back. */
  advance(state: DeviceState, entry: string, inputs: HostTensors, leave?: readonly string[]): Promise<HostTensors>;
  /**
   * Runs `generate` `steps` times in one submission, sampling on the device: ids [batch, steps].
   * The first is drawn from the logits that the last advance left in the state `next_logits`.
   */
  generate(state: DeviceState, steps: number, sampling: Sampling): Promise<Int32Array>;
  /** All states by name; caches are cut to the slots in use. */
  readState(state: DeviceState): Promise<HostTensors>;
  writeState(batch: number, tensors: HostTensors): Promise<DeviceState>;
  forkState(state: DeviceState): Promise<DeviceState>;
  /**
   * Rows of a state, in any order, some more than once and some not at all: row i of the result is row `rows[i]` of it. On the device, without a copy through the host.
   * The state given is spent: it is disposed of, or goes on as the result.
   * @param sameSource each row's source is that of the row which it is taken from: what `encode` left stays where it is (as many rows as before)
   */
  reorderState(state: DeviceState, rows: Int32Array, sameSource?: boolean): Promise<DeviceState>;
  /** Optimiser states at zero, for the entries `accumulate` and `train`. One trainer at a time. */
  createTrainer(): Promise<Trainer>;
  /** All parameters as they are now, stored as in a weights file. */
  readParameters(): Promise<HostTensors>;
  /** Parameters by name, checked against the plan; those that are not given stay. */
  writeParameters(values: HostTensors): Promise<void>;
  /**
   * Counts since the program was opened, for tests and `bench`. `decode`, of CUDA: how entries of one token are launched, as soon as that is settled.
   */
  statistics(): { buffersCreated: number; pipelinesCompiled: number; bytes: number; decode?: "graph" | "persistent" };
  dispose(): void;
}

/** Inputs of the training entries by name. */
export interface TrainingBatch {
  /** i32 [B, T] */
  readonly tokens: HostTensor;
  /** i32 [B, T]: the token that should come next. */
  readonly targets: HostTensor;
  /** i32 [B, E], of a model with a source. */
  readonly source_tokens?: HostTensor;
}

/** One update: each micro-batch but the last runs `accumulate`, the last one `train`, all in one submission. */
export interface TrainingStep {
  /** Texts of one size for a model of one stack; pairs may differ from micro-batch to micro-batch. */
  readonly batches: readonly TrainingBatch[];
  /** The learning rate, and the two bias corrections 1 - beta^t of adam and adamw (1 and 1 for the others). */
  readonly schedule: readonly [rate: number, first: number, second: number];
  /** For dropout: micro-batch i uses the counter `counter` + i. */
  readonly seed: number;
  readonly counter: number;
  /** The sums that `report` reads start anew with this step. */
  readonly restart: boolean;
}

export interface TrainingReport {
  /** Mean loss of the updates since the last restart, nats a target. */
  readonly loss: number;
  /** Global norm of the last update's gradient, before clipping. */
  readonly norm: number;
  /**
   * Updates since the first whose loss or gradient was not finite, that one included; 0 = none. From it on no parameter and no optimiser
   * state changes. With float16 an overflow lowers the loss scale and skips one update; only a scale below 1 counts here.
   */
  readonly broken: number;
}

/** The optimiser of a program: it changes the program's parameters. */
export interface Trainer {
  /** Resolves when the step is under way: at most a few steps are queued, nothing is read back. After the first step no buffer is made. */
  step(step: TrainingStep): Promise<void>;
  /** Waits for the steps so far. */
  report(): Promise<TrainingReport>;
  /** All states of class `training`. */
  readState(): Promise<HostTensors>;
  writeState(tensors: HostTensors): Promise<void>;
  dispose(): void;
}

export interface DeviceState {
  readonly batch: number;
  /** Tokens of the source texts, padding included; 0 in a model without an encoder. */
  readonly source: number;
  /** Slots written so far, padding included. */
  readonly length: number;
  dispose(): void;
}
