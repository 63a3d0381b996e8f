/** A WebGPU device that opens plans: `Device` of `../device.ts`. In: a plan, checked against the adapter's limits. */
import { MszError } from "../../src/base/error.js";
import type { Plan, WgslProgram } from "../../src/plan/plan.js";
import type { Device, Program, Weights } from "../device.js";
import type { Gpu } from "./gpu.js";
import { WebgpuProgram } from "./program.js";

export class WebgpuDevice implements Device {
  readonly backend = "webgpu";
  private readonly programs = new Set<WebgpuProgram>();

  constructor(
    readonly gpu: Gpu,
    private readonly poison: boolean,
  ) {}

  get description(): string {
    return this.gpu.description;
  }

  get software(): boolean {
    return this.gpu.software;
  }

  async open(plan: Plan, weights: Weights): Promise<Program> {
    const program = plan.targets.wgsl;
    if (!program) {
      throw new MszError("plan-target", `the plan of \`${plan.model.name}\` has no program for WebGPU`, {
        hint: `it was compiled for ${Object.keys(plan.targets).join(", ") || "nothing"}; compile with --target wgsl`,
      });
    }
    this.gpu.check();
    checkLimits(program, this.gpu);
    const opened = await WebgpuProgram.open(this.gpu, plan, program, weights, this.poison, (closed) => this.programs.delete(closed));
    this.programs.add(opened);
    return opened;
  }

  dispose(): void {
    for (const program of [...this.programs]) program.dispose();
    this.gpu.dispose();
  }
}

function checkLimits(program: WgslProgram, gpu: Gpu): void {
  for (const [name, need] of Object.entries(program.limits) as [keyof WgslProgram["limits"], number][]) {
    const have = gpu.limits[name];
    if (need <= have) continue;
    throw new MszError("device-limit", `the plan needs ${name} of ${need}; this adapter has ${have}`, {
      blame: "machine",
      reason: `the adapter is ${gpu.description}`,
      hint: "use another adapter or the tfjs backend (--backend tfjs)",
    });
  }
}
