/** From a device and a plan to what a program is made of, and back. In: the device, the plan, the weights. Out: memory with the weights in it, a stream, modules; nothing stays where opening fails. */
import type { CudaProgram, Plan } from "../../src/plan/plan.js";
import type { Weights } from "../device.js";
import type { DriverContext } from "./driver.js";
import { Memory, type MemorySettings } from "./memory.js";
import { Modules, type Compile } from "./modules.js";
import type { Parts, RankSums } from "./parts.js";
import type { ProductLibrary } from "./products.js";
import { Staging } from "./staging.js";
import type { Watch } from "./watch.js";
import type { Way } from "./ways.js";
import { uploadFixed } from "./weights.js";

/** What all programs on a device share. */
export interface DeviceParts {
  readonly context: DriverContext;
  readonly watch: Watch;
  readonly compile: Compile;
  readonly memory: MemorySettings;
  readonly debugSync: boolean;
  readonly decode: Way | null;
  readonly products: ProductLibrary | null;
  readonly sums: RankSums | null;
}

const noHeader = "";

export async function openParts(device: DeviceParts, plan: Plan, program: CudaProgram, weights: Weights): Promise<Parts> {
  const { context, debugSync, decode, products, sums } = device;
  const stream = context.createStream();
  const memory = new Memory(context, stream, device.memory);
  const staging = new Staging(context, stream);
  const modules = new Modules(context, program.header, device.compile);
  const ownModules = new Modules(context, noHeader, device.compile);
  const pieces = { context, stream, memory, staging, modules, ownModules, plan, program, debugSync, decode, products, sums };
  try {
    const counters = { slots: memory.createZeroed("the number of slots", 4), cursor: memory.createZeroed("the number of steps", 4) };
    return { ...pieces, counters, fixed: await uploadFixed(memory, staging, plan, program, weights) };
  } catch (error) {
    device.watch.examine(error);
    closeParts(pieces);
    throw error;
  }
}

/** What was recorded with the memory must be gone before. */
export function closeParts({ context, stream, memory, staging, modules, ownModules }: Omit<Parts, "counters" | "fixed">): void {
  memory.dispose();
  staging.dispose();
  modules.dispose();
  ownModules.dispose();
  context.destroyStream(stream);
}
