/** Schedules of all entries → the plan's cuda program: its dispatches, and what can be made of an entry's dispatches beside running them in order. */
import { bug } from "../../src/base/assert.js";
import type { Factor, Kernel } from "../../src/kernel/kernel.js";
import type { CudaEntry, CudaFactor, CudaKernel, CudaProduct, CudaProgram, CudaRankSum, DeviceEntry, PlanPrecision } from "../../src/plan/plan.js";
import type { PlacedLaunch, PlacedSum } from "../5-schedule/index.js";
import { cudaHeader, printCuda } from "../6-codegen/cuda/index.js";
import { persistentOf, type PrintedKernel } from "./persistent.js";
import { Collector, countOf, type ConstantList, type MadeKernel, type PlanTables, type Scheduled, type Shapes } from "./program.js";

export interface CudaOptions {
  readonly precision: PlanPrecision;
}

export function assembleCuda(scheduled: readonly Scheduled[], tables: PlanTables, shapes: Shapes, constants: ConstantList, { precision }: CudaOptions): CudaProgram {
  const collector = new Collector(tables, constants, { name: nameOf, print: printCuda });
  const entries = [...collector.entries(scheduled, shapes)];
  const kernels = collector.kernels.map(({ kernel, ...made }): PrintedKernel => ({ kernel, printed: printedOf({ kernel, ...made }) }));
  return {
    precision,
    header: cudaHeader(),
    kernels: kernels.map(({ printed }) => printed),
    weights: collector.weights,
    entries: Object.fromEntries(entries.map(([name, entry], at) => [name, entryOf(name, entry, scheduled[at]!, kernels)])),
  };
}

function entryOf(name: string, entry: DeviceEntry, { schedule }: Scheduled, kernels: readonly PrintedKernel[]): CudaEntry {
  const persistent = persistentOf(name, entry, kernels);
  const products = schedule.launches.flatMap((launch, dispatch) => productsOf(launch, dispatch));
  const sums = schedule.sums.map(sumOf);
  return { ...entry, ...(persistent ? { persistent } : {}), ...(sums.length > 0 ? { sums } : {}), ...(products.length > 0 ? { products } : {}) };
}

function sumOf({ place, elements, ready, needed }: PlacedSum): CudaRankSum {
  return { binding: place.kind === "buffer" ? place : bug(`a sum over ranks of the ${place.kind} ${place.kind === "weight" ? place.parameter : ""}`), elements, ready, needed };
}

/** No C library has a function of that name, and profilers tell our kernels from others. */
function nameOf(kernel: Kernel): string {
  return `msz_${kernel.name.replace(/\W/g, "_")}`;
}

function printedOf({ kernel, name, source }: MadeKernel): CudaKernel {
  return { name, source, threads: kernel.threads, ...(kernel.arguments ? { arguments: kernel.arguments } : {}), access: kernel.bindings.map((b) => b.access) };
}

function productsOf({ product, elements }: PlacedLaunch, dispatch: number): CudaProduct[] {
  if (!product) return [];
  const factor = ({ operand, transposed }: Factor): CudaFactor => ({ binding: operand, type: elements[operand] ?? bug(`a product of operand ${operand}`), transposed });
  const { rows, columns, inner, a, b, result } = product;
  return [{ dispatch, rows: countOf(rows), columns: countOf(columns), inner: countOf(inner), a: factor(a), b: factor(b), result: factor(result) }];
}
