/** Drives the simulator's library as C programs drive CUDA, for its own tests: codes come back, nothing throws but a source that does not compile. */
import koffi from "koffi";
import type { Simulator } from "./build.js";

export const unified = "--gpu-architecture=sm_80";
/** In front of sources: as the printer's header has them. */
export const header = `typedef unsigned int u32; typedef int i32; typedef float f32; typedef unsigned short u16; typedef unsigned long long u64;
struct Extents { u32 B, T, N, C, E, M; };
`;

type Argument = bigint | { readonly words: readonly number[] };

const prototypes = {
  cuInit: "int f(uint32_t)", cuDriverGetVersion: "int f(_Out_ int*)", cuDeviceGetCount: "int f(_Out_ int*)", cuDeviceGetAttribute: "int f(_Out_ int*, int, int)",
  cuDevicePrimaryCtxRetain: "int f(_Out_ uint64_t*, int)", cuDevicePrimaryCtxRelease_v2: "int f(int)", cuCtxSetCurrent: "int f(uint64_t)", cuCtxSynchronize: "int f()",
  cuMemGetInfo_v2: "int f(_Out_ size_t*, _Out_ size_t*)", cuMemAlloc_v2: "int f(_Out_ uint64_t*, size_t)", cuMemFree_v2: "int f(uint64_t)",
  cuMemAllocHost_v2: "int f(_Out_ uint64_t*, size_t)", cuMemFreeHost: "int f(uint64_t)",
  cuMemcpyHtoD_v2: "int f(uint64_t, const void*, size_t)", cuMemcpyDtoH_v2: "int f(void*, uint64_t, size_t)", cuMemcpyDtoHAsync_v2: "int f(uint64_t, uint64_t, size_t, uint64_t)",
  cuMemsetD32Async: "int f(uint64_t, uint32_t, size_t, uint64_t)", cuModuleLoadData: "int f(_Out_ uint64_t*, const void*)", cuModuleUnload: "int f(uint64_t)",
  cuModuleGetFunction: "int f(_Out_ uint64_t*, uint64_t, const char*)", cuOccupancyMaxActiveBlocksPerMultiprocessor: "int f(_Out_ int*, uint64_t, int, size_t)",
  cuLaunchKernel: "int f(uint64_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint64_t, void*, void*)",
  cuLaunchCooperativeKernel: "int f(uint64_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint64_t, void*)",
  cuStreamCreate: "int f(_Out_ uint64_t*, uint32_t)", cuStreamDestroy_v2: "int f(uint64_t)", cuStreamSynchronize: "int f(uint64_t)", cuStreamQuery: "int f(uint64_t)",
  cuStreamWaitEvent: "int f(uint64_t, uint64_t, uint32_t)", cuEventCreate: "int f(_Out_ uint64_t*, uint32_t)", cuEventRecord: "int f(uint64_t, uint64_t)", cuEventQuery: "int f(uint64_t)",
  cuEventElapsedTime: "int f(_Out_ float*, uint64_t, uint64_t)", cuEventDestroy_v2: "int f(uint64_t)", cuStreamBeginCapture_v2: "int f(uint64_t, int)", cuStreamEndCapture: "int f(uint64_t, _Out_ uint64_t*)",
  cuGraphInstantiateWithFlags: "int f(_Out_ uint64_t*, uint64_t, uint64_t)", cuGraphLaunch: "int f(uint64_t, uint64_t)", cuGraphDestroy: "int f(uint64_t)", cuGraphExecDestroy: "int f(uint64_t)",
  cuGetErrorName: "int f(int, _Out_ const char**)", cuGetErrorString: "int f(int, _Out_ const char**)",
  nvrtcVersion: "int f(_Out_ int*, _Out_ int*)", nvrtcCreateProgram: "int f(_Out_ uint64_t*, const char*, const char*, int, void*, void*)", nvrtcCompileProgram: "int f(uint64_t, int, const char**)",
  nvrtcGetCUBINSize: "int f(uint64_t, _Out_ size_t*)", nvrtcGetCUBIN: "int f(uint64_t, void*)", nvrtcGetProgramLogSize: "int f(uint64_t, _Out_ size_t*)", nvrtcGetProgramLog: "int f(uint64_t, void*)",
  nvrtcDestroyProgram: "int f(_Inout_ uint64_t*)",
} as const;

