/** What kernels are made for: the limits and abilities of a kind of device, and the numbers that matrix products multiply. */
import type { PlanPrecision } from "../../src/plan/plan.js";

export interface KernelTarget {
  readonly name: "wgsl" | "cuda";
  /** Bindings of a kernel at most. */
  readonly bindings: number;
  /** A dispatch may read and write one buffer at different places: then there is one arena. */
  readonly oneArena: boolean;
  /** Neighbouring threads that can exchange registers, and run `mma` together; 0 = none that can be counted on. */
  readonly subgroup: 0 | 32;
  /** Workgroup memory of a kernel at most. */
  readonly workgroupBytes: number;
  readonly precision: PlanPrecision;
}

/** What every WebGPU adapter has. */
export const wgslTarget: KernelTarget = { name: "wgsl", bindings: 8, oneArena: false, subgroup: 0, workgroupBytes: 16 * 1024, precision: "float32" };

/** Compute capability 8.0 and later. */
export function cudaTarget(precision: PlanPrecision): KernelTarget {
  return { name: "cuda", bindings: 24, oneArena: true, subgroup: 32, workgroupBytes: 48 * 1024, precision };
}
