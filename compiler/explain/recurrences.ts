/** What `msz explain` says of the states, caches and convolutions of a mixer, as data. */
import type { Axis, Cache, MixerInstance, NormalForm, State, Walk } from "../../src/model/model.js";
import { localName, printExpr } from "../../src/model/print.js";
import type { Plan } from "../../src/plan/plan.js";
import { printCache, printState, type PrintedRecurrence } from "../2-derive/index.js";
import { algorithmOf } from "./algorithm.js";

/** Its name is the local one. */
export interface RecurrenceExplanation extends PrintedRecurrence {
  readonly why: string;
  /** What is carried: `[slots 32, width 256]` */
  readonly shape: string;
  /** float32, of one sequence; for a cache, of one token. */
  readonly bytes: number;
  readonly training: string;
  readonly decoding: string;
  /** How it is computed for many tokens on WebGPU, and why so; absent for what is no state. */
  readonly algorithm?: string;
}

export function explainRecurrences({ states, caches, convolutions }: MixerInstance, plan: Plan): RecurrenceExplanation[] {
  return [...states.map((s) => explainState(s, plan)), ...caches.map(explainCache), ...convolutions.filter((c) => c.size > 1).map(explainConvolution)];
}

/** Of one sequence, float32. */
export function constantBytes({ states, convolutions }: MixerInstance): number {
  return states.reduce((n, s) => n + bytesOf(s.axes), 0) + convolutions.reduce((n, c) => n + (c.size - 1) * bytesOf(c.axes), 0);
}

export function cacheBytes({ caches }: MixerInstance): number {
  return caches.reduce((n, c) => n + bytesOf(c.axes), 0);
}

function explainState(state: State, plan: Plan): RecurrenceExplanation {
  const algorithm = algorithmOf(plan, state);
  const bytes = bytesOf(state.axes);
  return {
    ...printState(state), name: localName(state.name), bytes,
    why: state.normal ? whyNormal(state.normal) : whyWalked(state.walk!),
    shape: axesText(state.axes),
    training: state.normal
      ? "in chunks: each chunk starts from the state before it; time and memory linear in T"
      : `token by token, forwards and backwards; the state of every token is kept, ${bytes} bytes each`,
    decoding: "one update a token, constant memory",
    ...(algorithm ? { algorithm } : {}),
  };
}

function whyNormal({ decay, decayPerToken, corrections }: NormalForm): string {
  const kept = decay ? `the old value is scaled by ${decayPerToken ? "a factor of the token" : "a constant"}` : undefined;
  if (corrections.length > 0) {
    return `${kept ? `${kept}, ` : ""}what ${corrections.length === 1 ? "a sum" : `${corrections.length} sums`} over the old value read${corrections.length === 1 ? "s" : ""} is written back, and products of per-token tensors are added`;
  }
  return kept ? `${kept}, and products of per-token tensors are added` : "products of per-token tensors are added to the old value, which is not changed";
}

function whyWalked({ states }: Walk): string {
  const names = states.map((s) => localName(s.name));
  const why = names.length === 1
    ? "its old value is more than scaled and summed over"
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are computed from one another at each token`;
  return `${why}, so tokens cannot be computed side by side`;
}

function explainCache(cache: Cache): RecurrenceExplanation {
  const bytes = bytesOf(cache.axes);
  return {
    ...printCache(cache), name: localName(cache.name), why: "every token's value is kept", bytes,
    shape: `[time${cache.axes.map((a) => `, ${a.name} ${a.size}`).join("")}]`,
    training: "blocked attention with a running softmax: memory linear in T, time quadratic",
    decoding: `appends ${bytes} bytes a token`,
  };
}

function explainConvolution(convolution: MixerInstance["convolutions"][number]): RecurrenceExplanation {
  const name = localName(convolution.name);
  const past = convolution.size - 1;
  return {
    name, class: "additive", why: `a convolution sees the last ${convolution.size} tokens only`, corrections: [], terms: [],
    shape: axesText([{ name: "tap", size: past }, ...convolution.axes]),
    formula: `${name} = convolve(${printExpr(convolution.argument)}, ${convolution.size})`,
    bytes: past * bytesOf(convolution.axes),
    training: "every token at once", decoding: `the last ${past} inputs are kept`,
  };
}

function axesText(axes: readonly Axis[]): string {
  return axes.length === 0 ? "" : `[${axes.map((a) => `${a.name} ${a.size}`).join(", ")}]`;
}

/** float32 */
function bytesOf(axes: readonly Axis[]): number {
  return 4 * axes.reduce((n, a) => n * a.size, 1);
}
