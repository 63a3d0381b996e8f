/** From source to an image: the cache, the order of compilers, what each says of a mistake. nvcc is a script here, NVRTC the simulated one; the real NVRTC where this machine has it. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cacheFolder, KernelCache } from "../../runtime/cuda/compile/cache.js";
import { ModuleCompiler } from "../../runtime/cuda/compile/index.js";
import { targetFor } from "../../runtime/cuda/compile/nvrtc.js";
import type { Ffi } from "../../runtime/cuda/ffi/ffi.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { findNvrtc, type Machine } from "../../runtime/cuda/libraries.js";
import { loadFirst, thisMachine } from "../../runtime/cuda/machine.js";
import { MszError } from "../../src/base/error.js";
import { buildSimulator } from "../cuda-sim/build.js";

const root = mkdtempSync(join(tmpdir(), "msz-test-compile-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let ffi: Ffi;
beforeAll(async () => void (ffi = await loadKoffi()));

let cache: string;
let count = 0;
let warnings: string[];
beforeEach(() => {
  cache = join(root, `cache-${count++}`);
  warnings = [];
});

/** An nvcc that "compiles" by copying, and writes down how often it did. */
function script(name: string, version: string, compile = "cp kernels.cu kernels.cubin"): string {
  const path = join(root, name);
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = --version ]; then echo "Cuda compilation tools, release ${version.slice(0, 4)}, V${version}"; exit 0; fi\necho "$@" >> ${path}.log\n${compile}\n`);
  chmodSync(path, 0o755);
  writeFileSync(`${path}.log`, "");
  return path;
}
const runsOf = (nvcc: string): string[] => readFileSync(`${nvcc}.log`, "utf8").split("\n").filter(Boolean);

function compiler(env: Record<string, string>, driverVersion = 13000): ModuleCompiler {
  const machine: Machine = { ...thisMachine(), env: { MSZ_CACHE: cache, MSZ_NVRTC: "none", MSZ_NVCC: "none", ...env } };
  return new ModuleCompiler({ ffi, driverVersion, machine, onWarning: (line) => void warnings.push(line) });
}
const makeNothing = (folder: string): string => {
  const lines: string[] = [];
  new KernelCache(folder, (line) => void lines.push(line)).write(source, [9, 0], "nvcc", new Uint8Array(4));
  return lines.join("\n");
};
const text = (image: Uint8Array): string => new TextDecoder().decode(image);
const source = "extern \"C\" __global__ void k(float* a) { a[threadIdx.x] = 1.0f; }\n";
const errorOf = async (work: Promise<unknown>): Promise<MszError> => {
  const error = await work.then(() => undefined, (e: unknown) => e);
  if (!(error instanceof MszError)) throw error ?? new Error("nothing was thrown");
  return error;
};

describe.skipIf(process.platform === "win32")("the cache", () => {
  test("a second run compiles nothing; another source, architecture, compiler or version does", async () => {
    const nvcc = script("nvcc-a", "13.0.88");
    const first = compiler({ MSZ_NVCC: nvcc });
    expect(text(await first.compileModule("k", source, [9, 0]))).toBe(source);
    expect(runsOf(nvcc)).toEqual(["--cubin --gpu-architecture=sm_90 --std=c++17 -o kernels.cubin kernels.cu"]);
    expect(text(await first.compileModule("k", source, [9, 0]))).toBe(source);
    const second = compiler({ MSZ_NVCC: nvcc });
    expect(text(await second.compileModule("k", source, [9, 0]))).toBe(source);
    expect([first.compiled, second.compiled, runsOf(nvcc).length]).toEqual([1, 0, 1]);

    await second.compileModule("k", `${source}//`, [9, 0]);
    await second.compileModule("k", source, [8, 0]);
    expect(second.compiled).toBe(2);
    const newer = compiler({ MSZ_NVCC: script("nvcc-b", "13.1.2") });
    await newer.compileModule("k", source, [9, 0]);
    expect(newer.compiled).toBe(1);
    expect(newer.cache.size()).toMatchObject({ files: 4 });
    expect(warnings).toEqual([]);
  });

  test("a machine without a compiler finds what any compiler made, and says what it lacks where none did", async () => {
    await compiler({ MSZ_NVCC: script("nvcc-c", "13.0.88") }).compileModule("k", source, [9, 0]);
    const none = compiler({});
    expect(text(await none.compileModule("k", source, [9, 0]))).toBe(source);
    const error = await errorOf(none.compileModule("the kernels of `decode`", source, [8, 0]));
    expect(error).toMatchObject({
      code: "no-compiler",
      blame: "machine",
      message: "there is no compiler for the kernels of `decode`, and no earlier run has kept them compiled",
      reason: "tried MSZ_NVRTC says that there is none; MSZ_NVCC says that there is none",
      hint: "`pip install nvidia-cuda-nvrtc` (for a driver of CUDA 12 `nvidia-cuda-nvrtc-cu12`) brings NVIDIA's compiler, and so does the CUDA toolkit; MSZ_NVRTC or MSZ_NVCC may name one",
    });
  });

  test.each<[string, (bytes: Buffer) => Uint8Array]>([
    ["cut short", (bytes) => bytes.subarray(0, bytes.length - 3)],
    ["with a changed byte", (bytes) => (bytes.writeUInt8(bytes.at(-2)! ^ 1, bytes.length - 2), bytes)],
    ["empty", () => new Uint8Array(0)],
    ["foreign", () => Buffer.from("something else\n")],
    ["a bare image", (bytes) => bytes.subarray(bytes.indexOf(10) + 1)],
  ])("a file %s is compiled again", async (_, damage) => {
    const nvcc = script("nvcc-d", "13.0.88");
    await compiler({ MSZ_NVCC: nvcc }).compileModule("k", source, [9, 0]);
    const [name, ...others] = readdirSync(cache);
    expect(others).toEqual([]);
    writeFileSync(join(cache, name!), damage(readFileSync(join(cache, name!))));
    expect((await errorOf(compiler({}).compileModule("k", source, [9, 0]))).code).toBe("no-compiler");
    const again = compiler({ MSZ_NVCC: nvcc });
    expect(text(await again.compileModule("k", source, [9, 0]))).toBe(source);
    expect(again.compiled).toBe(1);
    // And it is whole again.
    expect(text(await compiler({}).compileModule("k", source, [9, 0]))).toBe(source);
    expect(readdirSync(cache)).toEqual([name]);
  });

  test("the file of another source under this one's name is not taken", async () => {
    const nvcc = script("nvcc-e", "13.0.88");
    await compiler({ MSZ_NVCC: nvcc }).compileModule("k", source, [9, 0]);
    const [name] = readdirSync(cache);
    await compiler({ MSZ_NVCC: nvcc }).compileModule("k", `${source}//`, [9, 0]);
    const other = readdirSync(cache).find((n) => n !== name)!;
    writeFileSync(join(cache, name!), readFileSync(join(cache, other)));
    expect(text(await compiler({ MSZ_NVCC: nvcc }).compileModule("k", source, [9, 0]))).toBe(source);
  });

  test("a folder that cannot be written is one warning and no error", async () => {
    const file = join(root, "a-file");
    writeFileSync(file, "");
    const nvcc = script("nvcc-f", "13.0.88");
    const blocked = compiler({ MSZ_NVCC: nvcc, MSZ_CACHE: join(file, "cubin") });
    for (const more of ["", "//", "///"]) expect(text(await blocked.compileModule("k", source + more, [9, 0]))).toBe(source + more);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^compiled kernels cannot be kept in `.*a-file\/cubin` \(.*\): every run compiles them again; MSZ_CACHE may name another folder$/);
  });

  test("a folder of several new ones is made, and each is the user's own", async () => {
    const folder = join(cache, "a", "b");
    await compiler({ MSZ_NVCC: script("nvcc-m", "13.0.88"), MSZ_CACHE: folder }).compileModule("k", source, [9, 0]);
    expect([readdirSync(folder).length, statSync(cache).mode & 0o777, warnings]).toEqual([1, 0o700, []]);
  });

  test.skipIf(process.platform !== "linux")("where the system says that there is no parent though there is one, it is a warning too", () => {
    expect(makeNothing("/proc/nope")).toMatch(/^compiled kernels cannot be kept in `\/proc\/nope` \(ENOENT: .*\): every run compiles them again/);
    expect(makeNothing("/proc/nope/cubin")).toMatch(/^compiled kernels cannot be kept in `\/proc\/nope\/cubin` \(ENOENT: /);
    const elsewhere = cacheFolder({ ...thisMachine(), home: cache, env: { XDG_CACHE_HOME: "/proc/nope" } });
    expect(elsewhere).toBe(join(cache, ".cache", "msz", "cubin"));
  });

  test.each(["", "none"])("MSZ_CACHE=%s keeps nothing", async (setting) => {
    const nvcc = script("nvcc-g", "13.0.88");
    const forgetful = compiler({ MSZ_NVCC: nvcc, MSZ_CACHE: setting });
    for (let i = 0; i < 2; i++) await forgetful.compileModule("k", source, [9, 0]);
    expect([forgetful.compiled, forgetful.cache.folder, warnings]).toEqual([2, undefined, []]);
  });
});

