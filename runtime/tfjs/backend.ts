/** Chooses and starts a backend of tfjs. Out: its name and a description for people. */
import * as tf from "@tensorflow/tfjs-core";
import { MszError } from "../../src/base/error.js";
import type { TfjsBackend, TfjsOptions } from "./index.js";

export interface Backend {
  readonly name: TfjsBackend;
  /** `wasm, SIMD, 1 thread` */
  readonly description: string;
}

/** The versions that a user may have installed, the GPU first. */
const nodePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];
const packages: Readonly<Record<TfjsBackend, string>> = { tensorflow: "@tensorflow/tfjs-node", wasm: "@tensorflow/tfjs-backend-wasm", cpu: "@tensorflow/tfjs-backend-cpu" };

export async function startBackend(options: TfjsOptions): Promise<Backend> {
  const starters = { tensorflow: startTensorflow, wasm: () => startWasm(options.wasmPath), cpu: startCpu };
  const failures: string[] = [];
  for (const name of ["tensorflow", "wasm", "cpu"] as const) {
    if (options.only && options.only !== name) continue;
    try {
      const description = await starters[name]();
      if (description === undefined) continue;
      if (name === "cpu" && failures.length > 0) options.onWarning?.(`WebAssembly is not to be had (${failures.join("; ")}): tfjs runs as plain JavaScript, about thirty times slower`);
      return { name, description };
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new MszError("no-backend", `no backend of TensorFlow.js starts${failures.length > 0 ? `: ${failures.join("; ")}` : ""}`, {
    blame: "machine", hint: `install ${options.only ? packages[options.only] : packages.wasm}`,
  });
}

/** Undefined when the user has installed neither package, which is the usual case. */
async function startTensorflow(): Promise<string | undefined> {
  if (!isNode()) return undefined;
  for (const name of nodePackages) {
    try {
      // Not known to the compiler: an optional peer of the user's.
      await import(name);
    } catch {
      continue;
    }
    if (tf.findBackend("tensorflow") && (await tf.setBackend("tensorflow"))) return name.endsWith("gpu") ? "tfjs-node-gpu (libtensorflow, CUDA)" : "tfjs-node (libtensorflow)";
  }
  return undefined;
}

async function startWasm(path: string | undefined): Promise<string> {
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  if (path !== undefined) wasm.setWasmPaths(path);
  else if (isNode()) wasm.setWasmPaths(await wasmFolder());
  if (!(await tf.setBackend("wasm"))) throw new Error("the WebAssembly module does not load");
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  const threaded = await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
  const threads = threaded ? wasm.getThreadsCount() : 1;
  return `wasm, ${simd ? "SIMD" : "no SIMD"}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

async function startCpu(): Promise<string> {
  await import("@tensorflow/tfjs-backend-cpu");
  if (!(await tf.setBackend("cpu"))) throw new Error("it does not start");
  return "cpu, plain JavaScript";
}

/** The binaries lie beside the package's entry; Node's wasm loader takes a path with a slash at its end. */
async function wasmFolder(): Promise<string> {
  const { createRequire } = (await import(nodeModule("module"))) as { createRequire(from: string): { resolve(name: string): string } };
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
  return entry.replace(/package\.json$/, "wasm-out/");
}

/** Bundlers for pages must not try to follow it. */
function nodeModule(name: string): string {
  return `node:${name}`;
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node !== undefined;
}
