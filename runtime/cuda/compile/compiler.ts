/** What a compiler of kernels is to the rest: NVRTC in this process, or nvcc beside it. */
import { MszError } from "../../../src/base/error.js";

export type Architecture = readonly [major: number, minor: number];

export interface KernelCompiler {
  /** `NVRTC 13.0` */
  readonly name: string;
  /** Part of the cache's key: two that differ may make different code of one source. */
  readonly identity: string;
  /** Of the file or library, for messages. */
  readonly path: string;
  /** A cubin, or PTX where the device is newer than the compiler. @throws MszError `kernel-rejected`, `no-compiler` */
  compile(what: string, source: string, architecture: Architecture): Promise<Uint8Array>;
}

/**
 * The language, and nothing that changes results: no fast mathematics (approximate exponentials, flushed denormals), since every backend must agree to 1e-4 in float32.
 * Products and sums are contracted (`--fmad=true`, the default): one rounding less, and half of the instructions. Both compilers take these.
 */
export const commonOptions: readonly string[] = ["--std=c++17"];

export const nameOf = ([major, minor]: Architecture): string => `${major}${minor}`;

/** The line of a log that matters: the first error, with the line of source that it is about. */
export function rejected(what: string, compiler: string, log: string, source: string): MszError {
  const lines = log.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const told = lines.find((line) => /\berror\b/i.test(line)) ?? lines[0] ?? "it did not say why";
  const number = /\((\d+)\): error/.exec(told)?.[1];
  const text = number === undefined ? undefined : source.split("\n")[Number(number) - 1]?.trim();
  return new MszError("kernel-rejected", `${compiler} does not compile ${what}`, {
    blame: "machine",
    reason: text ? `${told}, in \`${text}\`` : told,
    hint: "this is a bug in msz, please report it with the spec and what `msz devices` prints",
  });
}
