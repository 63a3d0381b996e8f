/**
 * SwiftShader, a Vulkan device on the CPU, out of the npm package `@sparticuz/chromium`: unpacked once into a folder of the
 * user's, then loaded from there. In: nothing. Out: where its ICD file and its Vulkan loader lie.
 */
import { createRequire } from "node:module";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as zlib from "node:zlib";

export interface SwiftShader {
  readonly icd: string;
  readonly loader: string;
}

/** The package's version is pinned in package.json, and the folder carries it: another version never finds these files. */
const folderName = "swiftshader-147.0.0";
const loaderName = "libvulkan.so.1";
const icdName = "vk_swiftshader_icd.json";
const wanted: readonly string[] = [loaderName, "libvk_swiftshader.so", icdName];
/** Names and sizes of what was unpacked, written last: a folder without it, or with other sizes, is unpacked anew. */
const manifestName = "sizes.json";

/** Throws an Error whose message says why there is none. */
export function unpackSwiftShader(): SwiftShader {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`the bundled SwiftShader is for linux-x64, this is ${process.platform}-${process.arch}`);
  }
  const failures: string[] = [];
  for (const parent of cacheFolders()) {
    try {
      makePrivateFolder(parent);
      const folder = path.join(parent, folderName);
      if (!isComplete(folder)) unpackInto(folder);
      return { icd: path.join(folder, icdName), loader: path.join(folder, loaderName) };
    } catch (error) {
      failures.push(`${parent}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(failures.join("; "));
}

function cacheFolders(): string[] {
  const user = process.getuid?.() ?? 0;
  const folders = [path.join(os.tmpdir(), `msz-${user}`)];
  const home = os.homedir();
  if (home !== "") folders.unshift(path.join(home, ".cache", "msz"));
  const configured = process.env["XDG_CACHE_HOME"];
  if (configured) folders.unshift(path.join(configured, "msz"));
  return folders;
}

/** A library that we load must not be another user's: in a shared temporary folder anybody may have made this name first. */
function makePrivateFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = fs.lstatSync(folder).uid;
  const user = process.getuid?.();
  if (user !== undefined && owner !== user) throw new Error(`belongs to user ${owner}, not to ${user}`);
}

function isComplete(folder: string): boolean {
  try {
    const sizes = JSON.parse(fs.readFileSync(path.join(folder, manifestName), "utf8")) as Record<string, unknown>;
    return wanted.every((name) => fs.statSync(path.join(folder, name)).size === sizes[name]);
  } catch {
    return false;
  }
}

/** Written aside and renamed, so that another process sees all of the files or none. */
function unpackInto(folder: string): void {
  const aside = `${folder}.${process.pid}.${Date.now()}`;
  try {
    fs.mkdirSync(aside, { mode: 0o700 });
    const sizes: Record<string, number> = {};
    for (const [name, bytes] of readArchive()) {
      fs.writeFileSync(path.join(aside, name), bytes);
      sizes[name] = bytes.length;
    }
    fs.writeFileSync(path.join(aside, manifestName), JSON.stringify(sizes));
    if (!isComplete(aside)) throw new Error("what was written is not what was read back (disk full?)");
    replaceFolder(aside, folder);
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
}

function replaceFolder(aside: string, folder: string): void {
  try {
    fs.renameSync(aside, folder);
  } catch (error) {
    // Somebody was faster, or an older attempt left a damaged folder there.
    if (isComplete(folder)) return;
    if (!fs.existsSync(folder)) throw error;
    const old = `${aside}.old`;
    fs.renameSync(folder, old);
    fs.rmSync(old, { recursive: true, force: true });
    fs.renameSync(aside, folder);
  }
}

/** The wanted files of the package's archive. */
function readArchive(): Map<string, Uint8Array> {
  const archive = path.join(packageFolder(), "bin", "swiftshader.tar.br");
  const tar = zlib.brotliDecompressSync(fs.readFileSync(archive));
  const found = new Map<string, Uint8Array>();
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = path.basename(tar.toString("utf8", at, at + 100).replace(/\0[\s\S]*$/, ""));
    if (name === "") break;
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 136), 8);
    if (wanted.includes(name)) found.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  const missing = wanted.filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`${archive} has no ${missing.join(", ")}`);
  return found;
}

function packageFolder(): string {
  let folder = path.dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
  while (!fs.existsSync(path.join(folder, "bin", "swiftshader.tar.br"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error("@sparticuz/chromium is installed without bin/swiftshader.tar.br");
    folder = parent;
  }
  return folder;
}
