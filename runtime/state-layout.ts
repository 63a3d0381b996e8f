/** How states lie in a GPU's memory, for `webgpu/` and `cuda/`. In: a state's shape and the sizes of a batch. Out: runs and bytes; bytes as the numbers that they are. */
import type { PlanState } from "../src/plan/plan.js";
import { shapeOfState } from "./state-tensors.js";

const wordBytes = 4;

export interface Sizes {
  readonly batch: number;
  readonly source: number;
  /** Slots that caches have room for. */
  readonly capacity: number;
}

/** `rows` runs of `slots · slotBytes` bytes each. A constant state is one run of one slot. */
export interface StateLayout {
  readonly rows: number;
  readonly slots: number;
  readonly slotBytes: number;
}

/** A sequence's part of a state: `runs` runs of `stride` words each, of which the first `used` count. */
export interface RowLayout {
  readonly runs: number;
  readonly stride: number;
  readonly used: number;
}

export function layoutOf(spec: PlanState, { batch, source, capacity }: Sizes): StateLayout {
  const shape = shapeOfState(spec, batch, capacity, source);
  const at = spec.class === "growing" ? spec.shape.indexOf("C") : 0;
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  if (spec.class !== "growing") return { rows: 1, slots: 1, slotBytes: wordBytes * product(shape) };
  return { rows: product(shape.slice(0, at)), slots: capacity, slotBytes: wordBytes * product(shape.slice(at + 1)) };
}

export function runBytes(layout: StateLayout): number {
  return layout.slots * layout.slotBytes;
}

export function bytesOf(layout: StateLayout): number {
  return layout.rows * runBytes(layout);
}

/** What one sequence has, the batch being the first dim. `length`: slots in use. */
export function rowLayoutOf(spec: PlanState, sizes: Sizes, length: number): RowLayout {
  const { rows, slots, slotBytes } = layoutOf(spec, { ...sizes, batch: 1 });
  const slotWords = slotBytes / wordBytes;
  return { runs: rows, stride: slots * slotWords, used: (spec.class === "growing" ? length : slots) * slotWords };
}

/** Doubled as often as needed. */
export function capacityFor(slots: number, start: number): number {
  let capacity = start;
  while (capacity < slots) capacity *= 2;
  return capacity;
}

export function viewAs(dtype: PlanState["dtype"], bytes: Uint8Array<ArrayBuffer>): Float32Array | Int32Array {
  const make = dtype === "f32" ? Float32Array : Int32Array;
  return new make(bytes.buffer, bytes.byteOffset, bytes.byteLength / wordBytes);
}
