/**
 * Finds an adapter under Node, through the `webgpu` package (Dawn). In: which adapter is wanted. Out: the adapter, or
 * what was tried. Loaded by `../adapter.ts` only where there is no `navigator.gpu`.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import koffi from "koffi";
import type { AdapterChoice, AdapterSearch } from "../adapter.js";
import { quietly } from "./quiet.js";
import { unpackSwiftShader } from "./swiftshader.js";

/**
 * What `create()` returned, and the adapters, for the life of the process; nobody reads it. Dawn ends the process when one of these is collected
 * before everything made through it is, and a device that was destroyed still lives until its last callbacks have run.
 */
const neverCollected: unknown[] = [];

export async function findNodeAdapter(choice: AdapterChoice | undefined): Promise<AdapterSearch> {
  const dawn = await import("webgpu");
  // Dawn's bindings expect GPUBufferUsage and its like among the globals, as a page has them.
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const tried: string[] = [];
  // SwiftShader before lavapipe: it compiles a kernel in a tenth of the time, which is what a short run waits for, and is the same everywhere.
  const attempts = choice === undefined ? [hardware, swiftshader, lavapipe] : [{ hardware, lavapipe, swiftshader }[choice]];
  for (const attempt of attempts) {
    const found = await attempt(dawn.create, tried);
    if (found) return found;
  }
  return { adapter: null, tried };
}

type Create = (flags: string[]) => GPU;
type Attempt = (create: Create, tried: string[]) => Promise<AdapterSearch | null>;

/** The system's own drivers. A Mesa lavapipe of 25 or newer also answers here (Dawn refuses older ones), and is not taken. */
const hardware: Attempt = async (create, tried) => {
  const found = await request(create, undefined);
  if (found === null) {
    tried.push("the system's graphics drivers: no adapter");
    return null;
  }
  if (found.adapter?.info.isFallbackAdapter) {
    tried.push(`the system's graphics drivers: only ${found.adapter.info.description}, which is software`);
    return null;
  }
  return found;
};

const lavapipe: Attempt = async (create, tried) => {
  const icds = lavapipeDrivers();
  for (const icd of icds) {
    const found = await request(create, icd);
    if (found) return found;
    tried.push(`Mesa lavapipe (${icd}): refused; Mesa 25 or newer is needed`);
  }
  if (icds.length === 0) tried.push("Mesa lavapipe: not installed");
  return null;
};

const swiftshader: Attempt = async (create, tried) => {
  try {
    const { icd, loader } = unpackSwiftShader();
    // Dawn opens `libvulkan.so.1` by name and gets the one that is loaded already: SwiftShader's where the system has none.
    koffi.load(loader);
    const found = await request(create, icd);
    if (found === null) tried.push(`SwiftShader (${icd}): no adapter`);
    return found;
  } catch (error) {
    tried.push(`SwiftShader: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
};

async function request(create: Create, icd: string | undefined): Promise<AdapterSearch | null> {
  // The Vulkan loader reads the variable once, when Dawn first looks for adapters; children of this process must not inherit it.
  const name = "VK_ICD_FILENAMES";
  const before = process.env[name];
  if (icd !== undefined) process.env[name] = icd;
  try {
    // Both calls look for drivers before they return, so the silence covers it.
    const gpu = quietly(() => create([]));
    neverCollected.push(gpu);
    const adapter = await quietly(() => gpu.requestAdapter({ powerPreference: "high-performance" }));
    neverCollected.push(adapter);
    return adapter && { adapter, tried: [] };
  } finally {
    if (icd !== undefined) {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  }
}

function lavapipeDrivers(): string[] {
  const folders = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
  return folders.flatMap((folder) => {
    if (!fs.existsSync(folder)) return [];
    return fs.readdirSync(folder).filter((file) => /^lvp_icd.*\.json$/.test(file)).sort().map((file) => path.join(folder, file));
  });
}
