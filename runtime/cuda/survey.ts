/** What this machine has for CUDA: driver, GPUs, compilers, libraries, kept kernels. In: the machine. Out: findings; whatever is broken becomes a reason. */
import { readFileSync } from "node:fs";
import { MszError } from "../../src/base/error.js";
import { lacking, type BackendSurvey, type Finding } from "../survey.js";
import { cacheFolder, cacheSetting, KernelCache } from "./compile/cache.js";
import { findNvccHere, findNvrtcHere, newestMajor, type FoundCompiler } from "./compile/index.js";
import type { CudaDriver } from "./driver.js";
import { driverVersion, openDriver } from "./ffi/driver.js";
import type { Ffi, Library } from "./ffi/ffi.js";
import { loadKoffi } from "./ffi/koffi.js";
import { findCublasLt, findDriver, findNccl, type Machine, type Search } from "./libraries.js";
import { loadFirst, thisMachine } from "./machine.js";
import { noDriver } from "./open-driver.js";
import { formatBytes } from "./sizes.js";

export async function surveyCudaHere(machine: Machine = thisMachine()): Promise<BackendSurvey> {
  let ffi: Ffi;
  try {
    ffi = await loadKoffi();
  } catch (error) {
    const { description, hint } = lacking("koffi", error);
    return { backend: "cuda", usable: false, reason: description, hint, devices: [], libraries: [await nvccFinding(machine, 0), cacheFinding(machine)] };
  }
  const search = findDriver(machine);
  const { library, tried } = loadFirst(ffi, search);
  const version = library ? driverVersion(ffi, library) : 0;
  const { devices, problem } = library ? gpus(ffi, library) : { devices: [], problem: noDriver(search, tried, machine) };
  const old = newestMajor(version) === 12;
  const nvrtc = findNvrtcHere(ffi, version, machine);
  const nvcc = await nvccFinding(machine, version);
  const cache = cacheFinding(machine);
  const libraries: Finding[] = [
    library ? driverFinding(library, version) : missing("driver", tried, problem?.hint),
    compilerFinding("NVRTC", nvrtc, `\`pip install nvidia-cuda-nvrtc${old ? "-cu12" : ""}\` brings NVIDIA's compiler`),
    nvcc,
    libraryFinding(ffi, "cuBLASLt", findCublasLt(machine, newestMajor(version)), cublasLtVersion, `optional, for large products: \`pip install nvidia-cublas${old ? "-cu12" : ""}\``),
    libraryFinding(ffi, "NCCL", findNccl(machine), ncclVersion, `only for training on several GPUs: \`pip install nvidia-nccl-cu${old ? 12 : 13}\``),
    cache,
  ];
  const first = devices.find(({ found }) => found) ? undefined : (problem ?? devices[0]);
  // As `openCudaDevice` refuses it.
  const noKernels = !nvrtc.compiler && !nvcc.found && !(cache.totalBytes! > 0);
  return {
    backend: "cuda",
    ...(first ? { usable: false, reason: "message" in first ? first.message : first.description, hint: first.hint }
      : noKernels ? { usable: false, reason: "there is no compiler for its kernels, and no earlier run has kept any", hint: libraries[1]!.hint }
      : { usable: true }),
    devices,
    libraries,
  };
}

function gpus(ffi: Ffi, library: Library): { devices: Finding[]; problem?: MszError } {
  let driver: CudaDriver;
  try {
    driver = openDriver(ffi, library);
  } catch (error) {
    if (!(error instanceof MszError)) throw error;
    return { devices: [], problem: error };
  }
  return { devices: Array.from({ length: driver.deviceCount() }, (_, ordinal) => gpuFinding(driver, ordinal)) };
}

/** Free memory is told only by an open context, which shows too that the GPU takes one. */
function gpuFinding(driver: CudaDriver, ordinal: number): Finding {
  const name = `GPU ${ordinal}`;
  try {
    const { name: description, computeCapability, totalBytes } = driver.properties(ordinal);
    const about = { name, description, computeCapability: computeCapability.join("."), totalBytes };
    try {
      const context = driver.openContext(ordinal);
      try {
        return { ...about, found: true, freeBytes: context.memory().free };
      } finally {
        context.dispose();
      }
    } catch (error) {
      const { description: why, hint } = lacking(name, error);
      return { ...about, found: false, description: `${description}: ${why.replace(/^CUDA cannot be used: /, "")}`, hint };
    }
  } catch (error) {
    return lacking(name, error);
  }
}

function driverFinding({ path }: Library, version: number): Finding {
  const module = kernelModule();
  return { name: "driver", found: true, version: cudaVersion(version), path, description: `for CUDA ${cudaVersion(version)}${module ? `, kernel module ${module}` : ", no kernel module loaded"}` };
}

/** 13020 → 13.2 */
function cudaVersion(version: number): string {
  return version === 0 ? "unknown" : `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

function kernelModule(): string | undefined {
  try {
    return /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(readFileSync("/proc/driver/nvidia/version", "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

/** That a place is empty says nothing; that a library is there and does not load, or is too new, does. */
function missing(name: string, tried: readonly string[], hint: string | undefined): Finding {
  const telling = tried.filter((line) => !/no such file|: no (lib|nvcc|nvrtc|cublas)/i.test(line));
  return { name, found: false, description: telling.join("; ") || "not found", hint, tried };
}

function compilerFinding(name: string, { compiler, tried }: FoundCompiler, hint: string): Finding {
  if (!compiler) return missing(name, tried, hint);
  return { name, found: true, version: compiler.name.slice(name.length + 1), path: compiler.path, description: compiler.name };
}

async function nvccFinding(machine: Machine, version: number): Promise<Finding> {
  return compilerFinding("nvcc", await findNvccHere(machine, version), "needed only where there is no NVRTC: the CUDA toolkit has it");
}

function libraryFinding(ffi: Ffi, name: string, search: Search, versionOf: (ffi: Ffi, library: Library) => number, hint: string): Finding {
  const { library, tried } = loadFirst(ffi, search);
  if (!library) return missing(name, tried, hint);
  const number = versionOf(ffi, library);
  const version = number > 0 ? [Math.floor(number / 10000), Math.floor(number / 100) % 100, number % 100].join(".") : "unknown";
  return { name, found: true, version, path: library.path, description: `${name} ${version}` };
}

function cublasLtVersion(_: Ffi, library: Library): number {
  return Number(library.find("size_t cublasLtGetVersion()")?.() ?? 0);
}

function ncclVersion(ffi: Ffi, library: Library): number {
  const out = ffi.allocate(8);
  library.find("int ncclGetVersion(int *version)")?.(out.address);
  return new DataView(out.bytes.buffer).getInt32(0, true);
}

function cacheFinding(machine: Machine): Finding {
  const cache = new KernelCache(cacheFolder(machine), () => {});
  if (cache.folder === undefined) return { name: "cache", found: false, description: `${cacheSetting} says that no compiled kernels are kept` };
  const { files, bytes } = cache.size();
  return { name: "cache", found: true, path: cache.folder, totalBytes: bytes, description: `${files} compiled module${files === 1 ? "" : "s"}, ${formatBytes(bytes)}` };
}
