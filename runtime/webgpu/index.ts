/** The WebGPU backend, for pages and for Node. */
import type { AdapterOptions } from "./adapter.js";
import { WebgpuDevice } from "./device.js";
import { Gpu } from "./gpu.js";

export type { AdapterChoice } from "./adapter.js";
export { WebgpuDevice } from "./device.js";

export interface WebgpuOptions extends AdapterOptions {
  /** For tests: arenas and outputs are filled with NaN before every run. */
  readonly poison?: boolean;
  /** For tests: a buffer that kernels bind has no more bytes than this, though the adapter may allow more. */
  readonly largestStorage?: number;
}

/** @throws MszError `no-adapter` (the machine's fault) with what was tried */
export async function openWebgpu(options: WebgpuOptions = {}): Promise<WebgpuDevice> {
  return new WebgpuDevice(await Gpu.open(options, options.largestStorage), options.poison ?? false);
}
