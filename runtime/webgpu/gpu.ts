/**
 * A WebGPU device and what can go wrong with it. In: an adapter. Out: the device with the adapter's limits and features, and `guard`, `check`
 * and `scoped`, through which every operation goes, so that a lost device, a validation error and missing memory become errors
 * with names. Nothing here knows plans.
 */
import { MszError } from "../../src/base/error.js";
import type { WgslFeature } from "../../src/plan/plan.js";
import { findAdapter, type AdapterOptions } from "./adapter.js";

/** Asked for as large as the adapter has them; the defaults of WebGPU are those of old phones. */
const wantedLimits = [
  "maxStorageBuffersPerShaderStage",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** Asked for where the adapter has them: a plan says which it needs. */
const wantedFeatures: readonly WgslFeature[] = ["shader-f16"];

export class Gpu {
  /** Operations in flight, to be refused when the device goes. A race against `device.lost` would hold memory for each of them. */
  private readonly pending = new Set<(error: MszError) => void>();
  private lost: MszError | null = null;
  private fault: MszError | null = null;

  private constructor(
    readonly device: GPUDevice,
    readonly description: string,
    readonly software: boolean,
    /** Bytes of a buffer that kernels bind, at most. */
    readonly largestStorage: number,
  ) {
    void device.lost.then((info) => this.onLost(info));
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.fault ??= faultOf((event as GPUUncapturedErrorEvent).error, "a command");
    });
  }

  /** @param largestStorage for tests: less than the adapter allows */
  static async open(options: AdapterOptions, largestStorage = Infinity): Promise<Gpu> {
    const found = await findAdapter(options);
    const { adapter } = found;
    const requiredLimits: Record<string, number> = {};
    for (const name of wantedLimits) requiredLimits[name] = adapter.limits[name];
    let device: GPUDevice;
    try {
      device = await adapter.requestDevice({ requiredLimits, requiredFeatures: wantedFeatures.filter((name) => adapter.features.has(name)) });
    } catch (cause) {
      throw new MszError("no-adapter", `the adapter ${found.description} gives no device`, {
        blame: "machine",
        reason: firstLine(cause),
        hint: "close other programs that use the GPU, or use the tfjs backend (--backend tfjs)",
        cause,
      });
    }
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    return new Gpu(device, found.description, found.software, Math.min(maxBufferSize, maxStorageBufferBindingSize, largestStorage));
  }

  get limits(): GPUSupportedLimits {
    return this.device.limits;
  }

  has(feature: WgslFeature): boolean {
    return this.device.features.has(feature);
  }

  /** Throws when the device is gone or an earlier command turned out to be wrong. */
  check(): void {
    if (this.lost) throw this.lost;
    if (this.fault) {
      const { fault } = this;
      this.fault = null;
      throw fault;
    }
  }

  /** Waits for the GPU, but not for a lost one. */
  async guard<T>(operation: Promise<T>): Promise<T> {
    if (this.lost) {
      operation.catch(() => undefined);
      throw this.lost;
    }
    return new Promise<T>((resolve, reject) => {
      this.pending.add(reject);
      operation.then(
        (value) => {
          if (this.pending.delete(reject)) resolve(value);
        },
        // An operation fails a moment before `device.lost` says why: give it that moment.
        (error: unknown) => {
          setTimeout(() => {
            if (this.pending.delete(reject)) reject(error);
          }, 20);
        },
      );
    });
  }

  /** Runs commands and throws what was wrong with them. `what` names them: the place in the model, a buffer's use. */
  async scoped<T>(what: string, commands: () => T): Promise<T> {
    this.check();
    this.device.pushErrorScope("validation");
    this.device.pushErrorScope("out-of-memory");
    this.device.pushErrorScope("internal");
    let result: T;
    const errors: Promise<GPUError | null>[] = [];
    try {
      result = commands();
    } finally {
      for (let i = 0; i < 3; i++) errors.push(this.device.popErrorScope());
    }
    for (const error of await this.guard(Promise.all(errors))) {
      if (error) throw faultOf(error, what);
    }
    return result;
  }

  /** Resolves when everything submitted has run. */
  async idle(): Promise<void> {
    await this.guard(this.device.queue.onSubmittedWorkDone());
    this.check();
  }

  dispose(): void {
    this.onLost({ reason: "destroyed", message: "" });
    this.device.destroy();
  }

  private onLost(info: { readonly reason: string; readonly message: string }): void {
    this.lost ??= new MszError("device-lost", "the WebGPU device is gone", {
      blame: "machine",
      reason: info.reason === "destroyed" ? "it was closed" : info.message || "the driver gave no reason",
      hint: "open the device anew; if it happens again, update the graphics driver or use the tfjs backend (--backend tfjs)",
    });
    const { lost } = this;
    for (const refuse of this.pending) refuse(lost);
    this.pending.clear();
  }
}

export function outOfMemory(bytes: number, what: string, reason: string, hint = "fewer tokens in one call, a smaller batch or a smaller model"): MszError {
  return new MszError("out-of-memory", `not enough GPU memory: ${what} needs ${formatBytes(bytes)}`, {
    blame: "machine",
    reason,
    hint,
  });
}

export function formatBytes(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${bytes} bytes` : `${value.toFixed(1)} ${units[unit]}`;
}

/** A command that WebGPU refuses is the plan's fault or ours, never that of the person who runs it. */
function faultOf(error: GPUError, what: string): MszError {
  if (isOutOfMemory(error)) {
    return new MszError("out-of-memory", `not enough GPU memory for ${what}`, {
      blame: "machine",
      reason: firstLine(error),
      hint: "fewer tokens in one call, a smaller batch or a smaller model",
    });
  }
  return new MszError("internal", `WebGPU refuses ${what}`, {
    blame: "machine",
    reason: error.message.trim(),
    hint: "this is a bug in msz or a damaged plan: compile the plan anew, and report it if that does not help",
    cause: error,
  });
}

export function isOutOfMemory(error: GPUError): boolean {
  return error.constructor.name === "GPUOutOfMemoryError";
}

export function firstLine(error: unknown): string {
  const message = error instanceof Error || (typeof error === "object" && error !== null && "message" in error) ? String(error.message) : String(error);
  return message.trim().split("\n")[0] ?? "";
}
