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

const wanted = process.env.MSZ_TEST_BACKENDS?.split(",") ?? ["webgpu", "cuda", "tfjs"];

export const backends: readonly TestBackend[] = (["webgpu", "cuda", "tfjs"] as const)
  .filter((backend) => wanted.includes(backend) && isThere(backend))
  .map((backend) => ({ name: backend, options: { backend } }));

function isThere(backend: BackendName): boolean {
  const missing = backend === "cuda" ? prepareCuda() : undefined;
  if (missing !== undefined) console.warn(`cuda is skipped: ${missing}`);
  return missing === undefined;
}
