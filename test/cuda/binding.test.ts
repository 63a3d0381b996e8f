/** The driver's interface over a library: the simulated driver runs what is launched, so that each argument, copy, event and graph is seen to arrive. */
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ModuleCompiler } from "../../runtime/cuda/compile/index.js";
import type { Address, DriverContext, GraphExec, KernelHandle, Module, Stream } from "../../runtime/cuda/driver.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { openCudaDriver, type Cuda } from "../../runtime/cuda/open-driver.js";
import { MszError } from "../../src/base/error.js";
import { buildSimulator } from "../cuda-sim/build.js";

const simulator = buildSimulator();
if ("missing" in simulator) console.log(`the simulated driver is left out: ${simulator.missing}`);

/** Arguments of many sizes, a structure among them; shared memory that is asked for at the launch. */
const source = `
struct Three { unsigned a, b, c; };
extern "C" __global__ void take(unsigned long long* out, unsigned char byte, unsigned short half, Three three, double wide, float single, int last) {
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    out[0] = byte; out[1] = half; out[2] = three.a; out[3] = three.b; out[4] = three.c;
    out[5] = (unsigned long long)wide; out[6] = (unsigned long long)(single * 4.0f); out[7] = (unsigned long long)(long long)last;
  }
}
extern "C" __global__ void count(unsigned* words) {
  words[blockIdx.x * blockDim.x + threadIdx.x] += 1 + blockIdx.y + 10 * blockIdx.z;
}
`;

