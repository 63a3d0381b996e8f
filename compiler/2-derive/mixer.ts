/** One mixer instance with its states in normal form and its uses of states and caches as `read` and `attend`. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Cache, MixerInstance, NormalForm, State, TokenExpr } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import { replaceCaches } from "./attend.js";
import { refuseCycles, writtenTo } from "./order.js";
import { StateUses } from "./reads.js";
import { affineUpdate, normalForm } from "./update.js";
import { walk } from "./walk.js";

/** States and caches name one another through expressions, so they are made first and filled in after. */
type NewState = State & { normal?: NormalForm };
type NewCache = { -readonly [K in keyof Cache]: Cache[K] };

export function deriveMixer(mixer: MixerInstance, diagnostics: Diagnostic[]): MixerInstance | undefined {
  const found: Diagnostic[] = [];
  const states = new Map(mixer.states.map((s): [State, NewState] => [s, { name: s.name, axes: s.axes, update: s.update, span: s.span }]));
  const caches = new Map(mixer.caches.map((c): [Cache, NewCache] => [c, { ...c }]));

  const withoutCaches = replaceCaches((cache) => caches.get(cache)!, found);
  const uses = new StateUses((state) => states.get(state)!, found);
  const replace = (expr: TokenExpr): TokenExpr => uses.replace(withoutCaches(expr));

  const affine = mixer.states.map((s) => affineUpdate(s, uses.update(s, unnamed(withoutCaches(s.update), s)), found));
  for (const [cache, made] of caches) made.value = replace(cache.value);
  const out = replace(mixer.out);

  // The split into key and value asks which axes the reads contract over, so all of them must be known.
  mixer.states.forEach((s, i) => {
    if (affine[i]) states.get(s)!.normal = normalForm(s, affine[i], uses.reads, found, uses.tooLong);
  });
  const newStates = [...states.values()];
  const newCaches = [...caches.values()];
  if (found.length === 0) found.push(...refuseCycles(newStates, newCaches));
  diagnostics.push(...found);
  if (found.length > 0) return undefined;

  const convolutions: (TokenExpr & { kind: "convolve" })[] = [];
  walk([...newStates.flatMap(writtenTo), ...newCaches.flatMap(writtenTo), out], (e) => {
    if (e.kind === "convolve") convolutions.push(e);
  });
  return { ...mixer, states: newStates, caches: newCaches, convolutions, out };
}

/** The update carries the name of its state, which a part of it must not inherit: `h = h` would say nothing. */
function unnamed(update: TokenExpr, state: State): TokenExpr {
  return update.label === localName(state.name) ? { ...update, label: undefined } : update;
}
