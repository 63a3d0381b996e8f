/** Mixers of an encoder, where each token sees states after all tokens: what such a state is must not depend on the order of the tokens. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import { spanText, type Span } from "../../src/base/source.js";
import type { MixerInstance, State, StateClass, TokenExpr } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import { containing, walk } from "./walk.js";

/** What depends on it all the same, in a mixer as it was checked and as it was derived. */
export function refuseOrder(mixer: MixerInstance, derived: MixerInstance): Diagnostic[] {
  const refused = mixer.states.flatMap((state, i): Diagnostic[] => {
    const becomes = derived.states[i]!;
    const recurrence = becomes.normal?.class ?? "sequential";
    return recurrence === "additive" ? [] : [refuseState(state, recurrence, becomes.walk?.because, mixer)];
  });
  return refused.length > 0 ? refused : refusePrevious(mixer);
}

function refuseState(state: State, recurrence: Exclude<StateClass, "additive">, because: Span | undefined, mixer: MixerInstance): Diagnostic {
  const name = localName(state.name);
  return {
    code: "order-in-encoder",
    severity: "error",
    message: `in an encoder \`${name}\` must not depend on the order of the tokens, but it is \`${recurrence}\``,
    span: because ?? changeOf(state),
    labels: [{ span: mixer.span, message: "used in an encoder here" }],
    reason: `${recurrence === "decayed" ? decays(state) : reasons[recurrence]}; in an encoder every token sees the state after all of them, whichever comes first`,
    hint: repair(mixer),
  };
}

const reasons: Readonly<Record<Exclude<StateClass, "additive" | "decayed">, string>> = {
  corrected: "what a token writes depends on what those before it have written",
  sequential: "each new value is computed from the one before it",
};

function decays(state: State): string {
  return usesOld(state)(state.update) ? "each token scales what those before it have written" : "each token replaces what those before it have written";
}

function repair(mixer: MixerInstance): string {
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
function refusePrevious(mixer: MixerInstance): Diagnostic[] {
  const found: Diagnostic[] = [];
  const look = (root: TokenExpr, own: State | undefined): void => walk([root], (e) => {
    if (e.kind !== "state" || e.when !== "old" || e.state === own) return;
    const name = localName(e.state.name);
    found.push({
      code: "order-in-encoder",
      severity: "error",
      message: `in an encoder there is no previous \`${name}\``,
      span: e.span,
      labels: [{ span: mixer.span, message: "used in an encoder here" }],
      reason: "every token sees the state after all of them, whichever comes first",
      hint: repair(mixer),
    });
  });
  for (const state of mixer.states) look(state.update, state);
  for (const cache of mixer.caches) look(cache.value, undefined);
  look(mixer.out, undefined);
  return found;
}
