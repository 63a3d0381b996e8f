/** What went wrong inside tfjs, in words: out of memory, or a program that does not fit together. */
import * as tf from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";

/** A WebAssembly memory ends at 4 GiB; an eighth is left to what tfjs does not count, packed weights above all. */
const wasmBytes = 3.5 * 1024 ** 3;
/** Tensors that take less are not worth asking after. */
const largeBytes = 16 * 1024 ** 2;

/**
 * To be asked before `bytes` are taken: the wasm backend does not refuse what does not fit but writes to address 0, or says
 * `offset is out of bounds`.
 */
export function expectRoom(bytes: number, what: () => string): void {
  if (bytes < largeBytes || tf.getBackend() !== "wasm") return;
  const used = tf.memory().numBytes;
  if (used + bytes > wasmBytes) {
    throw outOfMemory(`${what()} needs ${megabytes(bytes)} MB beside ${megabytes(used)} MB in use, and WebAssembly has ${megabytes(wasmBytes)} MB for tensors`);
  }
}

/** Messages of JavaScript and of WebAssembly. */
const memoryFaults = /out of bounds|out of memory|memory allocation|allocation failed|Cannot enlarge memory|Invalid typed array length|Array buffer allocation/i;

/**
 * Gives tensors back. A wasm memory that has run out may have lost its own books, so that even this fails; whatever ran out was said before,
 * and the rest goes with the process.
 */
export function giveBack(tensors: Iterable<{ dispose(): void }>): void {
  for (const tensor of tensors) {
    try {
      tensor.dispose();
    } catch (error) {
      if (!memoryFaults.test(messageOf(error))) throw error;
    }
  }
}

export function explainFailure(error: unknown, where: string): MszError {
  if (error instanceof MszError) return error;
  const message = messageOf(error);
  if (memoryFaults.test(message)) {
    return outOfMemory(`${where}: ${message}`, error);
  }
  return new MszError("bad-plan", `${where} fails: ${message}`, { cause: error, hint: "compile the spec again with this version" });
}

function outOfMemory(message: string, cause?: unknown): MszError {
  return new MszError("out-of-memory", message, {
    blame: "machine", hint: "use a smaller batch, prefill in shorter pieces, or run on webgpu", ...(cause === undefined ? {} : { cause }),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2);
}
