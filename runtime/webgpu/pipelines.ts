/**
 * Pipelines of one program's kernels, compiled at first need and kept. In: kernels of the plan. Out: a pipeline and its
 * bind-group layout for each, or MszError `kernel-rejected` with the kernel's name and the line.
 * Layouts are explicit: `layout: "auto"` leaves out bindings that a kernel does not use, and bind groups then fit no more.
 */
import { MszError } from "../../src/base/error.js";
import type { WgslKernel } from "../../src/plan/plan.js";
import { expectFeatures, featuresOf } from "./features.js";
import { Gpu, firstLine } from "./gpu.js";

/** GPUShaderStage.COMPUTE, fixed by the standard. */
const computeStage = 0x4;

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

interface Layout {
  readonly group: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
}

export class Pipelines {
  private readonly made: (Pipeline | undefined)[] = [];
  private readonly layouts = new Map<string, Layout>();
  private compiled = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly kernels: readonly WgslKernel[],
  ) {}

  statistics(): { pipelinesCompiled: number } {
    return { pipelinesCompiled: this.compiled };
  }

  /** Compiles those of the kernels that are not compiled yet. */
  async prepare(kernels: Iterable<number>): Promise<void> {
    const missing = [...new Set(kernels)].filter((index) => this.made[index] === undefined);
    const outcomes = await Promise.allSettled(missing.map(async (index) => {
      this.made[index] = await this.compile(this.kernels[index]!);
    }));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** Of a kernel that `prepare` was given. */
  get(kernel: number): Pipeline {
    return this.made[kernel]!;
  }

  private async compile(kernel: WgslKernel): Promise<Pipeline> {
    const { device } = this.gpu;
    this.gpu.check();
    expectFeatures(featuresOf(kernel.source), this.gpu);
    const layout = this.layoutOf(kernel);
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label: kernel.name, code: kernel.source });
    const creation = device.popErrorScope();
    const information = await this.gpu.guard(module.getCompilationInfo());
    const refusal = await this.gpu.guard(creation);
    const message = information.messages.find((m) => m.type === "error");
    if (message) throw rejected(kernel, message.lineNum, message.message);
    if (refusal) throw rejected(kernel, 0, firstLine(refusal));
    let pipeline: GPUComputePipeline;
    try {
      pipeline = await this.gpu.guard(
        device.createComputePipelineAsync({ label: kernel.name, layout: layout.pipeline, compute: { module, entryPoint: "main" } }),
      );
    } catch (error) {
      if (error instanceof MszError) throw error;
      throw rejected(kernel, 0, error instanceof Error ? error.message.trim() : String(error));
    }
    this.compiled++;
    return { pipeline, layout: layout.group };
  }

  private layoutOf(kernel: WgslKernel): Layout {
    const signature = kernel.access.join(",");
    const known = this.layouts.get(signature);
    if (known) return known;
    const { device } = this.gpu;
    const entries: GPUBindGroupLayoutEntry[] = [{ binding: 0, visibility: computeStage, buffer: { type: "uniform" } }];
    kernel.access.forEach((access, i) => {
      entries.push({ binding: i + 1, visibility: computeStage, buffer: { type: access === "read" ? "read-only-storage" : "storage" } });
    });
    const group = device.createBindGroupLayout({ label: signature, entries });
    const layout = { group, pipeline: device.createPipelineLayout({ label: signature, bindGroupLayouts: [group] }) };
    this.layouts.set(signature, layout);
    return layout;
  }
}

function rejected(kernel: WgslKernel, line: number, message: string): MszError {
  const source = kernel.source.split("\n")[line - 1]?.trim();
  const place = line > 0 ? `, line ${line}` : "";
  return new MszError("kernel-rejected", `this device does not accept the kernel \`${kernel.name}\`${place}`, {
    blame: "machine",
    reason: source ? `${message} in \`${source}\`` : message,
    hint: "compile the plan anew with this version of msz; if that does not help, this is a bug in msz: please report it with the line above",
  });
}
