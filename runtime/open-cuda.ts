/** The way to the CUDA backend, which only Node has: `cuda/` is a project of its own, loaded when it is asked for. */
import { MszError } from "../src/base/error.js";
import type { Device } from "./device.js";
import type { RankGroup } from "./ranks.js";

export interface CudaOptions {
  /** For tests: arenas and outputs are filled with NaN before every run. */
  readonly poison?: boolean;
  readonly onWarning?: (line: string) => void;
  /** Which device, from 0; default: `MSZ_CUDA_DEVICE` in the environment, else 0. */
  readonly device?: number;
  /** Waits behind every launch, so that an error names the launch that caused it. Default: whether `MSZ_DEBUG_SYNC` is set. Slow. */
  readonly debugSync?: boolean;
  /** What trains together with this process: a training entry that was compiled for ranks sums over them. All of them must open their devices. */
  readonly ranks?: RankGroup;
}

/** @throws MszError `no-cuda` (the machine's fault) with what was tried and what is missing */
export async function openCuda(options: CudaOptions = {}): Promise<Device> {
  const { openCudaDevice } = await importCuda();
  return openCudaDevice(options);
}

/** Of this machine's devices, in the order of their numbers. @throws MszError `no-cuda` */
export async function cudaDeviceNames(): Promise<string[]> {
  const { deviceNames } = await importCuda();
  return deviceNames();
}

interface CudaModule {
  openCudaDevice(options: CudaOptions): Promise<Device>;
  deviceNames(): Promise<string[]>;
}

async function importCuda(): Promise<CudaModule> {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  if (node === undefined) throw new MszError("no-cuda", "CUDA runs in Node, not in a page", { blame: "machine", hint: "use the webgpu backend" });
  // A specifier that is not a literal: a page's bundler does not follow it, and this project need not know Node's types.
  const specifier = ["./cuda", "index.js"].join("/");
  return (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as CudaModule;
}
