/**
 * Builds the simulated CUDA with g++, once for a state of its sources: the libraries lie in the system's folder for temporary files under
 * a name made of their hash. Two processes may do it at once: each builds aside, the last rename wins.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Simulator {
  /** Paths of shared libraries; the first two are the same file. */
  readonly driver: string;
  readonly nvrtc: string;
  readonly nccl: string;
  readonly cublasLt: string;
  /** What makes the runtime take these and nothing else of CUDA, for `process.env` or a child's environment. */
  readonly environment: Readonly<Record<string, string>>;
}

const folder = fileURLToPath(new URL(".", import.meta.url));
const compiler = process.env.MSZ_SIM_CXX ?? "g++";
const flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-fPIC", "-shared", `-DSIM_FOLDER="${folder.replace(/\/$/, "")}"`];
/** Names bind inside the library: a process may have a real libcuda too. */
const link = ["-Wl,-Bsymbolic", "-ldl"];

/** @returns the libraries, or why there are none */
export function buildSimulator(): Simulator | { readonly missing: string } {
  if (platform() !== "linux") return { missing: `the CUDA simulator needs Linux, this is ${platform()}` };
  const sources = readdirSync(folder).filter((name) => /\.(cpp|h)$/.test(name)).sort();
  const hash = createHash("sha256").update([compiler, ...flags, ...link, arch()].join("\n"));
  for (const name of sources) hash.update(`\n${name}\n`).update(readFileSync(join(folder, name)));
  const cache = join(tmpdir(), `msz-cuda-sim-${process.getuid?.() ?? 0}`);
  const to = join(cache, hash.digest("hex").slice(0, 16));
  const [driver, nccl, cublasLt] = ["libcuda-sim.so", "libnccl-sim.so", "libcublasLt-sim.so"].map((name) => join(to, name)) as [string, string, string];
  // Compiled kernels are found again by other tests and by the next run. cuBLASLt is for the tests that are about it: it does products in place of the kernels that all others are to run.
  // A persistent kernel is as many kernels' worth of compilation, which only the tests that are about it should take.
  const decode = process.env.MSZ_CUDA_DECODE ?? "graph";
  const environment = { MSZ_CUDA_DECODE: decode, MSZ_CUDA_DRIVER: driver, MSZ_NVRTC: driver, MSZ_NCCL: nccl, MSZ_CUBLASLT: "none", MSZ_CACHE: join(to, "kernels") };
  const found: Simulator = { driver, nvrtc: driver, nccl, cublasLt, environment };
  if (existsSync(cublasLt)) return found;
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const aside = mkdtempSync(join(cache, "build-"));
  try {
    const of = (begin: RegExp, wanted: boolean): string[] => sources.filter((name) => name.endsWith(".cpp") && begin.test(name) === wanted);
    const wrong = compile(of(/^(nccl|cublaslt)/, false), join(aside, "libcuda-sim.so"))
      ?? compile(of(/^nccl/, true), join(aside, "libnccl-sim.so"))
      ?? compile(of(/^cublaslt/, true), join(aside, "libcublasLt-sim.so"));
    if (wrong !== undefined) return { missing: wrong };
    try {
      renameSync(aside, to);
    } catch (error) {
      // Somebody else was first.
      if (!existsSync(cublasLt)) throw error;
    }
    return found;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** @throws where g++ is there and refuses: that is our own fault. @returns why there is no compiler */
function compile(sources: readonly string[], output: string): string | undefined {
  // As one text, so that the standard library's headers are read once: half of the time. What has names of its own for the same things stands apart.
  const apart = sources.filter((name) => /^(nvrtc|rewrite|nccl-meeting)\.cpp$/.test(name)).map((name) => join(folder, name));
  const together = sources.filter((name) => !apart.includes(join(folder, name))).map((name) => `#include "${name}"\n`).join("");
  const done = spawnSync(compiler, [...flags, `-I${folder}`, "-o", output, ...apart, "-x", "c++", "-", "-x", "none", ...link], { encoding: "utf8", input: together });
  if (done.error) return `the CUDA simulator needs a C++ compiler, ${compiler} cannot be run: ${done.error.message}`;
  if (done.status !== 0) throw new Error(`${compiler} refuses the CUDA simulator:\n${done.stderr}`);
  return undefined;
}

/** For a child's environment, so that AddressSanitizer watches the kernels that run there; or why it cannot. Every allocation has bounds, arrays in one do not. */
export function sanitizerEnvironment(): { readonly environment: Readonly<Record<string, string>> } | { readonly missing: string } {
  const library = spawnSync(compiler, ["-print-file-name=libasan.so"], { encoding: "utf8" }).stdout?.trim() ?? "";
  // A compiler that has no such library gives back the name that it was asked for.
  if (!library.startsWith("/")) return { missing: `${compiler} has no AddressSanitizer` };
  return { environment: { LD_PRELOAD: library, ASAN_OPTIONS: "detect_leaks=0", MSZ_SIM_FLAGS: "-fsanitize=address -g" } };
}
