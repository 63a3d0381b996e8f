/**
 * Schedules of all entries → the plan's wgsl program: kernels once each, weights and constants once each, dispatches by index.
 */
import { bug } from "../../src/base/assert.js";
import type { Span } from "../../src/base/source.js";
import type { Extent, Node } from "../../src/graph/graph.js";
import type { Grid, Kernel, KernelArray } from "../../src/kernel/kernel.js";
import type { GridExpr, PlanConstant, PlanEntry, PlanSymbol, SizeExpr, DispatchBinding, Dispatch, DeviceEntry, WgslKernel, WgslProgram, DeviceWeight } from "../../src/plan/plan.js";
import { buildTranspose, productOf, type Bytes, type Place, type Schedule } from "../5-schedule/index.js";
import { printWgsl, usesHalf } from "../6-codegen/wgsl/index.js";
import { encodeNumbers } from "./base64.js";

/** What the program's numbers refer to. */
export interface PlanTables {
  readonly parameters: readonly string[];
  readonly states: readonly string[];
  readonly entries: readonly PlanEntry[];
}

/** An entry's schedule, and the places whose values its backward pass computes again. */
export interface Scheduled {
  readonly schedule: Schedule;
  readonly recomputed: readonly string[];
}

/** @param shapes the parameters' stored shapes */
export function assembleWgsl(
  scheduled: readonly Scheduled[], tables: PlanTables, shapes: ReadonlyMap<string, readonly number[]>,
): { program: WgslProgram; constants: PlanConstant[] } {
  const collector = new Collector(tables);
  const made = scheduled.map(({ schedule }, at) => collector.entry(schedule, tables.entries[at]!));
  const entries: Record<string, DeviceEntry> = {};
  // Which parameters are wanted transposed is known once all entries are.
  scheduled.forEach(({ schedule, recomputed }, at) => {
    const entry = tables.entries[at]!;
    const span = schedule.launches[0]?.kernel.span;
    const copies = span === undefined ? [] : collector.copies(entry, shapes, span);
    entries[entry.name] = { ...made[at]!, dispatches: [...made[at]!.dispatches, ...copies], ...(recomputed.length > 0 ? { recomputed } : {}) };
  });
  const { kernels, weights, constants, limits, half } = collector;
  return { program: { kernels, weights, entries, limits, ...(half ? { features: ["shader-f16"] } : {}) }, constants };
}

class Collector {
  readonly kernels: WgslKernel[] = [];
  readonly weights: DeviceWeight[] = [];
  readonly constants: PlanConstant[] = [];
  readonly limits = { maxStorageBuffersPerShaderStage: 1, maxComputeInvocationsPerWorkgroup: 1, maxComputeWorkgroupStorageSize: 0 };
  half = false;
  private readonly numbers = new Map<Kernel, number>();
  private readonly texts = new Map<string, number>();
  private readonly weightNumbers = new Map<string, number>();
  private readonly constantNumbers = new Map<string, number>();

  constructor(private readonly tables: PlanTables) {}

  entry(schedule: Schedule, entry: PlanEntry): DeviceEntry {
    return {
      arenas: schedule.arenas,
      slots: schedule.slots.map(({ arena, bytes }) => ({ arena, bytes: sizeOf(bytes) })),
      buffers: schedule.buffers.map(({ slot, bytes, first, last }) => ({ slot, bytes: sizeOf(bytes), first, last })),
      dispatches: schedule.launches.map(({ kernel, grid, places, label }) => ({
        kernel: this.kernel(kernel),
        grid: [gridOf(grid[0]), gridOf(grid[1]), gridOf(grid[2])],
        bindings: places.map((place) => this.binding(place, entry)),
        label,
      })),
    };
  }

