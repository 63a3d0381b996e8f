/**
 * An entry of the cuda program → the same entry as one cooperative kernel, where that is possible, and before which dispatches its blocks must wait for one another.
 * Possible for the entries of one token, whose dispatches are short, if there are at most 64 different kernels, each of at most 1024 threads, 47 KiB of workgroup memory and 24 bindings;
 * threads that meet at barriers must be whole warps, for a block has more threads than most of its kernels. A step of it gives no launch arguments.
 */
import { bug } from "../../src/base/assert.js";
import type { Kernel, KernelStatement } from "../../src/kernel/kernel.js";
import type { CudaKernel, CudaPersistent, DeviceEntry, Dispatch, DispatchBinding } from "../../src/plan/plan.js";
import { sharedSize } from "../6-codegen/cuda/index.js";
import { printPersistent } from "../6-codegen/cuda/persistent.js";

export const entriesOfOneToken: ReadonlySet<string> = new Set(["generate", "decode", "beam"]);
/** Of 48 KiB of a block what two steps of the table leave. */
const limits = { threads: 1024, sharedBytes: 47 * 1024, bindings: 24, kernels: 64, warp: 32 } as const;

/** A kernel as it was made, beside its text. */
export interface PrintedKernel {
  readonly kernel: Kernel;
  readonly printed: CudaKernel;
}

/** @param kernels by the program's numbers */
export function persistentOf(name: string, entry: Pick<DeviceEntry, "buffers" | "dispatches">, kernels: readonly PrintedKernel[]): CudaPersistent | undefined {
  if (!entriesOfOneToken.has(name) || entry.dispatches.length === 0) return undefined;
  const used = [...new Set(entry.dispatches.map((dispatch) => dispatch.kernel))].sort((a, b) => a - b);
  const parts = used.map((number) => kernels[number] ?? bug(`the entry ${name} has a kernel ${number} that is not there`));
  if (parts.length > limits.kernels || !parts.every(({ kernel }) => fits(kernel))) return undefined;
  return {
    ...printPersistent(uniqueName(`msz_${name}_step`, kernels), parts.map(({ kernel, printed }) => ({ kernel, name: printed.name }))),
    kernels: used,
    waits: waitsOf(entry, (number) => kernels[number]!.printed.access),
  };
}

function fits(kernel: Kernel): boolean {
  const { threads, bindings, body } = kernel;
  return kernel.arguments === undefined && threads <= limits.threads && sharedSize(kernel) <= limits.sharedBytes && bindings.length <= limits.bindings && (threads % limits.warp === 0 || !meets(body));
}

/** Whether threads wait for one another. */
function meets(body: readonly KernelStatement[]): boolean {
  return body.some((s) => s.kind === "barrier" || (s.kind === "for" && meets(s.body)) || (s.kind === "if" && (meets(s.then) || meets(s.else ?? []))));
}

/**
 * By dispatch: whether all before it must be done. It must where it touches what one of them wrote since the last wait, or writes what one of them touched.
 * To wait as late as that is to wait least often, for the order given: each such pair needs a wait between, and the last place serves most pairs behind it.
 */
export function waitsOf({ buffers, dispatches }: Pick<DeviceEntry, "buffers" | "dispatches">, accessOf: (kernel: number) => CudaKernel["access"]): boolean[] {
  const touched = new Set<string>();
  const written = new Set<string>();
  return dispatches.map((dispatch) => {
    const uses = usesOf(dispatch, accessOf(dispatch.kernel), buffers);
    const wait = uses.some(({ memory, writes }) => (writes ? touched : written).has(memory));
    if (wait) {
      touched.clear();
      written.clear();
    }
    for (const { memory, writes } of uses) {
      touched.add(memory);
      if (writes) written.add(memory);
    }
    return wait;
  });
}

function usesOf(dispatch: Dispatch, access: CudaKernel["access"], buffers: DeviceEntry["buffers"]): { memory: string; writes: boolean }[] {
  return dispatch.bindings.map((binding, at) => ({ memory: memoryOf(binding, buffers), writes: access[at] !== "read" }));
}

/** What may be the same memory has the same name: values of arenas share that of their slot, all else lies by itself. */
function memoryOf(binding: DispatchBinding, buffers: DeviceEntry["buffers"]): string {
  if (binding.kind !== "buffer") return `${binding.kind} ${binding.index}`;
  return `slot ${(buffers[binding.index] ?? bug(`there is no value ${binding.index}`)).slot}`;
}

function uniqueName(name: string, kernels: readonly PrintedKernel[]): string {
  const taken = new Set(kernels.map(({ printed }) => printed.name));
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`;
  return unique;
}
