/**
 * The backends that a test runs on. WebGPU is SwiftShader (from npm) unless `MSZ_ADAPTER=lavapipe` or `hardware` picks another
 * adapter; CUDA is the simulator (`cuda.ts`), where there is a C++ compiler; `MSZ_TEST_BACKENDS=tfjs` (a list by commas) narrows a run down.
 */
import type { Target } from "../../compiler/index.js";
import type { BackendName } from "../../runtime/index.js";
import { prepareCuda } from "./cuda.js";

export interface TestBackend {
  readonly name: string;
  readonly options: { readonly backend: BackendName };
}

/** The part of a plan that a backend runs. */
export const targetOf = { webgpu: "wgsl", cuda: "cuda", tfjs: "tfjs" } as const satisfies Record<BackendName, Target>;

/** A simulated device computes some hundred times slower than a processor: what is much work, and proves no kernel that other tests do not, is for a real one. */
export const simulated = (backend: BackendName): boolean => backend === "cuda" && process.env.MSZ_TEST_CUDA !== "hardware";

/**
 * Of random cases, and of others that differ little in their kernels, those that a backend runs: tfjs all, WebGPU and CUDA every second one each, where both are there. They run launches of one schedule's code on the graphs of one
 * derivation, each takes seconds a case here, and what only one of them has are kernels, which have tests of their own. With `MSZ_TEST_RUNS` each runs all.
 */
export function takes(backend: BackendName, number: number): boolean {
  const both = backends.some((b) => b.name === "webgpu") && backends.some((b) => b.name === "cuda");
  return backend === "tfjs" || !both || process.env.MSZ_TEST_RUNS !== undefined || number % 2 === (backend === "webgpu" ? 0 : 1);
}

const wanted = process.env.MSZ_TEST_BACKENDS?.split(",") ?? ["webgpu", "cuda", "tfjs"];

export const backends: readonly TestBackend[] = (["webgpu", "cuda", "tfjs"] as const)
  .filter((backend) => wanted.includes(backend) && isThere(backend))
  .map((backend) => ({ name: backend, options: { backend } }));

function isThere(backend: BackendName): boolean {
  const missing = backend === "cuda" ? prepareCuda() : undefined;
  if (missing !== undefined) console.warn(`cuda is skipped: ${missing}`);
  return missing === undefined;
}

/**
 * For suites whose point is the runtime above a backend, or that take long: simulated CUDA has its own tests of the same (`test/cuda`), and runs these where `MSZ_TEST_BACKENDS`
 * names it, for a run of all tests has 15 minutes.
 */
export const quickBackends: readonly TestBackend[] = backends.filter(({ name }) => name !== "cuda" || !simulated("cuda") || process.env.MSZ_TEST_BACKENDS !== undefined);
