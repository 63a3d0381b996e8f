/**
 * A CUDA driver in TypeScript, for tests of the runtime without a compiler: memory is the host's, kernels are functions of a test. Work on a stream waits until the stream is asked or
 * synchronised, a little at a time, so that what is read too early, overwritten too early or freed too early is found out. All that is made and given back is counted.
 */
import { MszError } from "../../src/base/error.js";
import type { Address, Arguments, DeviceProperties, DriverContext, LaunchShape, Pinned } from "../../runtime/cuda/driver.js";
import { CudaDevice } from "../../runtime/cuda/device.js";
import { Watch } from "../../runtime/cuda/watch.js";
import type { ProductLibrary } from "../../runtime/cuda/products.js";
import type { RankSums } from "../../runtime/cuda/parts.js";

/** What a kernel of a test sees: its arguments, with pointers as views. */
export interface FakeLaunch {
  readonly grid: readonly [number, number, number];
  readonly threads: number;
  u32(argument: number, word?: number): number;
  ints(argument: number): Int32Array;
  words(argument: number): Uint32Array;
  floats(argument: number): Float32Array;
}
export type FakeKernel = (launch: FakeLaunch) => void;

interface Allocation {
  readonly address: bigint;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly what: string;
}
type Work = { readonly what: string; readonly run: () => void };

const properties: DeviceProperties = {
  name: "fake", ordinal: 0, computeCapability: [9, 0], totalBytes: 2 ** 33, multiprocessors: 4, threadsPerMultiprocessor: 2048,
  sharedBytesPerBlock: 232_448, cooperativeLaunch: true, memoryClock: 0, memoryBusWidth: 0,
};

const pageLocked = "page-locked memory";

export class FakeDriver implements DriverContext {
  readonly properties = properties;
  /** Bytes that the device has. */
  room = 2 ** 31;
  /** A launch with this in its label breaks the context. */
  failing: string | null = null;
  /** What was asked for, in order: `launch …`, `graph …`, `allocate …`, `record`, `pinned …`. */
  readonly log: string[] = [];
  /** Work that was done, in order. */
  readonly done: string[] = [];
  /** Pieces of work that are done when a stream is asked whether it is idle. */
  workPerQuestion = 3;
  private readonly allocations = new Map<bigint, Allocation>();
  private readonly live = new Map<bigint, string>();
  private readonly names = new Map<bigint, string>();
  private readonly graphs = new Map<bigint, readonly Work[]>();
  private readonly argumentsAt = new Map<bigint, { readonly data: Uint8Array<ArrayBuffer>; readonly offsets: readonly number[] }>();
  private readonly queue: Work[] = [];
  private recording: Work[] | null = null;
  private readonly pendingEvents = new Map<bigint, number>();
  private enqueued = 0;
  private finished = 0;
  private next = 0x1000n;
  private fault: MszError | null = null;

  constructor(private readonly kernels: Readonly<Record<string, FakeKernel>>) {}

  /** What was made and not given back. */
  left(): string[] {
    return [...this.live.values()];
  }

  makeCurrent(): void {
    this.log.push("current");
  }

  memory(): { free: number; total: number } {
    return { free: this.room - this.used(), total: this.room };
  }

  allocate(what: string, bytes: number): Address {
    this.outsideRecording("allocate");
    this.check();
    if (this.used() + bytes > this.room) throw new MszError("out-of-memory", `not enough GPU memory for ${what}: ${bytes} bytes are needed`, { blame: "machine" });
    const address = this.take(`memory: ${what}`, bytes);
    this.allocations.set(address, { address, data: new Uint8Array(bytes).fill(0xcd), what });
    this.log.push(`allocate ${what}`);
    return address;
  }

  free(address: Address): void {
    if (this.queue.length > 0 && !this.fault) throw new Error(`${this.live.get(address)} is freed while work is under way: ${this.queue[0]!.what}`);
    if (!this.allocations.delete(address)) throw new Error(`${address} is freed and was not allocated`);
    this.live.delete(address);
  }

