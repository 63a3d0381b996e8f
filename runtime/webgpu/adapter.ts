/**
 * One way to an adapter for pages and Node: `navigator.gpu` where there is one, else the `webgpu` package.
 * In: which adapter is wanted (default: hardware, else software with one warning line). Out: the adapter, or MszError `no-adapter`.
 */
import { MszError } from "../../src/base/error.js";

/** `MSZ_ADAPTER` in the environment, or the option of that name, forces one. */
export type AdapterChoice = "hardware" | "lavapipe" | "swiftshader";
const choices: readonly AdapterChoice[] = ["hardware", "lavapipe", "swiftshader"];

export interface AdapterSearch {
  readonly adapter: GPUAdapter | null;
  /** What was looked for and why it did not answer. */
  readonly tried: readonly string[];
}

export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly description: string;
  readonly software: boolean;
}

export interface AdapterOptions {
  /** Gets at most one line. */
  readonly onWarning?: (line: string) => void;
  readonly adapter?: AdapterChoice;
  /** `no-adapter` where only software answers. */
  readonly hardwareOnly?: boolean;
}

export async function findAdapter(options: AdapterOptions): Promise<FoundAdapter> {
  const forced = options.adapter ?? choiceFromEnvironment();
  const choice = options.hardwareOnly ? "hardware" : forced;
  const search = await (options.hardwareOnly && forced !== undefined && forced !== "hardware"
    ? { adapter: null, tried: [`nothing: MSZ_ADAPTER asks for ${forced}, which is software`] }
    : pageGpu() ? findPageAdapter(choice) : findOutsidePage(choice));
  const { adapter } = search;
  if (adapter === null) {
    throw new MszError("no-adapter", choice ? `no WebGPU adapter of the kind asked for: ${choice}` : "no WebGPU adapter", {
      blame: "machine",
      reason: `tried: ${search.tried.join("; ")}`,
      hint: hintFor(choice),
    });
  }
  const name = nameOf(adapter.info);
  const software = adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
  if (software) {
    options.onWarning?.(`no GPU is used: WebGPU runs on the CPU through ${name}, which is correct but slow`);
  }
  return { adapter, description: software ? `${name} (software)` : name, software };
}

function hintFor(choice: AdapterChoice | undefined): string {
  if (choice !== undefined) return "unset MSZ_ADAPTER to take any adapter, or use the tfjs backend (--backend tfjs)";
  if (pageGpu()) return "use a browser with WebGPU switched on, over https or localhost, or the tfjs backend";
  return "install a graphics driver with Vulkan, Metal or Direct3D 12, or Mesa's lavapipe 25 or newer, or use the tfjs backend (--backend tfjs)";
}

function choiceFromEnvironment(): AdapterChoice | undefined {
  const value = environment()["MSZ_ADAPTER"];
  if (value === undefined || value === "") return undefined;
  const choice = choices.find((c) => c === value);
  if (choice === undefined) {
    throw new MszError("unknown-adapter", `\`MSZ_ADAPTER\` is \`${value}\`, which is no adapter`, { hint: `one of ${choices.join(", ")}, or unset it` });
  }
  return choice;
}

/** Empty in a page. This project is built without Node's types, as a page has none. */
function environment(): Readonly<Record<string, string | undefined>> {
  const node = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process;
  return node?.env ?? {};
}

function pageGpu(): GPU | undefined {
  return (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
}

async function findPageAdapter(choice: AdapterChoice | undefined): Promise<AdapterSearch> {
  const gpu = pageGpu()!;
  const hardware = choice === undefined || choice === "hardware" ? await gpu.requestAdapter({ powerPreference: "high-performance" }) : null;
  if (hardware && !(choice === "hardware" && hardware.info.isFallbackAdapter)) return { adapter: hardware, tried: [] };
  const adapter = choice === "hardware" ? null : await gpu.requestAdapter({ forceFallbackAdapter: true });
  return { adapter, tried: ["navigator.gpu gave no adapter"] };
}

async function findOutsidePage(choice: AdapterChoice | undefined): Promise<AdapterSearch> {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  if (node === undefined) return { adapter: null, tried: ["navigator.gpu: this page or worker has none"] };
  // A specifier that is not a literal: a page's bundler neither follows it nor meets `webgpu`, `koffi` and `node:fs`, and this
  // project does not have to know Node's types. `node/` is a project of its own.
  const specifier = ["./node", "find.js"].join("/");
  const { findNodeAdapter } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as {
    findNodeAdapter(choice: AdapterChoice | undefined): Promise<AdapterSearch>;
  };
  try {
    return await findNodeAdapter(choice);
  } catch (error) {
    const what = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { adapter: null, tried: [`the npm package webgpu: ${what}`] };
  }
}

/** `SwiftShader driver 5.0.0`, `llvmpipe: Mesa 25.0.7`: pages often say no more than vendor and architecture. */
function nameOf(info: GPUAdapterInfo): string {
  if (info.description !== "") return info.description;
  const parts = [info.vendor, info.architecture, info.device].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(" ") : "an unnamed adapter";
}
