/** Schedules of all entries → the plan's wgsl program, with what its kernels need of an adapter. */
import type { KernelArray } from "../../src/kernel/kernel.js";
import type { WgslProgram } from "../../src/plan/plan.js";
import { printWgsl, usesHalf } from "../6-codegen/wgsl/index.js";
import { Collector, type ConstantList, type PlanTables, type Scheduled, type Shapes } from "./program.js";

export function assembleWgsl(scheduled: readonly Scheduled[], tables: PlanTables, shapes: Shapes, constants: ConstantList): WgslProgram {
  const collector = new Collector(tables, constants, { name: (kernel) => kernel.name, print: printWgsl });
  const entries = Object.fromEntries(collector.entries(scheduled, shapes));
  const kernels = collector.kernels.map(({ kernel }) => kernel);
  const most = (least: number, ...sizes: readonly number[]): number => Math.max(least, ...sizes);
  return {
    kernels: collector.kernels.map(({ name, source, kernel }) => ({ name, source, access: kernel.bindings.map((b) => b.access) })),
    weights: collector.weights,
    entries,
    limits: {
      maxStorageBuffersPerShaderStage: most(1, ...kernels.map((k) => k.bindings.length)),
      maxComputeInvocationsPerWorkgroup: most(1, ...kernels.map((k) => k.threads)),
      maxComputeWorkgroupStorageSize: most(0, ...kernels.map((k) => k.arrays.reduce((sum, a) => sum + sharedBytes(a), 0))),
    },
    ...(kernels.some(usesHalf) ? { features: ["shader-f16"] } : {}),
  };
}

function sharedBytes(array: KernelArray): number {
  return array.space === "workgroup" ? array.length * (array.type === "vec4f" ? 16 : 4) : 0;
}
