/** Where each token sees states after all tokens, in an encoder and under `cross`: what such a state is must not depend on the order of the tokens. */
import type { Diagnostic, Label } from "../../src/base/diagnostic.js";
import { spanText, type Span } from "../../src/base/source.js";
import type { MixerInstance, State, StateClass, TokenExpr } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import { containing, walk } from "./walk.js";

/** Of a mixer that reads a whole text: its own, or the source's. */
export type Whole = Exclude<MixerInstance["reads"], "causal">;

interface Words {
  readonly code: string;
  /** Begins a sentence about a state. */
  readonly place: string;
  readonly order: string;
  readonly sees: string;
  readonly repair: (mixer: MixerInstance) => string;
  readonly repairPrevious: (mixer: MixerInstance, state: string) => string;
}

const words: { readonly [W in Whole]: Words } = {
  whole: {
    code: "order-in-encoder", place: "in an encoder", order: "the order of the tokens",
    sees: "every token sees the state after all of them, whichever comes first", repair: inBothDirections, repairPrevious: inBothDirections,
  },
  cross: {
    code: "order-under-cross", place: "under `cross`", order: "the order of the source's tokens",
    sees: "every token sees the state after all of the source, whichever of its tokens comes first",
    repair: (mixer) => `\`cross\` takes additive and growing mixers only: put one of those here; ${mixer.mixer} may stand in the decoder without \`cross\``,
    repairPrevious: (_, state) => `write \`${state}\`, what it is after all of the source`,
  },
};

/** What depends on it all the same, in a mixer as it was checked and as it was derived. */
export function refuseOrder(mixer: MixerInstance, derived: MixerInstance, reads: Whole): Diagnostic[] {
  const told = words[reads];
  const refused = mixer.states.flatMap((state, i): Diagnostic[] => {
    const becomes = derived.states[i]!;
    const recurrence = becomes.normal?.class ?? "sequential";
    return recurrence === "additive" ? [] : [refuseState(state, recurrence, becomes.walk?.because, mixer, told)];
  });
  return refused.length > 0 ? refused : refusePrevious(mixer, told);
}

function refuseState(state: State, recurrence: Exclude<StateClass, "additive">, because: Span | undefined, mixer: MixerInstance, told: Words): Diagnostic {
  const name = localName(state.name);
  return {
    code: told.code,
    severity: "error",
    message: `${told.place} \`${name}\` must not depend on ${told.order}, but it is \`${recurrence}\``,
    span: because ?? changeOf(state),
    labels: [usedHere(mixer, told)],
    reason: `${recurrence === "decayed" ? decays(state) : reasons[recurrence]}; ${told.place} ${told.sees}`,
    hint: told.repair(mixer),
  };
}

const reasons: Readonly<Record<Exclude<StateClass, "additive" | "decayed">, string>> = {
  corrected: "what a token writes depends on what those before it have written",
  sequential: "each new value is computed from the one before it",
};

function decays(state: State): string {
  return usesOld(state)(state.update) ? "each token scales what those before it have written" : "each token replaces what those before it have written";
}

function usedHere({ span }: MixerInstance, { place }: Words): Label {
  return { span, message: `used ${place} here` };
}

function inBothDirections(mixer: MixerInstance): string {
  const text = spanText(mixer.span);
  return text.includes("\n") ? `write it as \`bidirectional(${mixer.mixer}(…))\`, which runs it from both ends` : `write \`bidirectional(${text})\`, which runs it from both ends`;
}

function usesOld(state: State): (expr: TokenExpr) => boolean {
  return containing((e) => e.kind === "state" && e.state === state && e.when === "old");
}

/** Of an update that is a sum, the part that is more than the old value. */
function changeOf(state: State): Span {
  const uses = usesOld(state);
  const parts = (expr: TokenExpr): TokenExpr[] => (expr.kind === "binary" && (expr.fn === "add" || expr.fn === "subtract") ? [...parts(expr.left), ...parts(expr.right)] : [expr]);
  return (parts(state.update).find((part) => part.kind !== "state" && uses(part)) ?? state.update).span;
}

/** The value before a token, as a use outside of the state's own update. */
function refusePrevious(mixer: MixerInstance, told: Words): Diagnostic[] {
  const found: Diagnostic[] = [];
  const look = (root: TokenExpr, own: State | undefined): void => walk([root], (e) => {
    if (e.kind !== "state" || e.when !== "old" || e.state === own) return;
    const name = localName(e.state.name);
    found.push({
      code: told.code,
      severity: "error",
      message: `${told.place} there is no previous \`${name}\``,
      span: e.span,
      labels: [usedHere(mixer, told)],
      reason: told.sees,
      hint: told.repairPrevious(mixer, name),
    });
  });
  for (const state of mixer.states) look(state.update, state);
  for (const cache of mixer.caches) look(cache.value, undefined);
  look(mixer.out, undefined);
  return found;
}
