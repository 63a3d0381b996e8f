/**
 * What this backend needs to call C: all else of it is written against this interface, so that another way than koffi (node:ffi, Bun, Deno) is one more file.
 * Memory that C writes into is an ArrayBuffer's: the collector never moves it, and frees it when nobody holds it any more.
 */

/** Pointers, 64-bit numbers and sizes may be given as either; a string only where the prototype has `const char *`, bytes only where it has a `structure`. */
export type Argument = number | bigint | string | Uint8Array;

export interface NativeFunction {
  /** What C returned: a number, also where it is a 64-bit one below 2^53; a pointer is a bigint; `void` is undefined. */
  (...args: Argument[]): unknown;
  /** The same on another thread, where C may take long. */
  onThread(...args: Argument[]): Promise<unknown>;
}

export interface Library {
  readonly path: string;
  /** `int cuInit(unsigned int flags)`; undefined where the library has no such function. */
  find(prototype: string): NativeFunction | undefined;
}

/** Memory for C to read and write, all zero at first. */
export interface NativeMemory {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

export interface Ffi {
  /** Makes a structure of bytes, which C is given by value, known to prototypes. */
  structure(name: string, bytes: number): void;
  /** @throws Error with the loader's words */
  load(path: string): Library;
  /** Lives as long as the object is held. */
  allocate(bytes: number): NativeMemory;
  /** Memory that C owns; below 2 GiB. */
  view(address: bigint, bytes: number): Uint8Array;
  /** Of the first byte. The bytes must be held while C uses them, and lie in a buffer that was never small enough to be inlined: an `allocate`, or 65 bytes and more. */
  addressOf(bytes: Uint8Array): bigint;
  /** The text up to a zero byte; empty at address 0. */
  readText(address: bigint): string;
  /** Whether threads of `onThread` have stacks on which a compiler can recurse. */
  readonly deepStacks: boolean;
}
