/** The simulated CUDA itself: that what a device would do wrong goes wrong here too. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { buildSimulator, sanitizerEnvironment } from "./build.js";
import { controlOf, withEnvironment } from "./control.js";
import { Direct, header } from "./direct.js";

const built = buildSimulator();
if ("missing" in built) console.warn(`skipped: ${built.missing}`);

const orders = ["forward", "backward", "shuffled"];
const count = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i);

describe.skipIf("missing" in built)("the CUDA simulator", () => {
  const simulator = built as Exclude<typeof built, { missing: string }>;
  const cuda = "missing" in built ? (undefined as never) : new Direct(simulator);
  const control = "missing" in built ? (undefined as never) : controlOf(simulator);
  afterEach(() => control.reset());

  const reversal = (barrier: string): string => `
    extern "C" __global__ void __launch_bounds__(64) reversal(f32* to, const f32* from) {
      __shared__ __align__(16) unsigned char shared[256];
      f32* values = reinterpret_cast<f32*>(shared + 0);
      values[threadIdx.x] = from[blockIdx.x * 64u + threadIdx.x];
      ${barrier}
      to[blockIdx.x * 64u + threadIdx.x] = values[63u - threadIdx.x];
    }`;

  test("adds vectors, block by block", () => {
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(64) add(const Extents extents, const u32* slots, f32* to, const f32* a, const f32* b) {
      u32 i = blockIdx.x * 64u + threadIdx.x;
      if (i < extents.T) to[i] = a[i] + b[i] * (f32)*slots;
    }`, "add");
    const [to, a, slots] = [cuda.upload(new Float32Array(200).fill(NaN)), cuda.upload(count(200)), cuda.upload(Uint32Array.of(3))];
    expect(cuda.launch(kernel, 4, 64, [{ words: [1, 199, 0, 0, 0, 0] }, slots, to, a, a])).toBe(0);
    const result = cuda.floats(to, 200);
    expect([...result.subarray(0, 199)]).toEqual([...count(199)].map((i) => i * 4));
    expect(result[199]).toBeNaN();
    for (const address of [to, a, slots]) cuda.must("cuMemFree_v2", address);
    expect(control.liveAllocations()).toBe(0);
  });

  test("a barrier orders threads, and one that is missing shows", async () => {
    const from = cuda.upload(count(192));
    const to = cuda.upload(new Float32Array(192));
    const wanted = [...count(192)].map((i) => (i - (i % 64)) + 63 - (i % 64));
    const run = async (source: string): Promise<boolean[]> => {
      const kernel = cuda.kernel(source, "reversal");
      const right: boolean[] = [];
      for (const order of orders) {
        await withEnvironment({ MSZ_SIM_ORDER: order }, () => expect(cuda.launch(kernel, 3, 64, [to, from])).toBe(0));
        // Streams are late, but the device's own is not.
        right.push(cuda.floats(to, 192).every((x, i) => x === wanted[i]));
      }
      return right;
    };
    expect(await run(reversal("workgroup_barrier(64u);"))).toEqual([true, true, true]);
    expect(await run(reversal("__syncthreads();"))).toEqual([true, true, true]);
    expect(await run(reversal(""))).toEqual([false, false, false]);
  });

  test("a barrier that not all threads reach ends the launch, and the error stays", () => {
    const kernel = cuda.kernel(reversal("if (threadIdx.x != 5u) workgroup_barrier(64u);"), "reversal");
    const to = cuda.upload(new Float32Array(64));
    expect(cuda.launch(kernel, 1, 64, [to, to])).toBe(0);
    expect(cuda.call("cuCtxSynchronize")).toBe(719);
    expect(control.fault()).toBe("kernel reversal, block (0, 0, 0): deadlock: of 64 threads 63 wait at a barrier of 64 threads (the first is thread 0), 1 have ended (the first is thread 5)");
    expect(cuda.text("cuGetErrorString", 719)).toContain("deadlock");
    expect(cuda.call("cuMemFree_v2", to)).toBe(719);
    control.reset();
    expect(cuda.call("cuMemFree_v2", to)).toBe(0);
    // The engine is fit for the next launch.
    const again = cuda.upload(count(64));
    cuda.launch(cuda.kernel(reversal("__syncthreads();"), "reversal"), 1, 64, [again, again]);
    expect(cuda.floats(again, 2)).toEqual(Float32Array.of(63, 62));
  });

  test("a barrier of the first threads, while the others wait at that of all", async () => {
    const kernel = cuda.kernel(`static __device__ void part(f32* to, f32* values) {
      values[threadIdx.x] = (f32)threadIdx.x;
      workgroup_barrier(32u);
      to[threadIdx.x] = values[31u - threadIdx.x];
    }
    extern "C" __global__ void __launch_bounds__(64) some(f32* to) {
      __shared__ f32 values[32];
      if (threadIdx.x < 32u) part(to, values);
      __syncthreads();
      if (threadIdx.x == 63u) to[32] = values[7];
    }`, "some");
    for (const order of orders) {
      const to = cuda.upload(new Float32Array(33));
      await withEnvironment({ MSZ_SIM_ORDER: order }, () => cuda.launch(kernel, 1, 64, [to]));
      expect([...cuda.floats(to, 33)]).toEqual([...count(32).reverse(), 7]);
    }
  });

  test("shuffles in warps; a warp that does not meet is an error", async () => {
    const source = (condition: string): string => `extern "C" __global__ void __launch_bounds__(64) sums(f32* to, const f32* from) {
      f32 sum = from[threadIdx.x];
      ${condition} { for (u32 mask = 16u; mask > 0u; mask >>= 1u) sum += shuffle_xor(sum, mask); }
      to[threadIdx.x] = sum;
    }`;
    const from = cuda.upload(count(64));
    const to = cuda.upload(new Float32Array(64));
    const kernel = cuda.kernel(source(""), "sums");
    for (const order of orders) {
      await withEnvironment({ MSZ_SIM_ORDER: order }, () => cuda.launch(kernel, 1, 64, [to, from]));
      expect([...cuda.floats(to, 64)]).toEqual([...count(64)].map((i) => (i < 32 ? 496 : 1520)));
    }
    cuda.launch(cuda.kernel(source("if (threadIdx.x != 40u)"), "sums"), 1, 64, [to, from]);
    expect(cuda.call("cuCtxSynchronize")).toBe(719);
    expect(control.fault()).toContain("31 wait for the rest of their warp in shuffle_xor (the first is thread 32)");
  });

  test.each([["f16", 10], ["bf16", 7]] as const)("the matrix unit of %s against float64", (type, bits) => {
    // All elements fit into the type: products are exact and sums nearly so.
    const element = (seed: number): number => ((seed * 7919) % 97 - 48) / 16;
    const a = Float32Array.from({ length: 256 }, (_, i) => element(i));
    const b = Float32Array.from({ length: 128 }, (_, i) => element(i + 1000));
    const c = Float32Array.from({ length: 128 }, (_, i) => element(i + 5000) / 7);
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(32) unit(f32* to, const f32* a, const f32* b, const f32* c) {
      __shared__ __align__(16) u16 left[256];
      __shared__ __align__(16) u16 right[128];
      for (u32 i = threadIdx.x; i < 256u; i += 32u) left[i] = f32_to_${type}(a[i]);
      for (u32 i = threadIdx.x; i < 128u; i += 32u) right[i] = f32_to_${type}(b[i]);
      workgroup_barrier(32u);
      // [16, 16] row-major as four blocks, [16, 8] row-major: its blocks transposed.
      u32 a0, a1, a2, a3, b0, b1, b2, b3;
      load_blocks(a0, a1, a2, a3, &left[(threadIdx.x % 16u) * 16u + (threadIdx.x / 16u) * 8u]);
      load_blocks_transposed(b0, b1, b2, b3, &right[(threadIdx.x % 16u) * 8u]);
      u32 row = threadIdx.x / 4u, column = threadIdx.x % 4u * 2u;
      f32 s0 = c[row * 8u + column], s1 = c[row * 8u + column + 1u], s2 = c[(row + 8u) * 8u + column], s3 = c[(row + 8u) * 8u + column + 1u];
      mma_${type}(s0, s1, s2, s3, a0, a1, a2, a3, b0, b1);
      to[row * 8u + column] = s0; to[row * 8u + column + 1u] = s1; to[(row + 8u) * 8u + column] = s2; to[(row + 8u) * 8u + column + 1u] = s3;
    }`, "unit");
    const to = cuda.upload(new Float32Array(128).fill(NaN));
    cuda.launch(kernel, 1, 32, [to, cuda.upload(a), cuda.upload(b), cuda.upload(c)]);
    const result = cuda.floats(to, 128);
    const round = (x: number): number => {
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - bits);
      return x === 0 ? 0 : Math.round(x / unit) * unit;
    };
    for (let i = 0; i < 128; i++) {
      let sum = c[i]!;
      for (let k = 0; k < 16; k++) sum += round(a[(i >> 3) * 16 + k]!) * round(b[k * 8 + (i & 7)]!);
      // 16 sums of float32 up to 144.
      expect(Math.abs(result[i]! - sum)).toBeLessThan(16 * 144 * 2 ** -24);
    }
  });

  test("blocks are loaded as ldmatrix does, plain and transposed", () => {
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(32) blocks(u32* to) {
      __shared__ __align__(16) u16 rows[256];
      for (u32 i = 0u; i < 8u; i += 1u) rows[threadIdx.x * 8u + i] = (u16)(threadIdx.x * 8u + i);
      workgroup_barrier(32u);
      u32 p[4], t[4];
      load_blocks(p[0], p[1], p[2], p[3], &rows[threadIdx.x * 8u]);
      load_blocks_transposed(t[0], t[1], t[2], t[3], &rows[threadIdx.x * 8u]);
      for (u32 i = 0u; i < 4u; i += 1u) { to[threadIdx.x * 8u + i] = p[i]; to[threadIdx.x * 8u + 4u + i] = t[i]; }
    }`, "blocks");
    const to = cuda.upload(new Uint32Array(256));
    cuda.launch(kernel, 1, 32, [to]);
    const result = cuda.words(to, 256);
    for (let lane = 0; lane < 32; lane++) {
      for (let block = 0; block < 4; block++) {
        const [row, column] = [lane >> 2, (lane & 3) * 2];
        expect(result[lane * 8 + block]).toBe(block * 64 + row * 8 + column + ((block * 64 + row * 8 + column + 1) << 16));
        expect(result[lane * 8 + 4 + block]).toBe(block * 64 + column * 8 + row + ((block * 64 + (column + 1) * 8 + row) << 16));
      }
    }
  });

  test("narrow numbers round to nearest even, and go on to infinity and NaN", () => {
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(32) narrow(u32* to, const f32* from) {
      to[threadIdx.x * 2u] = pair_f16(from[threadIdx.x], f16_to_f32(f32_to_f16(from[threadIdx.x])));
      to[threadIdx.x * 2u + 1u] = pair_bf16(from[threadIdx.x], bf16_to_f32(f32_to_bf16(from[threadIdx.x])));
    }`, "narrow");
    const cases: [number, number, number][] = [
      [0, 0, 0], [-0, 0x8000, 0x8000], [1, 0x3c00, 0x3f80], [1 + 2 ** -11, 0x3c00, 0x3f80], [1 + 3 * 2 ** -11, 0x3c02, 0x3f80], [1 + 2 ** -8, 0x3c04, 0x3f80], [1 + 3 * 2 ** -8, 0x3c0c, 0x3f82],
      [65519, 0x7bff, 0x4780], [65520, 0x7c00, 0x4780], [-1e30, 0xfc00, 0xf14a], [3.4e38, 0x7c00, 0x7f80], [Infinity, 0x7c00, 0x7f80], [NaN, 0x7e00, 0x7fc0],
      [2 ** -14, 0x0400, 0x3880], [2 ** -24, 1, 0x3380], [2 ** -25, 0, 0x3300], [3 * 2 ** -25, 2, 0x33c0], [5.9e-8 * 1023, 0x03f5, 0x387d],
    ];
    const to = cuda.upload(new Uint32Array(64));
    cuda.launch(kernel, 1, cases.length, [to, cuda.upload(Float32Array.from(cases, ([x]) => x))]);
    const result = cuda.words(to, cases.length * 2);
    cases.forEach(([x, half, brain], i) => {
      expect([x, result[i * 2]! & 0xffff, result[i * 2]! >>> 16, result[i * 2 + 1]! & 0xffff, result[i * 2 + 1]! >>> 16]).toEqual([x, half, half, brain, brain]);
    });
  });

  test("an asynchronous copy is there when it was waited for, and not before", () => {
    const kernel = cuda.kernel(`struct __align__(16) vec4f { f32 x, y, z, w; };
    extern "C" __global__ void __launch_bounds__(32) copies(f32* to, const vec4f* from) {
      __shared__ __align__(16) f32 values[2][128];
      for (u32 i = 0u; i < 2u; i += 1u) {
        for (u32 k = 0u; k < 4u; k += 1u) values[i][threadIdx.x * 4u + k] = -1.0f;
        copy_async(&values[i][threadIdx.x * 4u], &from[i * 32u + threadIdx.x], threadIdx.x != 3u);
        copy_commit();
      }
      f32* out = to + threadIdx.x * 6u;
      out[0] = values[0][threadIdx.x * 4u + 3u]; out[1] = values[1][threadIdx.x * 4u];
      copy_wait<1>();
      out[2] = values[0][threadIdx.x * 4u + 3u]; out[3] = values[1][threadIdx.x * 4u];
      copy_wait<0>();
      out[4] = values[0][threadIdx.x * 4u + 3u]; out[5] = values[1][threadIdx.x * 4u];
    }`, "copies");
    const to = cuda.upload(new Float32Array(192));
    cuda.launch(kernel, 1, 32, [to, cuda.upload(count(256))]);
    const result = cuda.floats(to, 192);
    expect([...result.subarray(0, 6)]).toEqual([-1, -1, 3, -1, 3, 128]);
    expect([...result.subarray(18, 24)]).toEqual([-1, -1, 0, -1, 0, 0]);
  });

  test("blocks of a cooperative launch wait for one another", async () => {
    const source = (barrier: string): string => `extern "C" __global__ void __launch_bounds__(64) grid(f32* to, f32* between, u32* arrived) {
      __shared__ f32 own[1];
      if (threadIdx.x == 0u) { own[0] = (f32)blockIdx.x; between[blockIdx.x] = (f32)(blockIdx.x * 10u); }
      ${barrier}
      if (threadIdx.x == 63u) to[blockIdx.x] = between[gridDim.x - 1u - blockIdx.x] + own[0];
    }`;
    const [to, between, arrived] = [cuda.upload(new Float32Array(6)), cuda.upload(new Float32Array(6)), cuda.upload(new Uint32Array(1))];
    const kernel = cuda.kernel(source("grid_barrier(arrived); grid_barrier(arrived);"), "grid");
    for (const order of orders) {
      await withEnvironment({ MSZ_SIM_ORDER: order }, () => expect(cuda.launch(kernel, 6, 64, [to, between, arrived], { cooperative: true })).toBe(0));
      expect([...cuda.floats(to, 6)]).toEqual([50, 41, 32, 23, 14, 5]);
    }
    expect(cuda.launch(kernel, 1000, 64, [to, between, arrived], { cooperative: true })).toBe(720);
    cuda.launch(kernel, 6, 64, [to, between, arrived]);
    expect(cuda.call("cuCtxSynchronize")).toBe(719);
    expect(control.fault()).toContain("a grid barrier in a launch that is not cooperative");
    control.reset();
    cuda.launch(cuda.kernel(source("if (blockIdx.x != 2u) grid_barrier(arrived);"), "grid"), 6, 64, [to, between, arrived], { cooperative: true });
    expect(cuda.call("cuCtxSynchronize")).toBe(719);
    expect(control.fault()).toContain("block (2, 0, 0): deadlock: of 64 threads 64 have ended");
  });

  test("streams are late, and wait for one another by events only", async () => {
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(1) twice(f32* to, const f32* from) { *to = *from * 2.0f; }`, "twice");
    const [a, b, c] = [cuda.upload(Float32Array.of(1)), cuda.upload(Float32Array.of(0)), cuda.upload(Float32Array.of(0))];
    const [first, second] = [cuda.out("cuStreamCreate", 1), cuda.out("cuStreamCreate", 1)];
    const event = cuda.out("cuEventCreate", 2);
    const read = (address: bigint): number => {
      const result = new Float32Array(1);
      cuda.must("cuMemcpyDtoH_v2", result, address, 4);
      return result[0]!;
    };
    const run = (waits: boolean): number => {
      cuda.launch(kernel, 1, 1, [b, a], { stream: first });
      cuda.must("cuEventRecord", event, first);
      if (waits) cuda.must("cuStreamWaitEvent", second, event, 0);
      cuda.launch(kernel, 1, 1, [c, b], { stream: second });
      cuda.must("cuStreamSynchronize", second);
      const result = read(c);
      cuda.must("cuStreamSynchronize", first);
      return result;
    };
    expect(run(false)).toBe(0);
    expect(run(true)).toBe(4);
    cuda.launch(kernel, 1, 1, [a, c], { stream: first });
    expect(read(a)).toBe(1);
    expect([cuda.call("cuStreamQuery", first), cuda.call("cuStreamQuery", first)]).toEqual([600, 0]);
    expect(read(a)).toBe(8);
    await withEnvironment({ MSZ_SIM_STREAMS: "eager" }, () => cuda.launch(kernel, 1, 1, [c, a], { stream: first }));
    expect(read(c)).toBe(16);
    for (const stream of [first, second]) cuda.must("cuStreamDestroy_v2", stream);
    cuda.must("cuEventDestroy_v2", event);
  });

  test("a graph of two streams keeps its arguments, and edges that are missing show", async () => {
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(1) sum(f32* to, const f32* a, f32 b) { *to = *a + b; }`, "sum");
    const [a, b, c, d] = [1, 0, 0, 0].map((x) => cuda.upload(Float32Array.of(x))) as [bigint, bigint, bigint, bigint];
    const [first, second] = [cuda.out("cuStreamCreate", 1), cuda.out("cuStreamCreate", 1)];
    const [fork, join] = [cuda.out("cuEventCreate", 2), cuda.out("cuEventCreate", 2)];
    const float = (x: number): { words: number[] } => ({ words: [...new Uint32Array(Float32Array.of(x).buffer)] });
    const capture = (joins: boolean): number => {
      cuda.must("cuStreamBeginCapture_v2", first, 1);
      cuda.launch(kernel, 1, 1, [b, a, float(1)], { stream: first });
      cuda.must("cuEventRecord", fork, first);
      cuda.must("cuStreamWaitEvent", second, fork, 0);
      cuda.launch(kernel, 1, 1, [c, b, float(10)], { stream: second });
      cuda.must("cuEventRecord", join, second);
      if (joins) cuda.must("cuStreamWaitEvent", first, join, 0);
      cuda.launch(kernel, 1, 1, [d, c, float(100)], { stream: first });
      return 0;
    };
    capture(false);
    expect(cuda.call("cuStreamEndCapture", first, [0])).toBe(904);
    capture(true);
    const graph: (number | bigint)[] = [0];
    cuda.must("cuStreamEndCapture", first, graph);
    const exec = cuda.out("cuGraphInstantiateWithFlags", graph[0], 0);
    cuda.must("cuGraphDestroy", graph[0]);
    expect(cuda.floats(d, 1)[0]).toBe(0);
    for (const [at, order] of orders.entries()) {
      cuda.must("cuMemcpyHtoD_v2", a, Float32Array.of(at), 4);
      await withEnvironment({ MSZ_SIM_ORDER: order }, () => {
        cuda.must("cuGraphLaunch", exec, second);
        cuda.must("cuStreamSynchronize", second);
      });
      expect(cuda.floats(d, 1)[0]).toBe(111 + at);
    }
    expect(control.calls("cuGraphLaunch")).toBe(3);
    expect(control.calls("kernel:sum")).toBe(9);
    // What must not be done meanwhile spoils a capture.
    cuda.must("cuStreamBeginCapture_v2", first, 1);
    expect(cuda.call("cuMemAlloc_v2", [0], 16)).toBe(900);
    expect(cuda.call("cuStreamEndCapture", first, [0])).toBe(901);
    cuda.must("cuGraphExecDestroy", exec);
    for (const stream of [first, second]) cuda.must("cuStreamDestroy_v2", stream);
    for (const event of [fork, join]) cuda.must("cuEventDestroy_v2", event);
  });

  test("faults on demand: once, always, sticky, of a kernel", async () => {
    const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(1) nothing() {}`, "nothing");
    await withEnvironment({ MSZ_SIM_FAIL: "cuMemAlloc:2:2,cuInit:100" }, () => {
      const codes = [1, 2, 3].map(() => cuda.call("cuMemAlloc_v2", [0], 16));
      expect([...codes, cuda.call("cuInit", 0)]).toEqual([0, 2, 0, 100]);
    });
    await withEnvironment({ MSZ_SIM_FAIL: "kernel:nothing:700" }, () => {
      const stream = cuda.out("cuStreamCreate", 1);
      expect(cuda.launch(kernel, 1, 1, [], { stream })).toBe(0);
      expect(cuda.launch(kernel, 1, 1, [], { stream })).toBe(0);
      expect(cuda.call("cuStreamSynchronize", stream)).toBe(700);
      expect(cuda.launch(kernel, 1, 1, [], { stream })).toBe(700);
      control.reset();
      cuda.must("cuStreamDestroy_v2", stream);
    });
    expect(cuda.text("cuGetErrorName", 700)).toBe("CUDA_ERROR_ILLEGAL_ADDRESS");
    expect(cuda.launch(kernel, 1, 2, [])).toBe(1);
  });

  test("a kernel that touches what is no memory fails its launch, not the process", () => {
    const to = cuda.upload(new Float32Array(64));
    for (const [body, code, text] of [
      ["*(volatile f32*)16 = 1.0f;", 700, "thread 7 touches address 0x10"],
      ["to[0] = (f32)(7u / (u32)to[1]);", 719, "thread 7 divides an integer by zero"],
      // More than a thread's stack has: its frame is that large wherever the array stands.
      ["volatile f32 large[1 << 16]; large[0] = 1.0f; to[0] = large[0];", 700, "thread 0 touches address"],
    ] as const) {
      const kernel = cuda.kernel(`extern "C" __global__ void __launch_bounds__(64) wild(f32* to) { __syncthreads(); if (threadIdx.x == 7u) { ${body} } __syncthreads(); }`, "wild");
      cuda.launch(kernel, 1, 64, [to]);
      expect(cuda.call("cuCtxSynchronize")).toBe(code);
      expect(control.fault()).toContain(text);
      control.reset();
    }
  });

  test("memory: bounds of copies, what is left, and none left", async () => {
    const address = cuda.out("cuMemAlloc_v2", 64);
    expect(cuda.floats(address, 16).every(Number.isNaN)).toBe(true);
    expect(cuda.call("cuMemcpyHtoD_v2", address, new Uint8Array(65), 65)).toBe(1);
    expect(cuda.call("cuMemcpyHtoD_v2", address + 32n, new Uint8Array(32), 32)).toBe(0);
    expect(cuda.call("cuMemsetD32Async", address + 32n, 0, 9, 0)).toBe(1);
    await withEnvironment({ MSZ_SIM_MEMORY: "1000000" }, () => {
      expect(cuda.call("cuMemAlloc_v2", [0], 1000000)).toBe(2);
      const [free, total] = [[0], [0]];
      cuda.must("cuMemGetInfo_v2", free, total);
      expect(total[0]).toBe(1000000);
      expect(free[0]).toBeLessThan(1000000);
    });
    const live = control.liveAllocations();
    cuda.must("cuMemFree_v2", address);
    expect(control.liveAllocations()).toBe(live - 1);
    expect(cuda.call("cuMemFree_v2", address)).toBe(1);
  });

  test("a source that does not compile is told with its own lines; images of others are refused", () => {
    expect(() => cuda.compile(`${header}\nextern "C" __global__ void k(\n  f32* to) {\n  to[0] = wrong;\n}`)).toThrow(/kernel\.cu:6:\d+: error: .*wrong/);
    expect(cuda.call("cuModuleLoadData", [0], Buffer.from("\x7fELF and more"))).toBe(209);
    expect(cuda.call("cuModuleLoadData", [0], Buffer.from(".version 8.8\n"))).toBe(200);
    expect(cuda.call("cuModuleLoadData", [0], cuda.compile(`extern "C" __global__ void k() {}`, ["--gpu-architecture=sm_90"]))).toBe(209);
  });

  const sanitizer = sanitizerEnvironment();
  if ("missing" in sanitizer) console.warn(`skipped: ${sanitizer.missing}`);
  test.skipIf("missing" in sanitizer)("AddressSanitizer finds the element behind an allocation", () => {
    const { environment } = sanitizer as Exclude<typeof sanitizer, { missing: string }>;
    const run = (elements: number): { status: number | null; text: string } => {
      const child = spawnSync(process.execPath, [fileURLToPath(new URL("./asan-child.mjs", import.meta.url)), simulator.driver, String(elements)], {
        encoding: "utf8",
        env: { ...process.env, ...environment },
      });
      return { status: child.status, text: child.stdout + child.stderr };
    };
    expect(run(64)).toEqual({ status: 0, text: "63 0\n" });
    const wrong = run(63);
    expect(wrong.status).not.toBe(0);
    expect(wrong.text).toContain("heap-buffer-overflow");
    expect(wrong.text).toMatch(/in reversal .*kernel\.cu:5/);
    expect(wrong.text).toContain("252-byte region");
  });
});
