/**
 * Kernels of the IR on the simulated CUDA, without a plan: compiled many at once, launched over buffers that hold NaN at first, through the runtime's own driver
 * and compiler. An order of threads can be chosen: no result may depend on it.
 */
import { createHash } from "node:crypto";
import { cudaHeader, printCuda } from "../../compiler/6-codegen/cuda/index.js";
import { ModuleCompiler } from "../../runtime/cuda/compile/index.js";
import type { Address, DriverContext, KernelHandle, Stream } from "../../runtime/cuda/driver.js";
import { thisMachine } from "../../runtime/cuda/machine.js";
import { openCudaDriver } from "../../runtime/cuda/open-driver.js";
import type { Extent } from "../../src/graph/graph.js";
import type { Grid, Kernel } from "../../src/kernel/kernel.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import type { Symbols } from "../oracle/named.js";
import { buildSimulator } from "./build.js";

export type Order = "forward" | "backward" | "shuffled";
export const orders: readonly Order[] = ["forward", "backward", "shuffled"];

export const nanBits = 0x7fc00000;
/** Words behind a buffer that no kernel may touch. */
const guardWords = 64;

/** One buffer of device memory, with NaN behind its end. */
export interface Words {
  readonly address: Address;
  readonly count: number;
}

export interface KernelLaunch {
  readonly kernel: Kernel;
  readonly grid: readonly [Grid, Grid, Grid];
  readonly arguments?: readonly number[];
  readonly label: string;
}

export class SimulatedKernels {
  private readonly handles = new Map<string, KernelHandle>();
  private readonly names = new Map<Kernel, string>();
  private readonly stream: Stream;
  private readonly live = new Set<Address>();

  private constructor(
    private readonly context: DriverContext,
    private readonly compiler: ModuleCompiler,
  ) {
    this.stream = context.createStream();
  }

  /** @returns why there is none where this machine has no compiler */
  static async open(): Promise<SimulatedKernels | { readonly missing: string }> {
    const simulator = buildSimulator();
    if ("missing" in simulator) return simulator;
    const machine = { ...thisMachine(), env: { ...process.env, ...simulator.environment } };
    const { ffi, driver } = await openCudaDriver({}, machine);
    return new SimulatedKernels(driver.openContext(0), new ModuleCompiler({ ffi, driverVersion: driver.version, machine }));
  }

  /** Compiles what is not compiled yet, so that a compiler starts once for all of it. `unchecked`: also what the verifier refuses. */
  async prepare(kernels: Iterable<Kernel>, unchecked = false): Promise<void> {
    const missing = new Map<string, string>();
    for (const kernel of kernels) {
      if (this.names.has(kernel)) continue;
      if (!unchecked) verifyKernel(kernel);
      const name = nameOf(kernel);
      this.names.set(kernel, name);
      if (!this.handles.has(name)) missing.set(name, printCuda(kernel, name));
    }
    if (missing.size === 0) return;
    // Two at a time: as many processors as a small machine has.
    const parts = [0, 1].map((part) => [...missing].filter((_, at) => at % 2 === part)).filter((part) => part.length > 0);
    const images = await Promise.all(parts.map((part) => {
      const source = [cudaHeader(), ...part.map(([, text]) => text)].join("\n");
      return this.compiler.compileModule("kernels of a test", source, this.context.properties.computeCapability);
    }));
    images.forEach((image, at) => {
      const module = this.context.loadModule("kernels of a test", image);
      for (const [name] of parts[at]!) this.handles.set(name, this.context.kernel(module, name));
    });
  }

  /** A buffer of so many words, all NaN, but for what `fill` writes. */
  buffer(count: number, fill?: (words: Uint32Array) => void): Words {
    const words = new Uint32Array(count + guardWords).fill(nanBits);
    fill?.(words.subarray(0, count));
    const address = this.context.allocate("a test's value", words.byteLength);
    this.live.add(address);
    const staging = this.context.pinned(words.byteLength);
    staging.bytes.set(new Uint8Array(words.buffer));
    this.context.copyToDevice(address, staging.address, words.byteLength, this.stream);
    this.context.synchronize(this.stream, "a test");
    staging.free();
    return { address, count };
  }

  /** @param slots where the number of slots in use lies */
  launch({ kernel, grid, arguments: given = [], label }: KernelLaunch, symbols: Symbols, slots: Words, addresses: readonly Address[]): void {
    const { context } = this;
    if (given.length !== (kernel.arguments ?? 0)) throw new Error(`${label} gives ${given.length} arguments, its kernel takes ${kernel.arguments ?? 0}`);
    const args = context.arguments([24, 8, ...given.map(() => 4), ...addresses.map(() => 8)]);
    [symbols.B, symbols.T, symbols.N, symbols.C, symbols.E, symbols.M].forEach((value, at) => args.bytes.setUint32(args.offsets[0]! + 4 * at, value, true));
    args.bytes.setBigUint64(args.offsets[1]!, slots.address, true);
    given.forEach((value, at) => args.bytes.setUint32(args.offsets[2 + at]!, value, true));
    addresses.forEach((address, at) => args.bytes.setBigUint64(args.offsets[2 + given.length + at]!, address, true));
    const [x, y, z] = grid.map((g) => workgroups(g, symbols)) as [number, number, number];
    // A small limit instead of 2^31, so that tests see folding.
    const folded = y === 1 && x > 50 ? ([50, Math.ceil(x / 50), z] as const) : ([x, y, z] as const);
    context.launch(this.handles.get(this.names.get(kernel)!)!, { grid: folded, threads: kernel.threads }, args, this.stream, label);
  }

  /** Work is done when it is waited for: only then does the order of threads matter. */
  finish(order: Order): void {
    const before = process.env.MSZ_SIM_ORDER;
    process.env.MSZ_SIM_ORDER = order;
    try {
      this.context.synchronize(this.stream, "a test");
    } finally {
      if (before === undefined) delete process.env.MSZ_SIM_ORDER;
      else process.env.MSZ_SIM_ORDER = before;
    }
  }

  /** @throws where something was written behind its end */
  read({ address, count }: Words, what: string): Uint32Array<ArrayBuffer> {
    const bytes = 4 * (count + guardWords);
    const staging = this.context.pinned(bytes);
    this.context.copyToHost(staging.address, address, bytes, this.stream);
    this.context.synchronize(this.stream, "a test");
    const words = new Uint32Array(new Uint8Array(staging.bytes).buffer);
    staging.free();
    if (words.subarray(count).some((word) => word !== nanBits)) throw new Error(`${what} was written behind its end`);
    return words.subarray(0, count);
  }

  /** All buffers. */
  free(): void {
    for (const address of this.live) this.context.free(address);
    this.live.clear();
  }

  dispose(): void {
    this.free();
    this.context.destroyStream(this.stream);
    this.context.dispose();
  }
}

/** The same text has the same name. */
function nameOf(kernel: Kernel): string {
  return `${kernel.name}_${createHash("sha256").update(printCuda(kernel, "name")).digest("hex").slice(0, 12)}`;
}

function workgroups({ size, per }: Grid, symbols: Symbols): number {
  const value = (extent: Extent): number => (typeof extent === "number" ? extent : symbols[extent]);
  return Math.ceil(size.reduce<number>((total, extent) => total * value(extent), 1) / per);
}
