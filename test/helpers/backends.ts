/**
 * The backends that a test runs on. WebGPU is SwiftShader (from npm) unless `MSZ_ADAPTER=lavapipe` or `hardware` picks another
 * adapter; `MSZ_TEST_BACKENDS=tfjs` (a list by commas) narrows a run down.
 */
import type { BackendName } from "../../runtime/index.js";

export interface TestBackend {
  readonly name: string;
  readonly options: { readonly backend: BackendName };
}

const wanted = process.env.MSZ_TEST_BACKENDS?.split(",");

export const backends: readonly TestBackend[] = (["webgpu", "tfjs"] as const)
  .filter((b) => !wanted || wanted.includes(b))
  .map((backend) => ({ name: backend, options: { backend } }));
