/** `msz train` on WebGPU (the software adapter): a run that is killed ends in the same bytes as one that is not. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { msz, temporaryFolder } from "./msz.js";
import { hashOf, signalled, stepOf, text, trainingSpec } from "./training.js";

const cwd = temporaryFolder({
  "text.txt": text,
  "tiny.msz": trainingSpec({ model: "vocabulary = bytes\n  dropout = 0.2", layers: "memory(slots: 4, heads: 2)" }),
});
const surroundings = { cwd, env: { MSZ_ADAPTER: "swiftshader" } };
const args = ["train", "tiny.msz", "--backend", "webgpu", "--steps", "6", "--held-out", "0", "--save-every", "1"];

test("6 steps at once; 2 or a few more, SIGKILL, and the rest", { timeout: 300_000 }, async () => {
  const [whole, killed] = await Promise.all([
    msz([...args, "--out", "whole"], surroundings),
    signalled([...args, "--out", "killed"], "SIGKILL", 2, join(cwd, "killed"), surroundings),
  ]);
  expect([whole.code, killed.code]).toEqual([0, null]);
  expect(await stepOf(join(cwd, "killed"))).toBeGreaterThanOrEqual(2);
  const { code, stdout } = await msz(["train", "tiny.msz", "--resume", "killed"], surroundings);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^killed\/tiny\.safetensors: loss /);
  for (const file of ["checkpoint.safetensors", "tiny.safetensors"]) expect(hashOf(join(cwd, "killed"), file), file).toBe(hashOf(join(cwd, "whole"), file));
});
