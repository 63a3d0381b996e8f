/**
 * Kernels of an entry, already printed → one cooperative kernel that walks a table of steps with them (CudaPersistent in src/plan says the table's layout).
 * It stands behind their sources and calls their device functions `NAME_body`. Blocks take a step's workgroups in turn; where a step must see what
 * steps before it wrote, all blocks of the grid wait for one another (`grid_barrier`), so all must be resident: a cooperative launch.
 */
import type { Kernel } from "../../../src/kernel/kernel.js";
import type { CudaPersistent } from "../../../src/plan/plan.js";
import { sharedSize } from "./index.js";

const warp = 32;
/** That many at least, so that memory is kept busy: a kernel with more than 128 registers a thread would leave fewer. */
const threadsOfMultiprocessor = 512;

export interface PersistentPart {
  readonly kernel: Kernel;
  /** Of its text. */
  readonly name: string;
}

export function printPersistent(name: string, parts: readonly PersistentPart[]): Pick<CudaPersistent, "name" | "source" | "threads" | "bindings"> {
  const threads = Math.max(...parts.map(({ kernel }) => Math.ceil(kernel.threads / warp) * warp));
  const bindings = Math.max(...parts.map(({ kernel }) => kernel.bindings.length));
  const shared = Math.max(16, ...parts.map(({ kernel }) => sharedSize(kernel)));
  const source = [
    `struct ${name}_entry { u32 kernel, x, y, z, wait, pad; u64 bindings[${bindings}]; };`,
    ...printAddress(`${name}_address`),
    ...parts.flatMap((part, at) => printPart(name, part, at)),
    ...printWalk(name, parts.length, threads, shared),
    "",
  ].join("\n");
  return { name, source, threads, bindings };
}

/** A device address, whose type the parameter that it is given for decides. Loads of what is known to be global memory are faster than of what may be shared. */
function printAddress(name: string): string[] {
  const conversion = (address: string): string => `  template <typename T> __device__ __forceinline__ operator T*() const { return (T*)${address}; }`;
  return [
    `struct ${name} {`,
    "  u64 value;",
    "#ifdef MSZ_ON_CPU",
    conversion("value"),
    "#else",
    conversion("__cvta_global_to_generic(value)"),
    "#endif",
    "};",
  ];
}

/**
 * A function of its own for each kernel, never inlined: the registers of one are not held through another's.
 * Block b takes workgroups first, first + blocks, …; its threads meet after each, because the next uses the same shared memory.
 */
function printPart(name: string, { kernel, name: body }: PersistentPart, at: number): string[] {
  const bindings = kernel.bindings.map((_, i) => `${name}_address{step.bindings[${i}]}`);
  const workgroup = ["block % step.x", "block / step.x % step.y", "block / step.x / step.y", "step.x"];
  const call = `${body}_body(${["extents", "slots", ...workgroup, "shared", ...bindings].join(", ")});`;
  return [
    "",
    `static __device__ __noinline__ void ${name}_${at}(const Extents& extents, const u32* slots, const ${name}_entry& step, u32 first, unsigned char* shared) {`,
    "  const u32 workgroups = step.x * step.y * step.z;",
    "  for (u32 block = first; block < workgroups; block += gridDim.x) {",
    `    if (threadIdx.x < ${kernel.threads}u) ${call}`,
    "    __syncthreads();",
    "  }",
    "}",
  ];
}

/**
 * The next step's entry is on its way to shared memory while this one's workgroups run. Between waits the workgroups of several steps are dealt out
 * to the blocks as if they were one step's, so that short steps in a row do not all fall to the first blocks.
 */
function printWalk(name: string, parts: number, threads: number, shared: number): string[] {
  const blocks = Math.max(1, Math.floor(threadsOfMultiprocessor / threads));
  const cases = Array.from({ length: parts }, (_, at) => `      case ${at}: ${name}_${at}(extents, slots, step, first, shared); break;`);
  return [
    "",
    `extern "C" __global__ void __launch_bounds__(${threads}, ${blocks}) ${name}(const Extents extents, const u32* slots, const ${name}_entry* steps, u32 count, u32* arrived) {`,
    `  __shared__ __align__(16) unsigned char shared[${shared}];`,
    `  __shared__ ${name}_entry table[2];`,
    `  const u32 words = sizeof(${name}_entry) / 4u;`,
    "  if (count > 0u) for (u32 i = threadIdx.x; i < words; i += blockDim.x) ((u32*)&table[0])[i] = ((const u32*)&steps[0])[i];",
    "  u32 dealt = 0u;",
    "  for (u32 at = 0u; at < count; at += 1u) {",
    "    __syncthreads();",
    `    const ${name}_entry& step = table[at & 1u];`,
    "    if (step.wait != 0u) {",
    "      grid_barrier(arrived);",
    "      dealt = 0u;",
    "    }",
    `    if (at + 1u < count) for (u32 i = threadIdx.x; i < words; i += blockDim.x) ((u32*)&table[(at + 1u) & 1u])[i] = ((const u32*)&steps[at + 1u])[i];`,
    "    const u32 first = (blockIdx.x + gridDim.x - dealt) % gridDim.x;",
    "    switch (step.kernel) {",
    ...cases,
    "    }",
    "    dealt = (dealt + step.x * step.y * step.z) % gridDim.x;",
    "  }",
    "}",
  ];
}

