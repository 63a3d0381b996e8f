/** `msz train`: a run that was stopped, by whatever, ends in the same bytes as one that was not. */
import { setTimeout } from "node:timers/promises";
import { join } from "node:path";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Metrics } from "../../cli/train/metrics.js";
import { readCheckpoint } from "../../cli/train/checkpoint.js";
import { Random } from "../helpers/random.js";
import { ended, msz, startMsz, temporaryFolder } from "./msz.js";
import { hashOf, metricsOf, reaching, signalled, stepOf, text, trainingSpec } from "./training.js";

const cwd = temporaryFolder({
  "text.txt": text,
  "plain.msz": trainingSpec(),
  "busy.msz": trainingSpec({
    model: "vocabulary = bytes\n  dropout = 0.2\n  attention_dropout = 0.1\n  activation_dropout = 0.1\n  layer_drop = 0.3",
    layers: "attention(heads: 2)\n    retention(heads: 2)\n    feed_forward(hidden: 16)",
    train: "steps = 30\n  accumulate = 2\n  evaluate_every = 7\n  optimizer = nag(rate: 0.05, momentum: 0.9)\n  clip = 0.5\n  label_smoothing = 0.1",
  }).replace("  steps    = 100\n", ""),
});
const surroundings = { cwd };
const tfjs = ["--backend", "tfjs", "--save-every", "1"];
const at = (folder: string): string => join(cwd, folder);

function expectSameEnd(one: string, other: string, weights: string): void {
  for (const file of ["checkpoint.safetensors", weights]) expect(hashOf(at(other), file), file).toBe(hashOf(at(one), file));
  const [first, second] = [metricsOf(at(one)), metricsOf(at(other))];
  const heldOut = (lines: readonly Metrics[]): Metrics[] => lines.filter((l) => l.held_out_loss !== undefined).map(({ seconds: _, ...rest }) => ({ ...rest, seconds: 0 }));
  expect(heldOut(second)).toEqual(heldOut(first));
  expect(readdirSync(at(other)).sort()).toEqual(["checkpoint.safetensors", "curve.svg", "metrics.jsonl", weights].sort());
}

