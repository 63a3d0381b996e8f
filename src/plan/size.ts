/**
 * Sizes at a call: a plan's expressions and the values of its symbols go in, numbers come out. Knows no device.
 */
import { MszError } from "../base/error.js";
import type { GridExpr, PlanExtent, PlanSymbol, SizeExpr, DeviceEntry } from "./plan.js";

export type Extents = Readonly<Record<PlanSymbol, number>>;

/** Slots of an arena begin at multiples of this: WebGPU's largest allowed `minStorageBufferOffsetAlignment`. */
export const slotStep = 256;
/** WebGPU's default `maxComputeWorkgroupsPerDimension`. */
export const longestGrid = 65_535;

/** `length`: slots in use before the call. `room`: slots that the caches have, `source`: tokens of the source texts; 0 where there are none. */
export function extentsOf(call: { batch: number; tokens: number; chunk: number; length?: number; room?: number; source?: number }): Extents {
  const used = (call.length ?? 0) + call.tokens;
  const source = call.source ?? 0;
  return { B: call.batch, T: call.tokens, N: Math.ceil(call.tokens / call.chunk), S: used, C: call.room ?? 0, E: source, M: Math.ceil(source / call.chunk) };
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

/** Arenas are cut into pages, for a device's buffers end somewhere. A page holds slots of one arena. */
export interface ArenaLayout {
  /** By slot: the page that it lies in, and where it begins there. */
  readonly pages: readonly number[];
  readonly offsets: readonly number[];
  /** How large each page is, a multiple of 256. */
  readonly bytes: readonly number[];
}

/** @param most bytes of a page; only a slot that is larger by itself has a page that is larger */
export function layoutArenas(entry: DeviceEntry, extents: Extents, most = Infinity): ArenaLayout {
  const bytes: number[] = [];
  const arenas: number[] = [];
  const offsets: number[] = [];
  const pages = entry.slots.map((slot) => {
    // A slot of no bytes has a step too, for a binding must not be empty.
    const size = Math.max(1, Math.ceil(evaluateSize(slot.bytes, extents) / slotStep)) * slotStep;
    const first = bytes.findIndex((used, page) => arenas[page] === slot.arena && used + size <= most);
    const page = first < 0 ? arenas.push(slot.arena) - 1 : first;
    const offset = bytes[page] ?? 0;
    offsets.push(offset);
    bytes[page] = offset + size;
    return page;
  });
  return { pages, offsets, bytes };
}
