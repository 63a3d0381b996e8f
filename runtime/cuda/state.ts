/**
 * A sequence batch's states on the device. In: the plan's state list. Out: one block a state. A growing one (a cache) has room for `capacity` slots, of which `length` are in use; it is copied on the
 * device into a larger one when that is not enough. A state whose rows are put in another order has a second set of blocks, and goes from one to the other and back.
 */
import type { PlanState } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor, HostTensors } from "../device.js";
import { bytesOf, capacityFor, layoutOf, rowLayoutOf, runBytes, viewAs, type Sizes } from "../state-layout.js";
import { checkRows, checkState, lengthOf, sequenceStates, shapeOfState, sourceOf } from "../state-tensors.js";
import type { DriverContext, Stream } from "./driver.js";
import type { Block, Memory } from "./memory.js";
import type { Move, Reorder } from "./reorder.js";
import { Side } from "./side.js";
import type { Piece, Staging } from "./staging.js";

/** Slots of a fresh cache. */
const firstCapacity = 256;

export class CudaState implements DeviceState {
  disposed = false;
  /** What its values lie in now. */
  bound = new Side();
  /** Where the next order goes; states that stay in place are the same blocks. */
  spare: Side | null = null;
  /** By index, blocks of the spare side that another one stands for now. */
  readonly parked: (Block | undefined)[] = [];

  constructor(
    public batch: number,
    readonly source: number,
    public length: number,
    public capacity: number,
    private readonly release: (state: CudaState) => void,
  ) {}

  get blocks(): readonly (Block | undefined)[] {
    return this.bound.blocks;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.release(this);
  }
}

/** What states have of their program. */
export interface StateHost {
  readonly context: DriverContext;
  readonly stream: Stream;
  readonly memory: Memory;
  readonly staging: Staging;
  readonly reorder: Reorder;
  /** Does something once no call uses a state. */
  whenIdle(work: () => void): void;
}

export class States {
  private readonly live = new Set<CudaState>();
  private readonly grows: boolean;

  /** @param ofSource states that `encode` leaves, by name */
  constructor(
    private readonly host: StateHost,
    private readonly specs: readonly PlanState[],
    private readonly ofSource: ReadonlySet<string>,
  ) {
    this.grows = specs.some((spec) => spec.class === "growing");
  }

  has(state: CudaState): boolean {
    return this.live.has(state);
  }

  /** All zero. */
  create(batch: number, source: number, slots = firstCapacity): CudaState {
    const capacity = this.grows ? slots : 0;
    const state = new CudaState(batch, source, 0, capacity, (released) => this.free(released));
    this.live.add(state);
    try {
      for (const spec of this.specs) state.bound.blocks.push(spec.class === "training" ? undefined : this.blockOf(spec, { batch, source, capacity }));
    } catch (error) {
      state.dispose();
      throw error;
    }
    return state;
  }

  /** As a fresh one. */
  empty(state: CudaState): void {
    for (const block of state.blocks) if (block) this.host.memory.clear(block);
    state.length = 0;
  }

  /** Makes room for `slots` slots. */
  reserve(state: CudaState, slots: number): void {
    if (!this.grows || slots <= state.capacity) return;
    const { context, stream, memory } = this.host;
    const capacity = capacityFor(slots, state.capacity);
    const grown: { index: number; block: Block }[] = [];
    try {
      this.specs.forEach((spec, index) => {
        if (spec.class === "growing") grown.push({ index, block: this.blockOf(spec, { ...sizesOf(state), capacity }) });
      });
    } catch (error) {
      // The state stays as it was.
      for (const { block } of grown) memory.destroy(block);
      throw error;
    }
    for (const { index, block } of grown) {
      const spec = this.specs[index]!;
      const from = layoutOf(spec, state);
      const to = layoutOf(spec, { ...sizesOf(state), capacity });
      const used = state.length * from.slotBytes;
      for (let row = 0; row < from.rows && used > 0; row++) {
        context.copy(block.address + BigInt(row * runBytes(to)), state.blocks[index]!.address + BigInt(row * runBytes(from)), used, stream);
      }
    }
    for (const { index, block } of grown) {
      memory.destroy(state.blocks[index]!);
      state.bound.replace(index, block);
    }
    state.capacity = capacity;
  }

  async fork(state: CudaState): Promise<CudaState> {
    const { context, stream, staging } = this.host;
    const copy = this.create(state.batch, state.source, state.capacity);
    // Those of a state that had more rows once are larger.
    copy.blocks.forEach((block, i) => block && context.copy(block.address, state.blocks[i]!.address, block.bytes, stream));
    copy.length = state.length;
    await staging.idle();
    return copy;
  }

