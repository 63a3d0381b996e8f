/** Features that some kernels of a plan need of an adapter. Entries without such kernels run without them. */
import { MszError } from "../../src/base/error.js";
import type { WgslProgram } from "../../src/plan/plan.js";
import type { Gpu } from "./gpu.js";

type Features = NonNullable<WgslProgram["features"]>;

/** @throws MszError `device-feature` */
export function expectFeatures(features: Features, gpu: Gpu): void {
  for (const name of features) {
    if (gpu.has(name)) continue;
    throw new MszError("device-feature", `the plan needs ${name}; this adapter lacks it`, {
      blame: "machine",
      reason: `the adapter is ${gpu.description}; with \`precision = float16\` kernels of training read and write float16`,
      hint: "write `precision = float32` in the spec's `train` block, or use another adapter",
    });
  }
}

/** Of one kernel, by its directives: the pipeline of a kernel whose feature lacks would only say that its text is wrong. */
export function featuresOf(source: string): Features {
  return /^enable f16;/m.test(source) ? ["shader-f16"] : [];
}
