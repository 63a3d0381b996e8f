/**
 * A sequence batch's states on the device. In: the plan's state list. Out: one buffer a state. A growing one (a cache) has room
 * for `capacity` slots, of which `length` are in use; it is copied on the device into a larger one when that is not enough.
 */
import type { PlanState } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor, HostTensors } from "../device.js";
import { checkState, lengthOf, sequenceStates, shapeOfState } from "../state-tensors.js";
import { Buffers, storageUsage, type Piece } from "./buffers.js";
import type { Gpu } from "./gpu.js";

/** Slots of a fresh cache; doubled as often as needed. */
const firstCapacity = 256;
const wordBytes = 4;

export class WebgpuState implements DeviceState {
  /** Rises when buffers are replaced: bind groups made before are stale. */
  generation = 0;
  disposed = false;

  constructor(
    readonly batch: number,
    public length: number,
    public capacity: number,
    /** By index into `plan.states`; none for those of training. */
    readonly buffers: (GPUBuffer | undefined)[],
    private readonly release: (state: WebgpuState) => void,
  ) {}

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.release(this);
  }
}

/** How a state lies in memory: `rows` runs of `slots · slotBytes` bytes each. A constant state is one run of one slot. */
interface Extent {
  readonly rows: number;
  readonly slots: number;
  readonly slotBytes: number;
}

export class States {
  private readonly live = new Set<WebgpuState>();
  private readonly grows: boolean;

  constructor(
    private readonly gpu: Gpu,
    private readonly buffers: Buffers,
    private readonly specs: readonly PlanState[],
    /** Does something once no call uses a state. */
    private readonly whenIdle: (work: () => void) => void,
  ) {
    this.grows = specs.some((spec) => spec.class === "growing");
  }

  has(state: WebgpuState): boolean {
    return this.live.has(state);
  }

  /** All zero: fresh WebGPU buffers are. */
  async create(batch: number, slots = firstCapacity): Promise<WebgpuState> {
    const capacity = this.grows ? slots : 0;
    const state = new WebgpuState(batch, 0, capacity, [], (released) => this.free(released));
    this.live.add(state);
    try {
      for (const spec of this.specs) state.buffers.push(spec.class === "training" ? undefined : this.bufferOf(spec, batch, capacity));
      await this.buffers.settle();
    } catch (error) {
      state.dispose();
      throw error;
    }
    return state;
  }

  /** Makes room for `slots` slots. */
  async reserve(state: WebgpuState, slots: number): Promise<void> {
    if (!this.grows || slots <= state.capacity) return;
    const capacity = capacityFor(slots, state.capacity);
    const grown: { index: number; buffer: GPUBuffer }[] = [];
    try {
      this.specs.forEach((spec, index) => {
        if (spec.class === "growing") grown.push({ index, buffer: this.bufferOf(spec, state.batch, capacity) });
      });
      await this.buffers.settle();
    } catch (error) {
      // The state stays as it was.
      for (const { buffer } of grown) this.buffers.destroy(buffer);
      throw error;
    }
    const encoder = this.gpu.device.createCommandEncoder({ label: "grow caches" });
    for (const { index, buffer } of grown) {
      const spec = this.specs[index]!;
      const from = layoutOf(spec, state.batch, state.capacity);
      const to = layoutOf(spec, state.batch, capacity);
      const used = state.length * from.slotBytes;
      for (let row = 0; row < from.rows && used > 0; row++) {
        encoder.copyBufferToBuffer(state.buffers[index]!, row * runBytes(from), buffer, row * runBytes(to), used);
      }
    }
    this.gpu.device.queue.submit([encoder.finish()]);
    for (const { index, buffer } of grown) {
      this.buffers.destroy(state.buffers[index]!);
      state.buffers[index] = buffer;
    }
    state.capacity = capacity;
    state.generation++;
  }

  async fork(state: WebgpuState): Promise<WebgpuState> {
    const copy = await this.create(state.batch, state.capacity);
    const encoder = this.gpu.device.createCommandEncoder({ label: "fork state" });
    state.buffers.forEach((buffer, i) => buffer && encoder.copyBufferToBuffer(buffer, 0, copy.buffers[i]!, 0, buffer.size));
    this.gpu.device.queue.submit([encoder.finish()]);
    copy.length = state.length;
    await this.gpu.idle();
    return copy;
  }

  async read(state: WebgpuState): Promise<HostTensors> {
    const pieces: Piece[] = [];
    const tensors: Record<string, HostTensor> = {};
    this.specs.forEach((spec, index) => {
      if (spec.class === "training") return;
      const { rows, slots, slotBytes } = layoutOf(spec, state.batch, state.capacity);
      const used = (spec.class === "growing" ? state.length : slots) * slotBytes;
      const target = new Uint8Array(rows * used);
      for (let row = 0; row < rows && used > 0; row++) {
        pieces.push({ buffer: state.buffers[index]!, offset: row * slots * slotBytes, bytes: used, target, targetOffset: row * used });
      }
      tensors[spec.name] = { shape: shapeOfState(spec, state.batch, state.length), data: viewAs(spec.dtype, target) };
    });
    await this.buffers.read(pieces);
    return tensors;
  }

  async write(batch: number, tensors: HostTensors): Promise<WebgpuState> {
    const length = lengthOf(this.specs, tensors);
    for (const spec of sequenceStates(this.specs)) checkState(spec, batch, length, tensors[spec.name]);
    const state = await this.create(batch, capacityFor(length, firstCapacity));
    state.length = length;
    this.specs.forEach((spec, index) => {
      if (spec.class === "training") return;
      const { rows, slots, slotBytes } = layoutOf(spec, batch, state.capacity);
      const { data } = tensors[spec.name]!;
      const used = (spec.class === "growing" ? length : slots) * slotBytes;
      for (let row = 0; row < rows && used > 0; row++) {
        this.gpu.device.queue.writeBuffer(state.buffers[index]!, row * slots * slotBytes, data.buffer as ArrayBuffer, data.byteOffset + row * used, used);
      }
    });
    await this.gpu.idle();
    return state;
  }

  dispose(): void {
    for (const state of [...this.live]) state.dispose();
  }

  private bufferOf(spec: PlanState, batch: number, capacity: number): GPUBuffer {
    const layout = layoutOf(spec, batch, capacity);
    return this.buffers.create(`state ${spec.name}`, layout.rows * runBytes(layout), storageUsage);
  }

  private free(state: WebgpuState): void {
    this.whenIdle(() => {
      this.live.delete(state);
      for (const buffer of state.buffers) if (buffer) this.buffers.destroy(buffer);
    });
  }
}

function layoutOf(spec: PlanState, batch: number, capacity: number): Extent {
  const shape = shapeOfState(spec, batch, capacity);
  const at = spec.class === "growing" ? spec.shape.indexOf("C") : 0;
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  if (spec.class !== "growing") return { rows: 1, slots: 1, slotBytes: wordBytes * product(shape) };
  return { rows: product(shape.slice(0, at)), slots: capacity, slotBytes: wordBytes * product(shape.slice(at + 1)) };
}

function runBytes(layout: Extent): number {
  return layout.slots * layout.slotBytes;
}

function capacityFor(slots: number, start: number): number {
  let capacity = start;
  while (capacity < slots) capacity *= 2;
  return capacity;
}

export function viewAs(dtype: PlanState["dtype"], bytes: Uint8Array<ArrayBuffer>): Float32Array | Int32Array {
  const make = dtype === "f32" ? Float32Array : Int32Array;
  return new make(bytes.buffer, bytes.byteOffset, bytes.byteLength / wordBytes);
}
