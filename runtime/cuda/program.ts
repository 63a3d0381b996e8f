/**
 * A plan with its weights on a CUDA device. In: the plan's cuda program and the weights. Out: `Program` of `../device.ts`.
 * Calls run one after the other, whatever the caller does: they share the arena, inputs and outputs.
 */
import { MszError } from "../../src/base/error.js";
import type { CudaProgram, Plan, PlanEntry } from "../../src/plan/plan.js";
import { evaluateShape, extentsOf } from "../../src/plan/size.js";
import { oneNumber, sizeOfCall, type CallSize } from "../call-size.js";
import type { DeviceState, HostTensor, HostTensors, Program, Sampling, Trainer, Weights } from "../device.js";
import { checkParameters } from "../parameter-tensors.js";
import { entryNamed, refuseTraining, tokensAdded, transposeTokens } from "../plan-entries.js";
import { viewAs } from "../state-layout.js";
import { trainingBytes } from "../training/trainer.js";
import { Turns } from "../turns.js";
import { Instance } from "./instance.js";
import { closeParts, openParts, type DeviceParts } from "./open-parts.js";
import type { Parts } from "./parts.js";
import { profileLaunches, type LaunchTime } from "./profile.js";
import { Reorder } from "./reorder.js";
import { runOnce, runSteps } from "./run.js";
import { Side } from "./side.js";
import type { Piece } from "./staging.js";
import { CudaState, States } from "./state.js";
import { CudaTrainer } from "./trainer.js";
import { readParameters, writeParameters } from "./weights.js";

/** Instances kept, beside those of one training step: prompts of many lengths must not pile up. `decode` and `generate` are among the most recent ones. */
const keptInstances = 64;

export class CudaProgramOnDevice implements Program {
  /** By entry, B, T, E and capacity; the least recently used first. */
  private readonly instances = new Map<string, Instance>();
  private readonly states: States;
  /** What entries without states are bound to. */
  private readonly noStates = new Side();
  private trainer: CudaTrainer | null = null;
  private scratch: CudaState | null = null;
  private readonly turns = new Turns();
  private disposed = false;

  /** @param onDispose called when all is freed */
  private constructor(
    private readonly device: DeviceParts,
    private readonly parts: Parts,
    private readonly onDispose: (program: CudaProgramOnDevice) => void,
  ) {
    const { context, stream, memory, ownModules, staging, plan } = parts;
    const reorder = new Reorder(context, stream, memory, ownModules, staging);
    const encode = plan.entries.find((entry) => entry.name === "encode");
    const whenIdle = (work: () => void): void => this.turns.whenIdle(work);
    this.states = new States({ context, stream, memory, staging, reorder, whenIdle }, plan.states, new Set(encode?.states ?? []));
  }

  static async open(device: DeviceParts, plan: Plan, program: CudaProgram, weights: Weights, onDispose: (program: CudaProgramOnDevice) => void): Promise<CudaProgramOnDevice> {
    return new CudaProgramOnDevice(device, await openParts(device, plan, program, weights), onDispose);
  }

  call(entryName: string, inputs: HostTensors): Promise<HostTensors> {
    return this.exclusive(async () => {
      const entry = entryNamed(this.parts.plan, entryName);
      refuseTraining(this.parts.plan, entry);
      const size = sizeOfCall(entry, inputs, undefined);
      return this.run(entry, entry.states.length > 0 ? this.emptyState(size) : null, size, inputs);
    });
  }

  createState(batch: number, source = 0): Promise<DeviceState> {
    return this.exclusive(async () => this.states.create(batch, source));
  }

  async advance(state: DeviceState, entryName: string, inputs: HostTensors, leave: readonly string[] = []): Promise<HostTensors> {
    const own = this.ownState(state);
    return this.exclusive(async () => {
      const entry = entryNamed(this.parts.plan, entryName);
      refuseTraining(this.parts.plan, entry);
      const size = sizeOfCall(entry, inputs, own.batch, own.source);
      this.states.reserve(own, own.length + tokensAdded(entry, size));
      return this.run(entry, own, size, inputs, leave);
    });
  }

  async generate(state: DeviceState, steps: number, sampling: Sampling): Promise<Int32Array> {
    const own = this.ownState(state);
    return this.exclusive(async () => {
      if (steps === 0) return new Int32Array(0);
      const entry = entryNamed(this.parts.plan, "generate");
      this.states.reserve(own, own.length + steps);
      const instance = this.instanceOf(entry, { batch: own.batch, tokens: 1, source: own.source }, own.capacity);
      instance.reserve();
      await this.writeInputs(instance, {
        sampling: { shape: [3], data: Float32Array.of(sampling.temperature, sampling.topK, sampling.topP) },
        seed: oneNumber(sampling.seed),
      });
      return transposeTokens(await runSteps(this.parts, instance, own, steps), steps, own.batch);
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
      const { plan } = this.parts;
      if (this.trainer) throw new MszError("second-trainer", "this program has a trainer already", { hint: "dispose of it first" });
      entryNamed(plan, "train");
      this.trainer = await CudaTrainer.create(this.parts, {
        exclusive: (work) => this.exclusive(work),
        instance: (entry, size) => this.instanceOf(entryNamed(plan, entry), size, 0),
        release: (free) => {
          this.trainer = null;
          this.turns.whenIdle(free);
        },
      });
      return this.trainer;
    });
  }

