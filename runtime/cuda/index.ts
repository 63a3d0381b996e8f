/** The CUDA backend, for Node. In: options and the environment. Out: an opened device, or MszError `no-cuda` with what was tried. */
import { MszError } from "../../src/base/error.js";
import type { CudaOptions } from "../open-cuda.js";
import { LazyProducts } from "./blas.js";
import { ModuleCompiler } from "./compile/index.js";
import { CudaDevice } from "./device.js";
import { openCudaDriver } from "./open-driver.js";
import type { RankSums } from "./parts.js";
import { openSums } from "./ranks/open.js";
import { Watch } from "./watch.js";
import { allWays, type Way } from "./ways.js";

export { CudaDevice } from "./device.js";

/** @throws MszError `no-cuda`, `cuda-device`, `cuda-decode` */
export async function openCudaDevice(options: CudaOptions = {}): Promise<CudaDevice> {
  const { env } = process;
  const decode = wayOf(env["MSZ_CUDA_DECODE"]);
  const debugSync = options.debugSync ?? isSet(env["MSZ_DEBUG_SYNC"]);
  const { ffi, driver } = await openCudaDriver({ debugSync });
  const named = env["MSZ_CUDA_DEVICE"];
  const ordinal = options.device ?? ordinalOf(named);
  const count = driver.deviceCount();
  if (!(Number.isInteger(ordinal) && ordinal >= 0 && ordinal < count)) {
    throw new MszError("cuda-device", `there is no CUDA device ${options.device ?? named}`, {
      reason: options.device === undefined ? `MSZ_CUDA_DEVICE in the environment says ${named}` : undefined,
      hint: count === 1 ? "this machine has one, which is number 0" : `this machine has ${count}, numbered from 0: \`msz devices\` lists them`,
    });
  }
  const compiler = new ModuleCompiler({ ffi, driverVersion: driver.version, onWarning: options.onWarning });
  await compiler.expectKernels();
  const context = driver.openContext(ordinal);
  const { name, computeCapability } = context.properties;
  const description = `${name} (sm_${computeCapability.join("")}, driver for CUDA ${Math.floor(driver.version / 1000)}.${Math.floor((driver.version % 1000) / 10)})`;
  let sums: RankSums | null;
  try {
    sums = options.ranks ? await openSums(ffi, context, options.ranks) : null;
  } catch (error) {
    context.dispose();
    throw error;
  }
  return new CudaDevice({
    context,
    watch: new Watch(),
    compile: (what, source, capability) => compiler.compileModule(what, source, capability),
    memory: { poison: options.poison ?? false, guard: isSet(env["MSZ_CUDA_GUARD"]) },
    debugSync,
    decode,
    products: new LazyProducts(ffi, driver.version, options.onWarning),
    sums,
  }, description, /simulat/i.test(name));
}

/** Of this machine's devices. @throws MszError `no-cuda` */
export async function deviceNames(): Promise<string[]> {
  const { driver } = await openCudaDriver();
  return Array.from({ length: driver.deviceCount() }, (_, ordinal) => driver.properties(ordinal).name);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0";
}

/** Empty: the faster one. */
function wayOf(value: string | undefined): Way | null {
  if (value === undefined || value === "") return null;
  const way = allWays.find((name) => name === value);
  if (way === undefined) {
    throw new MszError("cuda-decode", `MSZ_CUDA_DECODE in the environment says \`${value}\``, { hint: `it takes ${allWays.map((name) => `\`${name}\``).join(" or ")}; without it the faster one is taken` });
  }
  return way;
}

/** @throws MszError `cuda-device` */
function ordinalOf(value: string | undefined): number {
  if (value === undefined || value === "") return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new MszError("cuda-device", `MSZ_CUDA_DEVICE is \`${value}\` in the environment`, { reason: "it takes a whole number, from 0", hint: "`msz devices` lists the devices" });
}
