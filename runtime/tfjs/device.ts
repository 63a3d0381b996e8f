/** A started tfjs backend that opens plans: `Device` of `../device.ts`. */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Device, Program, Weights } from "../device.js";
import { startBackend, type Backend } from "./backend.js";
import type { TfjsOptions } from "./index.js";
import { TfjsProgramOnDevice } from "./program.js";

export async function openDevice(options: TfjsOptions): Promise<Device> {
  return new TfjsDevice(await startBackend(options));
}

class TfjsDevice implements Device {
  readonly backend = "tfjs";
  /** A CPU here is what was chosen, not what stands in for a GPU. */
  readonly software = false;
  private readonly programs = new Set<TfjsProgramOnDevice>();

  constructor(private readonly started: Backend) {}

  get description(): string {
    return this.started.description;
  }

  async open(plan: Plan, weights: Weights): Promise<Program> {
    const program = plan.targets.tfjs;
    if (!program) {
      throw new MszError("plan-target", `the plan of \`${plan.model.name}\` has no program for TensorFlow.js`, {
        hint: `it was compiled for ${Object.keys(plan.targets).join(", ") || "nothing"}; compile with --target tfjs`,
      });
    }
    const opened = new TfjsProgramOnDevice(this.started, plan, program, weights, (closed) => this.programs.delete(closed));
    this.programs.add(opened);
    return opened;
  }

  dispose(): void {
    for (const program of [...this.programs]) program.dispose();
  }
}
