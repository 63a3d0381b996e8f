/**
 * Files in and out for the command line: reading with one clear message for every way it can fail, and writing so that
 * nothing is ever half-written (aside, then renamed).
 */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { MszError } from "../src/base/error.js";
import { didYouMean } from "../src/base/suggest.js";
import type { SourceFile } from "../src/base/source.js";
import type { ByteSource } from "../runtime/index.js";

/** No spec is larger; a corpus named by `characters(…)` may be. */
const largestSpec = 4 * 1024 * 1024;
const largestText = 1024 * 1024 * 1024;

/** @throws MszError `missing-file`, `is-directory`, `file-too-large`, `not-utf8`, `unreadable-file` */
export function readText(path: string, limit = largestText): string {
  const bytes = readBytes(path, limit);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new MszError("not-utf8", `${path} is not UTF-8 text: byte ${firstBadByte(bytes)} begins no character`, {
      hint: "save it as UTF-8",
    });
  }
}

export function readSpec(path: string): SourceFile {
  return { path, text: readText(path, largestSpec) };
}

export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MszError("not-json", `${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** A file that is read piece by piece: weights may be larger than one buffer. */
export interface OpenFile extends ByteSource {
  close(): Promise<void>;
}

export async function openBytes(path: string): Promise<OpenFile> {
  checkReadable(path, Infinity);
  const handle = await open(path, "r").catch((cause: unknown) => fail(path, cause));
  const { size } = await handle.stat();
  return {
    name: path,
    size,
    close: () => handle.close(),
    read: async (offset, length) => {
      const buffer = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, Math.min(length - done, 2 ** 30), offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    },
  };
}

/** Writes aside and renames: the file is whole or not there. @throws MszError `unwritable-file` */
export function writeFileWhole(path: string, data: string | Uint8Array): void {
  const aside = join(dirname(resolve(path)), `.${basename(path)}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(aside), { recursive: true });
    writeFileSync(aside, data);
    renameSync(aside, path);
  } catch (cause) {
    rmSync(aside, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MszError("unwritable-file", `${path} could not be written`, { blame: "machine", reason, cause });
  }
}

export function fileExists(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** `specs/tiny.msz` → `specs/tiny.safetensors` */
export function besides(path: string, extension: string): string {
  return join(dirname(path), basename(path, extname(path)) + extension);
}

function readBytes(path: string, limit: number): Uint8Array {
  checkReadable(path, limit);
  try {
    return readFileSync(path);
  } catch (cause) {
    return fail(path, cause);
  }
}

/** Opens, looks and closes, so that a directory or a huge file is refused before anything is read. */
function checkReadable(path: string, limit: number): void {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (cause) {
    return fail(path, cause);
  }
  try {
    const stat = fstatSync(handle);
    if (stat.isDirectory()) throw new MszError("is-directory", `${path} is a directory, not a file`, { hint: filesHint(path) });
    if (stat.size > limit) {
      throw new MszError("file-too-large", `${path} has ${megabytes(stat.size)}, more than the ${megabytes(limit)} allowed`, { hint: "is it the file you meant?" });
    }
    if (stat.size > 0) readSync(handle, new Uint8Array(1), 0, 1, 0);
  } catch (cause) {
    if (cause instanceof MszError) throw cause;
    fail(path, cause);
  } finally {
    closeSync(handle);
  }
}

function fail(path: string, cause: unknown): never {
  const code = (cause as { code?: string }).code;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const hint = near(path);
    throw new MszError("missing-file", `there is no file ${path}`, hint ? { hint } : {});
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new MszError("unreadable-file", `${path} could not be read`, { blame: code === "EACCES" ? "input" : "machine", reason, cause });
}

function near(path: string): string | undefined {
  try {
    return didYouMean(basename(path), readdirSync(dirname(resolve(path))));
  } catch {
    return `the folder ${dirname(path)} does not exist`;
  }
}

function filesHint(path: string): string {
  const specs = readdirSync(path).filter((f) => f.endsWith(".msz")).slice(0, 3);
  return specs.length > 0 ? `name a file in it: ${specs.map((f) => join(path, f)).join(", ")}` : "name a file";
}

function firstBadByte(bytes: Uint8Array): number {
  // The longest good prefix, by bisection: `stream` lets a character be cut at the end.
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