  /** Row i becomes what row `rows[i]` was, into the other set of blocks. */
  async reorder(state: CudaState, rows: Int32Array, sameSource: boolean): Promise<void> {
    checkRows(state.batch, rows, sameSource);
    const moves = await this.prepareSpare(state, rows.length, (spec) => !spec.shape.includes("B") || (sameSource && this.ofSource.has(spec.name)));
    await this.host.reorder.submit(rows, moves);
    [state.bound, state.spare] = [state.spare!, state.bound];
    state.batch = rows.length;
  }

  async read(state: CudaState): Promise<HostTensors> {
    const pieces: Piece[] = [];
    const tensors: Record<string, HostTensor> = {};
    this.specs.forEach((spec, index) => {
      if (spec.class === "training") return;
      const { rows, slots, slotBytes } = layoutOf(spec, state);
      const used = (spec.class === "growing" ? state.length : slots) * slotBytes;
      const target = new Uint8Array(rows * used);
      for (let row = 0; row < rows && used > 0; row++) {
        pieces.push({ from: state.blocks[index]!.address + BigInt(row * slots * slotBytes), target: target.subarray(row * used, (row + 1) * used) });
      }
      tensors[spec.name] = { shape: shapeOfState(spec, state.batch, state.length, state.source), data: viewAs(spec.dtype, target) };
    });
    await this.host.staging.read(pieces);
    return tensors;
  }

  async write(batch: number, tensors: HostTensors): Promise<CudaState> {
    const length = lengthOf(this.specs, tensors);
    const source = sourceOf(this.specs, tensors);
    for (const spec of sequenceStates(this.specs)) checkState(spec, batch, length, tensors[spec.name], source);
    const state = this.create(batch, source, capacityFor(length, firstCapacity));
    state.length = length;
    for (const [index, spec] of this.specs.entries()) {
      if (spec.class === "training") continue;
      const { rows, slots, slotBytes } = layoutOf(spec, state);
      const { data } = tensors[spec.name]!;
      const used = (spec.class === "growing" ? length : slots) * slotBytes;
      for (let row = 0; row < rows && used > 0; row++) {
        await this.host.staging.write(state.blocks[index]!.address + BigInt(row * slots * slotBytes), new Uint8Array(data.buffer, data.byteOffset + row * used, used));
      }
    }
    await this.host.staging.idle();
    return state;
  }

  dispose(): void {
    for (const state of [...this.live]) state.dispose();
  }

  /** The spare side with room for `batch` rows: what must be moved there; what `stays` is the same block on both sides. */
  private async prepareSpare(state: CudaState, batch: number, stays: (spec: PlanState) => boolean): Promise<Move[]> {
    const side = (state.spare ??= new Side());
    const moves: Move[] = [];
    try {
      this.specs.forEach((spec, index) => {
        const from = state.blocks[index];
        if (!from) return;
        const there = side.blocks[index];
        if (stays(spec)) {
          if (there === from) return;
          if (there) this.park(state, index, there);
          side.replace(index, from);
          return;
        }
        const to = this.takeSpare(state, index, from, { ...sizesOf(state), batch });
        if (to !== there) side.replace(index, to);
        moves.push({ from, to, layout: rowLayoutOf(spec, state, state.length) });
      });
      await this.host.reorder.prepare(batch);
    } catch (error) {
      // The state stays as it was.
      this.freeSpare(state);
      throw error;
    }
    return moves;
  }

  /** A block for a state's rows that is not the one they are in. */
  private takeSpare(state: CudaState, index: number, from: Block, sizes: Sizes): Block {
    const { memory } = this.host;
    const spec = this.specs[index]!;
    const bytes = bytesOf(layoutOf(spec, sizes));
    const [there, parked] = [state.spare?.blocks[index], state.parked[index]];
    if (there && there !== from) {
      if (there.bytes >= bytes) return there;
      memory.destroy(there);
    }
    state.parked[index] = undefined;
    if (parked && parked.bytes >= bytes) return parked;
    if (parked) memory.destroy(parked);
    return this.blockOf(spec, sizes);
  }

  private park(state: CudaState, index: number, block: Block): void {
    const before = state.parked[index];
    if (before) this.host.memory.destroy(before);
    state.parked[index] = block;
  }

  private freeSpare(state: CudaState): void {
    const kept = new Set(state.blocks);
    state.spare?.forget();
    for (const block of [...(state.spare?.blocks ?? []), ...state.parked]) if (block && !kept.has(block)) this.host.memory.destroy(block);
    state.spare = null;
    state.parked.length = 0;
  }

  private blockOf(spec: PlanState, sizes: Sizes): Block {
    return this.host.memory.createZeroed(`state ${spec.name}`, bytesOf(layoutOf(spec, sizes)));
  }

  private free(state: CudaState): void {
    this.host.whenIdle(() => {
      this.live.delete(state);
      this.freeSpare(state);
      state.bound.forget();
      for (const block of state.blocks) if (block) this.host.memory.destroy(block);
    });
  }
}

function sizesOf({ batch, source, capacity }: CudaState): Sizes {
  return { batch, source, capacity };
}
