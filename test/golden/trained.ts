/** Opens a trained model of `specs/`: its spec, compiled here, and the weights beside it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { compileFile } from "../../cli/spec.js";
import { bytesSource, load, type Session } from "../../runtime/index.js";
import type { TestBackend } from "../helpers/backends.js";

const specs = (path: string): string => new URL(`../../specs/${path}`, import.meta.url).pathname;

const drivers = "/usr/share/vulkan/icd.d";
const hasLavapipe = existsSync(drivers) && readdirSync(drivers).some((name) => name.startsWith("lvp_icd"));

/**
 * For much work: on WebGPU lavapipe does it where the machine has it, a tenth of SwiftShader's time, unless `MSZ_ADAPTER` was set from
 * outside.
 */
export async function openTrained(name: string, options: TestBackend["options"]): Promise<Session> {
  const faster = options.backend === "webgpu" && process.env.MSZ_ADAPTER === "swiftshader" && hasLavapipe;
  // A lavapipe that is too old for Dawn does not answer.
  return open(name, options, faster ? "lavapipe" : undefined).catch(() => open(name, options, undefined));
}

async function open(name: string, options: TestBackend["options"], adapter: string | undefined): Promise<Session> {
  const before = process.env.MSZ_ADAPTER;
  if (adapter) process.env.MSZ_ADAPTER = adapter;
  try {
    const { plan } = compileFile(specs(`${name}.msz`), { training: ["evaluate"] });
    return await load(plan, bytesSource(readFileSync(specs(`${name}.safetensors`)), "weights"), options);
  } finally {
    process.env.MSZ_ADAPTER = before;
  }
}

export function tinyShakespeare(): Uint8Array {
  return gunzipSync(readFileSync(specs("tinyshakespeare.txt.gz")));
}

/** The last measurement over the whole held-out part in the log of a run of `msz train`. */
export function loggedLoss(log: string): number {
  const lines = readFileSync(specs(log), "utf8").trim().split("\n").map((line) => JSON.parse(line) as { held_out_loss?: number });
  const found = lines.at(-1)!.held_out_loss;
  if (found === undefined) throw new Error(`${log} does not end with a loss on what is held out`);
  return found;
}
