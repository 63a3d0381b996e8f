/** `msz train` on pairs: the same bytes at the end however often it was stopped, on what it is told to train, and what is refused. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectRefused, listing, msz, temporaryFolder, tinySpec, type Ran } from "./msz.js";
import { hashOf, metricsOf, signalled, stepOf } from "./training.js";
import { sources, targets, translationSpec } from "./translation.js";

const cwd = temporaryFolder({
  "a.txt": sources, "b.txt": targets, "short.txt": "A\nB\n", "holes.txt": sources.replace(/\n\w+\n/, "\n\n"),
  "tiny.msz": translationSpec(), "few.msz": translationSpec({ train: "accumulate = 2" }).replace("steps           = 100", "steps = 12"),
  "language.msz": tinySpec,
});
const at = (folder: string): string => join(cwd, folder);
const train = (args: readonly string[]): Promise<Ran> => msz(["train", ...args, "--backend", "tfjs"], { cwd });

test("100 steps at once are 37, SIGKILL, and the rest, to the last byte", { timeout: 180_000 }, async () => {
  const [whole, killed] = await Promise.all([
    train(["tiny.msz", "--out", "whole", "--save-every", "1"]),
    signalled(["train", "tiny.msz", "--backend", "tfjs", "--out", "killed", "--save-every", "1"], "SIGKILL", 37, at("killed"), { cwd }),
  ]);
  expect([whole.code, killed.code]).toEqual([0, null]);
  expect(whole.stderr).toMatch(/^72 pairs to train on, \d+ batches an epoch, in which padding is \d+\.\d % of the sources and \d+\.\d % of the targets; 8 held out\n/);
  expect(whole.stdout).toMatch(/^whole\/tiny\.safetensors: held-out loss \d\.\d{4} nats a target token \(perplexity \d+\.\d\d\) after 100 steps/);
  const step = await stepOf(at("killed"));
  expect(step >= 37 && step < 100, `killed at step ${step}`).toBe(true);
  expect((await msz(["train", "tiny.msz", "--resume", "killed"], { cwd })).code).toBe(0);
  for (const file of ["checkpoint.safetensors", "tiny.safetensors"]) expect(hashOf(at("killed"), file), file).toBe(hashOf(at("whole"), file));
  const losses = metricsOf(at("whole")).flatMap(({ held_out_loss: loss }) => (loss === undefined ? [] : [loss]));
  expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
});

test("other files and another batch from the command line, which --resume remembers", { timeout: 120_000 }, async () => {
  const files = ["--corpus", "b.txt", "a.txt", "--held-out", "a.txt", "b.txt", "--batch", "7"];
  const [begun, whole] = await Promise.all([train(["few.msz", ...files, "--out", "few", "--until", "5"]), train(["few.msz", ...files, "--out", "few-whole"])]);
  expect([begun.code, whole.code]).toEqual([0, 0]);
  expect(begun.stderr).toMatch(/^80 pairs to train on, 12 batches an epoch, .*; 80 held out\n/);
  expect((await msz(["train", "few.msz", "--resume", "few"], { cwd })).code).toBe(0);
  expect(hashOf(at("few"), "few.safetensors")).toBe(hashOf(at("few-whole"), "few.safetensors"));
  expectRefused(await msz(["train", "few.msz", "--resume", "few", "--corpus", "a.txt", "b.txt"], { cwd }), `error[other-run]: the checkpoint in \`few\` (step 12) belongs to another run:
  - corpus: other tokens
  = help: resume with the spec, the corpus and the options that the run began with, or begin anew with \`--out\` and, from these weights, \`--weights\``);
});

test("refused, and no file is left", { timeout: 120_000 }, async () => {
  const cases: readonly [string[], string][] = [
    [["tiny.msz", "--corpus", "a.txt", "short.txt"], "error[unequal-pairs]: `a.txt` has 80 lines and `short.txt` has 2 lines\n  = why: line i of one is the translation of line i of the other\n  = help: see to it that both have a line for each pair; a sentence must not hold a line break"],
    [["tiny.msz", "--corpus", "holes.txt", "b.txt"], "error[empty-line]: `holes.txt`, line 2: it is empty\n  = help: take this line out of both files"],
    [["tiny.msz", "--corpus", "a.txt"], "error[bad-option]: `--corpus` takes two files for a model that translates, not one\n  = why: line i of the first is translated by line i of the second\n  = help: first the sources, then the translations: `--corpus train.es train.en`"],
    [["tiny.msz", "--held-out", "a.txt"], "error[bad-option]: `--held-out` takes two files for a model that translates, not one\n  = why: line i of the first is translated by line i of the second\n  = help: first the sources, then the translations: `--held-out train.es train.en`"],
    [["tiny.msz", "--batch-tokens", "6"], "error[past-batch]: `a.txt`, line 6: it has 7 tokens, its `end` included, and a batch may have 6\n  = help: make `--batch-tokens` larger, or take this line out of both files"],
    [["tiny.msz", "--batch-tokens", "60", "--batch", "3"], "error[bad-option]: a batch is so many pairs, or as many as have so many tokens\n  = help: leave `--batch` or `--batch-tokens` out"],
    [["language.msz", "--corpus", "a.txt", "--batch-tokens", "60"], "error[bad-option]: `--batch-tokens` is for pairs, which differ in length\n  = help: a text is read in windows of one size: give `--batch`"],
  ];
  const before = listing(cwd);
  const ran = await Promise.all(cases.map(([args], i) => train([...args, "--out", `refused-${i}`])));
  cases.forEach(([, message], i) => expectRefused(ran[i]!, message));
  expect(listing(cwd)).toEqual(before);
});
