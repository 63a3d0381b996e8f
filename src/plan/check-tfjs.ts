/** Checks of the tfjs program: known ops, sources that exist, every value made once, before it is used, and not used after it is freed. */
import { checkSteps } from "./check-tfjs-steps.js";
import { expectSameEntries } from "./check-wgsl.js";
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
    });
    checkLives(own, plan, entry, program.entries[entry.name]!, sources);
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

function checkLives(path: string, plan: Plan, listed: PlanEntry, entry: TfjsEntry, sources: ReadonlySet<string>): void {
  /** Values that live on after the call: weights, constants, states, and the inputs, which the caller gives back. */
  const lasting = new Set(entry.steps.filter((step) => sources.has(step.op)).map((step) => step.out));
  const life = new Map<number, "made" | "freed">();
  // Places are made only for a message: a large plan has tens of thousands of values.
  const dead = (at: string, value: number): never =>
    invalid(at, life.get(value) === "freed" ? `is value ${value}, which is freed by then` : `is value ${value}, which no step before it has made`);
  const expectLive = (at: string, value: number): void => void (life.get(value) === "made" || dead(at, value));
  for (const [i, { in: inputs, out, free = [] }] of entry.steps.entries()) {
    const wrong = inputs.findIndex((value) => life.get(value) !== "made");
    if (wrong >= 0) dead(`${path}.steps[${i}].in[${wrong}]`, inputs[wrong]!);
    if (out >= entry.values) invalid(`${path}.steps[${i}].out`, `is ${out}, but there are ${entry.values} values`);
    if (life.has(out)) invalid(`${path}.steps[${i}].out`, `is value ${out}, which an earlier step has made`);
    life.set(out, "made");
    for (const [j, value] of free.entries()) {
      if (life.get(value) !== "made") dead(`${path}.steps[${i}].free[${j}]`, value);
      if (lasting.has(value)) invalid(`${path}.steps[${i}].free[${j}]`, `is value ${value}, which a call does not own: an input, a parameter, a state or a constant`);
      life.set(value, "freed");
    }
  }
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
