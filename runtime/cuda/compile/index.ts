/**
 * Source text of kernels → an image for a device: from the cache, else by NVRTC, else by nvcc. In: the source and the device's architecture. Out: a cubin (PTX for a
 * device newer than the compiler), or an MszError `kernel-rejected` or `no-compiler`. The compiler is looked for when the first module is asked for.
 */
import { availableParallelism } from "node:os";
import { MszError } from "../../../src/base/error.js";
import type { Ffi } from "../ffi/ffi.js";
import { findNvcc, findNvrtc, isNamed, librarySettings, type Machine } from "../libraries.js";
import { loadFirst, thisMachine } from "../machine.js";
import { cacheFolder, KernelCache } from "./cache.js";
import type { Architecture, KernelCompiler } from "./compiler.js";
import { openNvcc } from "./nvcc.js";
import { openNvrtc } from "./nvrtc.js";

export interface CompilerOptions {
  readonly ffi: Ffi;
  /** 13000 = 13.0: a compiler of a later major version makes what the driver does not take. */
  readonly driverVersion: number;
  readonly onWarning?: (line: string) => void;
  readonly machine?: Machine;
}

export interface FoundCompiler {
  readonly compiler: KernelCompiler | undefined;
  /** Why not, one line each. */
  readonly tried: readonly string[];
}

/** A compiler with the cache before it. */
export class ModuleCompiler {
  readonly cache: KernelCache;
  /** How many modules were compiled, and not found. */
  compiled = 0;
  #found: Promise<FoundCompiler> | undefined;
  readonly #limit = limiter(availableParallelism());

  constructor(private readonly options: CompilerOptions) {
    this.cache = new KernelCache(cacheFolder(options.machine ?? thisMachine()), options.onWarning ?? ((): void => {}));
  }

  /**
   * Before a device is chosen: that there is a compiler, or at least something that an earlier run has kept.
   * @throws MszError `no-cuda`, so that another backend may be tried
   */
  async expectKernels(): Promise<void> {
    const { compiler, tried } = await (this.#found ??= findCompiler(this.options));
    if (!compiler && this.cache.size().files === 0) throw noCompiler("no-cuda", "CUDA cannot be used: there is no compiler for its kernels, and no earlier run has kept any", tried);
  }

  /**
   * Several may be asked for at once.
   * @param what for messages: `the kernels of \`decode\``
   * @throws MszError `kernel-rejected`, `no-compiler`
   */
  async compileModule(what: string, source: string, architecture: Architecture): Promise<Uint8Array> {
    const { compiler, tried } = await (this.#found ??= findCompiler(this.options));
    const kept = this.cache.read(source, architecture, compiler?.identity);
    if (kept) return kept;
    if (!compiler) throw noCompiler("no-compiler", `there is no compiler for ${what}, and no earlier run has kept them compiled`, tried);
    const image = await this.#limit(() => compiler.compile(what, source, architecture));
    this.compiled++;
    this.cache.write(source, architecture, compiler.identity, image);
    return image;
  }
}

/** NVRTC before nvcc: it compiles in a third of the time, and needs no C++ compiler. Warns where the environment names one that is looked for and cannot be used. */
export async function findCompiler({ ffi, driverVersion, machine = thisMachine(), onWarning }: CompilerOptions): Promise<FoundCompiler> {
  const warn = (setting: string, tried: readonly string[], then: string): void => {
    if (isNamed(machine, setting)) onWarning?.(`what ${setting} names cannot be used (${tried.join("; ")}): ${then}`);
  };
  const nvrtc = findNvrtcHere(ffi, driverVersion, machine);
  if (nvrtc.compiler) return nvrtc;
  warn(librarySettings.nvrtc, nvrtc.tried, "nvcc is looked for");
  const nvcc = await findNvccHere(machine, driverVersion);
  if (nvcc.compiler) return nvcc;
  warn(librarySettings.nvcc, nvcc.tried, "only kernels that an earlier run has kept can be used");
  return { compiler: undefined, tried: [...nvrtc.tried, ...nvcc.tried] };
}

export function findNvrtcHere(ffi: Ffi, driverVersion: number, machine: Machine): FoundCompiler {
  const { library, tried } = loadFirst(ffi, findNvrtc(machine, newestMajor(driverVersion)));
  return attempt(tried, () => library && openNvrtc(ffi, library, machine.env[librarySettings.nvrtc] !== undefined));
}

export async function findNvccHere(machine: Machine, driverVersion: number): Promise<FoundCompiler> {
  const search = findNvcc(machine);
  const newest = newestMajor(driverVersion);
  const tried: string[] = [...search.missed];
  for (const { path } of search.candidates) {
    try {
      const compiler = await openNvcc(path);
      if (Number(/\d+/.exec(compiler.name)![0]) <= newest) return { compiler, tried };
      tried.push(`${path}: ${compiler.name} is newer than the driver, which knows CUDA ${newest}`);
    } catch (error) {
      tried.push(reasonOf(error));
    }
  }
  return { compiler: undefined, tried };
}

/** Of CUDA, that a driver takes code of. */
export function newestMajor(driverVersion: number): number {
  return driverVersion > 0 ? Math.floor(driverVersion / 1000) : Infinity;
}

function attempt(tried: readonly string[], open: () => KernelCompiler | undefined): FoundCompiler {
  try {
    return { compiler: open(), tried };
  } catch (error) {
    return { compiler: undefined, tried: [...tried, reasonOf(error)] };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof MszError)) throw error;
  return error.reason ? `${error.message} (${error.reason})` : error.message;
}

function noCompiler(code: "no-cuda" | "no-compiler", message: string, tried: readonly string[]): MszError {
  return new MszError(code, message, {
    blame: "machine",
    reason: `tried ${tried.join("; ")}`,
    // Two packages: the major version of the compiler is at most the driver's.
    hint: "`pip install nvidia-cuda-nvrtc` (for a driver of CUDA 12 `nvidia-cuda-nvrtc-cu12`) brings NVIDIA's compiler, and so does the CUDA toolkit; MSZ_NVRTC or MSZ_NVCC may name one",
  });
}

/** Runs at most `most` works at a time. */
function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
