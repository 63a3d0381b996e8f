/**
 * What this backend uses of a CUDA driver, as TypeScript: each function is one or two of the driver API's (their C names stand beside them), with its code checked.
 * `ffi/` binds it to a library; all calls are made on one thread. Device addresses are bigint, as is every handle. A failing code is an MszError
 * (`errors.ts`), whose `what` says for whom the call was made.
 */

export type Address = bigint;
export type Stream = bigint;
export type Event = bigint;
export type Module = bigint;
/** CUfunction */
export type KernelHandle = bigint;
/** CUgraph, CUgraphExec */
export type Graph = bigint;
export type GraphExec = bigint;

/** Block of host memory that a pointer array for launches lies in: made once a dispatch, written in place, never moved by a garbage collector. */
export interface Arguments {
  /** Of the array of pointers: what `launch` is given. */
  readonly address: Address;
  /** The argument values, one behind the other where `offsets` says; written with a DataView. */
  readonly bytes: DataView;
  /** Byte offsets of the arguments in `bytes`. */
  readonly offsets: readonly number[];
}

/** Host memory that the device reads and writes directly (page-locked). */
export interface Pinned {
  readonly address: Address;
  readonly bytes: Uint8Array;
  free(): void;
}

export interface LaunchShape {
  readonly grid: readonly [number, number, number];
  readonly threads: number;
  /** Dynamic shared memory. */
  readonly sharedBytes?: number;
  /** All blocks run at once and may wait for one another: cuLaunchCooperativeKernel. */
  readonly cooperative?: boolean;
}

export interface DeviceProperties {
  /** `NVIDIA H100 80GB HBM3` */
  readonly name: string;
  readonly ordinal: number;
  readonly computeCapability: readonly [major: number, minor: number];
  readonly totalBytes: number;
  readonly multiprocessors: number;
  readonly threadsPerMultiprocessor: number;
  readonly sharedBytesPerBlock: number;
  readonly cooperativeLaunch: boolean;
  /** kHz and bits: what the memory could do at most; 0 where the driver does not tell. */
  readonly memoryClock: number;
  readonly memoryBusWidth: number;
}

/** A loaded and initialised driver: cuInit was 0 and there is at least one device. */
export interface CudaDriver {
  /** Where it was found: a path or a soname. */
  readonly path: string;
  /** CUDA version that the driver supports, 13000 = 13.0. */
  readonly version: number;
  deviceCount(): number;
  properties(ordinal: number): DeviceProperties;
  /** cuDevicePrimaryCtxRetain, cuCtxSetCurrent */
  openContext(ordinal: number): DriverContext;
}

/** A device's primary context. Each call is made with it current on this thread, where others may be open too. */
export interface DriverContext {
  readonly properties: DeviceProperties;
  /** cuCtxSetCurrent: for libraries beside the driver, which take what is current. */
  makeCurrent(): void;
  /** cuMemGetInfo_v2: bytes free and in all. */
  memory(): { readonly free: number; readonly total: number };
  /** cuMemAlloc_v2. @throws MszError `out-of-memory` with `what`, how much it needs and how much is free */
  allocate(what: string, bytes: number): Address;
  /** cuMemFree_v2 */
  free(address: Address): void;
  /** cuMemAllocHost_v2 */
  pinned(bytes: number): Pinned;
  /** cuMemcpyHtoDAsync_v2 from pinned memory, cuMemcpyDtoHAsync_v2 into it, cuMemcpyDtoDAsync_v2, cuMemsetD32Async, cuMemsetD8Async */
  copyToDevice(to: Address, from: Address, bytes: number, stream: Stream): void;
  copyToHost(to: Address, from: Address, bytes: number, stream: Stream): void;
  copy(to: Address, from: Address, bytes: number, stream: Stream): void;
  /** `bytes` is a multiple of 4. */
  fill(to: Address, word: number, bytes: number, stream: Stream): void;
  /** cuModuleLoadData: a cubin or PTX. @throws MszError `driver-too-old`, `kernel-rejected` */
  loadModule(what: string, image: Uint8Array): Module;
  unloadModule(module: Module): void;
  /** cuModuleGetFunction */
  kernel(module: Module, name: string): KernelHandle;
  /** cuOccupancyMaxActiveBlocksPerMultiprocessor */
  blocksPerMultiprocessor(kernel: KernelHandle, threads: number, sharedBytes: number): number;
  /** Room for arguments of these sizes in bytes, each aligned to its size (structures: to 8). */
  arguments(sizes: readonly number[]): Arguments;
  /** cuLaunchKernel, cuLaunchCooperativeKernel. `label` is for errors. */
  launch(kernel: KernelHandle, shape: LaunchShape, args: Arguments, stream: Stream, label: string): void;
  /** cuStreamCreate (CU_STREAM_NON_BLOCKING), cuStreamDestroy_v2 */
  createStream(): Stream;
  destroyStream(stream: Stream): void;
  /** cuStreamSynchronize: blocks the thread. */
  synchronize(stream: Stream, what: string): void;
  /** cuStreamQuery: whether all is done. */
  isIdle(stream: Stream): boolean;
  /** cuStreamWaitEvent */
  waitFor(stream: Stream, event: Event): void;
  /** cuEventCreate (with times, or CU_EVENT_DISABLE_TIMING), cuEventRecord, cuEventQuery, cuEventElapsedTime, cuEventDestroy_v2 */
  createEvent(timed?: boolean): Event;
  record(event: Event, stream: Stream): void;
  isDone(event: Event): boolean;
  /** Milliseconds between two timed events that are done. */
  elapsed(from: Event, to: Event): number;
  destroyEvent(event: Event): void;
  /** cuStreamBeginCapture_v2 (CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), cuStreamEndCapture, cuGraphInstantiateWithFlags, cuGraphLaunch, cuGraphDestroy, cuGraphExecDestroy */
  beginCapture(stream: Stream): void;
  endCapture(stream: Stream): Graph;
  instantiate(graph: Graph): GraphExec;
  launchGraph(exec: GraphExec, stream: Stream, label: string): void;
  destroyGraph(graph: Graph): void;
  destroyGraphExec(exec: GraphExec): void;
  /** cuDevicePrimaryCtxRelease_v2 */
  dispose(): void;
}