describe.skipIf("missing" in simulator)("over the simulated driver", () => {
  let cuda: Cuda;
  let image: Uint8Array;
  let reset: () => void;

  beforeAll(async () => {
    if ("missing" in simulator) return;
    process.env.MSZ_CUDA_DRIVER = simulator.driver;
    process.env.MSZ_NVRTC = simulator.nvrtc;
    process.env.MSZ_CACHE = join(dirname(simulator.driver), "cubin");
    cuda = await openCudaDriver();
    reset = cuda.ffi.load(simulator.driver).find("void cuSimReset()")! as () => void;
    image = await new ModuleCompiler({ ffi: cuda.ffi, driverVersion: cuda.driver.version }).compileModule("the test's kernels", source, cuda.driver.properties(0).computeCapability);
  });
  afterAll(() => {
    for (const name of ["MSZ_CUDA_DRIVER", "MSZ_NVRTC", "MSZ_CACHE", "MSZ_SIM_FAIL"]) delete process.env[name];
  });
  beforeEach(() => {
    delete process.env.MSZ_SIM_FAIL;
    reset();
  });

  interface Opened {
    readonly context: DriverContext;
    readonly stream: Stream;
    readonly module: Module;
    readonly kernel: (name: string) => KernelHandle;
    /** Device memory → numbers, through page-locked memory. */
    readonly words: (address: bigint, bytes: number) => Uint8Array;
  }

  /** A context, closed behind the work. */
  async function withContext<T>(work: (opened: Opened) => T | Promise<T>, debugSync = false): Promise<T> {
    const { driver } = debugSync ? await openCudaDriver({ debugSync }) : cuda;
    const context = driver.openContext(0);
    const stream = context.createStream();
    const module = context.loadModule("the test's kernels", image);
    const words = (address: bigint, bytes: number): Uint8Array => {
      const host = context.pinned(bytes);
      context.copyToHost(host.address, address, bytes, stream);
      context.synchronize(stream, "reading");
      const copy = host.bytes.slice();
      host.free();
      return copy;
    };
    try {
      return await work({ context, stream, module, kernel: (name) => context.kernel(module, name), words });
    } finally {
      context.unloadModule(module);
      context.destroyStream(stream);
      context.dispose();
    }
  }

  test("what the device is", () => {
    const { driver } = cuda;
    expect(driver.version).toBe(13000);
    expect(driver.deviceCount()).toBe(1);
    const properties = driver.properties(0);
    expect(properties).toMatchObject({ name: "CUDA simulator", ordinal: 0, computeCapability: [8, 0], cooperativeLaunch: true });
    expect(properties.sharedBytesPerBlock).toBeGreaterThan(48 * 1024);
    expect(properties.totalBytes).toBeGreaterThan(0);
    expect(() => driver.properties(7)).toThrow("there is no GPU with this number");
  });

  test("each of two devices gets its own calls, in whatever order they come", async () => {
    process.env.MSZ_SIM_DEVICES = "2";
    try {
      reset();
      const { driver } = await openCudaDriver();
      const [first, second] = [driver.openContext(0), driver.openContext(1)];
      const free = (): number[] => [first, second].map((context) => context.memory().free);
      const [before, other] = free() as [number, number];
      const address = first.allocate("a value", 2 ** 20);
      expect(free()).toEqual([before - 2 ** 20, other]);
      first.free(address);
      second.dispose();
      expect(first.memory().free).toBe(before);
      first.dispose();
    } finally {
      delete process.env.MSZ_SIM_DEVICES;
      reset();
    }
  });

  test("arguments of every size, copies both ways", () =>
    withContext(({ context, stream, kernel, words }) => {
      const out = context.allocate("eight words", 64);
      const args = context.arguments([8, 1, 2, 12, 8, 4, 4]);
      expect(args.offsets).toEqual([0, 8, 10, 16, 32, 40, 44]);
      const [pointer, byte, half, three, wide, single, last] = args.offsets as [number, number, number, number, number, number, number];
      args.bytes.setBigUint64(pointer, out, true);
      args.bytes.setUint8(byte, 201);
      args.bytes.setUint16(half, 40_000, true);
      for (let i = 0; i < 3; i++) args.bytes.setUint32(three + 4 * i, 3_000_000_000 + i, true);
      args.bytes.setFloat64(wide, 2 ** 40, true);
      args.bytes.setFloat32(single, 0.75, true);
      args.bytes.setInt32(last, -5, true);
      context.launch(kernel("take"), { grid: [1, 1, 1], threads: 32 }, args, stream, "take");
      expect([...new BigInt64Array(words(out, 64).buffer)]).toEqual([201n, 40_000n, 3_000_000_000n, 3_000_000_001n, 3_000_000_002n, 2n ** 40n, 3n, -5n]);
      context.free(out);
    }));

  test("grids, fills, copies on the device, cooperative launches, shared memory above 48 KiB", () =>
    withContext(({ context, stream, kernel, words }) => {
      const at = context.allocate("128 words", 512);
      const copy = context.allocate("a copy", 512);
      const args = context.arguments([8]);
      args.bytes.setBigUint64(args.offsets[0]!, at, true);
      context.fill(at, 0xffff_fff0, 512, stream);
      const count = kernel("count");
      context.launch(count, { grid: [4, 1, 1], threads: 32 }, args, stream, "count");
      context.launch(count, { grid: [2, 2, 2], threads: 32, sharedBytes: 100 * 1024 }, args, stream, "count");
      context.launch(count, { grid: [1, 1, 1], threads: 32, cooperative: true }, args, stream, "count");
      context.copy(copy, at, 512, stream);
      const values = new Uint32Array(words(copy, 512).buffer);
      // 1, then 1 + 2 + 11 + 12 of the grid's y and z, then 1.
      expect([values[0], values[32], values[64], values[127]]).toEqual([0xffff_fff0 + 28 - 2 ** 32, 0xffff_fff0 + 27 - 2 ** 32, 0xffff_fff1, 0xffff_fff1]);
      expect(context.blocksPerMultiprocessor(count, 256, 0)).toBeGreaterThan(0);
      context.free(at);
      context.free(copy);
    }));

  /** Work on a graph that raises 32 words by 1, which are 0 at first. */
  const withCountGraph = (work: (opened: Opened, exec: GraphExec, at: Address) => void, debugSync = false): Promise<void> =>
    withContext((opened) => {
      const { context, stream, kernel } = opened;
      const at = context.allocate("32 words", 128);
      const args = context.arguments([8]);
      args.bytes.setBigUint64(args.offsets[0]!, at, true);
      context.fill(at, 0, 128, stream);
      context.beginCapture(stream);
      context.launch(kernel("count"), { grid: [1, 1, 1], threads: 32 }, args, stream, "count");
      const graph = context.endCapture(stream);
      const exec = context.instantiate(graph);
      work(opened, exec, at);
      context.destroyGraphExec(exec);
      context.destroyGraph(graph);
      context.free(at);
    }, debugSync);

  test("events say when, and graphs say again what was recorded", () =>
    withCountGraph(({ context, stream, words }, exec, at) => {
      const from = context.createEvent(true);
      const to = context.createEvent(true);
      context.record(from, stream);
      for (let i = 0; i < 3; i++) context.launchGraph(exec, stream, "three times");
      context.record(to, stream);
      const other = context.createStream();
      context.waitFor(other, to);
      context.synchronize(other, "the other stream");
      expect([context.isDone(from), context.isDone(to)]).toEqual([true, true]);
      expect(context.elapsed(from, to)).toBeGreaterThanOrEqual(0);
      expect(new Uint32Array(words(at, 128).buffer)[31]).toBe(3);
      for (const event of [from, to]) context.destroyEvent(event);
      context.destroyStream(other);
    }));

  test("a kernel that is not there", () => withContext(({ kernel }) => expect(() => kernel("tke")).toThrow("the kernel `tke`: the compiled kernels lack one that the plan names (CUDA_ERROR_NOT_FOUND, 500)")));

  const faultOf = (debugSync: boolean): Promise<unknown> =>
    withContext(({ context, stream, kernel }) => {
      const args = context.arguments([8]);
      const room = context.allocate("32 words", 128);
      args.bytes.setBigUint64(args.offsets[0]!, room, true);
      process.env.MSZ_SIM_FAIL = "kernel:count:700:2";
      try {
        for (const label of ["first", "second", "third"]) context.launch(kernel("count"), { grid: [1, 1, 1], threads: 32 }, args, stream, label);
        context.synchronize(stream, "the ids");
      } catch (error) {
        return error;
      }
      return "no error";
    }, debugSync);

  test("with --debug-sync the launch that caused a fault is named", async () => {
    const error = await faultOf(true);
    expect(error).toBeInstanceOf(MszError);
    expect(error).toMatchObject({ code: "device-fault", message: "the launch of `second` used an address that is not its own (CUDA_ERROR_ILLEGAL_ADDRESS, 700)", reason: "the device cannot be used any more in this process" });
  });

  test("without it, how to learn that", async () => {
    expect(await faultOf(false)).toMatchObject({ code: "device-fault", message: "a kernel on the GPU used an address that is not its own (CUDA_ERROR_ILLEGAL_ADDRESS, 700)", hint: "run with --debug-sync to learn which launch caused it" });
  });

  test("with --debug-sync a recording is not waited for", () =>
    withCountGraph(({ context, stream, words }, exec, at) => {
      context.launchGraph(exec, stream, "count");
      expect(new Uint32Array(words(at, 128).buffer)[0]).toBe(1);
    }, true));
});

