/** What the tests of `msz train` share: tiny models, a text, and runs that are killed at a step. */
import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bytesSource, openSafetensors } from "../../runtime/index.js";
import type { Metrics } from "../../cli/train/metrics.js";
import { ended, startMsz, type Ran, type Surroundings } from "./msz.js";

export interface SpecParts {
  readonly model?: string;
  readonly layers?: string;
  readonly train?: string;
}

export function trainingSpec({ model = "vocabulary = bytes", layers = "memory(slots: 4, heads: 2)\n    feed_forward(hidden: 16)", train = "" }: SpecParts = {}): string {
  return `model Tiny {
  ${model}
  width   = 16
  context = 16

  layers 1 {
    ${layers}
  }
}

train {
  corpus   = "text.txt"
  held_out = 0.1
  batch    = 4
  steps    = 100
  schedule = cosine(warmup: 10, floor: 0.1)
  ${train === "" ? "optimizer = adamw(rate: 1e-2)" : train}
}
`;
}

const words = ["the", "whale", "rose", "slowly", "out", "of", "a", "grey", "sea", "and", "sank", "again"];

/** About 3,000 bytes that are learnable and do not repeat. */
export const text = Array.from({ length: 600 }, (_, i) => words[(i * i + (i >> 3)) % words.length]! + (i % 9 === 8 ? ".\n" : " ")).join("");

export function metricsOf(folder: string): Metrics[] {
  return readFileSync(join(folder, "metrics.jsonl"), "utf8").split("\n").filter((l) => l !== "").map((l) => JSON.parse(l) as Metrics);
}

/** Of the checkpoint in a folder; the file is whole at any moment, or this throws. */
export async function stepOf(folder: string): Promise<number> {
  const path = join(folder, "checkpoint.safetensors");
  if (!existsSync(path)) return 0;
  return Number((await openSafetensors(bytesSource(readFileSync(path), path))).metadata.step);
}

export function hashOf(folder: string, file: string): string {
  return createHash("sha256").update(readFileSync(join(folder, file))).digest("hex");
}

/** Waits for a checkpoint of `step` or a later one. */
export async function reaching(child: ChildProcess, folder: string, step: number): Promise<void> {
  while ((await stepOf(folder)) < step) {
    if (child.exitCode !== null) throw new Error(`the run ended before step ${step}`);
    await setTimeout(5);
  }
}

/** A run that gets `signal` as soon as its checkpoint is of `step`. */
export async function signalled(args: readonly string[], signal: NodeJS.Signals, step: number, folder: string, surroundings: Surroundings): Promise<Ran> {
  const child = startMsz(args, surroundings);
  const end = ended(child);
  await reaching(child, folder, step);
  child.kill(signal);
  return end;
}
