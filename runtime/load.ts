/**
 * `load`: a plan and weights become a session on a backend. The choice without `backend`: CUDA, then a hardware WebGPU adapter, then tfjs.
 */
import { MszError } from "../src/base/error.js";
import type { Plan } from "../src/plan/plan.js";
import { validatePlan } from "../src/plan/validate.js";
import type { BackendName, Device, Weights } from "./device.js";
import { openCuda, type CudaOptions } from "./open-cuda.js";
import type { RankGroup } from "./ranks.js";
import { Session } from "./session/session.js";
import { openSourceVocabulary, openVocabulary } from "./text/vocabulary.js";
import { openTfjs } from "./tfjs/index.js";
import { openWebgpu } from "./webgpu/index.js";
import { initializeWeights } from "./weights/initialize.js";
import type { NameScheme } from "./weights/names.js";
import { bytesSource, type ByteSource } from "./weights/safetensors.js";
import { readWeights } from "./weights/weights.js";

/** A safetensors file (as bytes or as a source read piece by piece), or random numbers from a seed. */
export type WeightsInput = Uint8Array | ByteSource | { readonly random: number };

export interface LoadOptions {
  readonly backend?: BackendName;
  readonly names?: NameScheme;
  /** The parsed tokenizer.json that the plan names. */
  readonly tokenizer?: unknown;
  /** The parsed tokenizer.json of the source texts; where it is the same file, `tokenizer` will do. */
  readonly sourceTokenizer?: unknown;
  /** One line a warning, for example that a software adapter stands in for a GPU. */
  readonly onWarning?: (line: string) => void;
  /** Told which backend was chosen when none was asked for. */
  readonly onChoice?: (line: string) => void;
  /** For tests: fills fresh device memory with NaN. tfjs, which has no memory that nothing was written to, takes no notice. */
  readonly poison?: boolean;
  /** On cuda: waits behind every launch, so that an error names the launch that caused it. */
  readonly debugSync?: boolean;
  /** On cuda: which device, from 0. */
  readonly device?: number;
  /** On cuda: what trains together with this process. */
  readonly ranks?: RankGroup;
}

/**
 * @param plan the plan, or its parsed JSON: it is validated
 * @throws MszError for a plan, weights or a machine that will not do
 */
export async function load(plan: unknown, weights: WeightsInput, options: LoadOptions = {}): Promise<Session> {
  const valid = validatePlan(plan);
  checkTarget(valid, options.backend);
  const vocabulary = await openVocabulary(valid, options.tokenizer);
  const sourceVocabulary = await openSourceVocabulary(valid, vocabulary, options.sourceTokenizer);
  const values = await valuesOf(valid, weights, options.names ?? "msz");
  const device = await openDevice(valid, options);
  try {
    return new Session(valid, device, vocabulary, await device.open(valid, values), values, sourceVocabulary);
  } catch (error) {
    device.dispose();
    throw error;
  }
}

export function valuesOf(plan: Plan, weights: WeightsInput, names: NameScheme): Promise<Weights> | Weights {
  // From JavaScript anything may come.
  if (typeof weights !== "object" || weights === null) {
    throw new MszError("bad-weights", `weights are bytes, a source of bytes or { random: seed }, not ${typeof weights}`, { hint: "read the file first, or write `{ random: 1 }`" });
  }
  if ("random" in weights) return initializeWeights(plan, weights.random);
  return readWeights(plan, weights instanceof Uint8Array ? bytesSource(weights, "the weights") : weights, names);
}

const targetOf = { webgpu: "wgsl", cuda: "cuda", tfjs: "tfjs" } as const satisfies Record<BackendName, keyof Plan["targets"]>;

/** Before weights are read and a device is opened. @throws MszError `plan-target`, `unknown-backend` */
export function checkTarget(plan: Plan, backend: BackendName | undefined): void {
  if (backend !== undefined && !Object.hasOwn(targetOf, backend)) throw unknownBackend(backend);
  const has = (Object.keys(targetOf) as BackendName[]).filter((b) => plan.targets[targetOf[b]]);
  if (backend === undefined ? has.length > 0 : has.includes(backend)) return;
  const target = backend === undefined ? "wgsl,cuda,tfjs" : targetOf[backend];
  throw new MszError("plan-target", `the plan of \`${plan.model.name}\` has no program for ${backend ?? "any backend"}`, {
    reason: has.length === 0 ? "it was compiled for no target" : `it was compiled for ${has.map((b) => targetOf[b]).join(", ")}`,
    hint: `compile the spec with \`--target ${target}\`${has.length === 0 ? "" : `, or run this plan on ${has.join(" or ")}`}`,
  });
}

function unknownBackend(name: string): MszError {
  return new MszError("unknown-backend", `there is no backend \`${name}\``, { hint: "backends are webgpu, cuda and tfjs" });
}

/** @throws MszError `unknown-backend`, `no-adapter` */
export async function openDevice(plan: Plan, options: LoadOptions): Promise<Device> {
  switch (options.backend) {
    case "webgpu": return openWebgpu({ poison: options.poison, onWarning: options.onWarning });
    case "cuda": return openCuda(cudaOptions(options));
    case "tfjs": return openTfjs({ onWarning: options.onWarning });
    case undefined: {
      const device = await chooseDevice(plan, options);
      options.onChoice?.(`backend: ${device.backend} (${device.description})`);
      return device;
    }
    default:
      options.backend satisfies never;
      throw unknownBackend(String(options.backend));
  }
}

function cudaOptions({ poison, debugSync, device, ranks, onWarning }: LoadOptions): CudaOptions {
  return { poison, debugSync, device, ranks, onWarning };
}

async function chooseDevice(plan: Plan, options: LoadOptions): Promise<Device> {
  if (plan.targets.cuda) {
    try {
      return await openCuda(cudaOptions(options));
    } catch (error) {
      if (!(plan.targets.wgsl || plan.targets.tfjs) || !(error instanceof MszError && error.code === "no-cuda")) throw error;
    }
  }
  if (plan.targets.wgsl) {
    try {
      return await openWebgpu({ poison: options.poison, hardwareOnly: !!plan.targets.tfjs, onWarning: options.onWarning });
    } catch (error) {
      if (!plan.targets.tfjs || !(error instanceof MszError && error.code === "no-adapter")) throw error;
    }
  }
  return openTfjs({ onWarning: options.onWarning });
}
