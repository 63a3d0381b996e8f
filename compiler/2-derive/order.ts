/**
 * Which states of a mixer are walked token by token, together and in which order: those whose update is not linear in their own old
 * value, those that need one another in a circle, and what such ones ask with a query that is only known during the walk. Circles of
 * new values, or through a cache, are refused: nothing in them could be computed first.
 */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Span } from "../../src/base/source.js";
import type { Cache, MixerInstance, State, TokenExpr } from "../../src/model/model.js";
import { refuseCircle, refuseThroughTime } from "./refuse.js";
import { containing, walk } from "./walk.js";

type Kept = State | Cache;

/** States that are walked together; their order is `inOrder`'s. */
export interface Together {
  readonly states: readonly State[];
  readonly because: Span;
  readonly reason: "update" | "circle";
}

interface Need {
  readonly kept: Kept;
  readonly when: "old" | "new";
  readonly span: Span;
}

/** Found in the updates as they are written. `sequential` says where a state's update is not linear in its own old value, if it is not. */
export function walkedTogether(mixer: MixerInstance, sequential: (state: State) => Span | undefined, diagnostics: Diagnostic[]): Together[] {
  const needs = new Map([...mixer.states, ...mixer.caches].map((kept): [Kept, readonly Need[]] => [kept, needsOf(kept)]));
  const reached = new Map([...needs.keys()].map((kept): [Kept, ReadonlySet<Kept>] => [kept, reachedFrom(kept, needs)]));
  const placed = new Set<Kept>();
  const walks: Together[] = [];
  for (const kept of needs.keys()) {
    if (placed.has(kept)) continue;
    const circle = [...needs.keys()].filter((k) => k === kept || (reached.get(kept)!.has(k) && reached.get(k)!.has(kept)));
    for (const k of circle) placed.add(k);
    const states = circle.filter(isState);
    const inside = (needs.get(kept) ?? []).find((n) => circle.includes(n.kept) && !(n.kept === kept && n.when === "old"));
    if (inside) {
      const cache = circle.find((k) => !isState(k));
      const from = needs.get(cache ?? kept)!.find((n) => circle.includes(n.kept)) ?? inside;
      if (cache) diagnostics.push(refuseThroughTime("cache", states[0] ?? kept, from.span));
      else if (inOrder(states)) walks.push({ states, because: inside.span, reason: "circle" });
      else diagnostics.push(refuseCircle(states, inside.span));
    } else if (isState(kept)) {
      const because = sequential(kept);
      if (because) walks.push({ states: [kept], because, reason: "update" });
    }
  }
  return walks;
}

/** Such that each needs new values of earlier ones only. Undefined: there is none. */
export function inOrder(states: readonly State[]): State[] | undefined {
  const left = new Set(states);
  const order: State[] = [];
  while (left.size > 0) {
    const next = [...left].find((s) => !needsOf(s).some((n) => n.when === "new" && isState(n.kept) && left.has(n.kept)));
    if (!next) return undefined;
    left.delete(next);
    order.push(next);
  }
  return order;
}

/**
 * Of the derived update of a walked state: the states that are asked with a query that depends on the walk, which must be walked with
 * it. A cache or a convolution cannot be asked so.
 */
export function askedDuring(walked: readonly State[], update: TokenExpr, diagnostics: Diagnostic[]): State[] {
  const depends = containing((e) => e.kind === "state" && walked.includes(e.state));
  const asked: State[] = [];
  walk([update], (e) => {
    if (e.kind === "read" && depends(e.query)) asked.push(e.state);
    if (e.kind === "attend" && depends(e.query)) diagnostics.push(refuseThroughTime("query", walked[0]!, e.span));
    if (e.kind === "convolve" && depends(e.argument)) diagnostics.push(refuseThroughTime("convolution", walked[0]!, e.span));
  });
  return asked;
}

/** What each token writes into a state or a cache. */
export function writtenTo(kept: Kept): TokenExpr[] {
  if (!isState(kept)) return [kept.value];
  if (!kept.normal) return [kept.update];
  const { decay, corrections, terms } = kept.normal;
  return [...(decay ? [decay] : []), ...corrections.flatMap((c) => [c.writer, c.reader]), ...terms.flatMap((t) => [t.key, t.value])];
}

function isState(kept: Kept): kept is State {
  return "update" in kept;
}

function needsOf(kept: Kept): Need[] {
  const needs: Need[] = [];
  walk([isState(kept) ? kept.update : kept.value], (e) => {
    if (e.kind === "state") needs.push({ kept: e.state, when: e.when, span: e.span });
    if (e.kind === "cache") needs.push({ kept: e.cache, when: "new", span: e.span });
  });
  return needs;
}

/** Itself only when a circle leads back to it. */
function reachedFrom(kept: Kept, needs: ReadonlyMap<Kept, readonly Need[]>): ReadonlySet<Kept> {
  const reached = new Set<Kept>();
  const go = (from: Kept): void => {
    for (const need of needs.get(from) ?? []) {
      if (reached.has(need.kept)) continue;
      reached.add(need.kept);
      go(need.kept);
    }
  };
  go(kept);
  return reached;
}
