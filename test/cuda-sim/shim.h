/**
 * What stands in front of a kernel's source when it is compiled for the CPU: CUDA's words, its functions that generated kernels use, and
 * the device functions that the CUDA header leaves out under MSZ_ON_CPU. Includes nothing (a compiler's start is most of a small kernel's
 * compile time) and declares C's functions itself. `abi.h` and `numbers.h` stand in front of it.
 */
#define MSZ_ON_CPU 1

#define __device__
#define __host__
#define __constant__ const
#define __global__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))

static SimHere sim_here;
static const SimHost* sim_host;

#define threadIdx (sim_here.thread)
#define blockIdx (sim_here.block)
#define blockDim (sim_here.block_size)
#define gridDim (sim_here.grid_size)

// ---- shared memory: the simulated NVRTC writes `__shared__` declarations as these ----

static inline void* sim_shared(unsigned id, unsigned bytes) {
  if (sim_here.shared_id != id) {
    void* found = sim_host->shared(id, bytes);
    sim_here.shared_id = id;
    sim_here.shared = found;
  }
  return sim_here.shared;
}
template <class T> static inline T& sim_shared_as(unsigned id) {
  static_assert(sizeof(T) <= 49152, "more than 48 KiB of shared memory must be dynamic");
  return *(T*)sim_shared(id, sizeof(T));
}

// ---- waiting ----

static inline void __syncthreads() { sim_host->barrier(0); }
static inline void __syncwarp(unsigned mask = 0xffffffffu) { sim_host->warp(SIM_SYNC_WARP, 0, 0, mask); }
static inline void workgroup_barrier(unsigned threads) { sim_host->barrier(threads); }
static inline void grid_barrier(unsigned* arrived) { sim_host->grid_barrier(arrived); }
static inline void __threadfence() {}
static inline void __threadfence_block() {}

// ---- in a warp ----

static inline unsigned shuffle_xor(unsigned value, unsigned mask) {
  unsigned result;
  sim_host->warp(SIM_SHUFFLE_XOR, &value, &result, mask);
  return result;
}
static inline int shuffle_xor(int value, unsigned mask) { return (int)shuffle_xor((unsigned)value, mask); }
static inline float shuffle_xor(float value, unsigned mask) { return sim_float(shuffle_xor(sim_bits(value), mask)); }
template <class T> static inline T __shfl_xor_sync(unsigned, T value, int mask) { return shuffle_xor(value, (unsigned)mask); }

struct SimMma {
  float sums[4];
  unsigned a[4], b[2];
};
static inline void sim_mma(SimWarpOperation operation, float& s0, float& s1, float& s2, float& s3, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
  const SimMma in = {{s0, s1, s2, s3}, {a0, a1, a2, a3}, {b0, b1}};
  float out[4];
  sim_host->warp(operation, &in, out, 0);
  s0 = out[0], s1 = out[1], s2 = out[2], s3 = out[3];
}
static inline void mma_f16(float& s0, float& s1, float& s2, float& s3, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
  sim_mma(SIM_MMA_F16, s0, s1, s2, s3, a0, a1, a2, a3, b0, b1);
}
static inline void mma_bf16(float& s0, float& s1, float& s2, float& s3, unsigned a0, unsigned a1, unsigned a2, unsigned a3, unsigned b0, unsigned b1) {
  sim_mma(SIM_MMA_BF16, s0, s1, s2, s3, a0, a1, a2, a3, b0, b1);
}

/** AddressSanitizer sees only what a kernel's own code touches, not what the simulator copies for it. */
struct SimBlock {
  unsigned words[4];
};
static inline void sim_touch(const void* at) {
#ifdef __SANITIZE_ADDRESS__
  volatile unsigned first = ((const SimBlock*)at)->words[0], last = ((const SimBlock*)at)->words[3];
  (void)first, (void)last;
#endif
}

static inline void load_blocks(unsigned& r0, unsigned& r1, unsigned& r2, unsigned& r3, const void* row) {
  unsigned out[4];
  sim_touch(row);
  sim_host->warp(SIM_LOAD_BLOCKS, row, out, 0);
  r0 = out[0], r1 = out[1], r2 = out[2], r3 = out[3];
}
static inline void load_blocks_transposed(unsigned& r0, unsigned& r1, unsigned& r2, unsigned& r3, const void* row) {
  unsigned out[4];
  sim_touch(row);
  sim_host->warp(SIM_LOAD_BLOCKS_TRANSPOSED, row, out, 0);
  r0 = out[0], r1 = out[1], r2 = out[2], r3 = out[3];
}

// ---- asynchronous copies ----

