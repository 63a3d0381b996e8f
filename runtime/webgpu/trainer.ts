/**
 * The optimiser of a program on WebGPU. In: micro-batches. Out: changed parameters and states of training. All micro-batches of a step go
 * into one submission over buffers that the first step made; nothing is read back but by `report`.
 */
import { MszError } from "../../src/base/error.js";
import type { HostTensors, Trainer, TrainingReport, TrainingStep } from "../device.js";
import { firstValue } from "../state-tensors.js";
import { inputsOfStep } from "../training/inputs.js";
import { checkTrainingStates, isReported, reportOf, trainingBytes, type TrainerHost } from "../training/trainer.js";
import { viewAs } from "../state-layout.js";
import { storageUsage, usage, type Piece } from "./buffers.js";
import type { BoundStates, Groups, Instance, Parts } from "./instance.js";
import { encodeDispatches, prove, type Ready } from "./run.js";

/** Steps that the device may have before it: one that it runs and one that waits. */
const mostInFlight = 2;

export class WebgpuTrainer implements Trainer, BoundStates {
  readonly generation = 0;
  /** By index into `plan.states`; none for those of sequences. */
  readonly buffers: (GPUBuffer | undefined)[] = [];
  private readonly inFlight: Promise<unknown>[] = [];
  /** Inputs of all micro-batches of a step, one behind the other. */
  private words = new Uint8Array(0);
  private disposed = false;

  private constructor(private readonly parts: Parts, private readonly host: TrainerHost<Instance>) {}

  static async create(parts: Parts, host: TrainerHost<Instance>): Promise<WebgpuTrainer> {
    const trainer = new WebgpuTrainer(parts, host);
    try {
      for (const spec of parts.plan.states) {
        const bytes = trainingBytes(spec);
        trainer.buffers.push(bytes === undefined ? undefined : parts.buffers.create(`state ${spec.name}`, bytes, storageUsage));
      }
      await parts.buffers.settle();
      // Fresh buffers are zero.
      parts.plan.states.forEach((spec, i) => {
        if (spec.initial !== undefined) parts.gpu.device.queue.writeBuffer(trainer.buffers[i]!, 0, firstValue(spec).data as Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>);
      });
    } catch (error) {
      trainer.free();
      throw error;
    }
    return trainer;
  }

  step(step: TrainingStep): Promise<void> {
    return this.whileOpen(async () => {
      const { gpu, buffers } = this.parts;
      const calls = this.callsOf(step);
      while (this.inFlight.length >= mostInFlight) await gpu.guard(this.inFlight.shift()!);
      // Before `prepare`: a shared buffer that is made raises the epoch.
      const uploads = buffers.sharedBuffer("inputs of a training step", this.words.byteLength, usage.copySource | usage.copyTarget);
      const runs = await this.prepare(calls);
      gpu.device.queue.writeBuffer(uploads, 0, this.words);
      for (const { instance } of new Set(runs)) gpu.device.queue.writeBuffer(instance.uniform, 0, instance.extentsAt(instance.extents.T));
      await prove(this.parts, runs, () => {
        const encoder = gpu.device.createCommandEncoder({ label: "train" });
        let from = 0;
        for (const { instance, bound, grids } of runs) {
          instance.entry.inputs.forEach(({ shape }, i) => {
            const bytes = instance.bytesOf(shape);
            encoder.copyBufferToBuffer(uploads, from, instance.input(i), 0, bytes);
            from += bytes;
          });
          if (buffers.poison) instance.encodePoison(encoder);
          encodeDispatches(this.parts, instance, encoder, bound.groups, grids, 0, grids.length);
        }
        gpu.device.queue.submit([encoder.finish()]);
      });
      const done = gpu.device.queue.onSubmittedWorkDone();
      // A device that is lost is told of by the next call.
      done.catch(() => undefined);
      this.inFlight.push(done);
    });
  }

  report(): Promise<TrainingReport> {
    return this.whileOpen(async () => {
      const states = await this.read(isReported);
      this.parts.gpu.check();
      return reportOf(states);
    });
  }

  readState(): Promise<HostTensors> {
    return this.whileOpen(() => this.read(() => true));
  }

  writeState(tensors: HostTensors): Promise<void> {
    return this.whileOpen(async () => {
      const { gpu, plan } = this.parts;
      const checked = checkTrainingStates(plan.states, tensors);
      checked.forEach((tensor, i) => {
        const buffer = this.buffers[i];
        if (tensor && buffer) gpu.device.queue.writeBuffer(buffer, 0, tensor.data.buffer as ArrayBuffer, tensor.data.byteOffset, tensor.data.byteLength);
      });
      await gpu.idle();
    });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.host.release(() => this.free());
  }

  /** What each micro-batch runs; their inputs are put into `words`. */
  private callsOf(step: TrainingStep): Instance[] {
    const calls = inputsOfStep(this.parts.plan, step);
    const all = calls.flatMap(({ entry, inputs }) => entry.inputs.map(({ name }) => inputs[name]!.data));
    const bytes = all.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.words.byteLength !== bytes) this.words = new Uint8Array(bytes);
    let at = 0;
    for (const data of all) {
      this.words.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      at += data.byteLength;
    }
    return calls.map(({ entry, size }) => this.host.instance(entry.name, size));
  }

  /** Instances share buffers, and one that makes a shared buffer larger leaves the others' bind groups stale: then they are made again. */
  private async prepare(instances: readonly Instance[]): Promise<Ready[]> {
    const { buffers } = this.parts;
    const bound = new Map<Instance, Groups>();
    do {
      for (const instance of new Set(instances)) bound.set(instance, await instance.prepare(this));
    } while ([...bound.values()].some((groups) => groups.epoch !== buffers.epoch));
    const runs = new Map([...bound].map(([instance, groups]) => [instance, { instance, bound: groups, grids: instance.gridsAt(instance.extents.T) }]));
    return instances.map((instance) => runs.get(instance)!);
  }

  private async read(wants: (name: string) => boolean): Promise<HostTensors> {
    const pieces: Piece[] = [];
    const tensors: HostTensors = Object.fromEntries(this.parts.plan.states.flatMap((spec, i) => {
      const { name, dtype, shape } = spec;
      const buffer = this.buffers[i];
      if (!buffer || !wants(name)) return [];
      const target = new Uint8Array(trainingBytes(spec)!);
      pieces.push({ buffer, offset: 0, bytes: target.length, target, targetOffset: 0 });
      return [[name, { shape: shape as readonly number[], data: viewAs(dtype, target) }]];
    }));
    await this.parts.buffers.read(pieces);
    return tensors;
  }

  private whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.disposed) return Promise.reject(new MszError("disposed", "this trainer was disposed of"));
    return this.host.exclusive(work);
  }

  private free(): void {
    for (const buffer of this.buffers) if (buffer) this.parts.buffers.destroy(buffer);
  }
}
