/** A CUDA device that opens plans: `Device` of `../device.ts`. */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Device, Program, Weights } from "../device.js";
import type { DeviceParts } from "./open-parts.js";
import { CudaProgramOnDevice } from "./program.js";

export class CudaDevice implements Device {
  readonly backend = "cuda";
  private readonly programs = new Set<CudaProgramOnDevice>();
  /** Programs that are being opened. */
  private opening = 0;
  private closed = false;
  private released = false;

  /** @param description `NVIDIA H100 80GB HBM3 (sm_90, driver for CUDA 13.0)` */
  constructor(
    readonly parts: DeviceParts,
    readonly description: string,
    readonly software: boolean,
  ) {}

  async open(plan: Plan, weights: Weights): Promise<Program> {
    const program = plan.targets.cuda;
    if (!program) {
      throw new MszError("plan-target", `the plan of \`${plan.model.name}\` has no program for CUDA`, {
        hint: `it was compiled for ${Object.keys(plan.targets).join(", ") || "nothing"}; compile with --target cuda`,
      });
    }
    const { watch } = this.parts;
    watch.check();
    this.opening++;
    try {
      const opened = await CudaProgramOnDevice.open(this.parts, plan, program, weights, (freed) => {
        this.programs.delete(freed);
        this.release();
      });
      this.programs.add(opened);
      if (this.closed) {
        opened.dispose();
        watch.check();
      }
      return opened;
    } finally {
      this.opening--;
      this.release();
    }
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    this.parts.watch.close();
    for (const program of [...this.programs]) program.dispose();
    this.release();
  }

  /** Programs end the calls that they have taken first, and those on their way come to be. */
  private release(): void {
    if (!this.closed || this.released || this.programs.size + this.opening > 0) return;
    this.released = true;
    this.parts.products?.dispose();
    this.parts.sums?.dispose();
    this.parts.context.dispose();
  }
}
