/**
 * A sequence batch's states on the device. In: the plan's state list. Out: one buffer a state. A growing one (a cache) has room
 * for `capacity` slots, of which `length` are in use; it is copied on the device into a larger one when that is not enough.
 * A state whose rows are put in another order has a second set of buffers, and goes from one to the other and back.
 */
import type { PlanState } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor, HostTensors } from "../device.js";
import { checkRows, checkState, lengthOf, sequenceStates, shapeOfState, sourceOf } from "../state-tensors.js";
import { bytesOf, capacityFor, layoutOf, rowLayoutOf, runBytes, viewAs, type Sizes } from "../state-layout.js";
import { Buffers, storageUsage, type Piece } from "./buffers.js";
import type { Gpu } from "./gpu.js";
import type { BoundStates } from "./instance.js";
import { Reorder, type Move } from "./reorder.js";

/** Slots of a fresh cache. */
const firstCapacity = 256;

/** A set of buffers that entries are bound to. */
class Side implements BoundStates {
  generation = 0;
  readonly buffers: (GPUBuffer | undefined)[] = [];

  /** Bind groups made before are stale. */
  replace(index: number, buffer: GPUBuffer): void {
    this.buffers[index] = buffer;
    this.generation++;
  }
}

export class WebgpuState implements DeviceState {
  disposed = false;
  /** What its values lie in now. */
  bound = new Side();
  /** Where the next order goes; states that stay in place are the same buffers. */
  spare: Side | null = null;
  /** By index, buffers of the spare side that another one stands for now. */
  readonly parked: (GPUBuffer | undefined)[] = [];

  constructor(
    public batch: number,
    readonly source: number,
    public length: number,
    public capacity: number,
    private readonly release: (state: WebgpuState) => void,
  ) {}

  get buffers(): readonly (GPUBuffer | undefined)[] {
    return this.bound.buffers;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.release(this);
  }
}

export class States {
  private readonly live = new Set<WebgpuState>();
  private readonly grows: boolean;
  private readonly reordering: Reorder;

  /** @param ofSource states that `encode` leaves, by name */
  constructor(
    private readonly gpu: Gpu,
    private readonly buffers: Buffers,
    private readonly specs: readonly PlanState[],
    private readonly ofSource: ReadonlySet<string>,
    /** Does something once no call uses a state. */
    private readonly whenIdle: (work: () => void) => void,
  ) {
    this.grows = specs.some((spec) => spec.class === "growing");
    this.reordering = new Reorder(gpu, buffers, specs.length);
  }

  has(state: WebgpuState): boolean {
    return this.live.has(state);
  }

  /** All zero: fresh WebGPU buffers are. */
  async create(batch: number, source: number, slots = firstCapacity): Promise<WebgpuState> {
    const capacity = this.grows ? slots : 0;
    const state = new WebgpuState(batch, source, 0, capacity, (released) => this.free(released));
    this.live.add(state);
    try {
      for (const spec of this.specs) state.bound.buffers.push(spec.class === "training" ? undefined : this.bufferOf(spec, { batch, source, capacity }));
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
        if (spec.class === "growing") grown.push({ index, buffer: this.bufferOf(spec, { ...sizesOf(state), capacity }) });
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
      const from = layoutOf(spec, state);
      const to = layoutOf(spec, { ...sizesOf(state), capacity });
      const used = state.length * from.slotBytes;
      for (let row = 0; row < from.rows && used > 0; row++) {
        encoder.copyBufferToBuffer(state.buffers[index]!, row * runBytes(from), buffer, row * runBytes(to), used);
      }
    }
    this.gpu.device.queue.submit([encoder.finish()]);
    for (const { index, buffer } of grown) {
      this.buffers.destroy(state.buffers[index]!);
      state.bound.replace(index, buffer);
    }
    state.capacity = capacity;
  }

  async fork(state: WebgpuState): Promise<WebgpuState> {
    const copy = await this.create(state.batch, state.source, state.capacity);
    const encoder = this.gpu.device.createCommandEncoder({ label: "fork state" });
    // Those of a state that had more rows once are larger.
    copy.buffers.forEach((buffer, i) => buffer && encoder.copyBufferToBuffer(state.buffers[i]!, 0, buffer, 0, buffer.size));
    this.gpu.device.queue.submit([encoder.finish()]);
    copy.length = state.length;
    await this.gpu.idle();
    return copy;
  }