test("a library that is no driver", async () => {
  if ("missing" in simulator) return;
  const machine = { platform: process.platform, env: { MSZ_CUDA_DRIVER: simulator.nccl }, home: "", exists: () => true, list: () => [] };
  await expect(openCudaDriver({}, machine)).rejects.toMatchObject({ code: "driver-too-old", message: `the NVIDIA driver library \`${simulator.nccl}\` has no function cuInit` });
});

test("no driver at all", async () => {
  const machine = { platform: "linux", env: { MSZ_CUDA_DRIVER: "none" }, home: "", exists: () => false, list: () => [] };
  await expect(openCudaDriver({}, machine)).rejects.toMatchObject({
    code: "no-cuda", blame: "machine", message: "CUDA cannot be used: the NVIDIA driver's library was not found", reason: "MSZ_CUDA_DRIVER says that there is none",
    hint: "take MSZ_CUDA_DRIVER out of the environment, or give it the path of a libcuda.so.1",
  });
  await expect(openCudaDriver({}, { ...machine, env: {} })).rejects.toMatchObject({
    code: "no-cuda", reason: expect.stringMatching(/^tried libcuda\.so\.1: /) as string, hint: expect.stringMatching(/^install the NVIDIA driver; /) as string,
  });
});

test("koffi gives C stacks on which a compiler can recurse", async () => {
  expect((await loadKoffi()).deepStacks).toBe(true);
});
