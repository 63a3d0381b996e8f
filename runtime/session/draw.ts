/** Tokens drawn on the device. In: a state that has read a source. Out: ids [B, steps], chunk by chunk, as long as the caller takes them. */
import { MszError } from "../../src/base/error.js";
import type { Plan } from "../../src/plan/plan.js";
import type { DeviceState, HostTensor, Program, Sampling } from "../device.js";

/** `greedy` writes what a search with a beam of 1 does: never `end` alone. */
export type Draw = { readonly kind: "greedy" } | { readonly kind: "sampled"; readonly sampling: Sampling };

export interface DrawStart {
  readonly plan: Plan;
  readonly program: Program;
  readonly state: DeviceState;
  /** i32 [B, 1]: what the texts start from. */
  readonly first: HostTensor;
  /** As messages name the source of a row. */
  readonly nameOf: (row: number) => string;
  readonly longest: number;
  /** Tokens of the first submission; each has twice as many as the one before, up to `most`. */
  readonly steps: { readonly first: number; readonly most: number };
  readonly signal?: AbortSignal;
}

export interface Drawn {
  readonly ids: Int32Array;
  readonly steps: number;
}

export async function* drawTokens(start: DrawStart, sampling: Sampling): AsyncGenerator<Drawn, void, void> {
  await start.program.advance(start.state, "prefill", { tokens: start.first });
  yield* drawOn(start, start.longest, sampling);
}

/** The first token is chosen here, since the device would take `end` where that is likeliest; the others there. */
export async function* drawGreedily(start: DrawStart): AsyncGenerator<Drawn, void, void> {
  const { plan, program, state } = start;
  const outputs = await program.advance(state, "decode", { tokens: start.first });
  const ids = likeliest(start, outputs[plan.model.output]!);
  yield { ids, steps: 1 };
  if (start.longest === 1) return;
  await program.advance(state, "prefill", { tokens: { shape: [ids.length, 1], data: ids } });
  yield* drawOn(start, start.longest - 1, { temperature: 0, topK: 0, topP: 1, seed: 0 });
}

async function* drawOn({ program, state, steps: { first, most }, signal }: DrawStart, longest: number, sampling: Sampling): AsyncGenerator<Drawn, void, void> {
  let left = longest;
  for (let size = first; left > 0; size = Math.min(most, size * 2)) {
    signal?.throwIfAborted();
    const steps = Math.min(size, left);
    yield { ids: await program.generate(state, steps, sampling), steps };
    left -= steps;
  }
}

/** Of a model that gives nothing to choose from. */
export function noToken(model: string, source: string): MszError {
  return new MszError("not-finite", `${source}: ${model} gives no token of its translation a probability that is a number`, { hint: "the weights are not finite, or lead to values that are not" });
}

/** @param values [B, 1, vocab]; of equals the lowest id */
function likeliest({ plan: { model: { end, padding, vocabularySize, name } }, nameOf }: DrawStart, values: HostTensor): Int32Array {
  return Int32Array.from({ length: values.shape[0]! }, (_, row) => {
    let [best, most] = [-1, -Infinity];
    for (let id = 0; id < vocabularySize; id++) {
      const value = values.data[row * vocabularySize + id]!;
      if (id !== end && id !== padding && value > most) [best, most] = [id, value];
    }
    if (best < 0) throw noToken(name, nameOf(row));
    return best;
  });
}