  pinned(bytes: number): Pinned {
    this.outsideRecording("pinned memory");
    const address = this.take(pageLocked, bytes);
    const data = new Uint8Array(bytes).fill(0xab);
    this.allocations.set(address, { address, data, what: pageLocked });
    this.log.push("pinned");
    return { address, bytes: data, free: () => this.free(address) };
  }

  copyToDevice(to: Address, from: Address, bytes: number): void {
    this.copy(to, from, bytes);
  }

  copyToHost(to: Address, from: Address, bytes: number): void {
    this.copy(to, from, bytes);
  }

  copy(to: Address, from: Address, bytes: number): void {
    const [target, source] = [this.at(to, bytes), this.at(from, bytes)];
    this.enqueue("copy", () => target.set(source));
  }

  fill(to: Address, word: number, bytes: number): void {
    if (bytes % 4 !== 0) throw new Error(`a fill of ${bytes} bytes`);
    const target = this.at(to, bytes);
    this.enqueue("fill", () => new Uint32Array(target.buffer, target.byteOffset, bytes / 4).fill(word));
  }

  loadModule(what: string, image: Uint8Array): bigint {
    this.check();
    const module = this.take("module", 1);
    this.names.set(module, new TextDecoder().decode(image));
    this.log.push(`module ${what}`);
    return module;
  }

  unloadModule(module: bigint): void {
    this.live.delete(module);
  }

  kernel(module: bigint, name: string): bigint {
    if (!this.names.get(module)!.includes(` ${name}(`)) throw new Error(`the module has no kernel ${name}`);
    const handle = this.next++;
    this.names.set(handle, name);
    return handle;
  }

  blocksPerMultiprocessor(): number {
    return 1;
  }

  arguments(sizes: readonly number[]): Arguments {
    const offsets: number[] = [];
    let end = 0;
    for (const size of sizes) {
      const alignment = size === 4 ? 4 : 8;
      offsets.push(Math.ceil(end / alignment) * alignment);
      end = offsets.at(-1)! + size;
    }
    const data = new Uint8Array(end);
    const address = (this.next += 16n);
    this.argumentsAt.set(address, { data, offsets });
    return { address, bytes: new DataView(data.buffer), offsets };
  }

  launch(kernel: bigint, { grid, threads }: LaunchShape, args: Arguments, _stream: bigint, label: string): void {
    const name = this.names.get(kernel)!;
    const run = this.kernels[name];
    if (!run) throw new Error(`no function stands for the kernel ${name}`);
    if (grid.some((n) => n < 1)) throw new Error(`${label}: an empty grid`);
    // A driver copies arguments when it takes the launch.
    const { data, offsets } = this.argumentsAt.get(args.address)!;
    const bytes = new DataView(data.slice().buffer);
    const view = (argument: number): Uint8Array<ArrayBuffer> => this.at(bytes.getBigUint64(offsets[argument]!, true));
    if (!this.recording) this.log.push(`launch ${label}`);
    this.enqueue(label, () => {
      if (this.failing !== null && label.includes(this.failing)) {
        this.fault = new MszError("device-fault", "a kernel on the GPU used an address that is not there", { blame: "machine", reason: "noticed some time later" });
        return;
      }
      run({
        grid, threads,
        u32: (argument, word = 0) => bytes.getUint32(offsets[argument]! + 4 * word, true),
        ints: (argument) => typed(Int32Array, view(argument)),
        words: (argument) => typed(Uint32Array, view(argument)),
        floats: (argument) => typed(Float32Array, view(argument)),
      });
    });
  }

  createStream(): bigint {
    return this.take("stream", 1);
  }

  destroyStream(stream: bigint): void {
    this.live.delete(stream);
  }

  synchronize(): void {
    this.outsideRecording("a wait");
    while (this.queue.length > 0 && !this.fault) this.work();
    this.check();
  }

  isIdle(): boolean {
    this.outsideRecording("a question");
    for (let i = 0; i < this.workPerQuestion && this.queue.length > 0 && !this.fault; i++) this.work();
    this.check();
    return this.queue.length === 0;
  }

