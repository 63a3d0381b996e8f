/** `msz devices`: what it finds with the simulated driver, what it says of broken machines, and that nothing of a driver's ends it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { askBackend } from "../../cli/devices/ask.js";
import { surveyTable } from "../../cli/devices/table.js";
import { openCudaDevice } from "../../runtime/cuda/index.js";
import { loadKoffi } from "../../runtime/cuda/ffi/koffi.js";
import { thisMachine } from "../../runtime/cuda/machine.js";
import { surveyCudaHere } from "../../runtime/cuda/survey.js";
import type { BackendSurvey } from "../../runtime/survey.js";
import { msz } from "../cli/msz.js";
import { buildSimulator } from "../cuda-sim/build.js";
import { withEnvironment } from "../cuda-sim/control.js";

const cwd = mkdtempSync(join(tmpdir(), "msz-test-devices-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const simulator = buildSimulator();
if ("missing" in simulator) console.log(`the simulated driver is left out: ${simulator.missing}`);
const sim = "missing" in simulator ? { driver: "", nvrtc: "", nccl: "" } : simulator;

const bare = { MSZ_CUDA_DRIVER: "none", MSZ_NVRTC: "none", MSZ_NVCC: "none", MSZ_CUBLASLT: "none", MSZ_NCCL: "none", MSZ_CACHE: "none" };
const look = (env: Record<string, string> = {}): Promise<BackendSurvey> => surveyCudaHere({ ...thisMachine(), env: { ...bare, ...env } });
const tableOf = (survey: BackendSurvey): string => surveyTable([survey], undefined, { koffi: "3.3.4" });

test("a machine with nothing", async () => {
  expect(tableOf(await look())).toBe(`cuda: cannot be used: the NVIDIA driver's library was not found
  driver    not usable: MSZ_CUDA_DRIVER says that there is none
            help: take MSZ_CUDA_DRIVER out of the environment, or give it the path of a libcuda.so.1
  NVRTC     not usable: MSZ_NVRTC says that there is none
            help: \`pip install nvidia-cuda-nvrtc\` brings NVIDIA's compiler
  nvcc      not usable: MSZ_NVCC says that there is none
            help: needed only where there is no NVRTC: the CUDA toolkit has it
  cuBLASLt  not usable: MSZ_CUBLASLT says that there is none
            help: optional, for large products: \`pip install nvidia-cublas\`
  NCCL      not usable: MSZ_NCCL says that there is none
            help: only for training on several GPUs: \`pip install nvidia-nccl-cu13\`
  cache     not usable: MSZ_CACHE says that no compiled kernels are kept

koffi 3.3.4
`);
});

test("a way of decoding that there is none of is the user's mistake, before anything is looked for", () =>
  withEnvironment({ ...bare, MSZ_CUDA_DECODE: "foo" }, () => expect(openCudaDevice()).rejects.toMatchObject({
    code: "cuda-decode", blame: "input", message: "MSZ_CUDA_DECODE in the environment says `foo`", hint: "it takes `graph` or `persistent`; without it the faster one is taken",
  })));

test("a driver that is no library", async () => {
  const path = join(cwd, "libcuda.so.1");
  writeFileSync(path, "not a library");
  const survey = await look({ MSZ_CUDA_DRIVER: path });
  expect(survey).toMatchObject({ usable: false, reason: "CUDA cannot be used: the NVIDIA driver's library cannot be loaded" });
  expect(survey.libraries[0]).toMatchObject({ name: "driver", found: false });
  expect(survey.libraries[0]!.description).toMatch(new RegExp(`^${path}: .*(file too short|invalid ELF header)`));
});

describe.skipIf("missing" in simulator)("with the simulated driver", () => {
  const here = { MSZ_CUDA_DRIVER: sim.driver, MSZ_NVRTC: sim.nvrtc, MSZ_NCCL: sim.nccl };
  let reset: () => void;
  beforeAll(async () => void (reset = (await loadKoffi()).load(sim.driver).find("void cuSimReset()")! as () => void));
  const simulated = ["MSZ_SIM_FAIL", "MSZ_SIM_DEVICES", "MSZ_SIM_MEMORY"];
  afterEach(() => {
    for (const name of [...simulated, ...Object.keys(bare)]) delete process.env[name];
    reset();
  });

  test("each GPU with capability and memory, compiler, libraries, cache", async () => {
    process.env.MSZ_SIM_MEMORY = "80000000000";
    const cache = join(cwd, "cache");
    mkdirSync(cache);
    writeFileSync(join(cache, "a.cubin"), new Uint8Array(1500));
    const survey = await look({ ...here, MSZ_CACHE: cache });
    expect(survey).toMatchObject({ backend: "cuda", usable: true, devices: [{ name: "GPU 0", found: true, description: "CUDA simulator", computeCapability: "8.0", totalBytes: 80e9 }] });
    const text = tableOf(survey);
    expect(text).toMatch(/^cuda: can be used\n {2}GPU 0 {5}CUDA simulator, sm_80, \d+\.\d GB of 80\.0 GB free\n/);
    expect(text).toContain(`  driver    for CUDA 13.0, `);
    expect(text).toMatch(/\n {2}NVRTC {5}NVRTC 13\.\d+ {2}\(/);
    expect(text).toMatch(new RegExp(`\\n {2}NCCL {6}NCCL \\d+\\.\\d+\\.\\d+ {2}\\(${sim.nccl}\\)\\n`));
    expect(text).toContain(`  cache     1 compiled module, 1.5 kB  (${cache})\n`);
  });

  test.each<[string, string]>([
    ["cuInit:34", "the driver library that was found is a stub of the CUDA toolkit, which programs are linked with, and not the driver (CUDA_ERROR_STUB_LIBRARY, 34)"],
    ["cuInit:999", "the driver met an error of no known kind (CUDA_ERROR_UNKNOWN, 999)"],
    ["cuDevicePrimaryCtxRetain:46", "CUDA simulator: the GPU is busy or closed to this process (CUDA_ERROR_DEVICE_UNAVAILABLE, 46); opening CUDA simulator: cuDevicePrimaryCtxRetain failed"],
  ])("%s is a reason", async (fail, reason) => {
    process.env.MSZ_SIM_FAIL = fail;
    const survey = await look(here);
    expect(survey.usable).toBe(false);
    expect(tableOf(survey).split("\n")[0]).toBe(`cuda: cannot be used: ${reason}`);
  });

  test("a GPU without a compiler and without kept kernels is of no use, which opening it says too", async () => {
    expect(await look({ ...here, MSZ_NVRTC: "none" })).toMatchObject({ usable: false, reason: "there is no compiler for its kernels, and no earlier run has kept any", hint: "`pip install nvidia-cuda-nvrtc` brings NVIDIA's compiler" });
    Object.assign(process.env, { ...bare, MSZ_CUDA_DRIVER: sim.driver });
    await expect(openCudaDevice()).rejects.toMatchObject({
      code: "no-cuda", blame: "machine", message: "CUDA cannot be used: there is no compiler for its kernels, and no earlier run has kept any",
      reason: "tried MSZ_NVRTC says that there is none; MSZ_NVCC says that there is none",
    });
  });

  test("the command: one object, exit 0, whatever is missing", async () => {
    const { code, stdout, stderr } = await msz(["devices", "--json"], { cwd, env: { ...bare, ...here, MSZ_SIM_DEVICES: "2", MSZ_SIM_FAIL: "cuMemGetInfo:2" } });
    expect([code, stderr]).toEqual([0, ""]);
    const { backends, choice, versions } = JSON.parse(stdout) as { backends: BackendSurvey[]; choice: string; versions: Record<string, string> };
    expect(backends.map(({ backend }) => backend)).toEqual(["cuda", "webgpu", "tfjs"]);
    const [cuda, webgpu, tfjs] = backends as [BackendSurvey, BackendSurvey, BackendSurvey];
    expect(cuda.devices.map(({ name, found }) => [name, found])).toEqual([["GPU 0", false], ["GPU 1", false]]);
    expect(webgpu.devices.map(({ name }) => name)).toEqual(["hardware", "lavapipe", "swiftshader"]);
    expect(tfjs.devices.find(({ name }) => name === "wasm")).toMatchObject({ found: true, description: expect.stringMatching(/^(no )?SIMD, \d+ threads?$/) as string });
    expect(choice).toBe(webgpu.devices[0]!.found ? "webgpu" : "tfjs");
    expect(versions).toMatchObject({ node: process.versions.node, koffi: "3.3.4", webgpu: "0.6.2", "@tensorflow/tfjs-core": "4.22.0" });
  });
});

describe("a backend is asked in a process of its own, so that", () => {
  const ask = (script: string, patience?: number): Promise<BackendSurvey> => {
    const path = join(cwd, "ask.mjs");
    writeFileSync(path, script);
    return askBackend("webgpu", [path], patience);
  };
  const none = { backend: "webgpu", usable: false, devices: [], libraries: [] };

  test.skipIf(process.platform === "win32")("a crash is a reason", async () => {
    expect(await ask("process.kill(process.pid, 'SIGSEGV'); setTimeout(() => {}, 10_000)")).toMatchObject({ ...none, reason: "looking for it ended with SIGSEGV" });
  });

  test("so is a driver that never answers", async () => {
    expect(await ask("setInterval(() => {}, 1000)", 300)).toMatchObject({ ...none, reason: "it did not answer within 0.3 seconds" });
  });

  test("and one that ends the process with words, or speaks nonsense", async () => {
    expect(await ask("console.error('terminate called'); process.exit(3)")).toMatchObject({ ...none, reason: "looking for it ended with code 3: terminate called" });
    expect(await ask("console.log('{')")).toMatchObject({ ...none, reason: "its answer could not be read" });
  });
});

test("the command is called by another name than its file's", async () => {
  // As npm installs it: a link.
  const link = join(cwd, "link.js");
  symlinkSync(join(import.meta.dirname, "../../dist/cli/main.js"), link);
  expect(await askBackend("cuda", [link, "devices", "--backend", "cuda", "--json"])).toMatchObject({ backend: "cuda" });
});
