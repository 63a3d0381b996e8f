/**
 * Whether a device is still there. A kernel that fails in the midst of its work (an address that is not mapped, say) makes every later call on its context fail: the first error is the one that
 * says something, and later calls are refused with it.
 */
import { MszError } from "../../src/base/error.js";

export class Watch {
  private lost: MszError | null = null;

  /** @throws MszError `device-lost` */
  check(): void {
    if (this.lost) throw this.lost;
  }

  close(): void {
    this.lost ??= gone("it was closed");
  }

  /** Of a call that failed. */
  examine(error: unknown): void {
    if (error instanceof MszError && error.code === "device-fault") this.lost ??= gone(error.reason === undefined ? error.message : `${error.message}: ${error.reason}`, error);
  }
}

function gone(reason: string, cause?: MszError): MszError {
  return new MszError("device-lost", "the CUDA device is gone", {
    blame: "machine",
    reason,
    hint: "start anew; if it happens again, run with --debug-sync, which names the kernel that fails, and report it",
    cause,
  });
}
