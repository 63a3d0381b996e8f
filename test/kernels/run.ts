/**
 * A scratch executor for single launches: host tensors → Dawn → host tensors. Fresh buffers hold NaN, layouts are explicit,
 * every error scope is read. `MSZ_ADAPTER` picks the adapter; the default is SwiftShader, which npm brings.
 */
import type { Extent, Node } from "../../src/graph/graph.js";
import type { Grid, Launch } from "../../src/kernel/kernel.js";
import { verifyKernel } from "../../src/kernel/verify.js";
import { printWgsl } from "../../compiler/6-codegen/wgsl/index.js";
import { findNodeAdapter } from "../../runtime/webgpu/node/find.js";
import type { AdapterChoice } from "../../runtime/webgpu/adapter.js";
import { elements, type Tensor } from "../helpers/tensors.js";
import { shapeOf, type Symbols } from "../oracle/named.js";

export interface Runner {
  readonly adapter: string;
  readonly device: GPUDevice;
  /** Runs launches over values by node id; gives the values after them, new ones included. */
  run(launches: readonly Launch[], values: ReadonlyMap<number, Tensor>, symbols: Symbols): Promise<Map<number, Tensor>>;
}

const nanBits = 0x7fc00000;

export async function createRunner(): Promise<Runner> {
  const choice = process.env["MSZ_ADAPTER"] as AdapterChoice | undefined;
  const found = await findNodeAdapter(choice ?? "swiftshader");
  if (!found.adapter) throw new Error(`no adapter: ${found.tried.join("; ")}`);
  const { adapter } = found;
  const limits = ["maxStorageBuffersPerShaderStage", "maxStorageBufferBindingSize", "maxBufferSize", "maxComputeInvocationsPerWorkgroup", "maxComputeWorkgroupSizeX"] as const;
  const device = await adapter.requestDevice({ requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])) });
  const runner = new DeviceRunner(device, `${adapter.info.description} ${adapter.info.device}`.trim());
  // Dawn crashes when these are collected before the device is.
  Object.assign(runner, { keep: found });
  return runner;
}

class DeviceRunner implements Runner {
  private readonly pipelines = new Map<string, { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }>();

  constructor(
    readonly device: GPUDevice,
    readonly adapter: string,
  ) {}

  async run(launches: readonly Launch[], values: ReadonlyMap<number, Tensor>, symbols: Symbols): Promise<Map<number, Tensor>> {
    const { device } = this;
    device.pushErrorScope("validation");
    device.pushErrorScope("internal");
    const buffers = new Map<string, GPUBuffer>();
    const written = new Map<number, Node>();
    const extents = device.createBuffer({ size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(extents, 0, new Uint32Array([symbols.B, symbols.T, symbols.N, symbols.S, symbols.C, symbols.E, symbols.M, 0]));
    const encoder = device.createCommandEncoder();
    for (const launch of launches) {
      verifyKernel(launch.kernel);
      const { pipeline, layout } = await this.pipelineOf(launch);
      const entries: GPUBindGroupEntry[] = [{ binding: 0, resource: { buffer: extents } }];
      launch.operands.forEach((operand, at) => {
        const { node } = operand;
        const key = `${node.id}${operand.transposed ? "ᵀ" : ""}`;
        let buffer = buffers.get(key);
        if (!buffer) {
          buffer = this.upload(node, operand.transposed ?? false, values, symbols);
          buffers.set(key, buffer);
        }
        if (operand.access !== "read") written.set(node.id, node);
        entries.push({ binding: at + 1, resource: { buffer } });
      });
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
      const [x, y, z] = launch.grid.map((g) => workgroups(g, symbols)) as [number, number, number];
      // A small limit instead of 65,535, so that tests see folding.
      if (y === 1 && x > 50) pass.dispatchWorkgroups(50, Math.ceil(x / 50), z);
      else pass.dispatchWorkgroups(x, y, z);
      pass.end();
    }
    const readers: [Node, GPUBuffer][] = [];
    for (const node of written.values()) {
      const from = buffers.get(`${node.id}`)!;
      const to = device.createBuffer({ size: from.size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
      readers.push([node, to]);
    }
    device.queue.submit([encoder.finish()]);
    const errors = [await device.popErrorScope(), await device.popErrorScope()];
    for (const error of errors) if (error) throw new Error(`${launches.map((l) => printWgsl(l.kernel)).join("\n")}\n${error.message}`);
    const after = new Map(values);
    for (const [node, buffer] of readers) {
      await buffer.mapAsync(GPUMapMode.READ);
      const bytes = buffer.getMappedRange().slice(0);
      const shape = shapeOf(node.dims, symbols);
      const data = node.dtype === "f32" ? new Float32Array(bytes) : node.dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
      after.set(node.id, { shape, data: data.subarray(0, elements(shape)) });
      buffer.destroy();
    }
    for (const buffer of buffers.values()) buffer.destroy();
    return after;
  }

  private upload(node: Node, transposed: boolean, values: ReadonlyMap<number, Tensor>, symbols: Symbols): GPUBuffer {
    const count = elements(shapeOf(node.dims, symbols));
    const buffer = this.device.createBuffer({
      size: Math.max(16, Math.ceil(count / 4) * 16), usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    const poison = new Uint32Array(buffer.size / 4).fill(nanBits);
    const value = values.get(node.id) ?? (node.op === "append" ? values.get(node.inputs[0]!.id) : undefined);
    if (value) {
      const [rows, columns] = [value.shape[0] ?? 1, count / (value.shape[0] ?? 1)];
      const data = transposed ? Array.from({ length: count }, (_, i) => value.data[(i % rows) * columns + Math.floor(i / rows)]!) : value.data;
      const view = node.dtype === "f32" ? new Float32Array(poison.buffer) : node.dtype === "i32" ? new Int32Array(poison.buffer) : poison;
      view.set(data);
    }
    this.device.queue.writeBuffer(buffer, 0, poison);
    return buffer;
  }

  private async pipelineOf(launch: Launch): Promise<{ pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }> {
    const { device } = this;
    const code = printWgsl(launch.kernel);
    const known = this.pipelines.get(code);
    if (known) return known;
    const layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform" } },
        ...launch.kernel.bindings.map((b, at): GPUBindGroupLayoutEntry => ({
          binding: at + 1, visibility: GPUShaderStage.COMPUTE, buffer: { type: b.access === "read" ? "read-only-storage" : "storage" },
        })),
      ],
    });
    const module = device.createShaderModule({ code });
    const made = {
      layout,
      pipeline: await device.createComputePipelineAsync({ layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }), compute: { module, entryPoint: "main" } })
        .catch((error: unknown) => {
          throw new Error(`${code}\n${String(error)}`);
        }),
    };
    this.pipelines.set(code, made);
    return made;
  }
}

export function workgroups(grid: Grid, symbols: Symbols): number {
  const value = (size: Extent): number => (typeof size === "number" ? size : symbols[size]);
  return Math.ceil(grid.size.reduce<number>((total, size) => total * value(size), 1) / grid.per);
}
