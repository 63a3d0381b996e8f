/** The backend over the simulated CUDA: a device that the unchanged runtime opens, or why there is none. */
import { openCudaDevice } from "../../runtime/cuda/index.js";
import type { CudaDevice } from "../../runtime/cuda/device.js";
import type { CudaOptions } from "../../runtime/open-cuda.js";
import { buildSimulator, type Simulator } from "../cuda-sim/build.js";
import { controlOf, withEnvironment, type Control } from "../cuda-sim/control.js";

export interface Simulated {
  readonly simulator: Simulator;
  readonly control: Control;
  open(options?: CudaOptions, environment?: Readonly<Record<string, string>>): Promise<CudaDevice>;
}

/** Null, with a line that says why, where there is no C++ compiler. */
export function openSimulator(): Simulated | null {
  const simulator = buildSimulator();
  if ("missing" in simulator) {
    console.warn(`skipped: ${simulator.missing}`);
    return null;
  }
  // For good: the compiler is looked for when the first kernel is, which may be after `open`.
  Object.assign(process.env, simulator.environment);
  return { simulator, control: controlOf(simulator), open: (options, environment = {}) => withEnvironment(environment, () => openCudaDevice({ poison: true, ...options })) };
}
