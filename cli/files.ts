/**
 * Files in and out for the command line: reading with one clear message for every way it can fail, and writing so that
 * nothing is ever half-written (aside, then renamed).
 */
import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, realpathSync, renameSync, rmdirSync, rmSync, statSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { MszError } from "../src/base/error.js";
import { didYouMean } from "../src/base/suggest.js";
import type { SourceFile } from "../src/base/source.js";
import type { ByteSource } from "../runtime/index.js";

/** No spec is larger; a corpus named by `characters(…)` may be, up to what fits a string. */
const largestSpec = 4 * 1024 * 1024;
const largestText = 500 * 1024 * 1024;

/** @throws MszError `missing-file`, `is-directory`, `file-too-large`, `not-utf8`, `unreadable-file` */
export function readText(path: string, limit = largestText): string {
  return decodeText(readBytes(path, limit), `\`${path}\``);
}

/** @param name what the message calls the bytes */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new MszError("not-utf8", `${name} is not UTF-8 text: the byte at offset ${firstBadByte(bytes)} fits no character`, {
      hint: "save it as UTF-8",
    });
  }
}

/** @throws MszError also `not-a-spec`, for a plan: a spec never begins with a brace */
export function readSpec(path: string): SourceFile {
  const text = readText(path, largestSpec);
  if (/^\s*\{\s*"/.test(text)) {
    throw new MszError("not-a-spec", `\`${path}\` is JSON, not a spec`, { hint: "name the .msz file that it was compiled from; plans are for `msz run`, `msz call`, `msz evaluate`, `msz bench` and `msz bind`" });
  }
  return { path, text };
}

export function readJson(path: string): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MszError("not-json", `\`${path}\` is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { hint: "the file may be cut off or damaged: make it again" });
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
  writeFilesWhole(new Map([[path, data]]));
}

/** The same for several files: none is put in its place before all are written. Folders are made as needed. `durable` waits for the disk. */
export function writeFilesWhole(files: ReadonlyMap<string, string | Uint8Array>, options: { readonly durable?: boolean } = {}): void {
  const asides: [aside: string, path: string][] = [];
  const folders: string[] = [];
  let current = "";
  try {
    for (const [path, data] of files) {
      current = path;
      if (existsSync(path) && statSync(path).isDirectory()) throw Object.assign(new Error("a folder of that name is there"), { code: "EISDIR" });
      const folder = dirname(resolve(path));
      makeFolder(folder, folders);
      const aside = join(folder, `.${basename(path)}.${process.pid}.tmp`);
      asides.push([aside, path]);
      writePieces(aside, data, options.durable ?? false);
    }
    for (const [aside, path] of asides) {
      current = path;
      renameSync(aside, path);
    }
  } catch (cause) {
    for (const [aside] of asides) removeIfThere(aside);
    // Only what this call has made goes, and nothing in it is another's.
    for (const folder of folders.reverse()) removeIfThere(folder);
    throw unwritable(current, cause);
  }
}

/** Bytes at once: Node refuses 2 GiB and more. */
const piece = 2 ** 28;

/** `durable`: on the disk before the rename, so that a machine that stops then has the old file or the new one, and not an empty one. */
function writePieces(path: string, data: string | Uint8Array, durable: boolean): void {
  const handle = openSync(path, "w");
  try {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, Math.min(piece, bytes.length - done));
    if (durable) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Makes a folder for a command that writes piece by piece. Gives its way back, which takes away what was made and is still empty.
 * @throws MszError `unwritable-file`
 */
export function ensureFolder(path: string): () => void {
  const made: string[] = [];
  try {
    makeFolder(resolve(path), made);
    if (!statSync(path).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
  } catch (cause) {
    for (const folder of made.reverse()) removeIfThere(folder);
    throw unwritable(path, cause);
  }
  return () => {
    for (const folder of made.reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        return; // Something lies in it by now.
      }
    }
  };
}

/** Step by step: Node's own recursive way never ends where a file system refuses with ENOENT, as /proc does. */
function makeFolder(folder: string, made: string[]): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

/** A command must not write over what it reads. @throws MszError `same-file` */
export function refuseSameFile(out: string, option: string, inputs: readonly (string | undefined)[]): void {
  const same = inputs.find((path) => path !== undefined && realPath(path) === realPath(out));
  if (same !== undefined) throw new MszError("same-file", `\`${option} ${out}\` would write over \`${same}\`, which the command reads`, { hint: "name another file" });
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

/** Errors that a person mends by naming another place; others (a full disk) are the machine's. */
const wrongPlace: Readonly<Record<string, string>> = {
  ENOENT: "a folder of the path cannot be made",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a part of the path is a file, not a folder",
  EISDIR: "a folder of that name is there",
  EACCES: "it may not be written by you",
  EPERM: "it may not be written by you",
  EROFS: "that file system is read-only",
  ENAMETOOLONG: "the name is too long",
};

/** What the machine cannot do, in words. */
const noRoom: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  EFBIG: "files of that size are not allowed here (see `ulimit -f`)",
};

