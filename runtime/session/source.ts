/** Source texts. In: texts or ids, as a caller has them. Out: ids that end with `end`, batches of them, and MszErrors that name the source. */
import { MszError } from "../../src/base/error.js";
import type { Plan, PlanSource } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor, HostTensors, Program } from "../device.js";
import type { Vocabulary } from "../text/vocabulary.js";

/** Ids need not end with `end`. */
export type Source = string | Int32Array | readonly number[];

/** @throws MszError `no-source` for a model that reads no source */
export function expectSource(plan: Plan): PlanSource {
  const { source, name } = plan.model;
  if (source) return source;
  const hint = plan.entries.some((e) => e.name === "decode") ? "it goes on with a text: `generate` gives what follows a prompt, as does `msz run --prompt`" : "its entry `encode` gives what it makes of a text";
  throw new MszError("no-source", `the model ${name} has no source text, so it translates nothing`, { hint });
}

/** @throws MszError `needs-source` for a model that writes what a source says */
export function expectNoSource(plan: Plan): void {
  if (!plan.model.source) return;
  throw new MszError("needs-source", `the model ${plan.model.name} translates: it needs a source`, { hint: "use `translate`, or `startFrom` with the source's tokens; on the command line `msz run --source`" });
}

/**
 * The ids of each source, `end` behind them.
 * @throws MszError `empty-source`, `cannot-encode`, `bad-token`, `past-length`, each with the source's name
 */
export function readSources(plan: Plan, vocabulary: Vocabulary, sources: readonly Source[], nameOf = placeAmong(sources.length)): Int32Array[] {
  const side = expectSource(plan);
  const limit = sourceLimit(plan);
  return sources.map((source, i) => {
    const place = nameOf(i);
    const given: readonly number[] = Array.from(typeof source === "string" ? encoded(vocabulary, source, place) : source);
    const odd = given.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < side.vocabularySize) || id === side.padding);
    if (odd >= 0) {
      const reason = given[odd] === side.padding ? "it is padding, and a source is given without" : `ids of the source go from 0 to ${side.vocabularySize - 1}`;
      throw new MszError("bad-token", `token ${odd + 1} of ${place} is ${given[odd]}`, { reason });
    }
    const ended = side.end === null || (typeof source !== "string" && given.at(-1) === side.end);
    const whole = Int32Array.from(ended ? given : [...given, side.end!]);
    if (whole.every((id) => id === side.end)) throw new MszError("empty-source", `${place} is empty`, { hint: "leave it out: there is nothing to translate" });
    if (whole.length > limit) throw tooLong(plan, place, whole.length, limit);
    return whole;
  });
}

/** How messages name a source that its caller has no name for. */
export function placeAmong(count: number): (source: number) => string {
  return (source) => (count === 1 ? "the source" : `source ${source + 1} of ${count}`);
}

function encoded(vocabulary: Vocabulary, text: string, place: string): Int32Array {
  try {
    return vocabulary.encode(text);
  } catch (error) {
    if (error instanceof MszError) throw new MszError(error.code, `${place}: ${error.message}`, { reason: error.reason, hint: error.hint, cause: error });
    throw error;
  }
}

/** Real tokens that a source may have, `end` included. */
export function sourceLimit({ model }: Plan): number {
  return Math.min(model.source ? (model.source.positionLimit ?? Infinity) : (model.positionLimit ?? Infinity), model.encoderLimit ?? Infinity);
}

export function tooLong(plan: Plan, place: string, length: number, limit: number): MszError {
  return new MszError("past-length", `the encoder of ${plan.model.name} is sized for ${limit} positions, but ${place} has ${length} tokens`, {
    hint: "give a shorter text, or size the model for longer ones and train it anew",
  });
}

/** Sizes of batches where there are to be few of them: 1, 2, 3, 4, 6, 8, 12, 16, 24, … */
function isSize(n: number): boolean {
  const odd = n / 2 ** Math.floor(Math.log2(n));
  return odd === 1 || odd === 1.5;
}

export function sizeAbove(n: number): number {
  while (!isSize(n)) n++;
  return n;
}

function sizeBelow(n: number): number {
  while (!isSize(n)) n--;
  return n;
}

/** Columns by which sources of about one length are of one size. */
const columnStep = 8;

/** [B, E], shorter ones padded on the right. */
export function sourceTensor(sources: readonly Int32Array[], padding: number | null, fewSizes: boolean): HostTensor {
  const longest = Math.max(...sources.map((ids) => ids.length));
  const columns = fewSizes && padding !== null ? Math.ceil(longest / columnStep) * columnStep : longest;
  const data = new Int32Array(sources.length * columns).fill(padding ?? 0);
  sources.forEach((ids, row) => data.set(ids, row * columns));
  return { shape: [sources.length, columns], data };
}

/** A state that has read the sources [B, E], and nothing of their translations; and what the encoder made of them, but for outputs in `leave`. */
export async function stateFrom(program: Program, source_tokens: HostTensor, leave: readonly string[]): Promise<{ state: DeviceState; encoded: HostTensors }> {
  const state = await program.createState(source_tokens.shape[0]!, source_tokens.shape[1]!);
  try {
    return { state, encoded: await program.advance(state, "encode", { source_tokens }, leave) };
  } catch (error) {
    state.dispose();
    throw error;
  }
}

export interface BatchSize {
  /** Tokens of a batch's sources at most, padding included; a longer source is a batch of its own. */
  readonly tokens: number;
  readonly sentences: number;
  readonly fewSizes: boolean;
}

/**
 * Sources in batches, by their places in the list: the longest first, so that what is hard on a device's memory comes at once. Without padding those of a batch are of one length.
 */
export function batchesOf(sources: readonly Int32Array[], { tokens, sentences, fewSizes }: BatchSize, padding: number | null): number[][] {
  const order = sources.map((_, i) => i).sort((a, b) => sources[b]!.length - sources[a]!.length || a - b);
  const batches: number[][] = [];
  let [longest, room] = [0, 0];
  for (const i of order) {
    const batch = batches.at(-1);
    const length = sources[i]!.length;
    if (batch && batch.length < room && (padding !== null || length === longest)) {
      batch.push(i);
      continue;
    }
    batches.push([i]);
    longest = length;
    room = Math.max(1, Math.min(sentences, Math.floor(tokens / longest)));
    if (fewSizes) room = sizeBelow(room);
  }
  return batches;
}