  waitFor(): void {
    // There is one queue.
  }

  createEvent(): bigint {
    return this.take("event", 1);
  }

  record(event: bigint): void {
    this.pendingEvents.set(event, this.enqueued);
  }

  isDone(event: bigint): boolean {
    this.check();
    if (this.queue.length > 0) this.work();
    return this.finished >= this.pendingEvents.get(event)!;
  }

  elapsed(): number {
    return 0;
  }

  destroyEvent(event: bigint): void {
    this.live.delete(event);
  }

  beginCapture(): void {
    this.outsideRecording("a recording");
    this.recording = [];
    this.log.push("record");
  }

  endCapture(): bigint {
    const graph = this.take("graph", 1);
    this.graphs.set(graph, this.recording!);
    this.recording = null;
    return graph;
  }

  instantiate(graph: bigint): bigint {
    const exec = this.take("graph that can be launched", 1);
    this.graphs.set(exec, this.graphs.get(graph)!);
    return exec;
  }

  launchGraph(exec: bigint, _stream: bigint, label: string): void {
    if (!this.live.has(exec)) throw new Error(`the graph ${label} was given back`);
    this.log.push(`graph ${label}`);
    for (const { what, run } of this.graphs.get(exec)!) this.enqueue(what, run);
  }

  destroyGraph(graph: bigint): void {
    this.live.delete(graph);
  }

  destroyGraphExec(exec: bigint): void {
    if (!this.live.delete(exec)) throw new Error("a graph is given back twice");
  }

  dispose(): void {
    this.log.push("dispose");
  }

  private enqueue(what: string, run: () => void): void {
    this.check();
    if (this.recording) {
      this.recording.push({ what, run });
      return;
    }
    this.enqueued++;
    this.queue.push({ what, run });
  }

  private work(): void {
    const { what, run } = this.queue.shift()!;
    run();
    this.finished++;
    this.done.push(what);
  }

  /** Memory from an address on: `bytes` of it, or to the end of the allocation. */
  private at(address: bigint, bytes?: number): Uint8Array<ArrayBuffer> {
    for (const allocation of this.allocations.values()) {
      const offset = Number(address - allocation.address);
      if (offset < 0 || offset >= allocation.data.length) continue;
      if (bytes !== undefined && offset + bytes > allocation.data.length) throw new Error(`${bytes} bytes at ${offset} of ${allocation.what}, which has ${allocation.data.length}`);
      return allocation.data.subarray(offset, bytes === undefined ? undefined : offset + bytes);
    }
    throw new Error(`nothing lies at ${address}`);
  }

  private take(what: string, bytes: number): bigint {
    const address = this.next;
    this.next += BigInt(Math.ceil((bytes + 1) / 256) * 256);
    this.live.set(address, what);
    return address;
  }

  private used(): number {
    return [...this.allocations.values()].reduce((sum, { data, what }) => sum + (what === pageLocked ? 0 : data.length), 0);
  }

  private check(): void {
    if (this.fault) throw this.fault;
  }

  private outsideRecording(what: string): void {
    if (this.recording) throw new Error(`${what} while launches are recorded`);
  }
}

function typed<T>(array: { new (buffer: ArrayBuffer, offset: number, length: number): T }, bytes: Uint8Array<ArrayBuffer>): T {
  return new array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4));
}

export interface FakeOptions {
  readonly poison?: boolean;
  readonly guard?: boolean;
  readonly debugSync?: boolean;
  readonly products?: ProductLibrary;
  readonly sums?: RankSums;
}

/** A device over the fake driver: an image is its source. */
export function fakeDevice(driver: FakeDriver, { poison = true, guard = false, debugSync = false, products, sums }: FakeOptions = {}): CudaDevice {
  return new CudaDevice({
    context: driver, watch: new Watch(), compile: async (_, source) => new TextEncoder().encode(source),
    memory: { poison, guard }, debugSync, decode: null, products: products ?? null, sums: sums ?? null,
  }, "fake", true);
}
