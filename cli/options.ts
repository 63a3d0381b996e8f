/** Parsing of option values: each refuses with the option's name, what was given and what it takes. */
import { MszError } from "../src/base/error.js";
import { didYouMean } from "../src/base/suggest.js";

export function numberOption(name: string, range: { min: number; max?: number; whole?: boolean }): (text: string) => number {
  return (text) => {
    const value = Number(text.replaceAll("_", ""));
    const ok = text.trim() !== "" && Number.isFinite(value) && value >= range.min && value <= (range.max ?? Infinity) && (!range.whole || Number.isSafeInteger(value));
    if (!ok) {
      const kind = range.whole ? "a whole number" : "a number";
      const limits = range.max === undefined ? `of at least ${range.min}` : `from ${range.min} to ${range.max}`;
      throw new MszError("bad-option", `${name} takes ${kind} ${limits}, not \`${text}\``);
    }
    return value;
  };
}

export function choiceOption<T extends string>(name: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((c) => c === text);
    if (found === undefined) {
      throw new MszError("bad-option", `${name} is one of ${choices.join(", ")}, not \`${text}\``, { hint: didYouMean(text, choices) });
    }
    return found;
  };
}

/** `--set name=value`, many times. */
export function setOption(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new MszError("bad-option", `--set takes name=value, not \`${text}\``, { hint: "for example `--set hidden=512`" });
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}
