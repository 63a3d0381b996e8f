/** Parsing of option values: each refuses with the option's name, what was given and what it takes. Loads nothing heavy. */
import type { Target } from "../compiler/index.js";
import type { BackendName, NameScheme } from "../runtime/index.js";
import type { PlanPrecision } from "../src/plan/plan.js";
import type { BenchEntry } from "./bench/steps.js";
import { MszError } from "../src/base/error.js";
import { didYouMean } from "../src/base/suggest.js";

export const backendNames: readonly BackendName[] = ["webgpu", "cuda", "tfjs"];
export const targetNames: readonly Target[] = ["wgsl", "cuda", "tfjs"];
export const precisionNames: readonly PlanPrecision[] = ["float32", "float16", "bfloat16"];
export const schemeNames: readonly NameScheme[] = ["msz", "fairseq"];
export const emitNames = ["graph", "kernels"] as const;
export const entryNames = ["encode", "forward", "recurrent", "decode", "gradients", "parameters"] as const;
export const benchEntryNames: readonly BenchEntry[] = ["train", "prefill", "decode"];
export type EntryName = (typeof entryNames)[number];

export function numberOption(name: string, range: { min: number; max?: number; whole?: boolean; above?: boolean }): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll("_", ""));
    const ok = text.trim() !== "" && Number.isFinite(value) && (range.above ? value > range.min : value >= range.min) && value <= (range.max ?? Infinity) && (!range.whole || Number.isSafeInteger(value));
    if (!ok) {
      const kind = range.whole ? "a whole number" : "a number";
      const from = range.above ? `above ${range.min}` : range.max === undefined ? `of at least ${range.min}` : `from ${range.min}`;
      const limits = range.max === undefined ? from : `${from} ${range.above ? "and at most" : "to"} ${range.max}`;
      throw new MszError("bad-option", `\`${name}\` takes ${kind} ${limits}, not \`${text}\``);
    }
    return value;
  };
}

export function choiceOption<T extends string>(name: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((c) => c === text);
    if (found === undefined) {
      throw new MszError("bad-option", `\`${name}\` takes ${orList(choices)}, not \`${text}\``, { hint: didYouMean(text, choices) });
    }
    return found;
  };
}

function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** `wgsl,tfjs`: several choices in one word. */
export function listOption<T extends string>(name: string, choices: readonly T[]): (text: string) => T[] {
  const choose = choiceOption(name, choices);
  return (text) => [...new Set(text.split(",").map((word) => choose(word.trim())))];
}

/** `128,512`: the same for numbers. */
export function numbersOption(name: string, range: Parameters<typeof numberOption>[1]): (text: string) => number[] {
  const read = numberOption(name, range);
  return (text) => [...new Set(text.split(",").map((word) => read(word.trim())))];
}

/** `--set name=value`, many times. */
export function setOption(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new MszError("bad-option", `\`--set\` takes name=value, not \`${text}\``, { hint: "for example `--set hidden=512`" });
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}