type Name = keyof typeof prototypes;

export class Direct {
  private readonly functions: { readonly [N in Name]: (...args: unknown[]) => number };
  private readonly context: bigint;

  constructor(simulator: Simulator) {
    const library = koffi.load(simulator.driver);
    this.functions = Object.fromEntries(Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype.replace(" f(", ` ${name}(`)) as (...args: unknown[]) => number])) as typeof this.functions;
    this.must("cuInit", 0);
    this.context = this.out("cuDevicePrimaryCtxRetain", 0);
    this.must("cuCtxSetCurrent", this.context);
  }

  /** The function's code. */
  call(name: Name, ...args: unknown[]): number {
    return this.functions[name](...args);
  }

  must(name: Name, ...args: unknown[]): void {
    const code = this.call(name, ...args);
    if (code !== 0) throw new Error(`${name}: ${code}`);
  }

  /** What a function gives through its only pointer, which is its first parameter. */
  out(name: Name, ...args: unknown[]): bigint {
    const result: (number | bigint)[] = [0];
    this.must(name, result, ...args);
    return BigInt(result[0]!);
  }

  text(name: "cuGetErrorName" | "cuGetErrorString", code: number): string {
    const result: (string | null)[] = [null];
    this.must(name, code, result);
    return result[0]!;
  }

  /** @throws Error with the log */
  compile(source: string, options: readonly string[] = [unified]): Buffer {
    const program = this.out("nvrtcCreateProgram", source, "kernel.cu", 0, null, null);
    const code = this.call("nvrtcCompileProgram", program, options.length, options);
    const size: (number | bigint)[] = [0];
    this.must(code ? "nvrtcGetProgramLogSize" : "nvrtcGetCUBINSize", program, size);
    const bytes = Buffer.alloc(Number(size[0]));
    this.must(code ? "nvrtcGetProgramLog" : "nvrtcGetCUBIN", program, bytes);
    this.must("nvrtcDestroyProgram", [program]);
    if (code) throw new Error(bytes.toString("utf8", 0, bytes.length - 1));
    return bytes;
  }

  kernel(source: string, name: string): bigint {
    return this.out("cuModuleGetFunction", this.out("cuModuleLoadData", this.compile(header + source)), name);
  }

  upload(values: Float32Array | Uint16Array | Uint32Array): bigint {
    const address = this.out("cuMemAlloc_v2", values.byteLength);
    this.must("cuMemcpyHtoD_v2", address, values, values.byteLength);
    return address;
  }

  floats(address: bigint, length: number): Float32Array {
    this.must("cuCtxSynchronize");
    const result = new Float32Array(length);
    this.must("cuMemcpyDtoH_v2", result, address, result.byteLength);
    return result;
  }

  words(address: bigint, length: number): Uint32Array {
    return new Uint32Array(this.floats(address, length).buffer);
  }

  /** Code of a launch; an argument is an address, or 4-byte words passed by value. */
  launch(kernel: bigint, grid: number, threads: number, args: readonly Argument[], { stream = 0n, cooperative = false, shared = 0 } = {}): number {
    const pointers = args.length * 8;
    const size = Math.max(8, pointers + args.length * 32);
    const block = koffi.alloc("uint8_t", size) as unknown;
    const bytes = new DataView(koffi.view(block, size) as ArrayBuffer);
    const base = BigInt(koffi.address(block));
    args.forEach((arg, at) => {
      const place = pointers + at * 32;
      bytes.setBigUint64(at * 8, base + BigInt(place), true);
      if (typeof arg === "bigint") bytes.setBigUint64(place, arg, true);
      else arg.words.forEach((word, i) => bytes.setUint32(place + i * 4, word, true));
    });
    const shape = [grid, 1, 1, threads, 1, 1, shared, stream, block];
    const code = cooperative ? this.call("cuLaunchCooperativeKernel", kernel, ...shape) : this.call("cuLaunchKernel", kernel, ...shape, null);
    koffi.free(block);
    return code;
  }

  dispose(): void {
    this.must("cuDevicePrimaryCtxRelease_v2", 0);
  }
}
