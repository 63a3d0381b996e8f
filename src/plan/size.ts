/**
 * Sizes at a call: a plan's expressions and the values of its symbols go in, numbers come out. Knows no device.
 */
import { MszError } from "../base/error.js";
import type { GridExpr, PlanExtent, PlanSymbol, SizeExpr, WgslEntry } from "./plan.js";

export type Extents = Readonly<Record<PlanSymbol, number>>;

/** Slots of an arena begin at multiples of this: WebGPU's largest allowed `minStorageBufferOffsetAlignment`. */
export const slotStep = 256;
/** WebGPU's default `maxComputeWorkgroupsPerDimension`. */
export const longestGrid = 65_535;

/** `length`: slots in use before the call. `room`: slots that the caches have; 0 where there are none. */
export function extentsOf(call: { batch: number; tokens: number; chunk: number; length?: number; room?: number }): Extents {
  const used = (call.length ?? 0) + call.tokens;
  return { B: call.batch, T: call.tokens, N: Math.ceil(call.tokens / call.chunk), S: used, C: call.room ?? 0 };
}

export function evaluateExtent(extent: PlanExtent, extents: Extents): number {
  return typeof extent === "number" ? extent : extents[extent];
}

export function evaluateShape(shape: readonly PlanExtent[], extents: Extents): number[] {
  return shape.map((extent) => evaluateExtent(extent, extents));
}

export function evaluateSize(expr: SizeExpr, extents: Extents): number {
  return expr.reduce((sum, { times, of }) => sum + of.reduce((product, symbol) => product * extents[symbol], times), 0);
}

/** Workgroups in x, y, z. A grid that is long in x only is folded: x = 65,535, y = ceil(n / x); its kernels stop at their last index. */
export function evaluateGrid(grid: readonly [GridExpr, GridExpr, GridExpr], extents: Extents): [number, number, number] {
  const [x, y, z] = grid.map(({ size, per }) => Math.ceil(evaluateSize(size, extents) / per)) as [number, number, number];
  const folds = y === 1 && z === 1 && x > longestGrid;
  const folded: [number, number, number] = folds ? [longestGrid, Math.ceil(x / longestGrid), 1] : [x, y, z];
  if (folded.some((n) => n > longestGrid)) {
    throw new MszError("grid-too-large", `a dispatch of ${x} × ${y} × ${z} workgroups is more than a device takes (${longestGrid} each way)`, {
      hint: "use a smaller batch or prefill the text in several calls",
    });
  }
  return folded;
}

export interface ArenaLayout {
  /** Where each slot begins in its arena. */
  readonly offsets: readonly number[];
  /** How large each arena is, a multiple of 256. */
  readonly bytes: readonly number[];
}

export function layoutArenas(entry: WgslEntry, extents: Extents): ArenaLayout {
  const bytes = new Array<number>(entry.arenas).fill(0);
  const offsets = entry.slots.map((slot) => {
    const offset = bytes[slot.arena]!;
    bytes[slot.arena] = offset + Math.ceil(evaluateSize(slot.bytes, extents) / slotStep) * slotStep;
    return offset;
  });
  return { offsets, bytes };
}
