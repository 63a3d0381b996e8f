/**
 * A plan with its weights on a WebGPU device. In: the plan's wgsl program and the weights. Out: `Program` of `../device.ts`.
 * Calls run one after the other, whatever the caller does: they share arenas, inputs and outputs.
 */
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanEntry, WgslProgram } from "../../src/plan/plan.js";
import { evaluateShape, extentsOf } from "../../src/plan/size.js";
import { oneNumber, sizeOfCall, type CallSize } from "../call-size.js";
import type { DeviceState, HostTensor, HostTensors, Program, Sampling, Trainer, Weights } from "../device.js";
import { checkParameters } from "../parameter-tensors.js";
import { entryNamed, refuseTraining, tokensAdded, transposeTokens } from "../plan-entries.js";
import { viewAs } from "../state-layout.js";
import { Turns } from "../turns.js";
import { Buffers, storageUsage, type Piece } from "./buffers.js";
import { expectFeatures } from "./features.js";
import type { Gpu } from "./gpu.js";
import { Instance, type Parts } from "./instance.js";
import { Pipelines } from "./pipelines.js";
import { runOnce, runSteps, stepsPerSubmission } from "./run.js";
import { States, WebgpuState } from "./state.js";
import { WebgpuTrainer } from "./trainer.js";
import { readParameters, uploadFixed, writeParameters } from "./weights.js";

/** Instances kept, beside those of one training step: prompts of many lengths must not pile up. `decode` and `generate` are among the most recent ones. */
const keptInstances = 64;

export class WebgpuProgram implements Program {
  /** By entry, B, T, E and capacity; the least recently used first. */
  private readonly instances = new Map<string, Instance>();
  private readonly states: States;
  private trainer: WebgpuTrainer | null = null;
  private scratch: WebgpuState | null = null;
  private readonly turns = new Turns();
  private disposed = false;

  private constructor(
    private readonly parts: Parts,
    private readonly onDispose: (program: WebgpuProgram) => void,
  ) {
    const { gpu, buffers, plan } = parts;
    const encode = plan.entries.find((entry) => entry.name === "encode");
    this.states = new States(gpu, buffers, plan.states, new Set(encode?.states ?? []), (work) => this.turns.whenIdle(work));
  }

