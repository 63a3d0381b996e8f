/** How a state is computed for many tokens on WebGPU, and why so: read off the kernels that the plan of `forward` launches for it. */
import type { State } from "../../src/model/model.js";
import type { Plan } from "../../src/plan/plan.js";

/** By the kernels' names, the most telling first. */
const algorithms: readonly (readonly [kernel: RegExp, says: string])[] = [
  [/^boundaries_matrices/, "all chunks at once in the WY form: of each, a matrix that says what it makes of the state before it and the state that it adds; carried from chunk to chunk by a product, since too few threads would walk the whole sequence"],
  [/^boundaries_corrected_ends/, "all chunks at once in the WY form, carried from chunk to chunk by a product"],
  [/^boundaries_ends/, "all chunks at once, each from an empty state, then carried from chunk to chunk, since too few threads would walk the whole sequence"],
  [/^boundaries_corrected/, "a thread for each line of the state walks the sequence once, since there are lines enough to keep a device busy, or the state has no smaller matrix form; then chunks side by side"],
  [/^boundaries/, "a thread for each tile of the state walks the sequence once, since there are tiles enough to keep a device busy; then chunks side by side"],
  [/^scan(_\d+)?$/, "token by token, a workgroup for each sequence, since a token needs what the one before it left"],
];

/** undefined: nothing of the parallel graph reads the state. */
export function algorithmOf(plan: Plan, state: State): string | undefined {
  const program = plan.targets.wgsl;
  const dispatches = (program?.entries["forward"] ?? program?.entries["encode"])?.dispatches ?? [];
  const kernels = dispatches.filter((d) => d.label === state.name).map((d) => program!.kernels[d.kernel]!.name);
  return algorithms.find(([kernel]) => kernels.some((name) => kernel.test(name)))?.[1];
}
