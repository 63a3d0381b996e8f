/** nvcc, CUDA's compiler as a program, for machines with a toolkit but no NVRTC. In: its path. Out: a `KernelCompiler` that runs it in a folder of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MszError } from "../../../src/base/error.js";
import { commonOptions, nameOf, rejected, type KernelCompiler } from "./compiler.js";

/** @throws MszError `no-compiler` where the program does not run */
export async function openNvcc(path: string): Promise<KernelCompiler> {
  const said = await run(path, ["--version"]);
  const version = /release (\d+\.\d+)(?:, V([\d.]+))?/.exec(said.out);
  if (!version) throw new MszError("no-compiler", `\`${path}\` is not a nvcc that runs`, { blame: "machine", reason: firstLine(said.errors) || firstLine(said.out) || "it printed nothing", hint: "install the CUDA toolkit" });
  const name = `nvcc ${version[2] ?? version[1]!}`;
  return {
    name,
    identity: name,
    path,
    async compile(what, source, architecture) {
      const folder = await mkdtemp(join(tmpdir(), "msz-nvcc-"));
      try {
        await writeFile(join(folder, "kernels.cu"), source);
        const result = await run(path, ["--cubin", `--gpu-architecture=sm_${nameOf(architecture)}`, ...commonOptions, "-o", "kernels.cubin", "kernels.cu"], folder);
        if (result.failed) throw failure(what, name, path, result, source);
        return new Uint8Array(await readFile(join(folder, "kernels.cubin")));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Outcome {
  readonly failed: boolean;
  readonly out: string;
  readonly errors: string;
}

/** The kernels are wrong where a line of theirs is named; else nvcc itself cannot work, as without a C++ compiler. */
function failure(what: string, name: string, path: string, { errors, out }: Outcome, source: string): MszError {
  const log = errors || out;
  if (/kernels\.cu/.test(log) || /ptxas .*error/.test(log)) return rejected(what, name, log, source);
  const hint = /Unsupported gpu architecture/.test(log) ? "install a CUDA toolkit that knows this GPU, or `pip install nvidia-cuda-nvrtc`" : "nvcc needs a C++ compiler (g++) beside it; NVRTC does not: `pip install nvidia-cuda-nvrtc`";
  return new MszError("no-compiler", `${name} cannot compile ${what}: ${firstLine(log) || "it printed nothing"}`, { blame: "machine", reason: `\`${path}\` was found, and failed`, hint });
}

function run(path: string, args: readonly string[], folder?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(path, [...args], { cwd: folder, maxBuffer: 2 ** 24, timeout: 300_000 }, (error, out, errors) => {
      resolve({ failed: error !== null, out, errors: errors || (error && error.code === "ENOENT" ? error.message : "") });
    });
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]!;
}
