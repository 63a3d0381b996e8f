/** Codes of the driver → what a user is told. In: a CUresult and for whom the call was made. Out: an MszError. */
import { MszError } from "../../src/base/error.js";
import { cudaErrors, type CudaErrorRow } from "./error-table.js";
import { formatBytes } from "./sizes.js";

export interface FailedCall {
  readonly code: number;
  /** For whom the call was made: `the arena of \`decode\``, `loading the kernels of \`train\``. */
  readonly what: string;
  /** The driver's function. */
  readonly call: string;
  /** What the driver says of the code, for codes that are not in the table. */
  readonly driverName?: string;
  readonly driverText?: string;
  /** The call belongs to opening the device: nothing has run yet, and another backend may be tried. */
  readonly opening?: boolean;
  /** With `--debug-sync`, the launch behind which the wait failed. */
  readonly launch?: string;
}

const syncHint = "run with --debug-sync to learn which launch caused it";

export function cudaError(failed: FailedCall): MszError {
  const row = cudaErrors[failed.code] ?? unknownRow(failed);
  const named = `(${row.name}, ${failed.code})`;
  if (failed.opening && row.kind !== "out-of-memory") {
    return new MszError("no-cuda", `CUDA cannot be used: ${sentenceOf(row)} ${named}`, { blame: "machine", reason: `${failed.what}: ${failed.call} failed`, hint: row.hint });
  }
  if (row.kind === "device-fault") return deviceFault(row, named, failed);
  return new MszError(row.kind, `${failed.what}: ${row.meaning} ${named}`, { blame: "machine", reason: `${failed.call} failed`, hint: row.hint });
}

/** The context is lost: every later call fails with the same code, whoever makes it. */
function deviceFault(row: CudaErrorRow, named: string, { what, call, launch, driverText }: FailedCall): MszError {
  const lost = "the device cannot be used any more in this process";
  // The driver's words stay with the error, for us: they only say the code again.
  const cause = driverText ? new Error(driverText) : undefined;
  if (row.hardware) return new MszError("device-fault", `${row.meaning} ${named}`, { blame: "machine", reason: `${call} failed at ${what}; ${lost}`, hint: row.hint, cause });
  if (launch !== undefined) return new MszError("device-fault", `the launch of \`${launch}\` ${row.meaning} ${named}`, { blame: "machine", reason: lost, hint: row.hint, cause });
  return new MszError("device-fault", `a kernel on the GPU ${row.meaning} ${named}`, { blame: "machine", reason: `noticed at ${what}, launched some time before; ${lost}`, hint: syncHint, cause });
}

function sentenceOf(row: CudaErrorRow): string {
  return row.kind === "device-fault" && !row.hardware ? `a kernel on the GPU ${row.meaning}` : row.meaning;
}

/** Of a driver that is newer than the table. */
function unknownRow({ driverName, driverText }: FailedCall): CudaErrorRow {
  return {
    name: driverName || "a code without a name",
    kind: "cuda-failed",
    meaning: `the driver says: ${driverText || "nothing"}`,
    hint: "the code is not one that msz knows; look it up in NVIDIA's documentation of CUresult",
  };
}

/** @param free and `total` of the device; absent where the driver could not tell any more */
export function outOfMemory(what: string, bytes: number, memory: { readonly free: number; readonly total: number } | undefined): MszError {
  const row = cudaErrors[2]!;
  const left = memory ? `${formatBytes(memory.free)} of ${formatBytes(memory.total)} are free` : "the driver does not tell how much is free";
  const reason = memory && memory.free >= bytes ? "no single piece of the free memory is as large" : undefined;
  return new MszError("out-of-memory", `not enough GPU memory for ${what}: ${formatBytes(bytes)} are needed, and ${left} (${row.name}, 2)`, { blame: "machine", reason, hint: row.hint });
}

/** Of page-locked memory, which is the machine's and not the device's. */
export function noPinned(bytes: number): MszError {
  const row = cudaErrors[2]!;
  return new MszError("out-of-memory", `not enough memory for copies to and from the GPU: the system does not lock ${formatBytes(bytes)} (${row.name}, 2)`, {
    blame: "machine", reason: "cuMemAllocHost_v2 failed", hint: "end what else takes this machine's memory, or give its container more",
  });
}

export function isSticky(code: number): boolean {
  return cudaErrors[code]?.kind === "device-fault";
}
