/** Checks of the wgsl program: indices, bindings against the kernels' access, lifetimes against slots and arenas. */
import type { Plan, PlanEntry, SizeExpr, WgslBinding, WgslDispatch, WgslEntry, WgslProgram } from "./plan.js";
import { expectIndex, expectUnique, invalid } from "./problem.js";

export function checkWgsl(plan: Plan, program: WgslProgram): void {
  const path = "targets.wgsl";
  expectUnique(`${path}.kernels`, program.kernels.map((k) => k.name));
  program.kernels.forEach((kernel, i) => {
    const most = program.limits.maxStorageBuffersPerShaderStage;
    if (kernel.access.length > most) invalid(`${path}.kernels[${i}].access`, `has ${kernel.access.length} bindings, the plan's limits say ${most}`);
  });
  program.weights.forEach((weight, i) => {
    expectIndex(`${path}.weights[${i}].parameter`, weight.parameter, plan.parameters, "parameters");
    const { name, shape } = plan.parameters[weight.parameter]!;
    if (weight.transposed && shape.length !== 2) invalid(`${path}.weights[${i}].transposed`, `is true, but \`${name}\` is [${shape.join(", ")}]`, "only a parameter of two dims can be stored the other way round");
  });
  expectSameEntries(`${path}.entries`, Object.keys(program.entries), plan);
  for (const entry of plan.entries) checkEntry(`${path}.entries.${entry.name}`, plan, program, entry, program.entries[entry.name]!);
}

export function expectSameEntries(path: string, names: readonly string[], plan: Plan): void {
  for (const name of names) if (!plan.entries.some((e) => e.name === name)) invalid(`${path}.${name}`, "is not in the plan's list of entries");
  for (const { name } of plan.entries) if (!names.includes(name)) invalid(path, `lacks \`${name}\`, which the plan's list of entries has`);
}

function checkEntry(path: string, plan: Plan, program: WgslProgram, listed: PlanEntry, entry: WgslEntry): void {
  entry.slots.forEach((slot, i) => {
    if (slot.arena >= entry.arenas) invalid(`${path}.slots[${i}].arena`, `is ${slot.arena}, but there are ${entry.arenas} arenas`);
  });
  checkBuffers(path, entry);
  // What has a value so far: "output 0", "buffer 12".
  const written = new Set<string>();
  entry.dispatches.forEach((dispatch, i) => {
    checkDispatch(`${path}.dispatches[${i}]`, i, plan, program, listed, entry, dispatch, written);
  });
  listed.outputs.forEach((output, i) => {
    if (!written.has(`output ${i}`)) invalid(path, `never writes the output \`${output.name}\``);
  });
}

/** Each value fits its slot and lives alone in it. */
function checkBuffers(path: string, entry: WgslEntry): void {
  const bySlot = entry.slots.map((): number[] => []);
  entry.buffers.forEach((buffer, i) => {
    const at = `${path}.buffers[${i}]`;
    expectIndex(`${at}.slot`, buffer.slot, entry.slots, "slots");
    if (buffer.first > buffer.last) invalid(`${at}.first`, `is ${buffer.first}, after last, ${buffer.last}`);
    expectIndex(`${at}.last`, buffer.last, entry.dispatches, "dispatches");
    if (!fits(buffer.bytes, entry.slots[buffer.slot]!.bytes)) invalid(`${at}.bytes`, `is more than its slot ${buffer.slot} has for some sizes of the call`);
    bySlot[buffer.slot]!.push(i);
  });
  for (const [slot, indices] of bySlot.entries()) {
    indices.sort((a, b) => entry.buffers[a]!.first - entry.buffers[b]!.first);
    indices.forEach((i, place) => {
      const before = indices[place - 1];
      if (before !== undefined && entry.buffers[before]!.last >= entry.buffers[i]!.first) invalid(`${path}.buffers[${i}]`, `lies in slot ${slot} while buffer ${before} still lives there`);
    });
  }
}

function checkDispatch(
  path: string, position: number, plan: Plan, program: WgslProgram, listed: PlanEntry, entry: WgslEntry, dispatch: WgslDispatch, written: Set<string>,
): void {
  expectIndex(`${path}.kernel`, dispatch.kernel, program.kernels, "kernels");
  const { access, name } = program.kernels[dispatch.kernel]!;
  if (dispatch.bindings.length !== access.length) invalid(`${path}.bindings`, `has ${dispatch.bindings.length} items, the kernel \`${name}\` takes ${access.length}`);
  const tables: { readonly [K in WgslBinding["kind"]]: { readonly length: number } } = {
    input: listed.inputs, output: listed.outputs, weight: program.weights, constant: plan.constants, state: plan.states, buffer: entry.buffers,
  };
  // Device memory by how this dispatch uses it: WebGPU allows a buffer one use in a dispatch.
  const uses = new Map<string, "read" | "read_write">();
  dispatch.bindings.forEach((binding, i) => {
    const at = `${path}.bindings[${i}]`;
    const { kind, index } = binding;
    expectIndex(`${at}.index`, index, tables[kind], `${kind}s`);
    const writes = access[i] === "read_write";
    if (writes && (kind === "input" || kind === "weight" || kind === "constant")) invalid(at, `is written by the kernel \`${name}\`, but a ${kind} is only read`);
    if (kind === "state" && !listed.states.includes(plan.states[index]!.name)) invalid(at, `is the state \`${plan.states[index]!.name}\`, which the entry does not list`);
    if (kind === "buffer") {
      const { first, last } = entry.buffers[index]!;
      if (position < first || position > last) invalid(at, `uses buffer ${index}, which lives from dispatch ${first} to ${last}`);
    }
    if (kind === "buffer" || kind === "output") {
      if (!writes && !written.has(`${kind} ${index}`)) invalid(at, `reads ${kind} ${index} before any dispatch has written it`);
    }
    const memory = kind === "buffer" ? `arena ${entry.slots[entry.buffers[index]!.slot]!.arena}` : `${kind} ${index}`;
    const other = uses.get(memory);
    if (other !== undefined && (other !== access[i] || (writes && kind !== "buffer"))) invalid(at, `is a second use of ${memory}, which this dispatch also writes`, "a device refuses to read and write one buffer in one dispatch");
    uses.set(memory, access[i]!);
  });
  // Two buffers of one arena may both be written, but not one buffer twice.
  const writtenHere = dispatch.bindings.filter((_, i) => access[i] === "read_write").map((b) => `${b.kind} ${b.index}`);
  expectUnique(`${path}.bindings`, writtenHere);
  for (const memory of writtenHere) written.add(memory);
}

/** Whether a ≤ b at every call, term by term: then each of a's coefficients is at most b's. */
function fits(a: SizeExpr, b: SizeExpr): boolean {
  const room = coefficients(b);
  return [...coefficients(a)].every(([product, times]) => times <= (room.get(product) ?? 0));
}

function coefficients(expr: SizeExpr): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { times, of } of expr) {
    const product = [...of].sort().join("·");
    sums.set(product, (sums.get(product) ?? 0) + times);
  }
  return sums;
}