describe("the same bytes at the end", () => {
  test("100 steps at once; 37, SIGKILL, and the rest; --until 37, and the rest", { timeout: 180_000 }, async () => {
    const [whole, killed, paused] = await Promise.all([
      msz(["train", "plain.msz", ...tfjs, "--out", "whole"], surroundings),
      signalled(["train", "plain.msz", ...tfjs, "--out", "killed"], "SIGKILL", 37, at("killed"), surroundings),
      msz(["train", "plain.msz", ...tfjs, "--out", "paused", "--until", "37"], surroundings),
    ]);
    expect([whole.code, killed.code, paused.code]).toEqual([0, null, 0]);
    expect(paused.stdout).toBe("");
    expect(paused.stderr.split("\n").at(-2)).toBe("paused after step 37 of 100, which is saved; go on with: msz train plain.msz --resume paused");
    expect(await stepOf(at("paused"))).toBe(37);
    const step = await stepOf(at("killed"));
    expect(step >= 37 && step < 100, `killed at step ${step}`).toBe(true);
    const rest = await Promise.all(["killed", "paused"].map((folder) => msz(["train", "plain.msz", "--resume", folder], surroundings)));
    for (const [i, { code, stdout }] of rest.entries()) {
      expect(code).toBe(0);
      // The loss is the same to its last digit, the time is not.
      expect(stdout.replace(/, [^,]*$/, "")).toBe(whole.stdout.replace(/, [^,]*$/, "").replace("whole", ["killed", "paused"][i]!));
    }
    for (const folder of ["killed", "paused"]) expectSameEnd("whole", folder, "plain.safetensors");
    const after = metricsOf(at("paused")).filter((l) => l.loss !== undefined);
    expect(after.map((l) => l.step)).toEqual([10, 20, 30, 37, 40, 50, 60, 70, 80, 90, 100]);
    expect(after.map((l) => l.seconds)).toEqual([...after.map((l) => l.seconds)].sort((a, b) => a - b));
    // Losses between two reports at the same steps agree.
    const before = metricsOf(at("whole")).filter((l) => l.loss !== undefined);
    expect(after.filter((l) => l.step >= 50).map((l) => l.loss)).toEqual(before.filter((l) => l.step >= 50).map((l) => l.loss));
  });

  test("with dropout, dropped layers, momentum, micro-batches, and measurements in between", { timeout: 180_000 }, async () => {
    const [whole, killed] = await Promise.all([
      msz(["train", "busy.msz", ...tfjs, "--out", "busy"], surroundings),
      signalled(["train", "busy.msz", ...tfjs, "--out", "busy-killed"], "SIGKILL", 12, at("busy-killed"), surroundings),
    ]);
    expect([whole.code, killed.code]).toEqual([0, null]);
    const { code } = await msz(["train", "busy.msz", "--resume", "busy-killed"], surroundings);
    expect(code).toBe(0);
    expect(metricsOf(at("busy-killed")).flatMap((l) => (l.held_out_loss === undefined ? [] : [l.step]))).toEqual([7, 14, 21, 28, 30]);
    expectSameEnd("busy", "busy-killed", "busy.safetensors");
  });

  test("a measurement that was due when the run was stopped is made up for", { timeout: 180_000 }, async () => {
    const begun = await msz(["train", "busy.msz", ...tfjs, "--until", "7", "--out", "due"], surroundings);
    expect(begun.code).toBe(0);
    const metrics = join(at("due"), "metrics.jsonl");
    const [before, without] = [metricsOf(at("due")), readFileSync(metrics, "utf8").split("\n").filter((l) => !l.includes("held_out_loss"))];
    writeFileSync(metrics, without.join("\n"));
    expect((await msz(["train", "busy.msz", "--resume", "due", "--until", "8"], surroundings)).code).toBe(0);
    const measured = (lines: readonly Metrics[]): unknown[] => lines.flatMap((l) => (l.held_out_loss === undefined ? [] : [[l.step, l.held_out_loss]]));
    expect(measured(metricsOf(at("due")))).toEqual(measured(before));
    expect(measured(before).length).toBe(1);
  });

  test("another seed ends elsewhere", { timeout: 180_000 }, async () => {
    const run = (seed: string, out: string) => msz(["train", "plain.msz", ...tfjs, "--steps", "2", "--seed", seed, "--held-out", "0", "--out", out], surroundings);
    const ran = await Promise.all([run("1", "seed-1"), run("2", "seed-2"), run("1", "seed-3")]);
    expect(ran.map((r) => r.code)).toEqual([0, 0, 0]);
    expect(hashOf(at("seed-2"), "plain.safetensors")).not.toBe(hashOf(at("seed-1"), "plain.safetensors"));
    expect(hashOf(at("seed-3"), "plain.safetensors")).toBe(hashOf(at("seed-1"), "plain.safetensors"));
  });
});

test("a run that is killed again and again, at random moments, always has a whole checkpoint and goes on", { timeout: 180_000 }, async () => {
  const random = new Random(11);
  let before = 0;
  for (let i = 0; i < 4; i++) {
    const child = startMsz(["train", "plain.msz", ...(i === 0 ? [...tfjs, "--steps", "100000", "--out", "often"] : ["--resume", "often"])], surroundings);
    const end = ended(child);
    await reaching(child, at("often"), before + 1);
    await setTimeout(random.next() * 100);
    child.kill("SIGKILL");
    expect((await end).code).toBe(null);
    const { step, tensors } = await readCheckpoint(at("often"));
    expect(step).toBeGreaterThan(before);
    for (const [name, { data }] of Object.entries(tensors)) expect(data.every(Number.isFinite), name).toBe(true);
    before = step;
  }
});

test("a run that is at its end writes its weights again, and says the same", { timeout: 180_000 }, async () => {
  const first = await msz(["train", "plain.msz", ...tfjs, "--steps", "3", "--out", "ended"], surroundings);
  const weights = hashOf(at("ended"), "plain.safetensors");
  const again = await msz(["train", "plain.msz", "--resume", "ended"], surroundings);
  expect([again.code, again.stdout]).toEqual([0, first.stdout]);
  expect(again.stderr).toContain("the run in `ended` is at step 3 of 3 already\n");
  expect(hashOf(at("ended"), "plain.safetensors")).toBe(weights);
});
