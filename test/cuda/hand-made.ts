/**
 * The small plans of the WebGPU tests as programs of the fake driver: kernels are functions that do for a whole grid what the WGSL texts do, and the runtime's own kernels beside them.
 */
import type { CudaProgram, Plan, WgslProgram } from "../../src/plan/plan.js";
import { cachePlan, tablePlan } from "../webgpu/plans.js";
import { sourcePlan } from "../webgpu/source-plan.js";
import type { FakeKernel, FakeLaunch } from "./fake-driver.js";

/** What a kernel of a plan is given: extents, slots in use, bindings. */
export interface Given {
  readonly B: number;
  readonly T: number;
  readonly N: number;
  readonly S: number;
  readonly C: number;
  readonly E: number;
  readonly M: number;
  /** Workgroups, in x. */
  readonly groups: number;
  f(binding: number): Float32Array;
  i(binding: number): Int32Array;
}

/** As a plan's kernel is called: extents by value, a pointer to S, a pointer a binding. */
export function planKernel(run: (given: Given) => void): FakeKernel {
  return (k: FakeLaunch) => {
    const [B, T, N, C, E, M] = [0, 1, 2, 3, 4, 5].map((word) => k.u32(0, word)) as [number, number, number, number, number, number];
    // Kernels ask for them at every element.
    const [floats, whole] = [new Map<number, Float32Array>(), new Map<number, Int32Array>()];
    const kept = <V>(views: Map<number, V>, binding: number, make: () => V): V => views.get(binding) ?? views.set(binding, make()).get(binding)!;
    run({
      B, T, N, C, E, M, S: k.words(1)[0]!, groups: k.grid[0] * k.grid[1],
      f: (binding) => kept(floats, binding, () => k.floats(binding + 2)), i: (binding) => kept(whole, binding, () => k.ints(binding + 2)),
    });
  };
}

function planKernels(kernels: Readonly<Record<string, (given: Given) => void>>): Record<string, FakeKernel> {
  return Object.fromEntries(Object.entries(kernels).map(([name, run]) => [name, planKernel(run)]));
}

export function cudaOf(plan: Plan): Plan {
  const { kernels, weights, entries } = plan.targets.wgsl as WgslProgram;
  return { ...plan, targets: { cuda: programOf({ weights, entries }, kernels) } };
}

export function programOf(rest: Pick<CudaProgram, "weights" | "entries">, kernels: readonly { readonly name: string; readonly access: readonly ("read" | "read_write")[] }[]): CudaProgram {
  const printed = kernels.map(({ name, access }) => ({ name, access, source: `extern "C" __global__ void ${name}(const Extents extents, const u32* slots)`, threads: 1 }));
  return { precision: "float32", header: "", kernels: printed, ...rest };
}

export const tableOnCuda = cudaOf(tablePlan);
export const cacheOnCuda = cudaOf(cachePlan);
export const sourceOnCuda = cudaOf(sourcePlan);

/** `kernels.ts` of the runtime. */
const runtimeKernels: Record<string, FakeKernel> = {
  msz_note_tokens: (k) => {
    const batch = k.u32(0);
    const [tokens, kept, cursor, used] = [k.ints(1), k.ints(2), k.words(3), k.words(4)];
    for (let i = 0; i < batch; i++) kept[cursor[0]! * batch + i] = tokens[i]!;
    cursor[0]!++;
    used[0]!++;
  },
  msz_gather_words: (k) => gather(k, 1),
  msz_gather_fours: (k) => gather(k, 4),
};

function gather(k: FakeLaunch, width: number): void {
  const [count, runs, stride, used] = [0, 1, 2, 3].map((word) => k.u32(0, word)) as [number, number, number, number];
  const [rows, before, after] = [k.ints(1), k.words(2), k.words(3)];
  if (k.grid[0] * k.grid[1] * k.threads < count * runs * used) throw new Error("a grid that is too small");
  for (let run = 0; run < count * runs; run++) {
    const taken = rows[Math.floor(run / runs)]! * runs + (run % runs);
    for (let i = 0; i < used * width; i++) after[run * stride * width + i] = before[taken * stride * width + i]!;
  }
}

/** Something for each of the grid's workgroups, or for as many as the kernel has work for. */
function each(count: number, groups: number, work: (at: number) => void): void {
  if (groups < count) throw new Error(`a grid of ${groups} for ${count}`);
  for (let at = 0; at < count; at++) work(at);
}
const twice = [0, 1] as const;

