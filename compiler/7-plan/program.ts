/**
 * What the programs of dispatches share, wgsl's and cuda's: schedules of all entries → kernels and weights once each, dispatches by index. Constants are
 * the plan's own, one list for all targets.
 */
import { bug } from "../../src/base/assert.js";
import type { Span } from "../../src/base/source.js";
import type { Extent, Node } from "../../src/graph/graph.js";
import type { Grid, Kernel } from "../../src/kernel/kernel.js";
import type { DeviceEntry, DeviceWeight, Dispatch, DispatchBinding, GridExpr, PlanConstant, PlanEntry, PlanSymbol, SizeExpr } from "../../src/plan/plan.js";
import { buildForm, productOf, type Bytes, type Place, type Schedule } from "../5-schedule/index.js";
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

/** The stored shapes of the parameters. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

export interface MadeKernel {
  readonly kernel: Kernel;
  readonly name: string;
  readonly source: string;
}

/** How a target writes its kernels. */
export interface KernelText {
  /** What a kernel would be called if no other were. */
  name(kernel: Kernel): string;
  /** Kernels that have the same text under one name are the same. */
  print(kernel: Kernel, name: string): string;
}

/** Tables of numbers that the graphs left. */
export class ConstantList {
  readonly all: PlanConstant[] = [];
  private readonly numbers = new Map<string, number>();

  number(node: Node & { op: "table" }): number {
    const shape = node.dims.map((d) => (typeof d.size === "number" ? d.size : bug(`a table of size ${d.size}`)));
    const data = encodeNumbers(node.dtype, node.data);
    const key = `${node.dtype} ${shape.join("x")} ${data}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.all.length);
    return this.all.push({ dtype: node.dtype, shape, data }) - 1;
  }
}

export class Collector {
  readonly kernels: MadeKernel[] = [];
  readonly weights: DeviceWeight[] = [];
  private readonly kernelNumbers = new Map<Kernel, number>();
  private readonly texts = new Map<string, number>();
  private readonly names = new Set<string>();
  private readonly weightNumbers = new Map<string, number>();

  constructor(
    private readonly tables: PlanTables,
    private readonly constants: ConstantList,
    private readonly text: KernelText,
  ) {}

  /** All entries by name, in order. */
  entries(scheduled: readonly Scheduled[], shapes: Shapes): Map<string, DeviceEntry> {
    const made = scheduled.map(({ schedule }, at) => this.entry(schedule, this.tables.entries[at]!));
    // In which forms parameters are wanted is known once all entries are.
    return new Map(scheduled.map(({ schedule, recomputed }, at) => {
      const entry = this.tables.entries[at]!;
      const span = schedule.launches[0]?.kernel.span;
      const copies = span === undefined ? [] : this.copies(entry, shapes, span);
      return [entry.name, { ...made[at]!, dispatches: [...made[at]!.dispatches, ...copies], ...(recomputed.length > 0 ? { recomputed } : {}) }];
    }));
  }

  private entry(schedule: Schedule, entry: PlanEntry): DeviceEntry {
    return {
      arenas: schedule.arenas,
      slots: schedule.slots.map(({ arena, bytes }) => ({ arena, bytes: sizeOf(bytes) })),
      buffers: schedule.buffers.map(({ slot, bytes, first, last }) => ({ slot, bytes: sizeOf(bytes), first, last })),
      dispatches: schedule.launches.map(({ kernel, grid, places, arguments: given, label }) => ({
        kernel: this.kernel(kernel),
        grid: gridsOf(grid),
        bindings: places.map((place) => this.binding(place, entry)),
        ...(given ? { arguments: given } : {}),
        label,
      })),
    };
  }

  /** Of the parameters that the entry updates: the dispatches that make their other forms again, in the order of these. */
  private copies(entry: PlanEntry, shapes: Shapes, span: Span): Dispatch[] {
    return (entry.updates ?? []).flatMap((name) => {
      const parameter = indexIn(this.tables.parameters, name);
      const shape = shapes.get(name) ?? bug(`${name} has no shape`);
      const forms = this.weights.filter((weight) => weight.parameter === parameter && (weight.transposed || weight.narrow !== undefined));
      return forms.map((form): Dispatch => {
        const { kernel, grid, label } = buildForm(name, shape, form, span);
        const bindings = [{ transposed: false }, form].map((of): DispatchBinding => ({ kind: "weight", index: this.weight(name, of) }));
        return { kernel: this.kernel(kernel), grid: gridsOf(grid), bindings, label };
      });
    });
  }

  private kernel(kernel: Kernel): number {
    const known = this.kernelNumbers.get(kernel);
    if (known !== undefined) return known;
    const wished = this.text.name(kernel);
    const text = this.text.print(kernel, wished);
    const number = this.texts.get(text) ?? this.add(kernel, wished, text);
    this.kernelNumbers.set(kernel, number);
    return number;
  }

  /** `matmul`, `matmul_2`, …: a name that files and messages can use. */
  private add(kernel: Kernel, wished: string, text: string): number {
    let name = wished;
    for (let n = 2; this.names.has(name); n++) name = `${wished}_${n}`;
    this.names.add(name);
    this.texts.set(text, this.kernels.length);
    return this.kernels.push({ kernel, name, source: name === wished ? text : this.text.print(kernel, name) }) - 1;
  }

  private binding(place: Place, entry: PlanEntry): DispatchBinding {
    switch (place.kind) {
      case "input": return { kind: "input", index: indexIn(entry.inputs.map((t) => t.name), place.name) };
      case "output": return { kind: "output", index: indexIn(entry.outputs.map((t) => t.name), place.name) };
      case "state": return { kind: "state", index: indexIn(this.tables.states, place.name) };
      case "weight": return { kind: "weight", index: this.weight(place.parameter, place) };
      case "constant": return { kind: "constant", index: this.constants.number(place.node) };
      case "buffer": return place;
      default: return place satisfies never;
    }
  }

  private weight(parameter: string, { transposed, narrow }: Omit<DeviceWeight, "parameter">): number {
    const key = `${parameter} ${transposed} ${narrow ?? "f32"}`;
    const known = this.weightNumbers.get(key);
    if (known !== undefined) return known;
    this.weightNumbers.set(key, this.weights.length);
    return this.weights.push({ parameter: indexIn(this.tables.parameters, parameter), transposed, ...(narrow ? { narrow } : {}) }) - 1;
  }
}

function indexIn(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  return index < 0 ? bug(`the plan has no ${name} (there are ${names.join(", ")})`) : index;
}

export function sizeOf(bytes: Bytes): SizeExpr {
  return [...bytes].map(([symbols, times]) => ({ times, of: symbols === "" ? [] : (symbols.split("·") as PlanSymbol[]) }));
}

export function countOf(sizes: readonly Extent[]): SizeExpr {
  return sizeOf(productOf(sizes, 1));
}

function gridsOf(grids: readonly [Grid, Grid, Grid]): Dispatch["grid"] {
  return grids.map(({ size, per }): GridExpr => ({ size: countOf(size), per })) as unknown as Dispatch["grid"];
}
