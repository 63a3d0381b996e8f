/** Checks that programs of dispatches share, wgsl's and cuda's: indices, bindings against the kernels' access, lifetimes against slots and arenas. */
import type { DeviceEntry, DeviceWeight, DispatchBinding, Plan, PlanEntry, SizeExpr } from "./plan.js";
import { expectIndex, expectUnique, invalid } from "./problem.js";

export interface DeviceProgram {
  readonly kernels: readonly { readonly name: string; readonly access: readonly ("read" | "read_write")[] }[];
  readonly weights: readonly DeviceWeight[];
  readonly entries: Readonly<Record<string, DeviceEntry>>;
}

export interface DeviceRules {
  /** A dispatch may read one value of an arena and write another. */
  readonly mixedArenas: boolean;
}

type Tables = { readonly [K in DispatchBinding["kind"]]: { readonly length: number } };
/** What has a value so far. */
type Written = { readonly [K in "buffer" | "output"]: Set<number> };

export function checkDevice(path: string, plan: Plan, program: DeviceProgram, rules: DeviceRules): void {
  expectUnique(`${path}.kernels`, program.kernels.map((k) => k.name));
  program.weights.forEach((weight, i) => {
    expectIndex(`${path}.weights[${i}].parameter`, weight.parameter, plan.parameters, "parameters");
    const { name, shape } = plan.parameters[weight.parameter]!;
    if (weight.transposed && shape.length !== 2) invalid(`${path}.weights[${i}].transposed`, `is true, but \`${name}\` is [${shape.join(", ")}]`, "only a parameter of two dims can be stored the other way round");
  });
  expectUnique(`${path}.weights`, program.weights.map((w) => `${plan.parameters[w.parameter]!.name}${w.transposed ? " transposed" : ""}${w.narrow ? ` ${w.narrow}` : ""}`));
  expectSameEntries(`${path}.entries`, Object.keys(program.entries), plan);
  for (const entry of plan.entries) checkEntry(`${path}.entries.${entry.name}`, plan, program, entry, program.entries[entry.name]!, rules);
}

export function expectSameEntries(path: string, names: readonly string[], plan: Plan): void {
  for (const name of names) if (!plan.entries.some((e) => e.name === name)) invalid(`${path}.${name}`, "is not in the plan's list of entries");
  for (const { name } of plan.entries) if (!names.includes(name)) invalid(path, `lacks \`${name}\`, which the plan's list of entries has`);
}

export function tablesOf(plan: Plan, program: DeviceProgram, listed: PlanEntry, entry: DeviceEntry): Tables {
  return { input: listed.inputs, output: listed.outputs, weight: program.weights, constant: plan.constants, state: plan.states, buffer: entry.buffers };
}

function checkEntry(path: string, plan: Plan, program: DeviceProgram, listed: PlanEntry, entry: DeviceEntry, rules: DeviceRules): void {
  entry.slots.forEach((slot, i) => {
    if (slot.arena >= entry.arenas) invalid(`${path}.slots[${i}].arena`, `is ${slot.arena}, but there are ${entry.arenas} arenas`);
  });
  checkBuffers(path, entry);
  const bindings = new BindingCheck(tablesOf(plan, program, listed, entry), entry, rules);
  entry.dispatches.forEach((dispatch, i) => {
    const kernel = program.kernels[dispatch.kernel];
    const at = (): string => `${path}.dispatches[${i}]`;
    if (!kernel) invalid(`${at()}.kernel`, `is ${dispatch.kernel}, but there are ${program.kernels.length} kernels`);
    bindings.check(at, i, kernel, dispatch.bindings);
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
    if (!bindings.written.output.has(i)) invalid(path, `never writes the output \`${output.name}\``);
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

/** Of an entry's dispatches in order. Places are made only for a message: a large plan has tens of thousands of bindings. */
class BindingCheck {
  readonly written: Written = { buffer: new Set(), output: new Set() };

  constructor(
    private readonly tables: Tables,
    private readonly entry: DeviceEntry,
    private readonly rules: DeviceRules,
  ) {}

  check(at: () => string, position: number, { access, name }: DeviceProgram["kernels"][number], bindings: readonly DispatchBinding[]): void {
    const { tables, entry, written } = this;
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
      for (let j = 0; j < i; j++) this.expectApart(here, bindings[j]!, access[j] === "read_write", bindings[i]!, writes);
    });
    bindings.forEach(({ kind, index }, i) => {
      if (access[i] === "read_write" && (kind === "buffer" || kind === "output")) written[kind].add(index);
    });
  }

  private expectApart(here: () => string, a: DispatchBinding, aWrites: boolean, b: DispatchBinding, bWrites: boolean): void {
    if (!aWrites && !bWrites) return;
    if (a.kind === b.kind && a.index === b.index) invalid(here(), `is a second use of ${b.kind} ${b.index}, which this dispatch writes`, "a kernel counts on its bindings lying apart");
    // Two values of one arena may both be written: they lie apart.
    if (this.rules.mixedArenas || aWrites === bWrites || a.kind !== "buffer" || b.kind !== "buffer") return;
    const arena = this.arenaOf(b.index);
    if (this.arenaOf(a.index) === arena) invalid(here(), `is a second use of arena ${arena}, which this dispatch writes`, "a device refuses to read and write one buffer in one dispatch");
  }

  private arenaOf(buffer: number): number {
    return this.entry.slots[this.entry.buffers[buffer]!.slot]!.arena;
  }
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
