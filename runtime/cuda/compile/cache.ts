/**
 * Compiled kernels on disk. In: what they were made of. Out: the image of an earlier run, or none. A file is named by the source and by the compiler, apart: a machine
 * without a compiler still finds what any compiler made of this source. It says what is in it, so that a damaged or foreign one is never given to a driver.
 */
import { createHash, randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Machine } from "../libraries.js";
import { commonOptions, nameOf, type Architecture } from "./compiler.js";

const format = "msz-cubin-1";
const ending = ".cubin";
export const cacheSetting = "MSZ_CACHE";

export class KernelCache {
  #warned = false;

  /** @param folder undefined: nothing is kept */
  constructor(
    readonly folder: string | undefined,
    private readonly onWarning: (line: string) => void,
  ) {}

  /** @param identity of the compiler; undefined: any */
  read(source: string, architecture: Architecture, identity: string | undefined): Uint8Array | undefined {
    if (this.folder === undefined) return undefined;
    const key = keyOf(source, architecture);
    const files = identity === undefined ? this.#filesOf(key) : [fileOf(key, identity)];
    for (const file of files) {
      const image = unwrap(readIfThere(join(this.folder, file)), file);
      if (image) return image;
    }
    return undefined;
  }

  /** That nothing can be kept is no error: the kernels are there. */
  write(source: string, architecture: Architecture, identity: string, image: Uint8Array): void {
    if (this.folder === undefined) return;
    const file = fileOf(keyOf(source, architecture), identity);
    const aside = join(this.folder, `${file}.${randomUUID()}`);
    try {
      makeFolder(this.folder);
      writeFileSync(aside, wrap(image, file), { mode: 0o600 });
      renameSync(aside, join(this.folder, file));
    } catch (error) {
      removeQuietly(aside);
      if (this.#warned) return;
      this.#warned = true;
      this.onWarning(`compiled kernels cannot be kept in \`${this.folder}\` (${error instanceof Error ? error.message : String(error)}): every run compiles them again; ${cacheSetting} may name another folder`);
    }
  }

  /** What is kept. */
  size(): { readonly files: number; readonly bytes: number } {
    const names = this.folder === undefined ? [] : list(this.folder).filter((name) => name.endsWith(ending));
    return { files: names.length, bytes: names.reduce((sum, name) => sum + (statSync(join(this.folder!, name), { throwIfNoEntry: false })?.size ?? 0), 0) };
  }

  /** Newest first. */
  #filesOf(key: string): string[] {
    const time = (name: string): number => statSync(join(this.folder!, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return list(this.folder!).filter((name) => name.startsWith(`${key}-`) && name.endsWith(ending)).sort((a, b) => time(b) - time(a));
  }
}

/** `MSZ_CACHE`, where empty and `none` mean no folder; else the first folder for caches that this user can write. */
export function cacheFolder(machine: Machine): string | undefined {
  const set = machine.env[cacheSetting];
  if (set !== undefined) return set === "" || set === "none" ? undefined : set;
  const parents = [machine.env["XDG_CACHE_HOME"] && join(machine.env["XDG_CACHE_HOME"], "msz"), machine.home && join(machine.home, ".cache", "msz"), join(tmpdir(), `msz-${process.getuid?.() ?? 0}`)].filter((parent): parent is string => !!parent);
  return join(parents.find(isOurs) ?? parents[0]!, "cubin");
}

/** What we give to a driver must not be another user's: in a shared temporary folder anybody may have made this name first. */
function isOurs(folder: string): boolean {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    const user = process.getuid?.();
    return user === undefined || lstatSync(folder).uid === user;
  } catch {
    return false;
  }
}

/** By hand: Node 20's own recursive way never returns where the system says that there is no parent though there is one, as in /proc. */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (parent !== folder && !existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Already there, or made meanwhile by another process.
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function keyOf(source: string, architecture: Architecture): string {
  return sha256(JSON.stringify([format, nameOf(architecture), commonOptions, source])).slice(0, 40);
}

function fileOf(key: string, identity: string): string {
  return `${key}-${sha256(identity).slice(0, 16)}${ending}`;
}

/** A line that names the format, the file and the image's sum, then the image. */
function wrap(image: Uint8Array, file: string): Uint8Array {
  return Buffer.concat([Buffer.from(`${format} ${file} ${sha256(image)}\n`), image]);
}

function unwrap(bytes: Uint8Array | undefined, file: string): Uint8Array | undefined {
  const end = bytes?.indexOf(10) ?? -1;
  if (!bytes || end < 0 || end > 300) return undefined;
  const image = bytes.subarray(end + 1);
  return new TextDecoder().decode(bytes.subarray(0, end)) === `${format} ${file} ${sha256(image)}` ? image : undefined;
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** Of a file that may be there in part; where even its folder is none, this fails too. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What is told is why it could not be written.
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
