/** The driver API's functions that this backend calls, as C declares them. In: a loaded library. Out: each of them, bound; one that is missing fails when it is called. */
import { MszError } from "../../../src/base/error.js";
import type { Argument, Library } from "./ffi.js";

/** Handles are pointers; the names are the exported ones, whose `_v2` a C header hides. */
const prototypes = {
  cuInit: "int cuInit(unsigned int flags)",
  cuDriverGetVersion: "int cuDriverGetVersion(int *version)",
  cuGetErrorName: "int cuGetErrorName(int error, const char **text)",
  cuGetErrorString: "int cuGetErrorString(int error, const char **text)",
  cuDeviceGetCount: "int cuDeviceGetCount(int *count)",
  cuDeviceGet: "int cuDeviceGet(int *device, int ordinal)",
  cuDeviceGetName: "int cuDeviceGetName(char *name, int bytes, int device)",
  cuDeviceGetAttribute: "int cuDeviceGetAttribute(int *value, int attribute, int device)",
  cuDeviceTotalMem_v2: "int cuDeviceTotalMem_v2(size_t *bytes, int device)",
  cuDevicePrimaryCtxRetain: "int cuDevicePrimaryCtxRetain(void **context, int device)",
  cuDevicePrimaryCtxRelease_v2: "int cuDevicePrimaryCtxRelease_v2(int device)",
  cuCtxSetCurrent: "int cuCtxSetCurrent(void *context)",
  cuMemGetInfo_v2: "int cuMemGetInfo_v2(size_t *free, size_t *total)",
  cuMemAlloc_v2: "int cuMemAlloc_v2(uint64_t *address, size_t bytes)",
  cuMemFree_v2: "int cuMemFree_v2(uint64_t address)",
  cuMemAllocHost_v2: "int cuMemAllocHost_v2(void **address, size_t bytes)",
  cuMemFreeHost: "int cuMemFreeHost(void *address)",
  cuMemcpyHtoDAsync_v2: "int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes, void *stream)",
  cuMemcpyDtoHAsync_v2: "int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *stream)",
  cuMemcpyDtoDAsync_v2: "int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void *stream)",
  cuMemsetD32Async: "int cuMemsetD32Async(uint64_t to, unsigned int word, size_t words, void *stream)",
  cuModuleLoadData: "int cuModuleLoadData(void **module, const void *image)",
  cuModuleUnload: "int cuModuleUnload(void *module)",
  cuModuleGetFunction: "int cuModuleGetFunction(void **kernel, void *module, const char *name)",
  cuFuncSetAttribute: "int cuFuncSetAttribute(void *kernel, int attribute, int value)",
  cuOccupancyMaxActiveBlocksPerMultiprocessor: "int cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *kernel, int threads, size_t sharedBytes)",
  cuLaunchKernel: launchPrototype("cuLaunchKernel", ", void **extra"),
  cuLaunchCooperativeKernel: launchPrototype("cuLaunchCooperativeKernel", ""),
  cuStreamCreate: "int cuStreamCreate(void **stream, unsigned int flags)",
  cuStreamDestroy_v2: "int cuStreamDestroy_v2(void *stream)",
  cuStreamSynchronize: "int cuStreamSynchronize(void *stream)",
  cuStreamQuery: "int cuStreamQuery(void *stream)",
  cuStreamWaitEvent: "int cuStreamWaitEvent(void *stream, void *event, unsigned int flags)",
  cuEventCreate: "int cuEventCreate(void **event, unsigned int flags)",
  cuEventRecord: "int cuEventRecord(void *event, void *stream)",
  cuEventQuery: "int cuEventQuery(void *event)",
  cuEventElapsedTime: "int cuEventElapsedTime(float *milliseconds, void *from, void *to)",
  cuEventDestroy_v2: "int cuEventDestroy_v2(void *event)",
  cuStreamBeginCapture_v2: "int cuStreamBeginCapture_v2(void *stream, int mode)",
  cuStreamEndCapture: "int cuStreamEndCapture(void *stream, void **graph)",
  cuGraphInstantiateWithFlags: "int cuGraphInstantiateWithFlags(void **exec, void *graph, uint64_t flags)",
  cuGraphLaunch: "int cuGraphLaunch(void *exec, void *stream)",
  cuGraphDestroy: "int cuGraphDestroy(void *graph)",
  cuGraphExecDestroy: "int cuGraphExecDestroy(void *exec)",
} as const;

export type DriverFunctionName = keyof typeof prototypes;
/** Each returns a CUresult. */
export type DriverFunctions = { readonly [name in DriverFunctionName]: (...args: Argument[]) => number };

function launchPrototype(name: string, more: string): string {
  return `int ${name}(void *kernel, unsigned int gridX, unsigned int gridY, unsigned int gridZ, unsigned int blockX, unsigned int blockY, unsigned int blockZ, unsigned int sharedBytes, void *stream, void **parameters${more})`;
}

export function bindDriver(library: Library): DriverFunctions {
  const bound = Object.entries(prototypes).map(([name, prototype]) => [name, library.find(prototype) ?? missing(library, name)]);
  return Object.fromEntries(bound) as DriverFunctions;
}

function missing(library: Library, name: string): () => never {
  return () => {
    throw new MszError("driver-too-old", `the NVIDIA driver library \`${library.path}\` has no function ${name}`, { blame: "machine", hint: "install a newer NVIDIA driver" });
  };
}