  readParameters(): Promise<HostTensors> {
    const { staging, plan, program, fixed } = this.parts;
    return this.exclusive(() => readParameters(staging, plan, program, fixed));
  }

  writeParameters(values: HostTensors): Promise<void> {
    const { staging, plan, program, fixed } = this.parts;
    return this.exclusive(async () => writeParameters(staging, plan, program, fixed, checkParameters(plan.parameters, values)));
  }

  /**
   * What each launch of an entry takes, for `bench/cuda`: run some rounds on these inputs, states all zero. An entry that trains changes the program's parameters, but not with a rate of 0.
   */
  profile(entryName: string, inputs: HostTensors, rounds = 5): Promise<LaunchTime[]> {
    return this.exclusive(async () => {
      const { memory, plan } = this.parts;
      const entry = entryNamed(plan, entryName);
      const size = sizeOfCall(entry, inputs, undefined);
      const trains = plan.states.some((spec) => spec.class === "training" && entry.states.includes(spec.name));
      const state = trains || entry.states.length === 0 ? null : this.emptyState(size);
      const side = state?.bound ?? new Side();
      const made = (trains ? plan.states : []).map((spec) => {
        const bytes = trainingBytes(spec);
        return bytes === undefined ? undefined : memory.createZeroed(`state ${spec.name}`, bytes);
      });
      side.blocks.push(...made);
      try {
        const instance = this.instanceOf(entry, size, state?.capacity ?? 0);
        instance.reserve();
        await this.writeInputs(instance, inputs);
        return await profileLaunches(this.parts, instance, side, size.tokens, rounds);
      } finally {
        if (!state) side.forget();
        for (const block of made) if (block) memory.destroy(block);
      }
    });
  }

  statistics(): ReturnType<Program["statistics"]> {
    // The last one that ran and has both ways.
    const way = [...this.instances.values()].reverse().find(({ cuda, choice }) => cuda.persistent && choice.way)?.choice.way;
    return { ...this.parts.memory.statistics(), ...this.parts.modules.statistics(), ...(way ? { decode: way } : {}) };
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.trainer?.dispose();
    this.turns.whenIdle(() => {
      this.states.dispose();
      this.noStates.forget();
      this.instances.clear();
      closeParts(this.parts);
      this.onDispose(this);
    });
  }

  /** Runs once, moves the state on, reads all outputs but those to `leave`. */
  private async run(entry: PlanEntry, state: CudaState | null, size: CallSize, inputs: HostTensors, leave: readonly string[] = []): Promise<HostTensors> {
    const { staging } = this.parts;
    const slots = state ? state.length + tokensAdded(entry, size) : size.tokens;
    const instance = this.instanceOf(entry, size, state?.capacity ?? 0);
    instance.reserve();
    await this.writeInputs(instance, inputs);
    await runOnce(this.parts, instance, state?.bound ?? this.noStates, slots);
    if (state) state.length = slots;
    const pieces: Piece[] = [];
    const outputs: Record<string, HostTensor> = {};
    entry.outputs.forEach((output, i) => {
      if (leave.includes(output.name)) return;
      const target = new Uint8Array(instance.bytesOf(output.shape));
      pieces.push({ from: instance.output(i).address, target });
      outputs[output.name] = { shape: evaluateShape(output.shape, instance.extents), data: viewAs(output.dtype, target) };
    });
    await staging.read(pieces);
    await staging.idle();
    return outputs;
  }

  private async writeInputs(instance: Instance, inputs: HostTensors): Promise<void> {
    for (const [i, { name }] of instance.entry.inputs.entries()) await this.parts.staging.write(instance.input(i).address, inputs[name]!.data);
  }

  private instanceOf(entry: PlanEntry, { batch, tokens, source }: CallSize, capacity: number): Instance {
    const key = `${entry.name} ${batch} ${tokens} ${source} ${capacity}`;
    let instance = this.instances.get(key);
    if (instance) {
      this.instances.delete(key);
    } else {
      const cuda = this.parts.program.entries[entry.name];
      if (!cuda) throw new MszError("plan-entry", `the plan has no CUDA program for the entry \`${entry.name}\``);
      const extents = extentsOf({ batch, tokens, chunk: entry.chunk, room: capacity, source });
      instance = new Instance(this.parts, entry, cuda, { ...extents, S: Math.max(tokens, capacity) });
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
  private emptyState({ batch, tokens, source }: CallSize): CudaState {
    if (this.scratch?.batch !== batch || this.scratch.source !== source) {
      this.scratch?.dispose();
      // None, should there be no memory for the next.
      this.scratch = null;
      this.scratch = this.states.create(batch, source);
    } else {
      this.states.empty(this.scratch);
    }
    this.states.reserve(this.scratch, tokens);
    return this.scratch;
  }

  private ownState(state: DeviceState): CudaState {
    if (state instanceof CudaState && state.disposed) throw new MszError("disposed", "this state was disposed of");
    if (!(state instanceof CudaState && this.states.has(state))) throw new MszError("foreign-state", "this state belongs to another program");
    return state;
  }

  /** What is disposed of is refused when the call is made; a call that was taken ends. */
  private async exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.disposed) throw new MszError("disposed", "this program was disposed of");
    const { watch } = this.device;
    return this.turns.take(async () => {
      watch.check();
      try {
        return await work();
      } catch (error) {
        watch.examine(error);
        throw error;
      }
    });
  }
}
