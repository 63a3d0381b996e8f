/** What each backend finds on this machine, and what is missing: data for `msz devices`. Nothing here throws for a machine that lacks something. */
import { MszError } from "../src/base/error.js";
import type { BackendName } from "./device.js";
import { openTfjs, type TfjsBackend } from "./tfjs/index.js";
import { findAdapter, type AdapterChoice } from "./webgpu/adapter.js";

/** Something that was looked for: a device, a library, a program. */
export interface Finding {
  /** `GPU 0`, `NVRTC`, `hardware`, `wasm` */
  readonly name: string;
  readonly found: boolean;
  /** What it is, or why it is not to be had. */
  readonly description: string;
  /** Where it is not to be had: what would help. */
  readonly hint?: string;
  /** Where it was looked for in vain, one line each. */
  readonly tried?: readonly string[];
  readonly version?: string;
  readonly path?: string;
  /** The CPU stands in for a GPU. */
  readonly software?: boolean;
  readonly features?: readonly string[];
  /** `9.0` */
  readonly computeCapability?: string;
  readonly freeBytes?: number;
  readonly totalBytes?: number;
}

export interface BackendSurvey {
  readonly backend: BackendName;
  /** Whether `--backend` with its name would find a device. */
  readonly usable: boolean;
  /** Where not: why, and what would help. */
  readonly reason?: string;
  readonly hint?: string;
  readonly devices: readonly Finding[];
  /** What the devices are reached through, and what makes them faster. */
  readonly libraries: readonly Finding[];
}

export function survey(backend: BackendName): Promise<BackendSurvey> {
  switch (backend) {
    case "cuda": return surveyCuda();
    case "webgpu": return surveyWebgpu();
    case "tfjs": return surveyTfjs();
    default: return backend satisfies never;
  }
}

/** Of something that could not be opened. */
export function lacking(name: string, error: unknown): Finding {
  if (!(error instanceof MszError)) return { name, found: false, description: error instanceof Error ? error.message.split("\n")[0]! : String(error) };
  return { name, found: false, description: error.reason ? `${error.message}; ${error.reason}` : error.message, hint: error.hint };
}

/** As in `open-cuda.ts`: a project of its own, which only Node has. */
async function surveyCuda(): Promise<BackendSurvey> {
  const specifier = ["./cuda", "survey.js"].join("/");
  const { surveyCudaHere } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as { surveyCudaHere(): Promise<BackendSurvey> };
  return surveyCudaHere();
}

async function surveyWebgpu(): Promise<BackendSurvey> {
  const devices: Finding[] = [];
  for (const choice of ["hardware", "lavapipe", "swiftshader"] as const satisfies readonly AdapterChoice[]) {
    try {
      const { adapter, description, software } = await findAdapter({ adapter: choice });
      devices.push({ name: choice, found: true, description, software, features: ["shader-f16", "subgroups", "timestamp-query"].filter((name) => adapter.features.has(name)) });
    } catch (error) {
      devices.push(adapterLacking(choice, error));
    }
  }
  return { ...usable(devices), backend: "webgpu", devices, libraries: [] };
}

const adapterHints: Readonly<Record<AdapterChoice, string | undefined>> = {
  hardware: "install the graphics driver of the GPU (Vulkan, Metal or Direct3D 12)",
  lavapipe: "install Mesa 25 or newer (mesa-vulkan-drivers)",
  swiftshader: undefined,
};

/** The list of what was tried is what tells; the hints of a run are about its options. */
function adapterLacking(choice: AdapterChoice, error: unknown): Finding {
  const { description, hint } = lacking(choice, error);
  const tried = error instanceof MszError ? error.reason?.replace(/^tried: /, "") : undefined;
  return { name: choice, found: false, description: tried || description, hint: adapterHints[choice] ?? hint };
}

async function surveyTfjs(): Promise<BackendSurvey> {
  const devices: Finding[] = [];
  for (const name of ["tensorflow", "wasm", "cpu"] as const satisfies readonly TfjsBackend[]) {
    try {
      const device = await openTfjs({ only: name });
      devices.push({ name, found: true, description: device.description.replace(`${name}, `, "") });
      device.dispose();
    } catch (error) {
      const lacks = lacking(name, error);
      devices.push(name === "tensorflow" ? { ...lacks, description: "neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed, or it does not start", hint: "optional: `npm install @tensorflow/tfjs-node`" } : lacks);
    }
  }
  return { ...usable(devices), backend: "tfjs", devices, libraries: [] };
}

function usable(devices: readonly Finding[]): { usable: boolean; reason?: string; hint?: string } {
  return devices.some(({ found }) => found) ? { usable: true } : { usable: false, reason: devices[0]!.description, hint: devices[0]!.hint };
}
