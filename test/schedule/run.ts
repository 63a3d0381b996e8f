/**
 * A scratch executor for schedules: graph and tensors → Dawn → outputs, states and changed parameters. Values lie in arenas just as the schedule
 * says; arenas and outputs hold NaN at first, layouts are explicit, every error scope is read. `MSZ_ADAPTER` picks
 * the adapter; the default is SwiftShader, which is everywhere and compiles kernels sooner than lavapipe.
 */
import { printWgsl } from "../../compiler/6-codegen/wgsl/index.js";
import type { Bytes, Place, Schedule } from "../../compiler/5-schedule/index.js";
import type { AdapterChoice } from "../../runtime/webgpu/adapter.js";
import { findNodeAdapter } from "../../runtime/webgpu/node/find.js";
import type { DType, Extent, Graph } from "../../src/graph/graph.js";
import type { Kernel } from "../../src/kernel/kernel.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import { elements, type Tensor, type Tensors } from "../helpers/tensors.js";
import { environmentOf, type Evaluated, type Given } from "../oracle/evaluate.js";
import { shapeOf, type Symbols } from "../oracle/named.js";

const nanBits = 0x7fc00000;
const step = 256;
const storage = 0x80 | 0x4 | 0x8;

export interface Runner {
  run(graph: Graph, schedule: Schedule, given: Given): Promise<Evaluated>;
  dispose(): void;
}

export async function createRunner(): Promise<Runner> {
  const found = await findNodeAdapter((process.env["MSZ_ADAPTER"] ?? "swiftshader") as AdapterChoice);
  if (!found.adapter) throw new Error(`no adapter: ${found.tried.join("; ")}`);
  const { maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = found.adapter.limits;
  const device = await found.adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } });
  // Dawn crashes when what it came from is collected before the device is.
  return Object.assign(new ScheduleRunner(device), { keep: found });
}

class ScheduleRunner implements Runner {
  private readonly pipelines = new Map<string, { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }>();

  constructor(private readonly device: GPUDevice) {}

  dispose(): void {
    this.device.destroy();
  }