  /** Row i becomes what row `rows[i]` was, into the other set of buffers. */
  async reorder(state: WebgpuState, rows: Int32Array, sameSource: boolean): Promise<void> {
    checkRows(state.batch, rows, sameSource);
    const moves = await this.prepareSpare(state, rows.length, (spec) => !spec.shape.includes("B") || (sameSource && this.ofSource.has(spec.name)));
    this.reordering.submit(Int32Array.from(rows), moves);
    [state.bound, state.spare] = [state.spare!, state.bound];
    state.batch = rows.length;
  }

  async read(state: WebgpuState): Promise<HostTensors> {
    const pieces: Piece[] = [];
    const tensors: Record<string, HostTensor> = {};
    this.specs.forEach((spec, index) => {
      if (spec.class === "training") return;
      const { rows, slots, slotBytes } = layoutOf(spec, state);
      const used = (spec.class === "growing" ? state.length : slots) * slotBytes;
      const target = new Uint8Array(rows * used);
      for (let row = 0; row < rows && used > 0; row++) {
        pieces.push({ buffer: state.buffers[index]!, offset: row * slots * slotBytes, bytes: used, target, targetOffset: row * used });
      }
      tensors[spec.name] = { shape: shapeOfState(spec, state.batch, state.length, state.source), data: viewAs(spec.dtype, target) };
    });
    await this.buffers.read(pieces);
    return tensors;
  }

  async write(batch: number, tensors: HostTensors): Promise<WebgpuState> {
    const length = lengthOf(this.specs, tensors);
    const source = sourceOf(this.specs, tensors);
    for (const spec of sequenceStates(this.specs)) checkState(spec, batch, length, tensors[spec.name], source);
    const state = await this.create(batch, source, capacityFor(length, firstCapacity));
    state.length = length;
    this.specs.forEach((spec, index) => {
      if (spec.class === "training") return;
      const { rows, slots, slotBytes } = layoutOf(spec, state);
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

  /** The spare side with room for `batch` rows: what must be moved there; what `stays` is the same buffer on both sides. */
  private async prepareSpare(state: WebgpuState, batch: number, stays: (spec: PlanState) => boolean): Promise<Move[]> {
    const side = (state.spare ??= new Side());
    const moves: Move[] = [];
    try {
      this.specs.forEach((spec, index) => {
        const from = state.buffers[index];
        if (!from) return;
        const there = side.buffers[index];
        if (stays(spec)) {
          if (there === from) return;
          if (there) this.park(state, index, there);
          side.replace(index, from);
          return;
        }
        const to = this.takeSpare(state, index, from, { ...sizesOf(state), batch });
        if (to !== there) side.replace(index, to);
        moves.push({ index, from, to, layout: rowLayoutOf(spec, state, state.length) });
      });
      await this.reordering.prepare(batch);
    } catch (error) {
      // The state stays as it was.
      this.freeSpare(state);
      throw error;
    }
    return moves;
  }

  /** A buffer for a state's rows that is not the one they are in. */
  private takeSpare(state: WebgpuState, index: number, from: GPUBuffer, sizes: Sizes): GPUBuffer {
    const spec = this.specs[index]!;
    const bytes = bytesOf(layoutOf(spec, sizes));
    const [there, parked] = [state.spare?.buffers[index], state.parked[index]];
    if (there && there !== from) {
      if (there.size >= bytes) return there;
      this.buffers.destroy(there);
    }
    state.parked[index] = undefined;
    if (parked && parked.size >= bytes) return parked;
    if (parked) this.buffers.destroy(parked);
    return this.bufferOf(spec, sizes);
  }

  private park(state: WebgpuState, index: number, buffer: GPUBuffer): void {
    const before = state.parked[index];
    if (before) this.buffers.destroy(before);
    state.parked[index] = buffer;
  }

  private freeSpare(state: WebgpuState): void {
    const kept = new Set(state.buffers);
    for (const buffer of [...(state.spare?.buffers ?? []), ...state.parked]) if (buffer && !kept.has(buffer)) this.buffers.destroy(buffer);
    state.spare = null;
    state.parked.length = 0;
  }

  private bufferOf(spec: PlanState, sizes: Sizes): GPUBuffer {
    return this.buffers.create(`state ${spec.name}`, bytesOf(layoutOf(spec, sizes)), storageUsage);
  }

  private free(state: WebgpuState): void {
    this.whenIdle(() => {
      this.live.delete(state);
      this.freeSpare(state);
      for (const buffer of state.buffers) if (buffer) this.buffers.destroy(buffer);
    });
  }
}

function sizesOf({ batch, source, capacity }: WebgpuState): Sizes {
  return { batch, source, capacity };
}
