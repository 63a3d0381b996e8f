/** `msz devices`: what each backend finds on this machine, with versions, and what is missing for the others. A table, or with `--json` one object, on stdout. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { BackendName } from "../../runtime/index.js";
import { survey, type BackendSurvey } from "../../runtime/survey.js";
import { askBackend } from "../devices/ask.js";
import { surveyTable } from "../devices/table.js";
import { result } from "../report.js";

export interface DevicesOptions {
  /** Asks this one, in this process. */
  readonly backend?: BackendName;
  readonly json?: boolean;
}

const backends: readonly BackendName[] = ["cuda", "webgpu", "tfjs"];
/** What each backend is reached through from npm. */
const packageOf: Readonly<Record<BackendName, string>> = { cuda: "koffi", webgpu: "webgpu", tfjs: "@tensorflow/tfjs-core" };

export async function devices(options: DevicesOptions): Promise<void> {
  const surveys = options.backend ? [await surveyHere(options.backend)] : await Promise.all(backends.map((backend) => askBackend(backend, [process.argv[1]!, "devices", "--backend", backend, "--json"])));
  const choice = options.backend === undefined ? choiceOf(surveys) : undefined;
  const versions = { node: process.versions.node, ...Object.fromEntries(surveys.map(({ backend }) => [packageOf[backend], versionOf(packageOf[backend])])) };
  await result(options.json ? `${JSON.stringify({ backends: surveys, ...(choice ? { choice } : {}), versions }, null, 2)}\n` : surveyTable(surveys, choice, versions));
}

async function surveyHere(backend: BackendName): Promise<BackendSurvey> {
  try {
    return await survey(backend);
  } catch (error) {
    return { backend, usable: false, reason: error instanceof Error ? error.message.split("\n")[0]! : String(error), devices: [], libraries: [] };
  }
}

/** As `load` chooses: CUDA, a hardware adapter of WebGPU, TensorFlow.js. */
function choiceOf(surveys: readonly BackendSurvey[]): BackendName {
  if (surveys.some(({ backend, usable }) => backend === "cuda" && usable)) return "cuda";
  if (surveys.some(({ backend, devices: found }) => backend === "webgpu" && found.some((d) => d.found && d.name === "hardware"))) return "webgpu";
  return "tfjs";
}

function versionOf(name: string): string | null {
  try {
    let folder = dirname(createRequire(import.meta.url).resolve(name));
    // Not every package lets its package.json be asked for: it is the one with the name, some folders above the entry.
    for (;;) {
      try {
        const { name: found, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string; version?: string };
        if (found === name) return version ?? null;
      } catch {
        // No package.json here.
      }
      const above = dirname(folder);
      if (above === folder) return null;
      folder = above;
    }
  } catch {
    return null;
  }
}