  async run(graph: Graph, schedule: Schedule, given: Given): Promise<Evaluated> {
    const { device } = this;
    const environment = environmentOf(graph, given);
    const { symbols } = environment;
    const scopes = ["validation", "internal", "out-of-memory"] as const;
    for (const scope of scopes) device.pushErrorScope(scope);
    const made: GPUBuffer[] = [];
    const upload = (dtype: DType, count: number, value: Tensor | undefined, transposed = false): GPUBuffer => {
      const bytes = new Uint32Array(Math.max(4, Math.ceil(count / 4) * 4)).fill(nanBits);
      if (value) {
        const [rows, columns] = [value.shape[0] ?? 1, count / (value.shape[0] ?? 1)];
        const data = transposed ? Array.from({ length: count }, (_, i) => value.data[(i % rows) * columns + Math.floor(i / rows)]!) : value.data;
        (dtype === "f32" ? new Float32Array(bytes.buffer) : dtype === "i32" ? new Int32Array(bytes.buffer) : bytes).set(data);
      }
      const buffer = device.createBuffer({ size: bytes.byteLength, usage: storage });
      device.queue.writeBuffer(buffer, 0, bytes);
      made.push(buffer);
      return buffer;
    };
    const known = new Map<string, GPUBuffer>();
    const named = (key: string, make: () => GPUBuffer): GPUBuffer => {
      if (!known.has(key)) known.set(key, make());
      return known.get(key)!;
    };
    for (const spec of graph.states) {
      named(`state ${spec.name}`, () => upload(spec.dtype, elements(shapeOf(spec.dims, symbols)), environment.states[spec.name]));
    }
    for (const { name, node } of graph.outputs) named(`output ${name}`, () => upload(node.dtype, elements(shapeOf(node.dims, symbols)), undefined));
    const { arenas, offsets } = this.layOut(schedule, symbols, upload);

    const resource = (place: Place): GPUBindingResource => {
      switch (place.kind) {
        case "input": {
          const value = given.inputs[place.name]!;
          const dtype = graph.nodes.find((n) => n.op === "input" && n.name === place.name)!.dtype;
          return { buffer: named(`input ${place.name}`, () => upload(dtype, value.data.length, value)) };
        }
        case "weight": {
          const value = given.parameters[place.parameter]!;
          return { buffer: named(`weight ${place.parameter} ${place.transposed}`, () => upload("f32", value.data.length, value, place.transposed)) };
        }
        case "constant": {
          const { data, dtype, id } = place.node;
          return { buffer: named(`constant ${id}`, () => upload(dtype, data.length, { shape: [data.length], data })) };
        }
        case "state":
        case "output":
          return { buffer: known.get(`${place.kind} ${place.name}`)! };
        case "buffer": {
          const buffer = schedule.buffers[place.index]!;
          const size = Math.max(4, bytesAt(buffer.bytes, symbols));
          return { buffer: arenas[schedule.slots[buffer.slot]!.arena]!, offset: offsets[buffer.slot]!, size };
        }
      }
    };
    const extents = device.createBuffer({ size: 32, usage: 0x40 | 0x8 });
    made.push(extents);
    device.queue.writeBuffer(extents, 0, new Uint32Array([symbols.B, symbols.T, symbols.N, symbols.S, symbols.C, symbols.E, symbols.M, 0]));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { kernel, grid, places } of schedule.launches) {
      const { pipeline, layout } = await this.pipelineOf(kernel);
      const entries = [{ binding: 0, resource: { buffer: extents } as GPUBindingResource }, ...places.map((p, at) => ({ binding: at + 1, resource: resource(p) }))];
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
      const count = (g: { size: readonly Extent[]; per: number }): number =>
        Math.ceil(g.size.reduce<number>((total, size) => total * (typeof size === "number" ? size : symbols[size]), 1) / g.per);
      const [x, y, z] = [count(grid[0]), count(grid[1]), count(grid[2])];
      // A small limit instead of 65,535, so that tests see folding.
      if (y === 1 && z === 1 && x > 50) pass.dispatchWorkgroups(50, Math.ceil(x / 50));
      else pass.dispatchWorkgroups(x, y, z);
    }
    pass.end();
    const read = (buffer: GPUBuffer): GPUBuffer => {
      const to = device.createBuffer({ size: buffer.size, usage: 0x1 | 0x8 });
      encoder.copyBufferToBuffer(buffer, 0, to, 0, buffer.size);
      made.push(to);
      return to;
    };
    const outputs = graph.outputs.map((o) => ({ ...o, dims: o.node.dims, dtype: o.node.dtype, from: read(known.get(`output ${o.name}`)!) }));
    const states = graph.states.map((s) => ({ ...s, from: read(known.get(`state ${s.name}`)!) }));
    const parameters = graph.parameterUpdates.map(({ parameter, node }) => ({
      name: parameter, dims: node.dims, dtype: node.dtype, from: read(known.get(`weight ${parameter} false`)!),
    }));
    device.queue.submit([encoder.finish()]);
    for (const _ of scopes) {
      const error = await device.popErrorScope();
      if (error) throw new Error(`${error.message}\n${schedule.launches.map((l) => printWgsl(l.kernel)).join("\n")}`);
    }
    const result: { outputs: Tensors; states: Tensors; parameters: Tensors } = { outputs: {}, states: {}, parameters: {} };
    for (const [into, list] of [[result.outputs, outputs], [result.states, states], [result.parameters, parameters]] as const) {
      for (const { name, dims, dtype, from } of list) {
        await from.mapAsync(1);
        const bytes = from.getMappedRange().slice(0);
        const shape = shapeOf(dims, symbols);
        const data = dtype === "f32" ? new Float32Array(bytes) : dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
        into[name] = { shape, data: data.subarray(0, elements(shape)) };
      }
    }
    for (const buffer of made) buffer.destroy();
    // In the shape they were given in.
    for (const { name } of parameters) result.parameters[name] = { data: result.parameters[name]!.data, shape: given.parameters[name]!.shape };
    return { ...result, parameters: { ...given.parameters, ...result.parameters } };
  }

  /** Slots of an arena lie one behind the other. */
  private layOut(schedule: Schedule, symbols: Symbols, upload: (dtype: DType, count: number, value: undefined) => GPUBuffer): { arenas: GPUBuffer[]; offsets: number[] } {
    const ends = Array.from({ length: schedule.arenas }, () => 0);
    const offsets = schedule.slots.map(({ arena, bytes }) => {
      const at = ends[arena]!;
      ends[arena] = at + Math.ceil(Math.max(4, bytesAt(bytes, symbols)) / step) * step;
      return at;
    });
    return { arenas: ends.map((end) => upload("f32", end / 4, undefined)), offsets };
  }

  private async pipelineOf(kernel: Kernel): Promise<{ pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }> {
    const { device } = this;
    verifyKernel(kernel);
    const code = printWgsl(kernel);
    const known = this.pipelines.get(code);
    if (known) return known;
    const layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: 4, buffer: { type: "uniform" } },
        ...kernel.bindings.map((b, at): GPUBindGroupLayoutEntry => ({
          binding: at + 1, visibility: 4, buffer: { type: b.access === "read" ? "read-only-storage" : "storage" },
        })),
      ],
    });
    const pipeline = await device.createComputePipelineAsync({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }), compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${code}`);
    });
    const built = { layout, pipeline };
    this.pipelines.set(code, built);
    return built;
  }
}

export function bytesAt(bytes: Bytes, symbols: Symbols): number {
  return [...bytes].reduce((sum, [of, times]) => sum + (of === "" ? times : of.split("·").reduce((p, s) => p * symbols[s as keyof Symbols], times)), 0);
}
