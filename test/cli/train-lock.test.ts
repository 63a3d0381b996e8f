/** `msz train`: one run at a time in a folder, whoever begins at the same moment, and whatever a process left that is gone. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ended, msz, root, temporaryFolder } from "./msz.js";
import { hashOf, stepOf, text, trainingSpec } from "./training.js";

const cwd = temporaryFolder({ "text.txt": text, "plain.msz": trainingSpec() });
const main = join(root, "dist/cli/main.js");
const args = ["train", "plain.msz", "--backend", "tfjs", "--steps", "2", "--held-out", "0"];
const files = ["checkpoint.safetensors", "metrics.jsonl", "plain.safetensors"];

test("of three that begin at once one trains; what it made stays as it is, also beside a lock of a number given again", { timeout: 180_000 }, async () => {
  const ran = await Promise.all([1, 2, 3].map((seed) => msz([...args, "--seed", String(seed), "--out", "at-once"], { cwd })));
  const failed = ran.filter((r) => r.code !== 0);
  expect(failed.length).toBe(2);
  for (const { stderr } of failed) expect(stderr).toMatch(/^error\[run-(busy|exists)\]: /);
  expect(readdirSync(join(cwd, "at-once")).sort()).toEqual(files);
  const made = files.map((file) => hashOf(join(cwd, "at-once"), file));
  expect((await msz([...args, "--out", "at-once"], { cwd })).stderr).toMatch(/^error\[run-exists\]: `at-once` holds a run already\n/);
  expect(files.map((file) => hashOf(join(cwd, "at-once"), file))).toEqual(made);
  // The shell's number becomes that of the run.
  const own = await ended(spawn("sh", ["-c", `echo $$ > at-once/.run.lock; exec '${process.execPath}' '${main}' train plain.msz --resume at-once`], { cwd }));
  expect(own.code).toBe(0);
  expect(await stepOf(join(cwd, "at-once"))).toBe(2);
  expect(readdirSync(join(cwd, "at-once")).sort()).toEqual(files);
});
