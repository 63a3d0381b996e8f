/** States and caches that need one another in a circle have no order in which each could be computed for all tokens. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Cache, State, TokenExpr } from "../../src/model/model.js";
import { refuseCycle } from "./refuse.js";
import { walk } from "./walk.js";

type Kept = State | Cache;

export function refuseCycles(states: readonly State[], caches: readonly Cache[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const done = new Set<Kept>();
  const path: Kept[] = [];
  const visit = (kept: Kept): void => {
    const at = path.indexOf(kept);
    if (at >= 0) {
      const circle = [...path.slice(at), kept].map((k) => k.name);
      diagnostics.push(refuseCycle(circle, kept.span));
      return;
    }
    if (done.has(kept)) return;
    path.push(kept);
    neededBy(kept).forEach(visit);
    path.pop();
    done.add(kept);
  };
  for (const kept of [...states, ...caches]) visit(kept);
  return diagnostics;
}

function neededBy(kept: Kept): Kept[] {
  const needed = new Set<Kept>();
  walk(writtenTo(kept), (e) => {
    if (e.kind === "read") needed.add(e.state);
    if (e.kind === "attend") needed.add(e.key).add(e.value);
  });
  return [...needed];
}

/** What each token writes into a state or a cache. */
export function writtenTo(kept: Kept): TokenExpr[] {
  if ("value" in kept) return [kept.value];
  const { decay, terms } = kept.normal ?? { terms: [] };
  return [...(decay ? [decay] : []), ...terms.flatMap((t) => [t.key, t.value])];
}