/** @param hint the way out, where the command knows a better one than another place */
export function unwritable(path: string, cause: unknown, hint?: string): MszError {
  const code = (cause as { code?: string }).code ?? "";
  const known = Object.hasOwn(wrongPlace, code) ? wrongPlace[code] : undefined;
  const reason = known ?? whyUnwritten(cause);
  return new MszError("unwritable-file", `\`${path}\` could not be written`, { blame: known ? "input" : "machine", reason, ...(hint ? { hint } : known ? { hint: "name another place" } : {}), cause });
}

/** Of a file that is open already. */
export function whyUnwritten(cause: unknown): string {
  const code = (cause as { code?: string }).code ?? "";
  return (Object.hasOwn(noRoom, code) ? noRoom[code] : undefined) ?? (cause instanceof Error ? cause.message : String(cause));
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true, recursive: true });
  } catch {
    // Nothing was made there, which is why the write failed.
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
export function checkReadable(path: string, limit: number): void {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (cause) {
    return fail(path, cause);
  }
  try {
    const stat = fstatSync(handle);
    if (stat.isDirectory()) throw new MszError("is-directory", `\`${path}\` is a directory, not a file`, { hint: filesHint(path) });
    if (stat.size > limit) {
      throw new MszError("file-too-large", `\`${path}\` has ${megabytes(stat.size)}, more than the ${megabytes(limit)} allowed`, { hint: "is it the file you meant?" });
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
    const hint = /^[a-z]+:\/\//i.test(path) ? "msz reads files of this machine: fetch it first" : near(path);
    throw new MszError("missing-file", `there is no file \`${path}\``, hint ? { hint } : {});
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new MszError("unreadable-file", `\`${path}\` could not be read`, { blame: code === "EACCES" ? "input" : "machine", reason, cause });
}

function near(path: string): string | undefined {
  try {
    const entries = readdirSync(dirname(resolve(path)), { withFileTypes: true });
    return didYouMean(basename(path), entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name));
  } catch {
    return `the folder \`${dirname(path)}\` does not exist`;
  }
}

function filesHint(path: string): string {
  const specs = readdirSync(path).filter((f) => f.endsWith(".msz")).slice(0, 3);
  return specs.length > 0 ? `name a file in it: ${specs.map((f) => join(path, f)).join(", ")}` : "name a file";
}

/** Where the first sequence of bytes begins that is no character. */
function firstBadByte(bytes: Uint8Array): number {
  const isText = (end: number, stream: boolean): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream });
      return true;
    } catch {
      return false;
    }
  };
  // The longest prefix that may go on, by bisection: `stream` lets a character be cut at its end.
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isText(middle, true)) good = middle;
    else bad = middle;
  }
  // A character that was cut begins at most three bytes before.
  while (good > 0 && !isText(good, false)) good--;
  return good;
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
