/** NVRTC, CUDA's compiler as a library. In: the library, loaded (its built-ins before it). Out: a `KernelCompiler` that compiles on other threads. */
import { statSync } from "node:fs";
import { MszError } from "../../../src/base/error.js";
import type { Argument, Ffi, Library, NativeMemory } from "../ffi/ffi.js";
import { commonOptions, nameOf, rejected, type Architecture, type KernelCompiler } from "./compiler.js";

const prototypes = {
  nvrtcVersion: "int nvrtcVersion(int *major, int *minor)",
  nvrtcGetErrorString: "const char *nvrtcGetErrorString(int code)",
  nvrtcCreateProgram: "int nvrtcCreateProgram(void **program, const void *source, const char *name, int headers, const char **headerTexts, const char **headerNames)",
  nvrtcCompileProgram: "int nvrtcCompileProgram(void *program, int options, void *optionTexts)",
  nvrtcGetProgramLogSize: "int nvrtcGetProgramLogSize(void *program, size_t *bytes)",
  nvrtcGetProgramLog: "int nvrtcGetProgramLog(void *program, void *log)",
  nvrtcGetCUBINSize: "int nvrtcGetCUBINSize(void *program, size_t *bytes)",
  nvrtcGetCUBIN: "int nvrtcGetCUBIN(void *program, void *image)",
  nvrtcGetPTXSize: "int nvrtcGetPTXSize(void *program, size_t *bytes)",
  nvrtcGetPTX: "int nvrtcGetPTX(void *program, void *image)",
  nvrtcDestroyProgram: "int nvrtcDestroyProgram(void **program)",
} as const;
/** Since CUDA 11.2. */
const archPrototypes = { count: "int nvrtcGetNumSupportedArchs(int *count)", list: "int nvrtcGetSupportedArchs(int *list)" } as const;

type Name = keyof typeof prototypes;
const compilationFailed = 6;

/** @param pathIsSetting the library was named by hand: it may be any, so the file itself belongs to its identity */
export function openNvrtc(ffi: Ffi, library: Library, pathIsSetting = false): KernelCompiler {
  const bound = new Map(Object.entries(prototypes).map(([name, prototype]) => [name, library.find(prototype)]));
  const find = (name: Name): NonNullable<ReturnType<Library["find"]>> => {
    const f = bound.get(name);
    if (!f) throw new MszError("no-compiler", `\`${library.path}\` is not NVRTC: it has no function ${name}`, { blame: "machine", hint: installHint });
    return f;
  };
  const call = (name: Name, what: string, ...args: Argument[]): void => checked(Number(find(name)(...args)), name, what);
  const checked = (code: number, name: Name, what: string): void => {
    if (code === 0) return;
    const text = find("nvrtcGetErrorString")(code);
    throw new MszError("no-compiler", `NVRTC cannot compile ${what}: ${typeof text === "string" ? text : "an error without a name"} (${name}, ${code})`, { blame: "machine", reason: `\`${library.path}\` was found and loaded`, hint: installHint });
  };

  const version = readInts(ffi, 2, (out) => call("nvrtcVersion", "anything", out, out + 4n));
  const name = `NVRTC ${version[0]}.${version[1]}`;
  const known = supportedArchitectures(ffi, library);

  /** Size by one call, bytes by another. */
  const read = (sizeCall: Name, dataCall: Name, program: bigint, what: string): NativeMemory => {
    const size = ffi.allocate(8);
    call(sizeCall, what, program, size.address);
    const data = ffi.allocate(Math.max(1, Number(new DataView(size.bytes.buffer).getBigUint64(0, true))));
    call(dataCall, what, program, data.address);
    return data;
  };

  return {
    name,
    identity: pathIsSetting ? `${name} ${library.path} ${fileStamp(library.path)}` : name,
    path: library.path,
    async compile(what, source, architecture) {
      const target = targetFor(architecture, known, name);
      const options = textsOf(ffi, [`--gpu-architecture=${target.kind === "cubin" ? "sm" : "compute"}_${target.architecture}`, ...commonOptions]);
      const text = textsOf(ffi, [source]);
      const handle = ffi.allocate(8);
      call("nvrtcCreateProgram", what, handle.address, text.addresses[0]!, "kernels.cu", 0, 0n, 0n);
      const program = new DataView(handle.bytes.buffer).getBigUint64(0, true);
      try {
        const compile = find("nvrtcCompileProgram");
        const args = [program, options.addresses.length, options.table.address] as const;
        // On another thread's small stack NVRTC would end the process at the first deep expression.
        const code = Number(ffi.deepStacks ? await compile.onThread(...args) : compile(...args));
        if (code !== 0) {
          const log = new TextDecoder().decode(read("nvrtcGetProgramLogSize", "nvrtcGetProgramLog", program, what).bytes).replace(/\0.*$/s, "");
          // Rather the log than "compilation failed"; but where the fault is the installation's (built-ins that are missing), the code is what tells.
          if (code === compilationFailed) throw rejected(what, name, log, source);
          throw new MszError("no-compiler", `${name} cannot compile ${what}: ${firstLine(log) || String(find("nvrtcGetErrorString")(code))} (nvrtcCompileProgram, ${code})`, { blame: "machine", reason: `\`${library.path}\` was found and loaded`, hint: installHint });
        }
        return target.kind === "cubin" ? read("nvrtcGetCUBINSize", "nvrtcGetCUBIN", program, what).bytes : read("nvrtcGetPTXSize", "nvrtcGetPTX", program, what).bytes;
      } finally {
        find("nvrtcDestroyProgram")(handle.address);
        // Held until C is done with them.
        void [options, text];
      }
    },
  };
}

