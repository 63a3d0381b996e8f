/**
 * The optimiser of a program on CUDA. In: micro-batches. Out: changed parameters and states of training. A step's inputs go through page-locked memory, its micro-batches run in order on the program's
 * stream, each as a graph once it ran before; nothing is read back but by `report`.
 */
import { MszError } from "../../src/base/error.js";
import type { HostTensors, Trainer, TrainingReport, TrainingStep } from "../device.js";
import { viewAs } from "../state-layout.js";
import { firstValue } from "../state-tensors.js";
import { inputsOfStep } from "../training/inputs.js";
import { checkTrainingStates, isReported, reportOf, trainingBytes, type TrainerHost } from "../training/trainer.js";
import type { Event, Pinned } from "./driver.js";
import { launchRecorded } from "./graph.js";
import type { Instance } from "./instance.js";
import type { Between, Parts } from "./parts.js";
import { launchAll, setSlots } from "./run.js";
import { Side } from "./side.js";
import type { Piece } from "./staging.js";
import { untilDone } from "./wait.js";

/** Steps that the device may have before it: one that it runs and one that waits. */
const mostInFlight = 2;

/** The inputs of a step under way: all of its micro-batches', one behind the other. */
interface Uploads {
  pinned: Pinned | null;
  /** Recorded behind the step. */
  readonly done: Event;
}

export class CudaTrainer implements Trainer {
  private readonly side = new Side();
  /** Used in turn. */
  private readonly uploads: Uploads[] = [];
  private steps = 0;
  /** What sums gradients over ranks in an instance. */
  private readonly between = new WeakMap<Instance, { readonly epoch: number; readonly between: Between | null }>();
  private disposed = false;

  private constructor(private readonly parts: Parts, private readonly host: TrainerHost<Instance>) {}

  static async create(parts: Parts, host: TrainerHost<Instance>): Promise<CudaTrainer> {
    const { context, memory, staging } = parts;
    const trainer = new CudaTrainer(parts, host);
    try {
      for (const spec of parts.plan.states) {
        const bytes = trainingBytes(spec);
        const block = bytes === undefined ? undefined : memory.createZeroed(`state ${spec.name}`, bytes);
        trainer.side.blocks.push(block);
        if (block && spec.initial !== undefined) await staging.write(block.address, firstValue(spec).data);
      }
      for (let i = 0; i < mostInFlight; i++) trainer.uploads.push({ pinned: null, done: context.createEvent() });
      await staging.idle();
    } catch (error) {
      trainer.free();
      throw error;
    }
    return trainer;
  }

  step(step: TrainingStep): Promise<void> {
    return this.whileOpen(async () => {
      const { context, stream } = this.parts;
      const calls = inputsOfStep(this.parts.plan, step).map(({ entry, inputs, size }) => ({
        data: entry.inputs.map(({ name }) => inputs[name]!.data), instance: this.host.instance(entry.name, size),
      }));
      const uploads = this.uploads[this.steps % mostInFlight]!;
      // Of the step before the last one.
      if (this.steps >= mostInFlight) await untilDone(context, uploads.done);
      for (const { instance } of calls) await instance.compile();
      for (const { instance } of calls) instance.reserve();
      const pinned = this.roomFor(uploads, calls.flatMap(({ data }) => data).reduce((sum, { byteLength }) => sum + byteLength, 0));
      let at = 0;
      for (const { data, instance } of calls) {
        data.forEach((values, i) => {
          pinned.bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
          context.copyToDevice(instance.input(i).address, pinned.address + BigInt(at), values.byteLength, stream);
          at += values.byteLength;
        });
        this.launch(instance);
      }
      context.record(uploads.done, stream);
      this.steps++;
    });
  }

  report(): Promise<TrainingReport> {
    return this.whileOpen(async () => {
      const states = await this.read(isReported);
      this.parts.sums?.check();
      return reportOf(states);
    });
  }

  readState(): Promise<HostTensors> {
    return this.whileOpen(() => this.read(() => true));
  }

  writeState(tensors: HostTensors): Promise<void> {
    return this.whileOpen(async () => {
      const { plan, staging } = this.parts;
      const checked = checkTrainingStates(plan.states, tensors);
      for (const [i, tensor] of checked.entries()) {
        const block = this.side.blocks[i];
        if (tensor && block) await staging.write(block.address, tensor.data);
      }
      await staging.idle();
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.host.release(() => this.free());
  }

  /** All that runs in this step has reserved its memory. */
  private launch(instance: Instance): void {
    const { parts, side } = this;
    const bound = instance.bind(side);
    setSlots(parts, instance.extents.T);
    const between = this.betweenOf(instance);
    const issue = (): void => launchAll(parts, instance, bound, between);
    if (between?.recordable === false) issue();
    else launchRecorded(parts, bound, "call", instance.entry.name, issue);
  }

  private betweenOf(instance: Instance): Between | null {
    const { memory, stream, sums } = this.parts;
    if (!sums || !instance.cuda.sums) return null;
    const kept = this.between.get(instance);
    if (kept?.epoch === memory.epoch) return kept.between;
    const between = sums.between(instance, this.side, stream);
    this.between.set(instance, { epoch: memory.epoch, between });
    return between;
  }

  /** Both uploads get room with the first step: then all steps of its size make no memory. */
  private roomFor(uploads: Uploads, bytes: number): Pinned {
    const size = 2 ** Math.ceil(Math.log2(Math.max(bytes, 4096)));
    if (uploads.pinned && uploads.pinned.bytes.length < bytes) {
      uploads.pinned.free();
      uploads.pinned = null;
    }
    for (const each of this.uploads) each.pinned ??= this.parts.context.pinned(size);
    return uploads.pinned!;
  }

  private async read(wants: (name: string) => boolean): Promise<HostTensors> {
    const pieces: Piece[] = [];
    const tensors: HostTensors = Object.fromEntries(this.parts.plan.states.flatMap((spec, i) => {
      const { name, dtype, shape } = spec;
      const block = this.side.blocks[i];
      if (!block || !wants(name)) return [];
      const target = new Uint8Array(trainingBytes(spec)!);
      pieces.push({ from: block.address, target });
      return [[name, { shape: shape as readonly number[], data: viewAs(dtype, target) }]];
    }));
    await this.parts.staging.read(pieces);
    return tensors;
  }

  private whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.disposed) return Promise.reject(new MszError("disposed", "this trainer was disposed of"));
    return this.host.exclusive(work);
  }

  private free(): void {
    const { context, memory } = this.parts;
    this.side.forget();
    // Each waits for the steps under way.
    for (const block of this.side.blocks) if (block) memory.destroy(block);
    for (const { pinned, done } of this.uploads) {
      pinned?.free();
      context.destroyEvent(done);
    }
  }
}
