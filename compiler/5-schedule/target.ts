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
  /** A launch gives its kernel numbers, so that kernels which differ in these alone are one. */
  readonly arguments: boolean;
  /**
   * Not float32: the factors of matrix products of at least 8 by 8 are rounded to it, of all entries. Weights lie on the device as narrow copies, once and as they are
   * stored, whichever way round a product wants them; x is rounded as it is read, unless it was stored so (`4-passes/half.ts`: what a training step keeps). Sums of
   * products, and all else (states, recurrences, norms, softmax, gradients of parameters, the optimiser and the weights that it changes) are float32.
   */
  readonly precision: PlanPrecision;
}

/** What every WebGPU adapter has. */
export const wgslTarget: KernelTarget = { name: "wgsl", bindings: 8, oneArena: false, subgroup: 0, workgroupBytes: 16 * 1024, arguments: false, precision: "float32" };

/** Compute capability 8.0 and later. */
export function cudaTarget(precision: PlanPrecision): KernelTarget {
  return { name: "cuda", bindings: 24, oneArena: true, subgroup: 32, workgroupBytes: 48 * 1024, arguments: true, precision };
}