const installHint = "install NVIDIA's compiler again: `pip install --force-reinstall nvidia-cuda-nvrtc`, or the CUDA toolkit";

interface Target {
  readonly kind: "cubin" | "ptx";
  readonly architecture: string;
}

/** Machine code for just this device; for one that is newer than the compiler PTX, which the driver compiles on. */
export function targetFor(architecture: Architecture, known: readonly number[], compiler: string): Target {
  const wanted = Number(nameOf(architecture));
  if (known.length === 0 || known.includes(wanted)) return { kind: "cubin", architecture: String(wanted) };
  const newest = Math.max(...known);
  if (wanted > newest) return { kind: "ptx", architecture: String(newest) };
  // Machine code runs on later devices of the same generation.
  const near = Math.max(...known.filter((a) => a < wanted && Math.floor(a / 10) === architecture[0]));
  if (Number.isFinite(near)) return { kind: "cubin", architecture: String(near) };
  throw new MszError("no-compiler", `${compiler} does not compile for this GPU (sm_${wanted})`, { blame: "machine", reason: `it knows sm_${known.join(", sm_")}`, hint: "install the compiler of an older CUDA: `pip install 'nvidia-cuda-nvrtc-cu12'`" });
}

function supportedArchitectures(ffi: Ffi, library: Library): readonly number[] {
  const countOf = library.find(archPrototypes.count);
  const listOf = library.find(archPrototypes.list);
  if (!countOf || !listOf) return [];
  const [count] = readInts(ffi, 1, (out) => countOf(out));
  return count! > 0 ? readInts(ffi, count!, (out) => listOf(out)) : [];
}

function readInts(ffi: Ffi, count: number, fill: (out: bigint) => void): readonly number[] {
  const memory = ffi.allocate(Math.max(8, 4 * count));
  fill(memory.address);
  return [...new Int32Array(memory.bytes.buffer, 0, count)];
}

/** Texts for C, each behind the other, and the array of their addresses. */
function textsOf(ffi: Ffi, texts: readonly string[]): { addresses: bigint[]; table: NativeMemory; held: NativeMemory[] } {
  const held = texts.map((text) => {
    const bytes = new TextEncoder().encode(text);
    const memory = ffi.allocate(bytes.length + 1);
    memory.bytes.set(bytes);
    return memory;
  });
  const table = ffi.allocate(8 * texts.length);
  const addresses = held.map(({ address }) => address);
  new BigUint64Array(table.bytes.buffer).set(addresses);
  return { addresses, table, held };
}

function fileStamp(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]!;
}