  static async open(
    gpu: Gpu, plan: Plan, program: WgslProgram, weights: Weights, poison: boolean, onDispose: (program: WebgpuProgram) => void,
  ): Promise<WebgpuProgram> {
    const buffers = new Buffers(gpu, poison);
    try {
      const fixed = await uploadFixed(gpu, buffers, plan, program, weights);
      const pipelines = new Pipelines(gpu, program.kernels);
      return new WebgpuProgram({ gpu, buffers, pipelines, fixed, plan, program }, onDispose);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  call(entryName: string, inputs: HostTensors): Promise<HostTensors> {
    return this.exclusive(async () => {
      const entry = entryNamed(this.parts.plan, entryName);
      refuseTraining(this.parts.plan, entry);
      const size = sizeOfCall(entry, inputs, undefined);
      return this.run(entry, entry.states.length > 0 ? await this.emptyState(size) : null, size, inputs);
    });
  }

  createState(batch: number, source = 0): Promise<DeviceState> {
    return this.exclusive(() => this.states.create(batch, source));
  }

  async advance(state: DeviceState, entryName: string, inputs: HostTensors, leave: readonly string[] = []): Promise<HostTensors> {
    const own = this.ownState(state);
    return this.exclusive(async () => {
      const entry = entryNamed(this.parts.plan, entryName);
      refuseTraining(this.parts.plan, entry);
      const size = sizeOfCall(entry, inputs, own.batch, own.source);
      await this.states.reserve(own, own.length + tokensAdded(entry, size));
      return this.run(entry, own, size, inputs, leave);
    });
  }

  async generate(state: DeviceState, steps: number, sampling: Sampling): Promise<Int32Array> {
    const own = this.ownState(state);
    return this.exclusive(async () => {
      const { batch } = own;
      if (steps === 0) return new Int32Array(0);
      const entry = entryNamed(this.parts.plan, "generate");
      const { gpu, buffers } = this.parts;
      await this.states.reserve(own, own.length + steps);
      const instance = this.instanceOf(entry, { batch, tokens: 1, source: own.source }, own.capacity);
      const room = Math.ceil(steps / stepsPerSubmission) * stepsPerSubmission;
      const tokens = buffers.sharedBuffer("sampled tokens", 4 * batch * room, storageUsage);
      this.writeInputs(instance, {
        sampling: { shape: [3], data: Float32Array.of(sampling.temperature, sampling.topK, sampling.topP) },
        seed: oneNumber(sampling.seed),
      });
      await runSteps(this.parts, instance, own, steps, tokens);
      const target = new Uint8Array(4 * batch * steps);
      await buffers.read([{ buffer: tokens, offset: 0, bytes: target.length, target, targetOffset: 0 }]);
      gpu.check();
      return transposeTokens(new Int32Array(target.buffer), steps, batch);
    });
  }

  async readState(state: DeviceState): Promise<HostTensors> {
    const own = this.ownState(state);
    return this.exclusive(() => this.states.read(own));
  }

  writeState(batch: number, tensors: HostTensors): Promise<DeviceState> {
    return this.exclusive(() => this.states.write(batch, tensors));
  }

  async forkState(state: DeviceState): Promise<DeviceState> {
    const own = this.ownState(state);
    return this.exclusive(() => this.states.fork(own));
  }

  async reorderState(state: DeviceState, rows: Int32Array, sameSource = false): Promise<DeviceState> {
    const own = this.ownState(state);
    return this.exclusive(async () => {
      await this.states.reorder(own, rows, sameSource);
      return own;
    });
  }

  createTrainer(): Promise<Trainer> {
    return this.exclusive(async () => {
      if (this.trainer) throw new MszError("second-trainer", "this program has a trainer already", { hint: "dispose of it first" });
      entryNamed(this.parts.plan, "train");
      expectFeatures(this.parts.program.features ?? [], this.parts.gpu);
      this.trainer = await WebgpuTrainer.create(this.parts, {
        exclusive: (work) => this.exclusive(work),
        instance: (entry, size) => this.instanceOf(entryNamed(this.parts.plan, entry), size, 0),
        release: (free) => {
          this.trainer = null;
          this.turns.whenIdle(free);
        },
      });
      return this.trainer;
    });
  }

  readParameters(): Promise<HostTensors> {
    const { buffers, plan, program, fixed } = this.parts;
    return this.exclusive(() => readParameters(buffers, plan, program, fixed));
  }

  writeParameters(values: HostTensors): Promise<void> {
    const { gpu, plan, program, fixed } = this.parts;
    return this.exclusive(async () => writeParameters(gpu, plan, program, fixed, checkParameters(plan.parameters, values)));
  }

  statistics(): { buffersCreated: number; pipelinesCompiled: number; bytes: number } {
    return { ...this.parts.buffers.statistics(), ...this.parts.pipelines.statistics() };
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.onDispose(this);
    this.trainer?.dispose();
    this.turns.whenIdle(() => {
      this.states.dispose();
      this.instances.clear();
      this.parts.buffers.dispose();
    });
  }

  /** Runs once, moves the state on, reads all outputs but those to `leave`. */
  private async run(entry: PlanEntry, state: WebgpuState | null, size: CallSize, inputs: HostTensors, leave: readonly string[] = []): Promise<HostTensors> {
    const { gpu, buffers } = this.parts;
    const slots = state ? state.length + tokensAdded(entry, size) : size.tokens;
    const instance = this.instanceOf(entry, size, state?.capacity ?? 0);
    this.writeInputs(instance, inputs);
    await runOnce(this.parts, instance, state, slots);
    if (state) state.length = slots;
    const pieces: Piece[] = [];
    const outputs: Record<string, HostTensor> = {};
    entry.outputs.forEach((output, i) => {
      if (leave.includes(output.name)) return;
      const bytes = instance.bytesOf(output.shape);
      const target = new Uint8Array(bytes);
      pieces.push({ buffer: instance.output(i), offset: 0, bytes, target, targetOffset: 0 });
      outputs[output.name] = { shape: evaluateShape(output.shape, instance.extents), data: viewAs(output.dtype, target) };
    });
    if (pieces.length > 0) await buffers.read(pieces);
    else await gpu.idle();
    return outputs;
  }

  private writeInputs(instance: Instance, inputs: HostTensors): void {
    instance.entry.inputs.forEach(({ name }, i) => {
      const { data } = inputs[name]!;
      this.parts.gpu.device.queue.writeBuffer(instance.input(i), 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    });
  }

  private instanceOf(entry: PlanEntry, { batch, tokens, source }: CallSize, capacity: number): Instance {
    const key = `${entry.name} ${batch} ${tokens} ${source} ${capacity}`;
    let instance = this.instances.get(key);
    if (instance) {
      this.instances.delete(key);
    } else {
      const wgsl = this.parts.program.entries[entry.name];
      if (!wgsl) throw new MszError("plan-entry", `the plan has no WebGPU program for the entry \`${entry.name}\``);
      const extents = extentsOf({ batch, tokens, chunk: entry.chunk, room: capacity, source });
      instance = new Instance(this.parts, entry, wgsl, { ...extents, S: Math.max(tokens, capacity) });
      for (const [oldest, other] of this.instances) {
        // The micro-batches of a step are under way together, and may all be of different sizes.
        if (this.instances.size < keptInstances + (this.parts.plan.training?.accumulate ?? 0)) break;
        this.instances.delete(oldest);
        other.dispose();
      }
    }
    this.instances.set(key, instance);
    return instance;
  }

  /** For calls that no state is given to: one is kept, and emptied for each. */
  private async emptyState({ batch, tokens, source }: CallSize): Promise<WebgpuState> {
    const { gpu } = this.parts;
    if (this.scratch?.batch !== batch || this.scratch.source !== source) {
      this.scratch?.dispose();
      // None, should there be no memory for the next.
      this.scratch = null;
      this.scratch = await this.states.create(batch, source);
    } else {
      const encoder = gpu.device.createCommandEncoder({ label: "empty state" });
      for (const buffer of this.scratch.buffers) if (buffer) encoder.clearBuffer(buffer);
      gpu.device.queue.submit([encoder.finish()]);
      this.scratch.length = 0;
    }
    await this.states.reserve(this.scratch, tokens);
    return this.scratch;
  }

  private ownState(state: DeviceState): WebgpuState {
    if (state instanceof WebgpuState && state.disposed) throw new MszError("disposed", "this state was disposed of");
    if (!(state instanceof WebgpuState && this.states.has(state))) throw new MszError("foreign-state", "this state belongs to another program");
    return state;
  }

  /** What is disposed of is refused when the call is made; a call that was taken ends. */
  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.disposed) throw new MszError("disposed", "this program was disposed of");
    return this.turns.take(async () => {
      this.parts.gpu.check();
      return work();
    });
  }
}
