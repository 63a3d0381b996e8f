/** What went wrong inside tfjs, in words: out of memory, or a program that does not fit together. */
import * as tf from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";

/** A WebAssembly memory ends here. */
const wasmBytes = 4 * 1024 ** 3;

/** The wasm backend does not refuse what does not fit: it writes past the end, or says `offset is out of bounds`. */
export function expectRoom(bytes: number, what: string): void {
  if (tf.getBackend() !== "wasm") return;
  const used = tf.memory().numBytes;
  if (used + bytes > wasmBytes) throw outOfMemory(`${what} needs ${megabytes(bytes)} MB beside ${megabytes(used)} MB in use, and WebAssembly ends at 4096 MB`);
}

export function explainFailure(error: unknown, where: string): MszError {
  if (error instanceof MszError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/out of bounds|out of memory|memory allocation|allocation failed|Cannot enlarge memory|Invalid typed array length|Array buffer allocation/i.test(message)) {
    return outOfMemory(`${where}: ${message}`, error);
  }
  return new MszError("bad-plan", `${where} fails: ${message}`, { cause: error, hint: "compile the spec again with this version" });
}

function outOfMemory(message: string, cause?: unknown): MszError {
  return new MszError("out-of-memory", message, {
    blame: "machine", hint: "use a smaller batch, prefill in shorter pieces, or run on webgpu", ...(cause === undefined ? {} : { cause }),
  });
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2);
}
