/**
 * What only the device can do, in inline PTX of compute capability 8.0: barriers, subgroups, narrow numbers, matrix units, copies. A build for the
 * CPU defines `MSZ_ON_CPU` and has functions of these names of its own.
 */

/** As text a line of PTX with its operands. */
const matrixUnit = (of: "f16" | "bf16"): string => `/* Sums [16, 8] += [16, 16] times [16, 8]. */
static __device__ __forceinline__ void mma_${of}(f32& s0, f32& s1, f32& s2, f32& s3, u32 a0, u32 a1, u32 a2, u32 a3, u32 b0, u32 b1) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.${of}.${of}.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
    : "+f"(s0), "+f"(s1), "+f"(s2), "+f"(s3) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}`;

const blocks = (name: string, transposed: string): string => `static __device__ __forceinline__ void ${name}(u32& r0, u32& r1, u32& r2, u32& r3, const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4${transposed}.shared.b16 {%0, %1, %2, %3}, [%4];"
    : "=r"(r0), "=r"(r1), "=r"(r2), "=r"(r3) : "r"(shared_address(row)) : "memory");
}`;

const shuffle = (type: string): string => `static __device__ __forceinline__ ${type} shuffle_xor(${type} value, u32 mask) {
  return __shfl_xor_sync(0xffffffffu, value, mask);
}`;

export const primitivesText = `#ifndef MSZ_ON_CPU
/* Of the threads that run a kernel's body: a persistent kernel's block may have more, so the barrier is one of its own. */
static __device__ __forceinline__ void workgroup_barrier(u32 threads) {
  asm volatile("bar.sync 1, %0;" : : "r"((threads + 31u) & ~31u) : "memory");
}
${["f32", "i32", "u32"].map(shuffle).join("\n")}
static __device__ __forceinline__ u32 pair_f16(f32 low, f32 high) {
  u32 pair;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}
static __device__ __forceinline__ u32 pair_bf16(f32 low, f32 high) {
  u32 pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}
static __device__ __forceinline__ f32 f16_to_f32(u16 narrow) {
  f32 wide;
  asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(narrow));
  return wide;
}
static __device__ __forceinline__ f32 bf16_to_f32(u16 narrow) {
  f32 wide;
  asm("mov.b32 %0, {%1, %2};" : "=f"(wide) : "h"((u16)0), "h"(narrow));
  return wide;
}
static __device__ __forceinline__ u16 f32_to_f16(f32 wide) {
  u16 narrow;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(narrow) : "f"(wide));
  return narrow;
}
static __device__ __forceinline__ u16 f32_to_bf16(f32 wide) {
  u16 narrow;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(narrow) : "f"(wide));
  return narrow;
}
${matrixUnit("f16")}
${matrixUnit("bf16")}
static __device__ __forceinline__ u32 shared_address(const void* at) {
  return (u32)__cvta_generic_to_shared(at);
}
${blocks("load_blocks", "")}
${blocks("load_blocks_transposed", ".trans")}
static __device__ __forceinline__ void copy_async(void* shared, const void* global, bool when) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" : : "r"(shared_address(shared)), "l"(global), "r"(when ? 16u : 0u) : "memory");
}
static __device__ __forceinline__ void copy_commit() {
  asm volatile("cp.async.commit_group;" : : : "memory");
}
template <u32 LEFT> static __device__ __forceinline__ void copy_wait() {
  asm volatile("cp.async.wait_group %0;" : : "n"(LEFT) : "memory");
}
/* Of all blocks of a cooperative launch. One block adds so much that together they flip the highest bit and leave the others as they were: the
   number may start at 0 once and be used for ever. What was written before is seen behind it, by ordinary loads on other multiprocessors too. */
static __device__ __forceinline__ void grid_barrier(u32* arrived) {
  __syncthreads();
  if (threadIdx.x == 0u) {
    u32 blocks = gridDim.x * gridDim.y * gridDim.z;
    u32 share = (blockIdx.x | blockIdx.y | blockIdx.z) == 0u ? 0x80000000u - (blocks - 1u) : 1u;
    u32 before, now;
    asm volatile("fence.acq_rel.gpu;" : : : "memory");
    asm volatile("atom.acq_rel.gpu.global.add.u32 %0, [%1], %2;" : "=r"(before) : "l"(arrived), "r"(share) : "memory");
    do {
      asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(now) : "l"(arrived) : "memory");
    } while (((now ^ before) & 0x80000000u) == 0u);
    asm volatile("fence.acq_rel.gpu;" : : : "memory");
  }
  __syncthreads();
}
#endif
`;
