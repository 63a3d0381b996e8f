/** The way from nothing to a driver: koffi, the driver's library, the driver. In: options. Out: all three, or an MszError `no-cuda` that says what is missing. */
import { MszError } from "../../src/base/error.js";
import type { CudaDriver } from "./driver.js";
import { openDriver, type DriverOptions } from "./ffi/driver.js";
import type { Ffi } from "./ffi/ffi.js";
import { loadKoffi } from "./ffi/koffi.js";
import { fateOf, findDriver, type Machine, type Search } from "./libraries.js";
import { loadFirst, thisMachine } from "./machine.js";

export interface Cuda {
  readonly ffi: Ffi;
  readonly driver: CudaDriver;
}

/** @throws MszError `no-cuda` */
export async function openCudaDriver(options: DriverOptions = {}, machine: Machine = thisMachine()): Promise<Cuda> {
  const ffi = await loadKoffi();
  const search = findDriver(machine);
  const { library, tried } = loadFirst(ffi, search);
  if (!library) throw noDriver(search, tried, machine);
  return { ffi, driver: openDriver(ffi, library, options) };
}

export function noDriver(search: Search, tried: readonly string[], machine: Machine): MszError {
  const { what, setting } = search;
  const { env, platform } = machine;
  const named = env[setting] !== undefined;
  const hint = named ? `take ${setting} out of the environment, or give it the path of a libcuda.so.1`
    : platform === "darwin" ? "use the webgpu backend"
    : `install the NVIDIA driver; in a container, start it with the GPU (\`--gpus all\`); another place can be named with ${setting}`;
  return new MszError("no-cuda", `CUDA cannot be used: ${what} ${fateOf(search, machine)}`, { blame: "machine", reason: named ? tried.join("; ") : `tried ${tried.join("; ")}`, hint });
}
