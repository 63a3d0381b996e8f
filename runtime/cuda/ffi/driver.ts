/** `CudaDriver` over a driver library. In: the library, loaded. Out: the driver, initialised, or an MszError `no-cuda`. */
import type { CudaDriver, DeviceProperties } from "../driver.js";
import { cudaError } from "../errors.js";
import { DriverCalls } from "./calls.js";
import { openDriverContext } from "./context.js";
import type { Ffi, Library } from "./ffi.js";
import { bindDriver } from "./functions.js";

/** CUdevice_attribute */
const attributes = {
  multiprocessors: 16,
  memoryClock: 36,
  memoryBusWidth: 37,
  threadsPerMultiprocessor: 39,
  computeMajor: 75,
  computeMinor: 76,
  cooperativeLaunch: 95,
  sharedBytesPerBlock: 97,
} as const;
const longestName = 128;

export interface DriverOptions {
  /** Waits behind every launch outside a recording, so that an error names it. */
  readonly debugSync?: boolean;
}

/** @throws MszError `no-cuda` */
export function openDriver(ffi: Ffi, library: Library, options: DriverOptions = {}): CudaDriver {
  const calls = new DriverCalls(ffi, bindDriver(library));
  const { functions } = calls;
  const opening = { opening: true } as const;
  const starting = `starting the NVIDIA driver \`${library.path}\``;
  calls.check(functions.cuInit(0), "cuInit", starting, opening);
  calls.check(functions.cuDriverGetVersion(calls.out()), "cuDriverGetVersion", starting, opening);
  const version = calls.int();
  calls.check(functions.cuDeviceGetCount(calls.out()), "cuDeviceGetCount", starting, opening);
  const count = calls.int();
  if (count < 1) throw cudaError({ code: 100, call: "cuDeviceGetCount", what: starting, opening: true });

  const device = (ordinal: number): number => {
    calls.check(functions.cuDeviceGet(calls.out(), ordinal), "cuDeviceGet", `opening GPU ${ordinal} of ${count}`, opening);
    return calls.int();
  };
  const properties = (ordinal: number): DeviceProperties => readProperties(calls, ordinal, device(ordinal));
  return {
    path: library.path,
    version,
    deviceCount: () => count,
    properties,
    openContext: (ordinal) => openDriverContext(calls, device(ordinal), properties(ordinal), options.debugSync ?? false),
  };
}

/** CUDA version that a driver library supports, which also one without a device tells; 0 where it does not. */
export function driverVersion(ffi: Ffi, library: Library): number {
  const calls = new DriverCalls(ffi, bindDriver(library));
  return calls.functions.cuDriverGetVersion(calls.out()) === 0 ? calls.int() : 0;
}

function readProperties(calls: DriverCalls, ordinal: number, device: number): DeviceProperties {
  const { functions } = calls;
  const what = `asking GPU ${ordinal} what it is`;
  const opening = { opening: true } as const;
  const name = calls.ffi.allocate(longestName);
  calls.check(functions.cuDeviceGetName(name.address, longestName, device), "cuDeviceGetName", what, opening);
  calls.check(functions.cuDeviceTotalMem_v2(calls.out(), device), "cuDeviceTotalMem_v2", what, opening);
  const totalBytes = calls.size();
  const ask = (attribute: keyof typeof attributes): number => {
    calls.check(functions.cuDeviceGetAttribute(calls.out(), attributes[attribute], device), "cuDeviceGetAttribute", what, opening);
    return calls.int();
  };
  return {
    name: calls.ffi.readText(name.address),
    ordinal,
    computeCapability: [ask("computeMajor"), ask("computeMinor")],
    totalBytes,
    multiprocessors: ask("multiprocessors"),
    threadsPerMultiprocessor: ask("threadsPerMultiprocessor"),
    sharedBytesPerBlock: ask("sharedBytesPerBlock"),
    cooperativeLaunch: ask("cooperativeLaunch") !== 0,
    memoryClock: ask("memoryClock"),
    memoryBusWidth: ask("memoryBusWidth"),
  };
}
