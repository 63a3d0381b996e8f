/** The options that say how a translation is found: for `run` and `evaluate`. */
import { MszError, type Plan, type TranslateOptions } from "../../runtime/index.js";

export interface SearchOptions {
  readonly beam?: number;
  readonly lengthPenalty?: number;
  readonly maxLength?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
}

/** @throws MszError `bad-option` for a search that is drawn */
export function searchOf({ beam, lengthPenalty, maxLength, temperature, topK, topP }: SearchOptions): TranslateOptions {
  const drawing = temperature !== undefined ? "--temperature" : topK !== undefined ? "--top-k" : topP !== undefined ? "--top-p" : undefined;
  if (drawing !== undefined && beam !== undefined && beam !== 1) {
    throw new MszError("bad-option", `\`--beam ${beam}\` searches for a translation, and \`${drawing}\` draws it token by token`, { hint: "leave one of them out" });
  }
  return { beam, lengthPenalty, maxLength, temperature, topK, topP };
}

/** Drawn token by token, so that a text shows as it grows; a search knows it at its end. */
export function isDrawn({ model }: Plan, { beam, temperature, topK, topP }: SearchOptions): boolean {
  return temperature !== undefined || topK !== undefined || topP !== undefined || (beam ?? model.generate.beam) === 1;
}

/** `beam 4, length penalty 0.6` */
export function describeSearch({ model }: Plan, options: SearchOptions): string {
  const { generate } = model;
  const beam = options.beam ?? generate.beam;
  if (!isDrawn({ model } as Plan, options)) return `beam ${beam}, length penalty ${options.lengthPenalty ?? generate.lengthPenalty}`;
  const temperature = options.temperature ?? (options.topK !== undefined || options.topP !== undefined ? generate.temperature : 0);
  return temperature === 0 ? "greedy" : `drawn at temperature ${temperature}`;
}
