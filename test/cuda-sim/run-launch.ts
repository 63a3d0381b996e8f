/**
 * A scratch executor for single launches: host tensors → the simulated CUDA → host tensors, through the runtime's own driver and compiler. Fresh buffers hold
 * NaN; kernels that are prepared together are compiled together. An order of threads can be chosen: no result may depend on it.
 */
import { createHash } from "node:crypto";
import { cudaHeader, printCuda } from "../../compiler/6-codegen/cuda/index.js";
import { ModuleCompiler } from "../../runtime/cuda/compile/index.js";
import type { Address, DriverContext, KernelHandle, Pinned, Stream } from "../../runtime/cuda/driver.js";
import { thisMachine } from "../../runtime/cuda/machine.js";
import { openCudaDriver } from "../../runtime/cuda/open-driver.js";
import type { Extent, Node } from "../../src/graph/graph.js";
import type { Grid, Launch, NarrowType, Operand } from "../../src/kernel/kernel.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { shapeOf, type Symbols } from "../oracle/named.js";
import { buildSimulator } from "./build.js";
import { narrowBits, narrowNumber } from "./narrow.js";

export type Order = "forward" | "backward" | "shuffled";

export interface LaunchRunner {
  /** Compiles their kernels together, so that a compiler starts once for all of them. */
  prepare(launches: readonly Launch[]): Promise<void>;
  /** Runs launches over values by node id; gives the values after them, new ones included. */
  run(launches: readonly Launch[], values: ReadonlyMap<number, Tensor>, symbols: Symbols, order?: Order): Promise<Map<number, Tensor>>;
  dispose(): void;
}

const nanBits = 0x7fc00000;
/** Words of a buffer that no kernel may touch, before its end is looked at. */
const guardWords = 64;

/** @returns why there is none where this machine has no compiler */
export async function openLaunchRunner(): Promise<LaunchRunner | { readonly missing: string }> {
  const simulator = buildSimulator();
  if ("missing" in simulator) return simulator;
  const machine = { ...thisMachine(), env: { ...process.env, MSZ_CUDA_DRIVER: simulator.driver, MSZ_NVRTC: simulator.nvrtc } };
  const { ffi, driver } = await openCudaDriver({}, machine);
  const compiler = new ModuleCompiler({ ffi, driverVersion: driver.version, machine });
  return new SimulatedRunner(driver.openContext(0), compiler);
}

interface Buffer {
  readonly operand: Operand;
  readonly address: Address;
  readonly words: number;
}

class SimulatedRunner implements LaunchRunner {
  private readonly kernels = new Map<string, KernelHandle>();
  private readonly stream: Stream;

  constructor(
    private readonly context: DriverContext,
    private readonly compiler: ModuleCompiler,
  ) {
    this.stream = context.createStream();
  }

