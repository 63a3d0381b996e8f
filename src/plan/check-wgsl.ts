/** Checks of the wgsl program: what all programs of dispatches must keep to, and what the kernels need of an adapter. */
import { checkDevice } from "./check-device.js";
import type { Plan, WgslProgram } from "./plan.js";
import { invalid } from "./problem.js";

export function checkWgsl(plan: Plan, program: WgslProgram): void {
  const path = "targets.wgsl";
  program.kernels.forEach((kernel, i) => {
    const most = program.limits.maxStorageBuffersPerShaderStage;
    if (kernel.access.length > most) invalid(`${path}.kernels[${i}].access`, `has ${kernel.access.length} bindings, the plan's limits say ${most}`);
    if (/^\s*enable\s+f16\b/m.test(kernel.source) && !program.features?.includes("shader-f16")) {
      invalid(`${path}.kernels[${i}].source`, "uses float16", "the program's features lack `shader-f16`");
    }
  });
  checkDevice(path, plan, program, { mixedArenas: false });
}