  /** Of the parameters that the entry updates: the dispatches that make their transposed forms again. */
  copies(entry: PlanEntry, shapes: ReadonlyMap<string, readonly number[]>, span: Span): Dispatch[] {
    return (entry.updates ?? []).filter((name) => this.weightNumbers.has(weightKey(name, true))).map((name) => {
      const [rows = 1, columns = 1] = shapes.get(name) ?? bug(`${name} has no shape`);
      const { kernel, grid, label } = buildTranspose(name, rows, columns, span);
      const bindings = [false, true].map((transposed): DispatchBinding => ({ kind: "weight", index: this.weight(name, transposed) }));
      return { kernel: this.kernel(kernel), grid: [gridOf(grid[0]), gridOf(grid[1]), gridOf(grid[2])], bindings, label };
    });
  }

  private kernel(kernel: Kernel): number {
    const known = this.numbers.get(kernel);
    if (known !== undefined) return known;
    const source = printWgsl(kernel);
    const number = this.texts.get(source) ?? this.addKernel(kernel, source);
    this.numbers.set(kernel, number);
    return number;
  }

  private addKernel(kernel: Kernel, source: string): number {
    const { limits } = this;
    limits.maxStorageBuffersPerShaderStage = Math.max(limits.maxStorageBuffersPerShaderStage, kernel.bindings.length);
    limits.maxComputeInvocationsPerWorkgroup = Math.max(limits.maxComputeInvocationsPerWorkgroup, kernel.threads);
    limits.maxComputeWorkgroupStorageSize = Math.max(limits.maxComputeWorkgroupStorageSize, kernel.arrays.reduce((sum, a) => sum + sharedBytes(a), 0));
    this.half ||= usesHalf(kernel);
    const number = this.kernels.length;
    this.kernels.push({ name: this.uniqueName(kernel.name), source, access: kernel.bindings.map((b) => b.access) });
    this.texts.set(source, number);
    return number;
  }

  /** `matmul`, `matmul_2`, …: a name that files and messages can use. */
  private uniqueName(name: string): string {
    const taken = new Set(this.kernels.map((k) => k.name));
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`;
    return unique;
  }

  private binding(place: Place, entry: PlanEntry): DispatchBinding {
    switch (place.kind) {
      case "input": return { kind: "input", index: indexIn(entry.inputs.map((t) => t.name), place.name) };
      case "output": return { kind: "output", index: indexIn(entry.outputs.map((t) => t.name), place.name) };
      case "state": return { kind: "state", index: indexIn(this.tables.states, place.name) };
      case "weight": return { kind: "weight", index: this.weight(place.parameter, place.transposed) };
      case "constant": return { kind: "constant", index: this.constant(place.node) };
      case "buffer": return place;
      default: return place satisfies never;
    }
  }

  private weight(parameter: string, transposed: boolean): number {
    const key = weightKey(parameter, transposed);
    const known = this.weightNumbers.get(key);
    if (known !== undefined) return known;
    this.weightNumbers.set(key, this.weights.length);
    return this.weights.push({ parameter: indexIn(this.tables.parameters, parameter), transposed }) - 1;
  }

  private constant(node: Node & { op: "table" }): number {
    const shape = node.dims.map((d) => (typeof d.size === "number" ? d.size : bug(`a table of size ${d.size}`)));
    const data = encodeNumbers(node.dtype, node.data);
    const key = `${node.dtype} ${shape.join("x")} ${data}`;
    const known = this.constantNumbers.get(key);
    if (known !== undefined) return known;
    this.constantNumbers.set(key, this.constants.length);
    return this.constants.push({ dtype: node.dtype, shape, data }) - 1;
  }
}

function weightKey(parameter: string, transposed: boolean): string {
  return `${parameter} ${transposed}`;
}

function indexIn(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  return index < 0 ? bug(`the plan has no ${name} (there are ${names.join(", ")})`) : index;
}

function sharedBytes(array: KernelArray): number {
  return array.space === "workgroup" ? array.length * (array.type === "vec4f" ? 16 : 4) : 0;
}

function sizeOf(bytes: Bytes): SizeExpr {
  return [...bytes].map(([symbols, times]) => ({ times, of: symbols === "" ? [] : (symbols.split("·") as PlanSymbol[]) }));
}

function gridOf(grid: Grid): GridExpr {
  return { size: sizeOf(productOf(grid.size as readonly Extent[], 1)), per: grid.per };
}
