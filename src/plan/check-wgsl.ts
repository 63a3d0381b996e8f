/** Checks of the wgsl program: indices, bindings against the kernels' access, lifetimes against slots and arenas. */
import type { Plan, PlanEntry, SizeExpr, DispatchBinding, DeviceEntry, WgslKernel, WgslProgram } from "./plan.js";
import { expectIndex, expectUnique, invalid } from "./problem.js";

type Tables = { readonly [K in DispatchBinding["kind"]]: { readonly length: number } };
/** What has a value so far. */
type Written = { readonly [K in "buffer" | "output"]: Set<number> };

export function checkWgsl(plan: Plan, program: WgslProgram): void {
  const path = "targets.wgsl";
  expectUnique(`${path}.kernels`, program.kernels.map((k) => k.name));
  program.kernels.forEach((kernel, i) => {
    const most = program.limits.maxStorageBuffersPerShaderStage;
    if (kernel.access.length > most) invalid(`${path}.kernels[${i}].access`, `has ${kernel.access.length} bindings, the plan's limits say ${most}`);
    if (/^\s*enable\s+f16\b/m.test(kernel.source) && !program.features?.includes("shader-f16")) {
      invalid(`${path}.kernels[${i}].source`, "uses float16", "the program's features lack `shader-f16`");
    }
  });
  program.weights.forEach((weight, i) => {
    expectIndex(`${path}.weights[${i}].parameter`, weight.parameter, plan.parameters, "parameters");
    const { name, shape } = plan.parameters[weight.parameter]!;
    if (weight.transposed && shape.length !== 2) invalid(`${path}.weights[${i}].transposed`, `is true, but \`${name}\` is [${shape.join(", ")}]`, "only a parameter of two dims can be stored the other way round");
  });
  expectUnique(`${path}.weights`, program.weights.map((w) => `${plan.parameters[w.parameter]!.name}${w.transposed ? " transposed" : ""}`));
  expectSameEntries(`${path}.entries`, Object.keys(program.entries), plan);
  for (const entry of plan.entries) checkEntry(`${path}.entries.${entry.name}`, plan, program, entry, program.entries[entry.name]!);
}

export function expectSameEntries(path: string, names: readonly string[], plan: Plan): void {
  for (const name of names) if (!plan.entries.some((e) => e.name === name)) invalid(`${path}.${name}`, "is not in the plan's list of entries");
  for (const { name } of plan.entries) if (!names.includes(name)) invalid(path, `lacks \`${name}\`, which the plan's list of entries has`);
}

function checkEntry(path: string, plan: Plan, program: WgslProgram, listed: PlanEntry, entry: DeviceEntry): void {
  entry.slots.forEach((slot, i) => {
    if (slot.arena >= entry.arenas) invalid(`${path}.slots[${i}].arena`, `is ${slot.arena}, but there are ${entry.arenas} arenas`);
  });
  checkBuffers(path, entry);
  const tables: Tables = {
    input: listed.inputs, output: listed.outputs, weight: program.weights, constant: plan.constants, state: plan.states, buffer: entry.buffers,
  };
  const written: Written = { buffer: new Set(), output: new Set() };
  entry.dispatches.forEach((dispatch, i) => {
    const kernel = program.kernels[dispatch.kernel];
    const at = (): string => `${path}.dispatches[${i}]`;
    if (!kernel) invalid(`${at()}.kernel`, `is ${dispatch.kernel}, but there are ${program.kernels.length} kernels`);
    checkBindings(at, i, kernel, dispatch.bindings, tables, entry, written);
    dispatch.bindings.forEach(({ kind, index }, j) => {
      if (kind !== "weight" || kernel.access[j] !== "read_write") return;
      const { name } = plan.parameters[program.weights[index]!.parameter]!;
      if (!listed.updates?.includes(name)) invalid(`${at()}.bindings[${j}]`, `writes \`${name}\`, which is none of the entry's updates`);
    });
    for (const { kind, index } of dispatch.bindings) {
      if (kind !== "state" || listed.states.includes(plan.states[index]!.name)) continue;
      invalid(at(), `uses the state \`${plan.states[index]!.name}\`, which the entry does not list`);
    }
  });
  listed.outputs.forEach((output, i) => {
    if (!written.output.has(i)) invalid(path, `never writes the output \`${output.name}\``);
  });
}

/** Each value fits its slot and lives alone in it. */
function checkBuffers(path: string, entry: DeviceEntry): void {
  const bySlot = entry.slots.map((): number[] => []);
  entry.buffers.forEach((buffer, i) => {
    const at = (): string => `${path}.buffers[${i}]`;
    const slot = entry.slots[buffer.slot];
    if (!slot) invalid(`${at()}.slot`, `is ${buffer.slot}, but there are ${entry.slots.length} slots`);
    if (buffer.first > buffer.last) invalid(`${at()}.first`, `is ${buffer.first}, after last, ${buffer.last}`);
    if (buffer.last >= entry.dispatches.length) invalid(`${at()}.last`, `is ${buffer.last}, but there are ${entry.dispatches.length} dispatches`);
    if (!fits(buffer.bytes, slot.bytes)) invalid(`${at()}.bytes`, `is more than its slot ${buffer.slot} has for some sizes of the call`);
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

/** Places are made only for a message: a large plan has tens of thousands of bindings. */
function checkBindings(
  at: () => string, position: number, kernel: WgslKernel, bindings: readonly DispatchBinding[], tables: Tables, entry: DeviceEntry, written: Written,
): void {
  const { access, name } = kernel;
  if (bindings.length !== access.length) invalid(`${at()}.bindings`, `has ${bindings.length} items, the kernel \`${name}\` takes ${access.length}`);
  bindings.forEach(({ kind, index }, i) => {
    const here = (): string => `${at()}.bindings[${i}]`;
    if (index >= tables[kind].length) invalid(`${here()}.index`, `is ${index}, but there are ${tables[kind].length} ${kind}s`);
    const writes = access[i] === "read_write";
    if (writes && (kind === "input" || kind === "constant")) invalid(here(), `is written by the kernel \`${name}\`, but a ${kind} is only read`);
    if (kind === "buffer") {
      const { first, last } = entry.buffers[index]!;
      if (position < first || position > last) invalid(here(), `uses buffer ${index}, which lives from dispatch ${first} to ${last}`);
    }
    if ((kind === "buffer" || kind === "output") && !writes && !written[kind].has(index)) invalid(here(), `reads ${kind} ${index} before any dispatch has written it`);
    for (let j = 0; j < i; j++) {
      const other = bindings[j]!;
      const otherWrites = access[j] === "read_write";
      if (!writes && !otherWrites) continue;
      const same = other.kind === kind && other.index === index;
      // Two values of one arena may both be written: they lie apart.
      const mixed = writes !== otherWrites && kind === "buffer" && other.kind === "buffer" && arenaOf(entry, index) === arenaOf(entry, other.index);
      if (same || mixed) invalid(here(), `is a second use of ${mixed ? `arena ${arenaOf(entry, index)}` : `${kind} ${index}`}, which this dispatch writes`, "a device refuses to read and write one buffer in one dispatch");
    }
  });
  bindings.forEach(({ kind, index }, i) => {
    if (access[i] === "read_write" && (kind === "buffer" || kind === "output")) written[kind].add(index);
  });
}

function arenaOf(entry: DeviceEntry, buffer: number): number {
  return entry.slots[entry.buffers[buffer]!.slot]!.arena;
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
