/**
 * A scratch executor for single launches: host tensors → the simulated CUDA → host tensors, through the runtime's own driver and compiler. Fresh buffers hold
 * NaN; kernels that are prepared together are compiled together. An order of threads can be chosen: no result may depend on it.
 */
import type { Node } from "../../src/graph/graph.js";
import type { Launch, NarrowType, Operand } from "../../src/kernel/kernel.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { shapeOf, type Symbols } from "../oracle/named.js";
import { SimulatedKernels, type Order, type Words } from "./kernels.js";
import { narrowBits, narrowNumber } from "./narrow.js";

export type { Order } from "./kernels.js";

export interface LaunchRunner {
  /** Compiles their kernels together, so that a compiler starts once for all of them. */
  prepare(launches: readonly Launch[]): Promise<void>;
  /** Runs launches over values by node id; gives the values after them, new ones included. */
  run(launches: readonly Launch[], values: ReadonlyMap<number, Tensor>, symbols: Symbols, order?: Order): Promise<Map<number, Tensor>>;
  dispose(): void;
}

/** @returns why there is none where this machine has no compiler */
export async function openLaunchRunner(): Promise<LaunchRunner | { readonly missing: string }> {
  const kernels = await SimulatedKernels.open();
  return "missing" in kernels ? kernels : new SimulatedRunner(kernels);
}

interface Buffer extends Words {
  readonly operand: Operand;
}

class SimulatedRunner implements LaunchRunner {
  constructor(private readonly kernels: SimulatedKernels) {}

  prepare(launches: readonly Launch[]): Promise<void> {
    return this.kernels.prepare(launches.map(({ kernel }) => kernel));
  }

  async run(launches: readonly Launch[], values: ReadonlyMap<number, Tensor>, symbols: Symbols, order: Order = "forward"): Promise<Map<number, Tensor>> {
    await this.prepare(launches);
    const { kernels } = this;
    const buffers = new Map<string, Buffer>();
    const slots = kernels.buffer(1, (words) => words.fill(symbols.S));
    for (const launch of launches) {
      const addresses = launch.operands.map((operand) => {
        const key = `${operand.node.id} ${operand.transposed ?? false} ${operand.narrow ?? ""}`;
        const known = buffers.get(key);
        const buffer = known ?? this.bufferOf(operand, values, symbols);
        if (!known || operand.access !== "read") buffers.set(key, { ...buffer, operand });
        return buffer.address;
      });
      kernels.launch(launch, symbols, slots, addresses);
    }
    kernels.finish(order);
    const after = new Map(values);
    for (const buffer of buffers.values()) {
      const { operand } = buffer;
      if (operand.access !== "read") after.set(operand.node.id, this.readBack(buffer, symbols));
    }
    kernels.free();
    return after;
  }

  dispose(): void {
    this.kernels.dispose();
  }

  /** What is written starts as NaN. */
  private bufferOf(operand: Operand, values: ReadonlyMap<number, Tensor>, symbols: Symbols): Buffer {
    const { node, transposed, narrow } = operand;
    const count = elements(shapeOf(node.dims, symbols));
    const half = narrow ?? node.storage;
    const value = values.get(node.id) ?? (node.op === "append" ? values.get(node.inputs[0]!.id) : undefined);
    const buffer = this.kernels.buffer(Math.ceil((half ? Math.ceil(count / 2) : count) / 4) * 4, (words) => {
      if (!value) return;
      const [rows, columns] = [value.shape[0] ?? 1, count / (value.shape[0] ?? 1)];
      const data = transposed ? Array.from({ length: count }, (_, i) => value.data[(i % rows) * columns + Math.floor(i / rows)]!) : value.data;
      if (half) new Uint16Array(words.buffer).set(Array.from(data, (number) => narrowBits(half, number)));
      else if (node.dtype === "f32") new Float32Array(words.buffer).set(data);
      else (node.dtype === "i32" ? new Int32Array(words.buffer) : words).set(data);
    });
    return { operand, ...buffer };
  }

  private readBack(buffer: Buffer, symbols: Symbols): Tensor {
    const { node, narrow } = buffer.operand;
    const words = this.kernels.read(buffer, `%${node.id} ${node.op}`);
    const shape = shapeOf(node.dims, symbols);
    return { shape, data: numbersOf(words.buffer, node, narrow).subarray(0, elements(shape)) };
  }
}

function numbersOf(bytes: ArrayBuffer, { dtype, storage }: Node, narrow: NarrowType | undefined): Float32Array | Int32Array | Uint32Array {
  const half = narrow ?? storage;
  if (half) return Float32Array.from(new Uint16Array(bytes), (bits) => narrowNumber(half, bits));
  return dtype === "f32" ? new Float32Array(bytes) : dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
}
