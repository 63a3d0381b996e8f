/** What `msz explain` says of the states, caches and convolutions of a mixer, as data. */
import type { Axis, Cache, MixerInstance, NormalForm, State, Walk } from "../../src/model/model.js";
import { localName, printExpr } from "../../src/model/print.js";
import type { Plan } from "../../src/plan/plan.js";
import { printCache, printState, type PrintedRecurrence } from "../2-derive/index.js";
import { walk } from "../2-derive/walk.js";
import { algorithmOf } from "./algorithm.js";

/** Its name is the local one. */
export interface RecurrenceExplanation extends PrintedRecurrence {
  readonly why: string;
  /** What is carried: `[slots 32, width 256]` */
  readonly shape: string;
  /** float32, of one sequence; for a cache, of one token. */
  readonly bytes: number;
  readonly training: string;
  /** Absent where nothing is decoded. */
  readonly decoding?: string;
  /** What its bytes are of. */
  readonly per: "sequence" | "token" | "source" | "source token";
  /** How it is computed for many tokens on WebGPU, and why so; absent for what is no state. */
  readonly algorithm?: string;
}

/** With those of the forward direction of mixers that it runs from both ends. */
export function explainRecurrences({ states, caches, convolutions, reads, bidirectional }: MixerInstance, plan: Plan): RecurrenceExplanation[] {
  return [
    ...states.map((s) => explainState(s, reads, plan)), ...caches.map((c) => explainCache(c, reads)),
    ...convolutions.filter((c) => c.size > 1).map(explainConvolution),
    ...bidirectional.flatMap(({ forward }) => explainRecurrences(forward, plan)),
  ];
}

/** Of one source, float32: the states of a mixer under `cross`. */
export function sourceBytes({ states }: MixerInstance): number {
  return states.reduce((n, s) => n + bytesOf(s.axes), 0);
}

/** Of one sequence, float32. Under `cross` that is what convolutions of its own tokens carry. */
export function constantBytes({ states, convolutions, reads, out }: Pick<MixerInstance, "states" | "convolutions" | "reads" | "out">): number {
  if (reads === "cross") {
    const carried = new Set<string>();
    walk([out], (e) => void (e.kind === "convolve" && carried.add(e.name)));
    return constantBytes({ states: [], convolutions: convolutions.filter((c) => carried.has(c.name)), reads: "causal", out });
  }
  return states.reduce((n, s) => n + bytesOf(s.axes), 0) + convolutions.reduce((n, c) => n + (c.size - 1) * bytesOf(c.axes), 0);
}

export function cacheBytes({ caches }: MixerInstance): number {
  return caches.reduce((n, c) => n + bytesOf(c.axes), 0);
}

function explainState(state: State, reads: MixerInstance["reads"], plan: Plan): RecurrenceExplanation {
  const algorithm = reads === "causal" ? algorithmOf(plan, state) : undefined;
  const bytes = bytesOf(state.axes);
  return {
    ...printState(state), name: localName(state.name), bytes,
    why: state.normal ? whyNormal(state.normal) : whyWalked(state.walk!),
    shape: axesText(state.axes),
    ...(reads === "causal"
      ? {
          training: state.normal
            ? "in chunks: each chunk starts from the state before it; time and memory linear in T"
            : `token by token, forwards and backwards; the state of every token is kept, ${bytes} bytes each`,
          decoding: "one update a token, constant memory",
          per: "sequence" as const,
        }
      : wholeState[reads]),
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

const wholeState = {
  whole: { training: "a sum over all tokens of the text, which every token then reads; time linear in its length", per: "sequence" },
  cross: { training: "a sum over all tokens of the source; time linear in its length", decoding: "written once, when the source is read; a token only reads it", per: "source" },
} as const;

function explainCache(cache: Cache, reads: MixerInstance["reads"]): RecurrenceExplanation {
  const bytes = bytesOf(cache.axes);
  return {
    ...printCache(cache), name: localName(cache.name), why: "every token's value is kept", bytes,
    shape: `[time${cache.axes.map((a) => `, ${a.name} ${a.size}`).join("")}]`,
    ...keptBy(reads, bytes),
  };
}

function keptBy(reads: MixerInstance["reads"], bytes: number): Pick<RecurrenceExplanation, "training" | "decoding" | "per"> {
  const blocked = "blocked attention with a running softmax: memory linear in T";
  switch (reads) {
    case "causal": return { training: `${blocked}, time quadratic`, decoding: `appends ${bytes} bytes a token`, per: "token" };
    case "whole": return { training: `${blocked}, time quadratic`, per: "token" };
    case "cross": return {
      training: `${blocked} and in the source, time as their product`,
      decoding: `written once, when the source is read, ${bytes} bytes for each of its tokens; a token only reads them`, per: "source token",
    };
  }
}

function explainConvolution(convolution: MixerInstance["convolutions"][number]): RecurrenceExplanation {
  const name = localName(convolution.name);
  const past = convolution.size - 1;
  return {
    name, class: "additive", why: `a convolution sees the last ${convolution.size} tokens only`, corrections: [], terms: [],
    shape: axesText([{ name: "tap", size: past }, ...convolution.axes]),
    formula: `${name} = convolve(${printExpr(convolution.argument)}, ${convolution.size})`,
    bytes: past * bytesOf(convolution.axes),
    per: "sequence", training: "every token at once", decoding: `the last ${past} inputs are kept`,
  };
}

function axesText(axes: readonly Axis[]): string {
  return axes.length === 0 ? "" : `[${axes.map((a) => `${a.name} ${a.size}`).join(", ")}]`;
}

/** float32 */
function bytesOf(axes: readonly Axis[]): number {
  return 4 * axes.reduce((n, a) => n * a.size, 1);
}
