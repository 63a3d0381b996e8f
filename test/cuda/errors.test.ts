/** Codes of the driver: each one of the table by the simulated driver, and the words of the situations that people meet. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MszError } from "../../src/base/error.js";
import type { DriverContext } from "../../runtime/cuda/driver.js";
import { cudaErrors } from "../../runtime/cuda/error-table.js";
import { cudaError } from "../../runtime/cuda/errors.js";
import { openCudaDriver } from "../../runtime/cuda/open-driver.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { buildSimulator } from "../cuda-sim/build.js";

const codes = Object.keys(cudaErrors).map(Number);
const kinds = new Map<string, number[]>();
for (const code of codes) kinds.set(cudaErrors[code]!.kind, [...(kinds.get(cudaErrors[code]!.kind) ?? []), code]);

/** What a user is told, in one text. */
const told = (error: unknown): string => {
  if (!(error instanceof MszError)) throw error;
  return [`${error.code}: ${error.message}`, error.reason && `why: ${error.reason}`, error.hint && `help: ${error.hint}`].filter(Boolean).join("\n");
};

describe("the table", () => {
  test("which codes mean what becomes of the device", () => {
    expect(kinds.get("out-of-memory")).toEqual([2]);
    expect(kinds.get("no-cuda")).toEqual([34, 46, 100, 101, 102, 802, 803, 804, 805, 807, 808, 809]);
    expect(kinds.get("driver-too-old")).toEqual([35, 36, 209, 222]);
    expect(kinds.get("device-fault")).toEqual([214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 806, 810, 911, 916, 999]);
    expect(kinds.get("kernel-rejected")).toEqual([200, 218, 221, 223, 225, 300, 500, 701, 720, 912]);
  });

  test.each(codes)("%i is a sentence with a way out", (code) => {
    const row = cudaErrors[code]!;
    expect(row.name).toMatch(/^CUDA_ERROR_[A-Z0-9_]+$/);
    // A product's name may begin it.
    expect(row.meaning).toMatch(/^[a-z].*[^.]$/);
    expect(row.hint).toMatch(/^[a-z`].*[^.]$/);
    const error = cudaError({ code, what: "the arena of `decode`", call: "cuMemAlloc_v2" });
    expect(error.code).toBe(row.kind);
    expect(error.blame).toBe("machine");
    expect(error.message).toContain(`(${row.name}, ${code})`);
    expect(error.message).toContain(row.meaning);
    const opening = cudaError({ code, what: "opening it", call: "cuInit", opening: true });
    expect(opening.code).toBe(code === 2 ? "out-of-memory" : "no-cuda");
  });

  test("a code of a newer driver is told in the driver's words", () => {
    expect(told(cudaError({ code: 987, what: "making a stream", call: "cuStreamCreate", driverName: "CUDA_ERROR_FROG", driverText: "a frog sits on the GPU" }))).toBe(
      "cuda-failed: making a stream: the driver says: a frog sits on the GPU (CUDA_ERROR_FROG, 987)\nwhy: cuStreamCreate failed\nhelp: the code is not one that msz knows; look it up in NVIDIA's documentation of CUresult",
    );
    expect(cudaError({ code: 987, what: "x", call: "cuInit" }).message).toBe("x: the driver says: nothing (a code without a name, 987)");
  });
});

const simulator = buildSimulator();
if ("missing" in simulator) console.log(`the simulated driver is left out: ${simulator.missing}`);

describe.skipIf("missing" in simulator)("from the simulated driver", () => {
  const driver = "missing" in simulator ? "" : simulator.driver;
  let reset: () => void;
  const fail = (what: string): void => void (process.env.MSZ_SIM_FAIL = what);

  beforeAll(async () => {
    process.env.MSZ_CUDA_DRIVER = driver;
    const library = (await loadKoffi()).load(driver);
    reset = library.find("void cuSimReset()")! as () => void;
  });
  afterEach(() => {
    delete process.env.MSZ_SIM_FAIL;
    delete process.env.MSZ_SIM_MEMORY;
    delete process.env.MSZ_SIM_DEVICES;
    reset();
  });
  afterAll(() => void delete process.env.MSZ_CUDA_DRIVER);

  const opened = async (debugSync = false): Promise<DriverContext> => (await openCudaDriver({ debugSync })).driver.openContext(0);
  /** The error of opening a driver. */
  const openingError = (): Promise<unknown> => openCudaDriver().then(() => "no error", (error: unknown) => error);
  const errorOf = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return error;
    }
    return "no error";
  };

  test("every code at cuInit is `no-cuda`, so that another backend may be tried", async () => {
    for (const code of codes.filter((c) => c !== 2)) {
      fail(`cuInit:${code}`);
      expect(await openingError()).toMatchObject({ code: "no-cuda", blame: "machine", hint: cudaErrors[code]!.hint });
    }
  });

  test("every code at a copy", async () => {
    for (const code of codes.filter((c) => c !== 600)) {
      const context = await opened();
      const stream = context.createStream();
      const at = context.allocate("two words", 8);
      fail(`cuMemcpyDtoDAsync:${code}`);
      expect(errorOf(() => context.copy(at + 4n, at, 4, stream))).toMatchObject({ code: cudaErrors[code]!.kind, message: expect.stringContaining(`${cudaErrors[code]!.name}, ${code}`) as string });
      delete process.env.MSZ_SIM_FAIL;
      context.dispose();
      reset();
    }
  });

  test("no GPU", async () => {
    process.env.MSZ_SIM_DEVICES = "0";
    fail("cuInit:100");
    expect(told(await openingError())).toBe(
      "no-cuda: CUDA cannot be used: there is an NVIDIA driver library, but it sees no GPU (CUDA_ERROR_NO_DEVICE, 100)\n" +
        `why: starting the NVIDIA driver \`${driver}\`: cuInit failed\n` +
        "help: the machine needs an NVIDIA GPU and its kernel driver loaded (`nvidia-smi`); a container needs `--gpus all`; CUDA_VISIBLE_DEVICES must not hide it",
    );
  });

  test("a stub of the toolkit", async () => {
    fail("cuInit:34");
    expect(told(await openingError())).toBe(
      "no-cuda: CUDA cannot be used: the driver library that was found is a stub of the CUDA toolkit, which programs are linked with, and not the driver (CUDA_ERROR_STUB_LIBRARY, 34)\n" +
        `why: starting the NVIDIA driver \`${driver}\`: cuInit failed\n` +
        "help: take the toolkit's folder `stubs` out of LD_LIBRARY_PATH, and install the NVIDIA driver if there is none",
    );
  });

  test("library and kernel module of two versions", async () => {
    fail("cuInit:803");
    expect(told(await openingError())).toMatch(/^no-cuda: CUDA cannot be used: the NVIDIA driver's library and its kernel module are of two versions \(CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, 803\)\n/);
  });

  test.each([[209, "the compiled kernels are for another kind of GPU, or the NVIDIA driver is too old for them (CUDA_ERROR_NO_BINARY_FOR_GPU, 209)"], [222, "the NVIDIA driver is older than the compiler that the kernels were made with (CUDA_ERROR_UNSUPPORTED_PTX_VERSION, 222)"]])("a driver too old for the kernels: %i", async (code, words) => {
    const context = await opened();
    fail(`cuModuleLoadData:${code}`);
    expect(told(errorOf(() => context.loadModule("the kernels of `decode`", new Uint8Array(8))))).toBe(
      `driver-too-old: the kernels of \`decode\`: ${words}\nwhy: cuModuleLoadData failed\nhelp: install a newer NVIDIA driver (\`nvidia-smi\` shows the one there is)`,
    );
    context.dispose();
  });

  test("out of memory: how much, for what, and how much is free", async () => {
    process.env.MSZ_SIM_MEMORY = "1000000";
    const context = await opened();
    const kept = context.allocate("the weights", 256_000);
    const { free, total } = context.memory();
    expect(total).toBe(1_000_000);
    expect(free).toBeLessThanOrEqual(744_000);
    expect(told(errorOf(() => context.allocate("the arena of `train`", 12_300_000_000)))).toBe(
      "out-of-memory: not enough GPU memory for the arena of `train`: 12.3 GB are needed, and " +
        `${(free / 1000).toFixed(1)} kB of 1.0 MB are free (CUDA_ERROR_OUT_OF_MEMORY, 2)\n` +
        "help: use a smaller batch, shorter inputs or a smaller model, end what else runs on the GPU (`nvidia-smi` lists it), or choose another one with MSZ_CUDA_DEVICE",
    );
    context.free(kept);
    context.dispose();
  });

  test("in pieces: what is free is enough, and yet there is no room", async () => {
    const context = await opened();
    fail("cuMemAlloc:2");
    expect(errorOf(() => context.allocate("the states", 1000))).toMatchObject({ code: "out-of-memory", reason: "no single piece of the free memory is as large" });
    context.dispose();
  });

  test("a sticky error is told once for all: later calls throw the first one, and cleaning up throws none", async () => {
    const context = await opened();
    const stream = context.createStream();
    const at = context.allocate("a word", 4);
    fail("cuStreamSynchronize:700");
    const first = errorOf(() => context.synchronize(stream, "reading the ids"));
    expect(told(first)).toBe(
      "device-fault: a kernel on the GPU used an address that is not its own (CUDA_ERROR_ILLEGAL_ADDRESS, 700)\n" +
        "why: noticed at reading the ids, launched some time before; the device cannot be used any more in this process\n" +
        "help: run with --debug-sync to learn which launch caused it",
    );
    expect(errorOf(() => context.copy(at, at, 4, stream))).toBe(first);
    expect(errorOf(() => context.isIdle(stream))).toBe(first);
    context.free(at);
    context.destroyStream(stream);
    context.dispose();
  });

  test("a fault of the machine is not blamed on a kernel", async () => {
    const context = await opened();
    const stream = context.createStream();
    fail("cuStreamSynchronize:214");
    expect(told(errorOf(() => context.synchronize(stream, "reading the ids")))).toBe(
      "device-fault: the GPU's memory has an error that cannot be corrected (CUDA_ERROR_ECC_UNCORRECTABLE, 214)\n" +
        "why: cuStreamSynchronize failed at reading the ids; the device cannot be used any more in this process\n" +
        "help: restart the machine; if it comes back, the GPU is broken",
    );
    context.dispose();
  });

  test("work that is not done is no error", async () => {
    const context = await opened();
    const stream = context.createStream();
    const event = context.createEvent();
    fail("cuStreamQuery:600,cuEventQuery:600");
    expect([context.isIdle(stream), context.isDone(event)]).toEqual([false, false]);
    delete process.env.MSZ_SIM_FAIL;
    context.record(event, stream);
    context.synchronize(stream, "the event");
    expect([context.isIdle(stream), context.isDone(event)]).toEqual([true, true]);
    context.destroyEvent(event);
    context.destroyStream(stream);
    context.dispose();
  });
});