describe.skipIf(process.platform === "win32")("nvcc", () => {
  test("a mistake is told by the line of the log that matters", async () => {
    const nvcc = script("nvcc-h", "13.0.88", "echo 'kernels.cu(1): warning #177-D: nothing' >&2; echo 'kernels.cu(1): error: identifier \"foo\" is undefined' >&2; echo '1 error detected' >&2; exit 2");
    expect(await errorOf(compiler({ MSZ_NVCC: nvcc }).compileModule("the kernel `k`", source, [9, 0]))).toMatchObject({
      code: "kernel-rejected",
      message: "nvcc 13.0.88 does not compile the kernel `k`",
      reason: `kernels.cu(1): error: identifier "foo" is undefined, in \`${source.trim()}\``,
    });
  });

  test("without a C++ compiler it cannot work, which is not the kernels' fault", async () => {
    const nvcc = script("nvcc-i", "13.0.88", "echo 'nvcc fatal   : Failed to preprocess host compiler properties.' >&2; exit 1");
    expect(await errorOf(compiler({ MSZ_NVCC: nvcc }).compileModule("the kernel `k`", source, [9, 0]))).toMatchObject({
      code: "no-compiler",
      message: "nvcc 13.0.88 cannot compile the kernel `k`: nvcc fatal   : Failed to preprocess host compiler properties.",
      hint: "nvcc needs a C++ compiler (g++) beside it; NVRTC does not: `pip install nvidia-cuda-nvrtc`",
    });
  });

  test("one that does not run, and one that is newer than the driver, are told", async () => {
    const broken = join(root, "broken");
    writeFileSync(broken, "#!/bin/sh\necho 'no such thing' >&2\nexit 1\n", { mode: 0o755 });
    expect((await errorOf(compiler({ MSZ_NVCC: broken }).compileModule("k", source, [9, 0]))).reason).toBe(`tried MSZ_NVRTC says that there is none; \`${broken}\` is not a nvcc that runs (no such thing)`);
    const nvcc = script("nvcc-j", "13.0.88");
    expect((await errorOf(compiler({ MSZ_NVCC: nvcc }, 12040).compileModule("k", source, [9, 0]))).reason).toBe(`tried MSZ_NVRTC says that there is none; ${nvcc}: nvcc 13.0.88 is newer than the driver, which knows CUDA 12`);
  });

  test("leaves nothing behind", async () => {
    const temporary = join(root, "temporary");
    mkdirSync(temporary);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = temporary;
    try {
      await compiler({ MSZ_NVCC: script("nvcc-k", "13.0.88") }).compileModule("k", source, [9, 0]);
      await errorOf(compiler({ MSZ_NVCC: script("nvcc-l", "13.0.88", "exit 1") }).compileModule("k", `${source}//`, [9, 0]));
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    expect(readdirSync(temporary)).toEqual([]);
  });
});

test.skipIf(process.platform === "win32")("a compiler that the environment names, and that cannot be used, is one warning", async () => {
  const nvcc = script("nvcc-n", "13.0.88");
  const file = join(root, "no-library");
  writeFileSync(file, "no library");
  for (const [named, reason] of [["/nowhere/libnvrtc.so.13", "MSZ_NVRTC=/nowhere/libnvrtc.so.13: there is no such file"], [file, `${file}: .+`]] as const) {
    warnings = [];
    const other = compiler({ MSZ_NVRTC: named, MSZ_NVCC: nvcc });
    for (const more of ["", "//"]) await other.compileModule("k", source + more, [9, 0]);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^what MSZ_NVRTC names cannot be used \\(${reason}\\): nvcc is looked for$`))]);
  }
  warnings = [];
  // What was kept serves.
  await compiler({ MSZ_NVCC: "/nowhere/nvcc" }).compileModule("k", source, [9, 0]);
  expect(warnings).toEqual(["what MSZ_NVCC names cannot be used (MSZ_NVCC=/nowhere/nvcc: there is no such file): only kernels that an earlier run has kept can be used"]);
});

test("which code is made for a device", () => {
  const known = [75, 80, 86, 90, 100, 120];
  expect(targetFor([9, 0], known, "NVRTC 13.0")).toEqual({ kind: "cubin", architecture: "90" });
  expect(targetFor([8, 9], known, "NVRTC 13.0")).toEqual({ kind: "cubin", architecture: "86" });
  expect(targetFor([13, 0], known, "NVRTC 13.0")).toEqual({ kind: "ptx", architecture: "120" });
  expect(targetFor([13, 0], [], "NVRTC 11.0")).toEqual({ kind: "cubin", architecture: "130" });
  expect(() => targetFor([7, 0], known, "NVRTC 13.0")).toThrow("NVRTC 13.0 does not compile for this GPU (sm_70)");
});

const simulator = buildSimulator();
if ("missing" in simulator) console.log(`the simulated NVRTC is left out: ${simulator.missing}`);

describe.skipIf("missing" in simulator)("the simulated NVRTC", () => {
  const nvrtc = "missing" in simulator ? "" : simulator.nvrtc;

  test("comes before nvcc, compiles several modules at once, and tells the line of a mistake", async () => {
    const nvcc = script("nvcc-m", "13.0.88");
    const made = compiler({ MSZ_NVRTC: nvrtc, MSZ_NVCC: nvcc });
    const bad = source.replace("1.0f", "foo");
    const [one, two, error] = await Promise.all([made.compileModule("a", source, [9, 0]), made.compileModule("b", `${source}//`, [9, 0]), errorOf(made.compileModule("the kernel `bad`", bad, [9, 0]))]);
    expect([one.length > 100, two.length > 100, made.compiled, runsOf(nvcc)]).toEqual([true, true, 2, []]);
    expect(error).toMatchObject({ code: "kernel-rejected", message: expect.stringMatching(/^NVRTC 13\.\d+ does not compile the kernel `bad`$/) as string, reason: expect.stringContaining("foo") as string });
    expect(await compiler({ MSZ_NVRTC: nvrtc }).compileModule("a", source, [9, 0])).toEqual(one);
  });

  test("a library that is not NVRTC is passed over", async () => {
    const nccl = "missing" in simulator ? "" : simulator.nccl;
    const nvcc = script("nvcc-n", "13.0.88");
    expect(text(await compiler({ MSZ_NVRTC: nccl, MSZ_NVCC: nvcc }).compileModule("k", source, [9, 0]))).toBe(source);
  });
});

