/** The options that say how a translation is found: for `run` and `evaluate`. */
import { MszError, type Plan, type TranslateOptions } from "../../runtime/index.js";
import { drawOf } from "../../runtime/session/translate-options.js";

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
export function describeSearch(plan: Plan, options: SearchOptions): string {
  const { generate } = plan.model;
  if (!isDrawn(plan, options)) return `beam ${options.beam ?? generate.beam}, length penalty ${options.lengthPenalty ?? generate.lengthPenalty}`;
  const draw = drawOf(plan, searchOf(options));
  return draw.kind === "greedy" ? "greedy" : `drawn at temperature ${draw.sampling.temperature}`;
}
