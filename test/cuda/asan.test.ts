/**
 * AddressSanitizer over a small model on the simulated CUDA, where each value is an allocation of its own: calls, decoding and training steps touch nothing that is not theirs, and a kernel
 * that is off by one is told of with its name. In processes of their own, by the built runtime, as users have it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import type { TrainingEntryName } from "../../compiler/index.js";
import type { Plan } from "../../src/plan/plan.js";
import { buildSimulator, sanitizerEnvironment } from "../cuda-sim/build.js";

const spec = `
model Small { vocabulary = 13, width = 16, layers 1 { memory(slots: 3, heads: 2) attention(heads: 2) feed_forward(hidden: 20) } }
train { batch = 2, steps = 5, optimizer = adamw(rate: 1e-2), schedule = constant }
`;

/** Of a row's place, as many kernels store. */
const store = /^( +out)\[(\(row \* .+)\] = /m;

const simulator = buildSimulator();
const sanitizer = "missing" in simulator ? simulator : sanitizerEnvironment();
if ("missing" in sanitizer) console.warn(`nothing is watched by AddressSanitizer: ${sanitizer.missing}`);

function planOf(training: readonly TrainingEntryName[]): Plan {
  const { plan, diagnostics } = compile({ path: "small.msz", text: spec }, { targets: ["cuda"], training });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return plan;
}

const folder = mkdtempSync(join(tmpdir(), "msz-asan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(name: string, plans: { readonly inference: Plan; readonly training?: Plan }): Promise<{ code: number | null; stdout: string; stderr: string }> {
  if ("missing" in simulator || "missing" in sanitizer) throw new Error("not here");
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(plans));
  const env = { ...process.env, ...simulator.environment, ...sanitizer.environment, MSZ_CUDA_GUARD: "1", MSZ_CACHE: folder };
  const child = spawn(process.execPath, [fileURLToPath(new URL("./asan-child.mjs", import.meta.url)), file], { env });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => (stdout += String(text)));
  child.stderr.on("data", (text) => (stderr += String(text)));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

describe.skipIf("missing" in sanitizer)("AddressSanitizer", () => {
  test("sees nothing in a model's calls, decoding and training", async () => {
    const { code, stdout, stderr } = await run("clean", { inference: planOf([]), training: planOf(["accumulate", "train"]) });
    expect(stderr).not.toContain("AddressSanitizer");
    expect([code, stdout], stderr).toEqual([0, "done\n"]);
  });

  test("sees a kernel that stores one place too far", async () => {
    const plan = planOf([]);
    const cuda = plan.targets.cuda!;
    // The first that stores one element a thread into its own value.
    const at = cuda.kernels.findIndex(({ source }) => store.test(source));
    const { name, source } = cuda.kernels[at]!;
    const changed = { ...cuda.kernels[at]!, source: source.replace(store, "$1[($2) + 1u] = ") };
    const { code, stderr } = await run("off-by-one", { inference: { ...plan, targets: { cuda: { ...cuda, kernels: cuda.kernels.map((k, i) => (i === at ? changed : k)) } } } });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/ERROR: AddressSanitizer: heap-buffer-overflow/);
    expect(stderr).toContain(name);
  });
});
