/** Runs a kernel of 64 threads on an array of so many elements, in a process that AddressSanitizer was loaded into. Arguments: library, elements. */
import koffi from "koffi";

const [path, elements] = [process.argv[2], Number(process.argv[3])];
koffi.config({ sync_stack_size: 16 << 20 });
const library = koffi.load(path);
const call = (name, types) => library.func(`int ${name}(${types})`);
const must = (code, what) => {
  if (code !== 0) throw new Error(`${what}: ${code}`);
};
const out = (name, types, ...args) => {
  const result = [0];
  must(call(name, `_Out_ uint64_t*${types}`)(result, ...args), name);
  return BigInt(result[0]);
};
const source = `extern "C" __global__ void __launch_bounds__(64) reversal(float* values) {
  __shared__ float shared[64];
  shared[threadIdx.x] = (float)threadIdx.x;
  workgroup_barrier(64u);
  values[threadIdx.x] = shared[63u - threadIdx.x];
}`;

must(call("cuInit", "uint32_t")(0), "cuInit");
must(call("cuCtxSetCurrent", "uint64_t")(out("cuDevicePrimaryCtxRetain", ", int", 0)), "cuCtxSetCurrent");
const program = out("nvrtcCreateProgram", ", const char*, const char*, int, void*, void*", source, "kernel.cu", 0, null, null);
must(call("nvrtcCompileProgram", "uint64_t, int, const char**")(program, 1, ["--gpu-architecture=sm_80"]), "nvrtcCompileProgram");
const size = [0];
must(call("nvrtcGetCUBINSize", "uint64_t, _Out_ size_t*")(program, size), "nvrtcGetCUBINSize");
const image = Buffer.alloc(Number(size[0]));
must(call("nvrtcGetCUBIN", "uint64_t, void*")(program, image), "nvrtcGetCUBIN");
const kernel = out("cuModuleGetFunction", ", uint64_t, const char*", out("cuModuleLoadData", ", const void*", image), "reversal");
const values = out("cuMemAlloc_v2", ", size_t", elements * 4);
const block = koffi.alloc("uint64_t", 2);
const words = new BigUint64Array(koffi.view(block, 16));
words[0] = BigInt(koffi.address(block)) + 8n;
words[1] = values;
must(call("cuLaunchKernel", "uint64_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint64_t, void*, void*")(kernel, 1, 1, 1, 64, 1, 1, 0, 0, block, null), "cuLaunchKernel");
must(call("cuCtxSynchronize", "")(), "cuCtxSynchronize");
const result = new Float32Array(elements);
must(call("cuMemcpyDtoH_v2", "void*, uint64_t, size_t")(result, values, elements * 4), "cuMemcpyDtoH");
console.log(result[0], result[63]);