const real = await loadKoffi().then((koffi) => loadFirst(koffi, findNvrtc({ ...thisMachine(), env: { ...process.env, MSZ_NVRTC: process.env.MSZ_TEST_NVRTC } })));
if (!real.library) console.log("the real NVRTC is left out: this machine has none (MSZ_TEST_NVRTC may name one)");

test.skipIf(!real.library)("the real NVRTC: its built-ins are found, a deep expression ends no process, cubin and PTX, a mistake's line", async () => {
  const made = compiler({ MSZ_NVRTC: real.library!.path });
  const image = await made.compileModule("k", source, [9, 0]);
  expect(text(image.subarray(1, 4))).toBe("ELF");
  // At 2000 the default stacks end the process.
  const deep = `extern "C" __global__ void k(float* a) { a[0] = ${"(".repeat(3000)}a[1]${"+1.0f)".repeat(3000)}; }\n`;
  expect(text((await made.compileModule("deep", deep, [9, 0])).subarray(1, 4))).toBe("ELF");
  expect(text(await made.compileModule("newer", source, [99, 0]))).toContain(".visible .entry k(");
  expect(await errorOf(made.compileModule("the kernel `bad`", `\n${source.replace("1.0f", "foo")}`, [9, 0]))).toMatchObject({
    code: "kernel-rejected", reason: `kernels.cu(2): error: identifier "foo" is undefined, in \`${source.replace("1.0f", "foo").trim()}\``,
  });
});