export const tableKernels = planKernels({
  look_up: ({ B, T, groups, f, i }) => each(B * T, groups, (at) => {
    f(3)[at] = 2 * i(0)[at]!;
    for (let c = 0; c < 3; c++) f(2)[at * 3 + c] = f(1)[i(0)[at]! * 3 + c]!;
  }),
  multiply: ({ B, T, groups, f }) => each(B * T, groups, (at) => {
    for (const c of twice) f(3)[at * 2 + c] = [0, 1, 2].reduce((sum, row) => sum + f(0)[at * 3 + row]! * (f(1)[row * 2 + c]! + 100 * f(2)[c * 3 + row]!), 0);
  }),
  shift: ({ B, T, groups, f }) => each(B * T, groups, (at) => {
    for (const c of twice) f(2)[at * 2 + c] = f(0)[at * 2 + c]! + f(1)[c]! + T * 1000 + f(3)[at]!;
  }),
});

export const cacheKernels: Record<string, FakeKernel> = {
  ...runtimeKernels,
  ...planKernels({
    append: ({ B, T, C, groups, f, i }) => each(B * T, groups, (at) => {
      const [b, slot, token] = [Math.floor(at / T), i(1)[0]! + (at % T), i(0)[at]!];
      for (const c of twice) {
        f(2)[(b * C + slot) * 2 + c] = token + c * 10;
        f(3)[(b * 2 + c) * C + slot] = token + c * 20;
      }
    }),
    weigh: ({ B, S, C, groups, f }) => each(B * S, groups, (at) => {
      const [b, s] = [Math.floor(at / S), at % S];
      f(2)[at] = (f(0)[(b * C + s) * 2]! + f(0)[(b * C + s) * 2 + 1]! + f(1)[(b * 2 + 1) * C + s]!) * ((s % 3) + 1);
    }),
    sum_up: ({ B, S, groups, f }) => each(B, groups, (b) => (f(1)[b] = f(0).subarray(b * S, (b + 1) * S).reduce((sum, x) => sum + x, 0))),
    advance: ({ B, T, i }) => {
      i(0)[0]! += T;
      for (let b = 0; b < B; b++) i(1)[b]! += T;
    },
    sample: ({ B, groups, f, i }) => each(B, groups, (b) => (i(4)[b] = (f(0)[b]! + f(1)[1]! + i(2)[0]! + i(3)[0]!) % 7)),
    draw: ({ i }) => {
      i(0)[0]! += 1;
    },
  }),
};

export const sourceKernels: Record<string, FakeKernel> = {
  ...runtimeKernels,
  ...planKernels({
    encode: ({ B, E, M, groups, f, i }) => each(B * E, groups, (at) => {
      for (const c of twice) {
        f(1)[at * 2 + c] = i(0)[at]! * (c + 1);
        f(2)[at * 2 + c] = i(0)[at]! + M * 100;
      }
    }),
    sum_source: ({ B, E, groups, f, i }) => each(B, groups, (b) => {
      let total = 0;
      for (let s = 0; s < E; s++) total += f(0)[(b * E + s) * 2 + 1]! * (s + 1);
      i(1)[b] = E;
      for (let c = 0; c < 4; c++) f(2)[b * 4 + c] = total + c;
    }),
    append: ({ B, T, C, groups, f, i }) => each(B * T, groups, (at) => {
      const [b, slot, token] = [Math.floor(at / T), i(1)[0]! + (at % T), i(0)[at]!];
      for (let c = 0; c < 3; c++) f(2)[(b * C + slot) * 3 + c] = token + c;
      for (const c of twice) f(3)[(b * 2 + c) * C + slot] = token * c;
    }),
    read: ({ B, S, C, E, M, groups, f }) => each(B, groups, (b) => {
      let total = E * 1000 + M * 10_000;
      for (let s = 0; s < S; s++) total += (f(0)[(b * C + s) * 3 + 2]! + f(1)[(b * 2 + 1) * C + s]!) * ((s % 5) + 1);
      for (let s = 0; s < E; s++) total += f(2)[(b * E + s) * 2]!;
      f(4)[b] = f(5)[b] = total + f(3)[b * 4 + 3]!;
      f(6)[b] = 0.5 * total;
    }),
    advance: ({ B, T, i }) => {
      i(0)[0]! += T;
      for (let b = 0; b < B; b++) i(1)[b]! += T;
    },
  }),
};
