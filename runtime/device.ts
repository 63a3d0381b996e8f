/**
 * What a backend is to the rest of the runtime. One implementation a folder: `webgpu/`, `tfjs/`. All shapes row-major.
 */
import type { Plan } from "../src/plan/plan.js";

export type BackendName = "webgpu" | "tfjs";

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
  /** Runs an entry without states: all its outputs, or the named ones. */
  call(entry: string, inputs: HostTensors): Promise<HostTensors>;
  createState(batch: number): Promise<DeviceState>;
  /** Runs `prefill`, `prefill_all` or `decode` on a state, which it updates. */
  advance(state: DeviceState, entry: string, inputs: HostTensors): Promise<HostTensors>;
  /**
   * Runs `generate` `steps` times in one submission, sampling on the device: ids [batch, steps].
   * The first is drawn from the logits that the last advance left in the state `next_logits`.
   */
  generate(state: DeviceState, steps: number, sampling: Sampling): Promise<Int32Array>;
  /** All states by name; caches are cut to the slots in use. */
  readState(state: DeviceState): Promise<HostTensors>;
  writeState(batch: number, tensors: HostTensors): Promise<DeviceState>;
  forkState(state: DeviceState): Promise<DeviceState>;
  /** Counts since the program was opened, for tests and `bench`. */
  statistics(): { buffersCreated: number; pipelinesCompiled: number; bytes: number };
  dispose(): void;
}

export interface DeviceState {
  readonly batch: number;
  /** Slots written so far, padding included. */
  readonly length: number;
  dispose(): void;
}
