/** Calls of the driver whose codes are looked at. In: the bound functions. Out: the same, throwing an MszError for a failing code; after a sticky one always the first. */
import type { MszError } from "../../../src/base/error.js";
import { cudaError, isSticky, type FailedCall } from "../errors.js";
import type { Ffi, NativeMemory } from "./ffi.js";
import type { DriverFunctionName, DriverFunctions } from "./functions.js";

export const notReady = 600;
const success = 0;

export class DriverCalls {
  /** Out-parameters are written here: JavaScript runs on one thread, and every value is read before the next call. */
  readonly #out: NativeMemory;
  readonly #view: DataView;
  #fault: MszError | undefined;
  #failed = false;

  constructor(
    readonly ffi: Ffi,
    readonly functions: DriverFunctions,
  ) {
    this.#out = ffi.allocate(256);
    this.#view = new DataView(this.#out.bytes.buffer);
  }

  /** Address of the out-parameter `slot` (8 bytes each). */
  out(slot = 0): bigint {
    return this.#out.address + BigInt(8 * slot);
  }
  handle(slot = 0): bigint {
    return this.#view.getBigUint64(8 * slot, true);
  }
  size(slot = 0): number {
    return Number(this.handle(slot));
  }
  int(slot = 0): number {
    return this.#view.getInt32(8 * slot, true);
  }
  float(slot = 0): number {
    return this.#view.getFloat32(8 * slot, true);
  }

  /** @throws MszError when `code` is not 0 */
  check(code: number, call: DriverFunctionName, what: string, more?: Pick<FailedCall, "opening" | "launch">): void {
    if (code !== success) throw this.failure(code, call, what, more);
  }

  failure(code: number, call: DriverFunctionName, what: string, more?: Pick<FailedCall, "opening" | "launch">): MszError {
    // Every call after a sticky error fails with it; only the first one is near the cause.
    if (this.#fault) return this.#fault;
    this.#failed = true;
    const error = cudaError({ code, call, what, driverName: this.#told("cuGetErrorName", code), driverText: this.#told("cuGetErrorString", code), ...more });
    if (isSticky(code) && !more?.opening) this.#fault = error;
    return error;
  }

  /** Of calls that give something back: after a fault there is nothing to give back, and whoever cleans up behind any failure must not hide it. */
  checkRelease(code: number, call: DriverFunctionName, what: string): void {
    if (code === success || this.#failed) return;
    const error = this.failure(code, call, what);
    if (!isSticky(code)) throw error;
  }

  #told(call: "cuGetErrorName" | "cuGetErrorString", code: number): string {
    this.#view.setBigUint64(0, 0n, true);
    return this.functions[call](code, this.out()) === success ? this.ffi.readText(this.handle()) : "";
  }
}
