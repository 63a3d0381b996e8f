/**
 * One mixer instance with its states in normal form, or walked, and its uses of states and caches as `read` and `attend`. It is derived
 * again when a walk turns out to ask a state with a query of its own: that state is then walked too.
 */
import { hasErrors, type Diagnostic } from "../../src/base/diagnostic.js";
import type { Cache, MixerInstance, State, TokenExpr, Walk } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import { sizeOf } from "./algebra.js";
import { replaceCaches } from "./attend.js";
import { refuseSides } from "./cross.js";
import { refuseOrder } from "./encoder.js";
import { askedDuring, inOrder, walkedTogether, writtenTo, type Together } from "./order.js";
import { StateUses } from "./reads.js";
import { refuseUnwritten, warnOfWalk } from "./refuse.js";
import { affineUpdate, normalForm } from "./update.js";
import { mapAll, walk } from "./walk.js";
import { zeroForEver } from "./zero.js";

/** States and caches name one another through expressions, so they are made first and filled in after. */
type NewCache = { -readonly [K in keyof Cache]: Cache[K] };

/** With the mixers that it runs in both directions. Undefined, with the reasons in `diagnostics`, when one of them has no meaning. */
export function deriveMixer(mixer: MixerInstance, diagnostics: Diagnostic[]): MixerInstance | undefined {
  const found: Diagnostic[] = [];
  const both = mixer.bidirectional.map((b) => ({ forward: deriveMixer(b.forward, found), backward: deriveMixer(b.backward, found) }));
  const derived = deriveOwn(mixer, found);
  const order = derived && mixer.reads !== "causal" ? refuseOrder(mixer, derived, mixer.reads) : [];
  const misplaced = order.length === 0 && mixer.reads === "cross" ? refuseSides(mixer) : order;
  // What a walk costs is of no interest where it may not be.
  diagnostics.push(...(misplaced.length > 0 ? found.filter((d) => d.severity === "error") : found), ...misplaced);
  const bidirectional = both.flatMap(({ forward, backward }) => (forward && backward ? [{ forward, backward }] : []));
  if (!derived || misplaced.length > 0 || bidirectional.length < both.length) return undefined;
  return { ...derived, bidirectional };
}

/** Its own states and caches. */
function deriveOwn(mixer: MixerInstance, diagnostics: Diagnostic[]): MixerInstance | undefined {
  const found: Diagnostic[] = [];
  let walks = walkedTogether(mixer, sequentialIn(), found);
  let tried = deriveWith(mixer, walks);
  for (let more = tried.asked; more.length > 0; more = tried.asked) {
    walks = walks.map((w) => ({ ...w, states: [...w.states, ...more.filter((a) => a.by === w).map((a) => a.state)] }));
    tried = deriveWith(mixer, walks);
  }
  found.push(...tried.diagnostics);
  if (!hasErrors(found)) found.push(...walks.map((w) => warnOfWalk(w, 4 * w.states.reduce((n, s) => n + sizeOf(s.axes), 0))));
  // What is refused counts as 0, so that beside another mistake nothing may seem to be written.
  const first = found.filter((d) => d.code !== "nothing-written");
  diagnostics.push(...(hasErrors(first) ? first : found));
  return hasErrors(found) ? undefined : tried.mixer;
}

interface Tried {
  readonly mixer: MixerInstance;
  /** States that would have to be walked as well. */
  readonly asked: readonly { readonly state: State; readonly by: Together }[];
  readonly diagnostics: readonly Diagnostic[];
}

function deriveWith(mixer: MixerInstance, walks: readonly Together[]): Tried {
  const found: Diagnostic[] = [];
  const states = new Map(mixer.states.map((s): [State, State] => [s, { name: s.name, axes: s.axes, update: s.update, span: s.span }]));
  const caches = new Map(mixer.caches.map((c): [Cache, NewCache] => [c, { ...c }]));
  const olds = new Map([...states].map(([old, made]) => [made, old]));
  for (const { states: together, because } of walks) {
    const made: Walk = { states: (inOrder(together) ?? []).map((s) => states.get(s)!), because };
    for (const s of made.states) s.walk = made;
  }
  const walked = new Set([...states.values()].filter((s) => s.walk));

  const withoutCaches = replaceCaches((cache) => caches.get(cache)!, found);
  const rename = mapAll((e) => (e.kind === "state" && states.get(e.state)?.walk ? { ...e, state: states.get(e.state)! } : e));
  const prepare = (expr: TokenExpr): TokenExpr => (walked.size > 0 ? rename(withoutCaches(expr)) : withoutCaches(expr));
  const uses = new StateUses((state) => states.get(state)!, walked, found);
  const replace = (expr: TokenExpr): TokenExpr => uses.replace(prepare(expr));

  const affine = new Map(mixer.states.filter((s) => !states.get(s)!.walk).map((s) => {
    const { terms } = uses.update(s, unnamed(prepare(s.update), s));
    return [s, affineUpdate(s, terms)];
  }));
  for (const made of walked) made.update = replace(unnamed(olds.get(made)!.update, made));
  for (const [cache, made] of caches) made.value = replace(cache.value);
  const out = replace(mixer.out);

  // The split into key and value asks which axes the reads contract over, so all of them must be known.
  for (const [s, update] of affine) states.get(s)!.normal = normalForm(s, update, uses.reads, found, uses.tooLong);
  for (const s of zeroForEver([...walked])) found.push(refuseUnwritten(s));

  const asked = walks.flatMap((by) => {
    const members = by.states.map((s) => states.get(s)!);
    const needs = members.flatMap((s) => askedDuring(members, s.update, found));
    return needs.map((state) => ({ state: olds.get(state)!, by }));
  });
  // Asked by two walks, it goes with the first: the second then finds it walked.
  const once = asked.filter(({ state }, i) => asked.findIndex((a) => a.state === state) === i);
  const newStates = [...states.values()];
  const newCaches = [...caches.values()];
  const convolutions: (TokenExpr & { kind: "convolve" })[] = [];
  walk([...newStates.flatMap(writtenTo), ...newCaches.flatMap(writtenTo), out], (e) => {
    if (e.kind === "convolve") convolutions.push(e);
  });
  return { mixer: { ...mixer, states: newStates, caches: newCaches, convolutions, out }, asked: once, diagnostics: found };
}

/** Where a state's update is not linear in its old value. What is wrong in it besides is told when it is derived. */
function sequentialIn(): (state: State) => TokenExpr["span"] | undefined {
  const withoutCaches = replaceCaches((cache) => cache, []);
  const uses = new StateUses((state) => state, new Set(), []);
  return (state) => uses.update(state, unnamed(withoutCaches(state.update), state)).sequential;
}

/** The update carries the name of its state, which a part of it must not inherit: `h = h` would say nothing. */
function unnamed(update: TokenExpr, state: State): TokenExpr {
  return update.label === localName(state.name) ? { ...update, label: undefined } : update;
}
