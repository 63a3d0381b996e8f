/** Checks of the cuda program: what all programs of dispatches must keep to, and what it says of an entry's dispatches beside their order. */
import { checkDevice, tablesOf } from "./check-device.js";
import type { CudaEntry, CudaFactor, CudaPersistent, CudaProduct, CudaProgram, CudaRankSum, Plan, PlanEntry } from "./plan.js";
import { expectIndex, expectUnique, invalid } from "./problem.js";

export function checkCuda(plan: Plan, program: CudaProgram): void {
  const path = "targets.cuda";
  checkDevice(path, plan, program, { mixedArenas: true });
  const names = program.kernels.map((k) => k.name);
  for (const listed of plan.entries) {
    const at = `${path}.entries.${listed.name}`;
    const entry = program.entries[listed.name]!;
    checkArguments(at, program, entry);
    if (entry.persistent) checkPersistent(`${at}.persistent`, program, entry, entry.persistent, names);
    checkProducts(`${at}.products`, program, entry, entry.products ?? []);
    checkSums(`${at}.sums`, plan, program, listed, entry, entry.sums ?? []);
  }
}

function checkArguments(path: string, program: CudaProgram, entry: CudaEntry): void {
  entry.dispatches.forEach(({ kernel, arguments: given = [] }, i) => {
    const { name, arguments: wanted = 0 } = program.kernels[kernel]!;
    if (given.length !== wanted) invalid(`${path}.dispatches[${i}].arguments`, `has ${given.length} items, the kernel \`${name}\` takes ${wanted}`);
  });
}

/** All of them may stand in one module. */
function checkPersistent(path: string, program: CudaProgram, entry: CudaEntry, { name, kernels, bindings, waits }: CudaPersistent, names: string[]): void {
  if (names.includes(name)) invalid(`${path}.name`, `repeats the name \`${name}\``);
  names.push(name);
  kernels.forEach((kernel, i) => expectIndex(`${path}.kernels[${i}]`, kernel, program.kernels, "kernels"));
  expectUnique(`${path}.kernels`, kernels.map(String));
  const missing = entry.dispatches.find((dispatch) => !kernels.includes(dispatch.kernel));
  const given = kernels.findIndex((kernel) => program.kernels[kernel]!.arguments !== undefined);
  if (given >= 0) invalid(`${path}.kernels[${given}]`, `is the kernel \`${program.kernels[kernels[given]!]!.name}\`, which has arguments: a step of one kernel gives none`);
  if (missing) invalid(`${path}.kernels`, `lacks kernel ${missing.kernel}, which the entry's dispatches use`);
  const most = Math.max(...kernels.map((kernel) => program.kernels[kernel]!.access.length));
  if (bindings < most) invalid(`${path}.bindings`, `is ${bindings}, but a kernel has ${most} bindings`);
  if (waits.length !== entry.dispatches.length) invalid(`${path}.waits`, `has ${waits.length} items, but there are ${entry.dispatches.length} dispatches`);
}

function checkProducts(path: string, program: CudaProgram, entry: CudaEntry, products: readonly CudaProduct[]): void {
  products.forEach(({ dispatch, a, b, result }, i) => {
    expectIndex(`${path}[${i}].dispatch`, dispatch, entry.dispatches, "dispatches");
    const { access } = program.kernels[entry.dispatches[dispatch]!.kernel]!;
    const expectAccess = (name: string, { binding }: CudaFactor, wanted: "read" | "read_write"): void => {
      expectIndex(`${path}[${i}].${name}.binding`, binding, access, "bindings");
      if (access[binding] !== wanted) invalid(`${path}[${i}].${name}.binding`, `is ${binding}, which the dispatch's kernel has as ${access[binding]}`);
    };
    expectAccess("a", a, "read");
    expectAccess("b", b, "read");
    expectAccess("result", result, "read_write");
  });
  expectUnique(path, products.map(({ dispatch }) => `dispatch ${dispatch}`));
}

function checkSums(path: string, plan: Plan, program: CudaProgram, listed: PlanEntry, entry: CudaEntry, sums: readonly CudaRankSum[]): void {
  const tables = tablesOf(plan, program, listed, entry);
  sums.forEach(({ binding: { kind, index }, ready, needed }, i) => {
    const at = `${path}[${i}]`;
    if (index >= tables[kind].length) invalid(`${at}.binding.index`, `is ${index}, but there are ${tables[kind].length} ${kind}s`);
    if (kind === "input" || kind === "constant") invalid(`${at}.binding`, `is ${kind} ${index}, which is only read`);
    expectIndex(`${at}.ready`, ready, entry.dispatches, "dispatches");
    // What nothing reads any more is needed behind the last.
    if (needed <= ready || needed > entry.dispatches.length) invalid(`${at}.needed`, `is ${needed}, but the value is ready after dispatch ${ready} of ${entry.dispatches.length}`);
    if (kind !== "buffer") return;
    const { first, last } = entry.buffers[index]!;
    if (ready < first || Math.min(needed, entry.dispatches.length - 1) > last) invalid(at, `sums buffer ${index} between dispatches ${ready} and ${needed}, which lives from dispatch ${first} to ${last}`);
  });
}
