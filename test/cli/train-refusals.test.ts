/** `msz train`: what it refuses, before the first step, in one message that names what is wrong, and without a trace. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readCheckpoint } from "../../cli/train/checkpoint.js";
import { writeSafetensors } from "../../runtime/index.js";
import { expectRefused, listing, msz, temporaryFolder, type Ran } from "./msz.js";
import { text, trainingSpec } from "./training.js";

const plain = trainingSpec();
const cwd = temporaryFolder({
  "text.txt": text,
  "other.txt": text.replace("whale", "shark"),
  "short.txt": "sixteen letters!",
  "one.txt": "1",
  "plain.msz": plain,
  "width.msz": plain.replace("width   = 16", "width   = 8"),
  "activation.msz": plain.replace("hidden: 16", "hidden: 16, activation: silu"),
  "settings.msz": plain.replace("adamw(rate: 1e-2)", "adamw(rate: 1e-3)\n  clip = 0.5").replace("width ", "dropout = 0.1\n  width "),
  "half.msz": plain.replace("batch ", "precision = float16\n  batch "),
  "name.msz": plain.replace("model Tiny", "model Other"),
  "no-corpus.msz": plain.replace(/ *corpus .*\n/, ""),
  "no-context.msz": plain.replace(/ *context .*\n/, ""),
  "lost-corpus.msz": plain.replace("text.txt", "txet.txt"),
  "pairs.msz": plain.replace('"text.txt"', 'pairs("a.txt", "b.txt")'),
  "broken.msz": plain.replace("width ", "widht "),
});
mkdirSync(join(cwd, "folder"));
const timeout = 180_000;
const train = (...args: string[]): Promise<Ran> => msz(["train", ...args], { cwd });

let before: string[];
let headerLength: bigint;
beforeAll(async () => {
  const ran = await train("plain.msz", "--until", "1", "--held-out", "0", "--backend", "tfjs", "--out", "run");
  expect([ran.code, ran.stdout]).toEqual([0, ""]);
  for (const name of ["cut", "weights", "named", "mine"]) mkdirSync(join(cwd, name));
  const whole = readFileSync(join(cwd, "run/checkpoint.safetensors"));
  headerLength = whole.readBigUInt64LE(0);
  writeFileSync(join(cwd, "cut/checkpoint.safetensors"), whole.subarray(0, 3000));
  writeFileSync(join(cwd, "weights/checkpoint.safetensors"), whole.toString("latin1").replace("msz-checkpoint 1", "something else!!"), "latin1");
  cpSync(join(cwd, "run"), join(cwd, "twin"), { recursive: true });
  copyFileSync(join(cwd, "run/checkpoint.safetensors"), join(cwd, "named/plain.safetensors"));
  for (const name of ["metrics.jsonl", "curve.svg"]) writeFileSync(join(cwd, "mine", name), "mine");
  cpSync(join(cwd, "run"), join(cwd, "locked"), { recursive: true });
  mkdirSync(join(cwd, "locked/.run.lock"));
  const { tensors } = await readCheckpoint(join(cwd, "run"));
  tensors["norm.weight"]!.data[3] = NaN;
  writeFileSync(join(cwd, "nan.safetensors"), writeSafetensors(Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith("optimizer.")))));
  before = listing(cwd);
}, timeout);

/** Two at a time, each in a folder of its own, for a run locks its folder before it looks at anything. */
async function expectRefusals(cases: readonly (readonly [args: readonly string[], stderr: string])[]): Promise<void> {
  for (let i = 0; i < cases.length; i += 2) {
    const pair = cases.slice(i, i + 2).map(([args, stderr], k) => {
      const own = k === 0 ? args : args.map((word) => (word === "run" ? "twin" : word));
      const out = args.includes("--out") || args.includes("--resume") ? [] : ["--out", `new-${k}`];
      return [[...own, ...out], k === 0 ? stderr : stderr.replaceAll(/\brun(?=[`/])/g, "twin")] as const;
    });
    const ran = await Promise.all(pair.map(([args]) => train(...args)));
    ran.forEach((r, k) => expectRefused(r, pair[k]![1]));
  }
  expect(listing(cwd)).toEqual(before);
}

test("what there is to train on", { timeout }, async () => {
  await expectRefusals([
    [["no-corpus.msz"], 'error[no-corpus]: `no-corpus.msz` names no corpus to train on\n  = help: write `train { corpus = "text.txt" }` in the spec, or give `--corpus text.txt`'],
    [["no-context.msz"], "error[no-context]: the model Tiny has no `context`\n  = why: it is the length of the windows that a model is trained on\n  = help: add `context = 256` to the model"],
    [["lost-corpus.msz", "--out", "a/b"], "error[missing-file]: there is no file `txet.txt`\n  = help: did you mean `text.txt`?"],
    [["plain.msz", "--corpus", "fodler"], "error[missing-file]: there is no file `fodler`"],
    [["plain.msz", "--corpus", "https://example.org/text.txt"], "error[missing-file]: there is no file `https://example.org/text.txt`\n  = help: msz reads files of this machine: fetch it first"],
    [["plain.msz", "--corpus", "text.txt", "folder"], "error[is-directory]: `folder` is a directory, not a file\n  = help: name a file"],
    [["pairs.msz"], 'error[wrong-corpus]: a language model learns from texts, not from pairs\n  --> pairs.msz:13:14\n   |\n13 |   corpus   = pairs("a.txt", "b.txt")\n   |              ^^^^^^^^^^^^^^^^^^^^^^^\n   = why: it has no encoder that could read the first of each two\n   = help: name a file, or give the model an `encoder` and a `decoder`'],
    [["plain.msz", "--corpus", "short.txt", "--held-out", "0"], "error[short-corpus]: `short.txt` has 16 tokens to train on, and a window takes 16 and the one behind it\n  = help: use a longer text, a shorter `context`, or a smaller `held_out`"],
    [["plain.msz", "--held-out", "one.txt"], "error[short-corpus]: `one.txt` has 1 token, and a loss takes two at least\n  = help: hold out a longer text, or nothing: `held_out = 0`"],
    [["plain.msz", "--held-out", "1.5"], "error[bad-option]: `--held-out` takes a share from 0 to below 1, or a file, not `1.5`"],
    [["plain.msz", "--held-out", ""], "error[bad-option]: `--held-out` is empty\n  = help: give a share or a file; `--held-out 0` holds out nothing"],
    // Before the corpus is read.
    [["half.msz", "--backend", "tfjs", "--corpus", "fodler"], "error[no-half-precision]: the plan trains with `precision = float16`, and TensorFlow.js computes in float32 only\n  = help: use --backend cuda or webgpu, or write `precision = float32` in the spec's `train` block"],
    [["plain.msz", "--held-out", "txt"], "error[missing-file]: there is no file `txt`"],
    [["plain.msz", "--steps", "0"], "error[bad-option]: `--steps` takes a whole number from 1 to 1000000000, not `0`"],
  ]);
});

test("where a run lies", { timeout }, async () => {
  await expectRefusals([
    [["plain.msz", "--out", "run"], "error[run-exists]: `run` holds a run already\n  = help: go on with it by `--resume run`, or name another folder with `--out`, where a run may begin with its weights: `--weights run/checkpoint.safetensors`"],
    [["plain.msz", "--out", "named"], "error[run-exists]: the run would write over `named/plain.safetensors`\n  = help: name another folder with `--out`"],
    [["plain.msz", "--out", "mine"], "error[run-exists]: the run would write over `mine/metrics.jsonl` and `mine/curve.svg`\n  = help: name another folder with `--out`"],
    [["plain.msz", "--resume", "locked"], "error[bad-lock]: `locked/.run.lock` cannot say whether another process trains there\n  = why: it is a folder, and a run keeps a file of that name\n  = help: delete it if no run is going on there"],
    [["plain.msz", "--out", "text.txt"], "error[unwritable-file]: `text.txt` could not be written\n  = why: a part of the path is a file, not a folder\n  = help: name another place"],
    [["plain.msz", "--resume", "folder"], "error[no-checkpoint]: there is no checkpoint in `folder`\n  = help: name the folder that `--out` named, or leave `--resume` out to start anew"],
    [["plain.msz", "--resume", "run", "--weights", "random:1"], "error[bad-option]: `--resume` goes on with a checkpoint's own weights\n  = help: leave `--weights` or `--resume` out"],
    [["plain.msz", "--resume", "run", "--out", "other"], "error[bad-option]: `--resume` goes on in the folder that it names\n  = help: leave `--out` out"],
    [["plain.msz", "--resume", "cut"], "error[bad-safetensors]: cut/checkpoint.safetensors is not a valid safetensors file: its header claims LENGTH bytes, but the file has only 3000\n  = help: the checkpoint is damaged: begin the run anew".replace("LENGTH", String(headerLength))],
    [["plain.msz", "--resume", "weights"], "error[bad-checkpoint]: `weights/checkpoint.safetensors` is no checkpoint of this version of msz\n  = help: weights without the optimiser's state start a new run with `--weights`"],
  ]);
});

describe("a checkpoint of another run", () => {
  const hint = "\n  = help: resume with the spec, the corpus and the options that the run began with, or begin anew with `--out` and, from these weights, `--weights`";
  const other = (...differences: string[]): string => `error[other-run]: the checkpoint in \`run\` (step 1) belongs to another run:${differences.map((d) => `\n  - ${d}`).join("")}${hint}`;

  test("all that differs is named", { timeout }, async () => {
    const resume = ["--resume", "run"];
    await expectRefusals([
      [["plain.msz", ...resume, "--steps", "50"], other("steps: 100 then, 50 now")],
      [["plain.msz", ...resume, "--batch", "8", "--seed", "3"], other("batch: 4 then, 8 now", "seed: 1 then, 3 now")],
      [["plain.msz", ...resume, "--corpus", "other.txt"], other("corpus: other tokens")],
      [["plain.msz", ...resume, "--held-out", "0.1"], other("held_out: 0 then, 0.1 now")],
      [["plain.msz", ...resume, "--chunk", "8"], other("chunk: nothing then, 8 now")],
      [["activation.msz", ...resume], other("what the model computes is not the same")],
      [["settings.msz", ...resume], other(
        "optimizer: adamw(rate: 0.01, betas: [0.9, 0.999], epsilon: 1e-8, decay: 0.01) then, adamw(rate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, decay: 0.01) now",
        "clip: 1 then, 0.5 now", "dropout: 0 then, 0.1 now",
      )],
      [["name.msz", ...resume], other("model: Tiny then, Other now")],
      [["width.msz", ...resume], other("parameters: embedding.weight 256x16 and 15 more then, embedding.weight 256x8 and 15 more now")],
    ]);
  });
});

test("weights that do not fit are named by their file", { timeout }, async () => {
  const ran = await train("width.msz", "--weights", "run/checkpoint.safetensors", "--backend", "tfjs", "--out", "misfit");
  expect([ran.code, ran.stdout]).toEqual([1, ""]);
  expect(ran.stderr).toContain("error[wrong-weights]: `run/checkpoint.safetensors` does not fit Tiny: ");
  expect(ran.stderr).not.toContain("optimizer.");
  expect(listing(cwd)).toEqual(before);
});

test("weights that are not finite are refused before a step is taken, and the rate is not blamed", { timeout }, async () => {
  await expectRefusals([
    [["plain.msz", "--weights", "nan.safetensors"], "error[not-finite]: `nan.safetensors`: `norm.weight` has values that are infinite or NaN\n  = why: no step makes a model of such weights better\n  = help: begin with other weights, such as an earlier checkpoint"],
  ]);
});

test("mistakes in the spec are told as `msz check` tells them", { timeout }, async () => {
  const [trained, checked] = await Promise.all([train("broken.msz"), msz(["check", "broken.msz"], { cwd })]);
  expect(trained!.code).toBe(1);
  expect(trained).toEqual(checked);
  expect(listing(cwd)).toEqual(before);
});
