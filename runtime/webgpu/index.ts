/** The WebGPU backend, for pages and for Node. */
import type { AdapterChoice } from "./adapter.js";
import { WebgpuDevice } from "./device.js";
import { Gpu } from "./gpu.js";

export type { AdapterChoice } from "./adapter.js";
export { WebgpuDevice } from "./device.js";

export interface WebgpuOptions {
  /** Told in one line when the CPU stands in for a GPU. */
  readonly onWarning?: (line: string) => void;
  /** Forces one adapter, as the environment variable MSZ_ADAPTER does. */
  readonly adapter?: AdapterChoice;
  /** `no-adapter` instead of a software adapter. */
  readonly hardwareOnly?: boolean;
  /** For tests: arenas and outputs are filled with NaN before every run. */
  readonly poison?: boolean;
}

/** @throws MszError `no-adapter` (the machine's fault) with what was tried */
export async function openWebgpu(options: WebgpuOptions = {}): Promise<WebgpuDevice> {
  const adapter = options.hardwareOnly ? "hardware" : options.adapter;
  return new WebgpuDevice(await Gpu.open({ adapter, onWarning: options.onWarning }), options.poison ?? false);
}