static inline void copy_async(void* shared, const void* global, bool when) {
  sim_touch(shared);
  if (when) sim_touch(global);
  sim_host->copy_async(shared, global, when);
}
static inline void copy_commit() { sim_host->copy_commit(); }
template <unsigned LEFT> static inline void copy_wait() { sim_host->copy_wait(LEFT); }

// ---- numbers ----

static inline float f16_to_f32(unsigned short bits) { return sim_from_f16(bits); }
static inline float bf16_to_f32(unsigned short bits) { return sim_from_bf16(bits); }
static inline unsigned short f32_to_f16(float value) { return sim_to_f16(value); }
static inline unsigned short f32_to_bf16(float value) { return sim_to_bf16(value); }
static inline unsigned pair_f16(float low, float high) { return sim_to_f16(low) | (unsigned)sim_to_f16(high) << 16; }
static inline unsigned pair_bf16(float low, float high) { return sim_to_bf16(low) | (unsigned)sim_to_bf16(high) << 16; }

static inline unsigned __float_as_uint(float value) { return sim_bits(value); }
static inline int __float_as_int(float value) { return (int)sim_bits(value); }
static inline float __uint_as_float(unsigned bits) { return sim_float(bits); }
static inline float __int_as_float(int bits) { return sim_float((unsigned)bits); }

static inline float atomicAdd(float* at, float value) {
  const float before = *at;
  *at = before + value;
  return before;
}
static inline unsigned atomicAdd(unsigned* at, unsigned value) {
  const unsigned before = *at;
  *at = before + value;
  return before;
}
static inline int atomicAdd(int* at, int value) {
  const int before = *at;
  *at = before + value;
  return before;
}

extern "C" {
float expf(float) noexcept; float exp2f(float) noexcept; float expm1f(float) noexcept; float logf(float) noexcept; float log2f(float) noexcept; float log1pf(float) noexcept;
float sqrtf(float) noexcept; float fabsf(float) noexcept; float sinf(float) noexcept; float cosf(float) noexcept; float tanhf(float) noexcept; float erff(float) noexcept;
float powf(float, float) noexcept; float fmodf(float, float) noexcept; float fminf(float, float) noexcept; float fmaxf(float, float) noexcept;
float floorf(float) noexcept; float ceilf(float) noexcept; float rintf(float) noexcept; float truncf(float) noexcept; float roundf(float) noexcept;
float fmaf(float, float, float) noexcept; float copysignf(float, float) noexcept; float ldexpf(float, int) noexcept;
}
static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline float __expf(float x) { return expf(x); }
static inline float __logf(float x) { return logf(x); }
static inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
static inline float __fadd_rn(float a, float b) { return a + b; }
static inline float __fsub_rn(float a, float b) { return a - b; }
static inline float __fmul_rn(float a, float b) { return a * b; }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline float __fdividef(float a, float b) { return a / b; }
static inline float __frcp_rn(float x) { return 1.0f / x; }
static inline float __fsqrt_rn(float x) { return sqrtf(x); }
static inline float min(float a, float b) { return fminf(a, b); }
static inline float max(float a, float b) { return fmaxf(a, b); }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }
static inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }
static inline unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }
static inline bool isnan(float x) { return (sim_bits(x) & 0x7fffffffu) > 0x7f800000u; }
static inline bool isinf(float x) { return (sim_bits(x) & 0x7fffffffu) == 0x7f800000u; }
template <class T> static inline T __ldg(const T* at) { return *at; }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
static inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned)x); }
static inline int __popc(unsigned x) { return __builtin_popcount(x); }

// ---- what the simulator calls: the simulated NVRTC appends a table of SimKernel made by sim_kernel ----

template <unsigned... AT> struct SimIndices {};
template <class F, F* KERNEL> struct SimCall;
template <class... A, void (*KERNEL)(A...)> struct SimCall<void(A...), KERNEL> {
  // One more, so that a kernel without arguments has a table too.
  static constexpr unsigned sizes[] = {sizeof(A)..., 0};
  template <unsigned... AT> static void unpack(void** arguments, SimIndices<AT...>) { KERNEL(*(A*)arguments[AT]...); }
  static void call(void** arguments) {
#if defined(__clang__)
    unpack(arguments, Indices<__make_integer_seq<List, unsigned, sizeof...(A)>>());
#else
    unpack(arguments, SimIndices<__integer_pack(unsigned(sizeof...(A)))...>());
#endif
  }
#if defined(__clang__)
  template <class T, T... AT> using List = SimIndices<AT...>;
  template <class T> using Indices = T;
#endif
  static constexpr unsigned count = sizeof...(A);
};
#define SIM_KERNEL(NAME, SHARED, MAX_THREADS) {#NAME, &SimCall<decltype(NAME), &NAME>::call, SimCall<decltype(NAME), &NAME>::sizes, SimCall<decltype(NAME), &NAME>::count, SHARED, MAX_THREADS}
