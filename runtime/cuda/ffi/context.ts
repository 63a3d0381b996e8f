/**
 * `DriverContext` over the bound functions: a device's primary context, current on this thread at each of its calls. In: the calls and the device.
 * Out: memory, modules, launches, streams, events and graphs. Hot paths (launch, copies, events) make one call with numbers and bigints and allocate nothing.
 */
import type { Arguments, DeviceProperties, DriverContext, Pinned, Stream } from "../driver.js";
import { noPinned, outOfMemory } from "../errors.js";
import { formatBytes } from "../sizes.js";
import { notReady, type DriverCalls } from "./calls.js";
import type { Argument } from "./ffi.js";
import type { DriverFunctions } from "./functions.js";

const outOfMemoryCode = 2;
const nonBlockingStream = 1;
const eventWithoutTimes = 2;
const captureOnThisThread = 1;
/** CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: without it a kernel may have 48 KiB. */
const dynamicSharedAttribute = 8;
const sharedWithoutAsking = 48 * 1024;

export function openDriverContext(calls: DriverCalls, device: number, properties: DeviceProperties, debugSync: boolean): DriverContext {
  const { functions, ffi } = calls;
  const opening = `opening ${properties.name}`;
  calls.check(functions.cuDevicePrimaryCtxRetain(calls.out(), device), "cuDevicePrimaryCtxRetain", opening, { opening: true });
  const handle = calls.handle();
  calls.check(functions.cuCtxSetCurrent(handle), "cuCtxSetCurrent", opening, { opening: true });
  const cu = inContext(functions, handle);

  /** Dynamic shared memory that each kernel has been allowed so far, where it is above what needs no asking. */
  const allowedShared = new Map<bigint, number>();
  const allowShared = (kernel: bigint, bytes: number, what: string): void => {
    if (bytes <= sharedWithoutAsking || bytes <= (allowedShared.get(kernel) ?? 0)) return;
    calls.check(cu.cuFuncSetAttribute(kernel, dynamicSharedAttribute, bytes), "cuFuncSetAttribute", what);
    allowedShared.set(kernel, bytes);
  };
  /** Streams whose launches are being recorded: they cannot be waited for. */
  const recording = new Set<Stream>();
  const waitBehind = (stream: Stream, launch: string): void => {
    if (recording.has(stream)) return;
    calls.check(cu.cuStreamSynchronize(stream), "cuStreamSynchronize", `the launch of \`${launch}\``, { launch });
  };
  const memory = (): { free: number; total: number } => {
    calls.check(cu.cuMemGetInfo_v2(calls.out(0), calls.out(1)), "cuMemGetInfo_v2", "asking for the free memory");
    return { free: calls.size(0), total: calls.size(1) };
  };
  const noRoom = (what: string, bytes: number): Error => {
    const known = cu.cuMemGetInfo_v2(calls.out(0), calls.out(1)) === 0 ? { free: calls.size(0), total: calls.size(1) } : undefined;
    return outOfMemory(what, bytes, known);
  };

  return {
    properties,
    makeCurrent: () => calls.check(functions.cuCtxSetCurrent(handle), "cuCtxSetCurrent", `turning to ${properties.name}`),
    memory,
    allocate(what, bytes) {
      const code = cu.cuMemAlloc_v2(calls.out(), bytes);
      if (code === outOfMemoryCode) throw noRoom(what, bytes);
      calls.check(code, "cuMemAlloc_v2", what);
      return calls.handle();
    },
    free(address) {
      calls.checkRelease(cu.cuMemFree_v2(address), "cuMemFree_v2", "giving memory back");
    },
    pinned(bytes): Pinned {
      const code = cu.cuMemAllocHost_v2(calls.out(), bytes);
      if (code === outOfMemoryCode) throw noPinned(bytes);
      calls.check(code, "cuMemAllocHost_v2", `page-locked memory of ${formatBytes(bytes)}`);
      const address = calls.handle();
      return {
        address,
        bytes: ffi.view(address, bytes),
        free: () => calls.checkRelease(cu.cuMemFreeHost(address), "cuMemFreeHost", "giving page-locked memory back"),
      };
    },
    copyToDevice(to, from, bytes, stream) {
      calls.check(cu.cuMemcpyHtoDAsync_v2(to, from, bytes, stream), "cuMemcpyHtoDAsync_v2", "copying to the GPU");
    },
    copyToHost(to, from, bytes, stream) {
      calls.check(cu.cuMemcpyDtoHAsync_v2(to, from, bytes, stream), "cuMemcpyDtoHAsync_v2", "copying from the GPU");
    },
    copy(to, from, bytes, stream) {
      calls.check(cu.cuMemcpyDtoDAsync_v2(to, from, bytes, stream), "cuMemcpyDtoDAsync_v2", "copying on the GPU");
    },
    fill(to, word, bytes, stream) {
      calls.check(cu.cuMemsetD32Async(to, word >>> 0, bytes / 4, stream), "cuMemsetD32Async", "filling memory");
    },
    loadModule(what, image) {
      // A copy behind a zero byte: PTX is a text that C reads to its end.
      const held = ffi.allocate(image.length + 1);
      held.bytes.set(image);
      calls.check(cu.cuModuleLoadData(calls.out(), held.address), "cuModuleLoadData", what);
      return calls.handle();
    },
    unloadModule(module) {
      calls.checkRelease(cu.cuModuleUnload(module), "cuModuleUnload", "unloading kernels");
    },
    kernel(module, name) {
      calls.check(cu.cuModuleGetFunction(calls.out(), module, name), "cuModuleGetFunction", `the kernel \`${name}\``);
      return calls.handle();
    },
    blocksPerMultiprocessor(kernel, threads, sharedBytes) {
      const what = "asking how many blocks of a kernel fit";
      allowShared(kernel, sharedBytes, what);
      calls.check(cu.cuOccupancyMaxActiveBlocksPerMultiprocessor(calls.out(), kernel, threads, sharedBytes), "cuOccupancyMaxActiveBlocksPerMultiprocessor", what);
      return calls.int();
    },
    arguments: (sizes): Arguments => {
      const { offsets, end } = placeArguments(sizes);
      const pointers = 8 * sizes.length;
      const block = ffi.allocate(Math.max(8, pointers + end));
      const table = new BigUint64Array(block.bytes.buffer, 0, sizes.length);
      offsets.forEach((offset, i) => (table[i] = block.address + BigInt(pointers + offset)));
      return { address: block.address, bytes: new DataView(block.bytes.buffer, pointers), offsets };
    },
    launch(kernel, { grid, threads, sharedBytes = 0, cooperative }, args, stream, label) {
      if (sharedBytes > sharedWithoutAsking) allowShared(kernel, sharedBytes, `the launch of \`${label}\``);
      const code = cooperative
        ? cu.cuLaunchCooperativeKernel(kernel, grid[0], grid[1], grid[2], threads, 1, 1, sharedBytes, stream, args.address)
        : cu.cuLaunchKernel(kernel, grid[0], grid[1], grid[2], threads, 1, 1, sharedBytes, stream, args.address, 0n);
      if (code !== 0) throw calls.failure(code, cooperative ? "cuLaunchCooperativeKernel" : "cuLaunchKernel", `the launch of \`${label}\``);
      if (debugSync) waitBehind(stream, label);
    },
    createStream() {
      calls.check(cu.cuStreamCreate(calls.out(), nonBlockingStream), "cuStreamCreate", "making a stream");
      return calls.handle();
    },
    destroyStream(stream) {
      recording.delete(stream);
      calls.checkRelease(cu.cuStreamDestroy_v2(stream), "cuStreamDestroy_v2", "giving a stream back");
    },
    synchronize(stream, what) {
      calls.check(cu.cuStreamSynchronize(stream), "cuStreamSynchronize", what);
    },
    isIdle: (stream) => isDone(calls, cu.cuStreamQuery(stream), "cuStreamQuery"),
    waitFor(stream, event) {
      calls.check(cu.cuStreamWaitEvent(stream, event, 0), "cuStreamWaitEvent", "making a stream wait");
    },
    createEvent(timed = false) {
      calls.check(cu.cuEventCreate(calls.out(), timed ? 0 : eventWithoutTimes), "cuEventCreate", "making an event");
      return calls.handle();
    },
    record(event, stream) {
      calls.check(cu.cuEventRecord(event, stream), "cuEventRecord", "recording an event");
    },
    isDone: (event) => isDone(calls, cu.cuEventQuery(event), "cuEventQuery"),
    elapsed(from, to) {
      calls.check(cu.cuEventElapsedTime(calls.out(), from, to), "cuEventElapsedTime", "asking for the time between two events");
      return calls.float();
    },
    destroyEvent(event) {
      calls.checkRelease(cu.cuEventDestroy_v2(event), "cuEventDestroy_v2", "giving an event back");
    },
    beginCapture(stream) {
      calls.check(cu.cuStreamBeginCapture_v2(stream, captureOnThisThread), "cuStreamBeginCapture_v2", "recording launches");
      recording.add(stream);
    },
    endCapture(stream) {
      recording.delete(stream);
      calls.check(cu.cuStreamEndCapture(stream, calls.out()), "cuStreamEndCapture", "recording launches");
      return calls.handle();
    },
    instantiate(graph) {
      calls.check(cu.cuGraphInstantiateWithFlags(calls.out(), graph, 0), "cuGraphInstantiateWithFlags", "making a graph of launches");
      return calls.handle();
    },
    launchGraph(exec, stream, label) {
      const code = cu.cuGraphLaunch(exec, stream);
      if (code !== 0) throw calls.failure(code, "cuGraphLaunch", `the launch of the graph \`${label}\``);
      if (debugSync) waitBehind(stream, label);
    },
    destroyGraph(graph) {
      calls.checkRelease(cu.cuGraphDestroy(graph), "cuGraphDestroy", "giving a graph back");
    },
    destroyGraphExec(exec) {
      calls.checkRelease(cu.cuGraphExecDestroy(exec), "cuGraphExecDestroy", "giving a graph back");
    },
    dispose() {
      calls.checkRelease(cu.cuDevicePrimaryCtxRelease_v2(device), "cuDevicePrimaryCtxRelease_v2", `closing ${properties.name}`);
    },
  };
}

/** The thread has one current context, and between two calls another device's may have become it: asking which it is would cost as much as setting it, some 30 ns. */
function inContext(functions: DriverFunctions, context: bigint): DriverFunctions {
  const { cuCtxSetCurrent } = functions;
  return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, (...args: Argument[]) => cuCtxSetCurrent(context) || call(...args)])) as DriverFunctions;
}

function isDone(calls: DriverCalls, code: number, call: "cuStreamQuery" | "cuEventQuery"): boolean {
  if (code === notReady) return false;
  calls.check(code, call, "a wait for the GPU");
  return true;
}

/** Each argument at a multiple of its size; one that is no power of two (a structure) at a multiple of 8. */
function placeArguments(sizes: readonly number[]): { offsets: number[]; end: number } {
  const offsets: number[] = [];
  let end = 0;
  for (const size of sizes) {
    const alignment = size === 1 || size === 2 || size === 4 ? size : 8;
    const at = Math.ceil(end / alignment) * alignment;
    offsets.push(at);
    end = at + size;
  }
  return { offsets, end };
}