  async prepare(launches: readonly Launch[]): Promise<void> {
    const missing = new Map<string, string>();
    for (const { kernel } of launches) {
      verifyKernel(kernel);
      const name = nameOf(kernel);
      if (!this.kernels.has(name)) missing.set(name, printCuda(kernel, name));
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
      for (const [name] of parts[at]!) this.kernels.set(name, this.context.kernel(module, name));
    });
  }

  async run(launches: readonly Launch[], values: ReadonlyMap<number, Tensor>, symbols: Symbols, order: Order = "forward"): Promise<Map<number, Tensor>> {
    await this.prepare(launches);
    const { context, stream } = this;
    const buffers = new Map<string, Buffer>();
    const slots = this.upload(new Uint32Array([symbols.S]));
    process.env["MSZ_SIM_ORDER"] = order;
    for (const launch of launches) {
      const addresses = launch.operands.map((operand) => {
        const key = `${operand.node.id} ${operand.transposed ?? false} ${operand.narrow ?? ""}`;
        const known = buffers.get(key);
        const buffer = known ?? this.bufferOf(operand, values, symbols);
        if (!known || operand.access !== "read") buffers.set(key, { ...buffer, operand });
        return buffer.address;
      });
      const args = context.arguments([24, 8, ...addresses.map(() => 8)]);
      [symbols.B, symbols.T, symbols.N, symbols.C, symbols.E, symbols.M].forEach((value, at) => args.bytes.setUint32(args.offsets[0]! + 4 * at, value, true));
      [slots, ...addresses].forEach((address, at) => args.bytes.setBigUint64(args.offsets[at + 1]!, address, true));
      const [x, y, z] = launch.grid.map((grid) => workgroups(grid, symbols)) as [number, number, number];
      // A small limit instead of 2^31, so that tests see folding.
      const grid = y === 1 && x > 50 ? ([50, Math.ceil(x / 50), z] as const) : ([x, y, z] as const);
      context.launch(this.kernels.get(nameOf(launch.kernel))!, { grid, threads: launch.kernel.threads }, args, stream, launch.label);
    }
    const after = new Map(values);
    for (const buffer of buffers.values()) {
      const { operand } = buffer;
      if (operand.access !== "read") after.set(operand.node.id, this.readBack(buffer, symbols));
    }
    context.synchronize(stream, "a test");
    for (const { address } of buffers.values()) context.free(address);
    context.free(slots);
    return after;
  }

  dispose(): void {
    this.context.destroyStream(this.stream);
    this.context.dispose();
  }

  /** What is written starts as NaN, and so does what lies behind any buffer's end. */
  private bufferOf(operand: Operand, values: ReadonlyMap<number, Tensor>, symbols: Symbols): Buffer {
    const { node, transposed, narrow } = operand;
    const count = elements(shapeOf(node.dims, symbols));
    const half = narrow ?? node.storage;
    const words = Math.ceil((half ? Math.ceil(count / 2) : count) / 4) * 4 + guardWords;
    const bits = new Uint32Array(words).fill(nanBits);
    const value = values.get(node.id) ?? (node.op === "append" ? values.get(node.inputs[0]!.id) : undefined);
    if (value) {
      const [rows, columns] = [value.shape[0] ?? 1, count / (value.shape[0] ?? 1)];
      const data = transposed ? Array.from({ length: count }, (_, i) => value.data[(i % rows) * columns + Math.floor(i / rows)]!) : value.data;
      if (half) new Uint16Array(bits.buffer).set(Array.from(data, (number) => narrowBits(half, number)));
      else if (node.dtype === "f32") new Float32Array(bits.buffer).set(data);
      else (node.dtype === "i32" ? new Int32Array(bits.buffer) : bits).set(data);
    }
    return { operand, address: this.upload(bits), words };
  }

  private upload(words: Uint32Array): Address {
    const address = this.context.allocate("a test's value", words.byteLength);
    const staging = this.context.pinned(words.byteLength);
    staging.bytes.set(new Uint8Array(words.buffer));
    this.context.copyToDevice(address, staging.address, words.byteLength, this.stream);
    this.finish(staging);
    return address;
  }

  private readBack({ operand: { node, narrow }, address, words }: Buffer, symbols: Symbols): Tensor {
    const staging = this.context.pinned(4 * words);
    this.context.copyToHost(staging.address, address, 4 * words, this.stream);
    this.context.synchronize(this.stream, "a test");
    const bytes = staging.bytes.slice().buffer;
    staging.free();
    const behind = new Uint32Array(bytes).subarray(words - guardWords);
    if (behind.some((word) => word !== nanBits)) throw new Error(`%${node.id} ${node.op} was written behind its end`);
    const shape = shapeOf(node.dims, symbols);
    return { shape, data: numbersOf(bytes, node, narrow).subarray(0, elements(shape)) };
  }

  private finish(staging: Pinned): void {
    this.context.synchronize(this.stream, "a test");
    staging.free();
  }
}

function numbersOf(bytes: ArrayBuffer, { dtype, storage }: Node, narrow: NarrowType | undefined): Float32Array | Int32Array | Uint32Array {
  const half = narrow ?? storage;
  if (half) return Float32Array.from(new Uint16Array(bytes), (bits) => narrowNumber(half, bits));
  return dtype === "f32" ? new Float32Array(bytes) : dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
}

/** The same text has the same name. */
function nameOf(kernel: Launch["kernel"]): string {
  return `${kernel.name}_${createHash("sha256").update(printCuda(kernel, "name")).digest("hex").slice(0, 12)}`;
}

function workgroups({ size, per }: Grid, symbols: Symbols): number {
  const value = (extent: Extent): number => (typeof extent === "number" ? extent : symbols[extent]);
  return Math.ceil(size.reduce<number>((total, extent) => total * value(extent), 1) / per);
}
