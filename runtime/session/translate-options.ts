/** Options of translations. In: what a caller asks for, and what the spec says where it does not. Out: how tokens are chosen, and how many there may be; or MszErrors. */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { Sampling } from "../device.js";
import type { Draw } from "./draw.js";
import { checkSampling } from "./sequence.js";

/** What is not given comes from the spec's `generate` block. */
export interface TranslateOptions {
  /** Hypotheses that beam search keeps a sentence; 1 = greedy. */
  readonly beam?: number;
  readonly lengthPenalty?: number;
  /** At most floor(perSource · n + more) tokens beside `end` for a source of n, its `end` included; a number is for all sources. */
  readonly maxLength?: number | { readonly perSource?: number; readonly more?: number };
  /** How many of the finished hypotheses a translation brings, best first; 1 unless said, at most `beam`. */
  readonly hypotheses?: number;
  /** Any of these three: drawn at random instead of searched for. 0 is greedy on the device. A drawn text may be empty, any other has one token at least. */
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  /** What is drawn depends also on how the sources are batched. */
  readonly seed?: number;
  /** Tokens of a batch's sources, padding included; 2048 unless said. */
  readonly batchTokens?: number;
  /** How messages name a source, by its place in the list from 0; `source 2 of 5` unless said. */
  readonly nameOf?: (source: number) => string;
  /** An aborted translation rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** After every batch. */
  readonly onProgress?: (progress: TranslateProgress) => void;
}

export interface TranslateProgress {
  /** Sources that are translated, and all of them. */
  readonly done: number;
  readonly total: number;
  /** Tokens written so far, `end` included. */
  readonly tokens: number;
}

export interface Search {
  readonly kind: "search";
  readonly beam: number;
  readonly lengthPenalty: number;
  readonly hypotheses: number;
}

export type Way = Draw | Search;

/** @throws MszError `bad-beam`, `bad-sampling` */
export function wayOf(plan: Plan, options: TranslateOptions): Way {
  if (options.temperature !== undefined || options.topK !== undefined || options.topP !== undefined) return drawOf(plan, options);
  const { generate, vocabularySize, name } = plan.model;
  const { beam = generate.beam, lengthPenalty = generate.lengthPenalty, hypotheses = 1 } = options;
  if (!(Number.isSafeInteger(beam) && beam >= 1)) refuse(`beam is ${beam}, but must be a whole number from 1`);
  if (!Number.isFinite(lengthPenalty)) refuse(`the length penalty is ${lengthPenalty}, but must be a number`);
  if (!(Number.isSafeInteger(hypotheses) && hypotheses >= 1 && hypotheses <= beam)) refuse(`hypotheses is ${hypotheses}, but must be from 1 to the beam's ${beam}`, "a wider beam finds more");
  if (generate.beams === 0 && beam === 1) return { kind: "greedy" };
  if (beam > generate.beams) refuse(`beam is ${beam}, but the plan of ${name} searches with at most ${generate.beams}`, `write \`generate { beam = ${beam} }\` in the spec; a plan is compiled anew from it`);
  return { kind: "search", beam: Math.min(beam, vocabularySize - 1), lengthPenalty, hypotheses };
}

/** Greedy where nothing says that it is to be drawn at random. @throws MszError `bad-beam`, `bad-sampling` */
export function drawOf({ model: { generate } }: Plan, { temperature, topK, topP, seed = 0, beam = 1, hypotheses = 1 }: TranslateOptions): Draw {
  if (beam !== 1) refuse("a translation is searched for, or drawn token by token, but not both", "leave out `beam`, or `temperature`, `topK` and `topP`; a stream is never searched for");
  if (hypotheses !== 1) refuse("only a search has more than one hypothesis", "leave out `temperature`, `topK` and `topP`");
  const usual = topK === undefined && topP === undefined ? 0 : generate.temperature;
  const sampling: Sampling = { temperature: temperature ?? usual, topK: topK ?? generate.topK, topP: topP ?? generate.topP, seed };
  checkSampling(sampling);
  return sampling.temperature === 0 ? { kind: "greedy" } : { kind: "sampled", sampling };
}

function refuse(what: string, hint?: string): never {
  throw new MszError("bad-beam", what, hint === undefined ? {} : { hint });
}

/** Of a source's own tokens, so that its translation does not depend on what is batched with it. @throws MszError `bad-length` */
export function longestOf({ model }: Plan, { maxLength }: TranslateOptions, tokens: number): number {
  const own = model.generate.maxLength;
  const { perSource = own.perSource, more = own.more } = typeof maxLength === "number" ? { perSource: 0, more: maxLength } : (maxLength ?? {});
  const longest = Math.floor(perSource * tokens + more);
  if (!(perSource >= 0 && Number.isSafeInteger(longest) && longest >= 1)) {
    throw new MszError("bad-length", `a translation may have floor(${perSource} · ${tokens} + ${more}) = ${longest} tokens, but must have one at least`, { hint: "give a larger `maxLength`" });
  }
  // The first position is that of the `end` which it starts from.
  return Math.max(1, Math.min(longest, (model.positionLimit ?? Infinity) - 1));
}
