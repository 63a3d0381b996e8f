/** Checks of the tfjs program: known ops, sources that exist, values that live as they must, results that the entry lists. */
import { checkLives } from "./check-lives.js";
import { checkScan } from "./check-tfjs-scan.js";
import { checkSteps } from "./check-tfjs-steps.js";
import { expectSameEntries } from "./check-device.js";
import type { Plan, PlanEntry, TfjsEntry, TfjsProgram, TfjsStep } from "./plan.js";
import { expectIndex, expectUnique, invalid } from "./problem.js";
import { tfjsComputeOps, tfjsMapOps, tfjsSourceOps } from "./tfjs-ops.js";

export function checkTfjs(plan: Plan, program: TfjsProgram): void {
  const path = "targets.tfjs.entries";
  expectSameEntries(path, Object.keys(program.entries), plan);
  const sources: ReadonlySet<string> = new Set(tfjsSourceOps);
  const ops: ReadonlySet<string> = new Set([...tfjsMapOps, ...tfjsSourceOps, ...tfjsComputeOps]);
  for (const entry of plan.entries) {
    const own = `${path}.${entry.name}`;
    program.entries[entry.name]!.steps.forEach((step, i) => {
      if (!ops.has(step.op)) invalid(`${own}.steps[${i}].op`, `is \`${step.op}\`, which is no step that this msz knows`);
      if (sources.has(step.op)) checkSource(`${own}.steps[${i}].attrs`, plan, entry, step);
      checkScan(`${own}.steps[${i}]`, step);
    });
    checkResults(own, plan, entry, program.entries[entry.name]!);
    checkSteps(own, plan, program.entries[entry.name]!);
  }
}

/** What a source names must be there. */
function checkSource(path: string, plan: Plan, listed: PlanEntry, { op, attrs = {} }: TfjsStep): void {
  const named = (list: readonly { readonly name: string }[], key: string): string => {
    const index = attrs[key];
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= list.length) invalid(`${path}.${key}`, `is ${String(index)}, but there are ${list.length} ${key}s`);
    return list[index]!.name;
  };
  if (op === "parameter") named(plan.parameters, "parameter");
  if (op === "input" && !listed.inputs.some((t) => t.name === attrs.name)) invalid(`${path}.name`, `is \`${String(attrs.name)}\`, which is no input of the entry`);
  if (op === "state") {
    const name = named(plan.states, "state");
    if (!listed.states.includes(name)) invalid(`${path}.state`, `is \`${name}\`, which the entry does not list`);
  }
}

/** Values live as they must, and results are what the entry lists. */
function checkResults(path: string, plan: Plan, listed: PlanEntry, entry: TfjsEntry): void {
  const expectLive = checkLives(path, entry);
  expectUnique(`${path}.outputs`, entry.outputs.map((o) => o.name));
  entry.outputs.forEach((output, i) => expectLive(`${path}.outputs[${i}].value`, output.value));
  for (const { name } of listed.outputs) if (!entry.outputs.some((o) => o.name === name)) invalid(`${path}.outputs`, `lacks \`${name}\``);
  entry.outputs.forEach(({ name }, i) => {
    if (!listed.outputs.some((o) => o.name === name)) invalid(`${path}.outputs[${i}].name`, `is \`${name}\`, which the entry does not list`);
  });
  expectUnique(`${path}.stateUpdates`, entry.stateUpdates.map((u) => String(u.state)));
  entry.stateUpdates.forEach((update, i) => {
    expectIndex(`${path}.stateUpdates[${i}].state`, update.state, plan.states, "states");
    const { name } = plan.states[update.state]!;
    if (!listed.states.includes(name)) invalid(`${path}.stateUpdates[${i}].state`, `is \`${name}\`, which the entry does not list`);
    expectLive(`${path}.stateUpdates[${i}].value`, update.value);
  });
  const updates = entry.parameterUpdates ?? [];
  expectUnique(`${path}.parameterUpdates`, updates.map((u) => String(u.parameter)));
  updates.forEach((update, i) => {
    expectIndex(`${path}.parameterUpdates[${i}].parameter`, update.parameter, plan.parameters, "parameters");
    const { name } = plan.parameters[update.parameter]!;
    if (!listed.updates?.includes(name)) invalid(`${path}.parameterUpdates[${i}].parameter`, `is \`${name}\`, which the entry does not list`);
    expectLive(`${path}.parameterUpdates[${i}].value`, update.value);
  });
}
