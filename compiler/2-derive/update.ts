/** A state's update in normal form, S = decay ∘ S + Σ writer · u + Σ key · value, from the terms that `reads.ts` finds in it. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Axis, Correction, NormalForm, State, TokenExpr } from "../../src/model/model.js";
import { hasAxis, isNumber, product, sum, type Factor } from "./algebra.js";
import { Readers } from "./contract.js";
import type { Read, Term } from "./reads.js";
import { refuseUnwritten } from "./refuse.js";
import { splitProduct, type TooLong } from "./split.js";
import { walk } from "./walk.js";

/** What is known before the reads of all states are: the decay, the corrections, and the products that are written. */
export interface Affine {
  readonly decay: TokenExpr;
  readonly corrections: readonly Correction[];
  readonly written: readonly (readonly Factor[])[];
}

export function affineUpdate(state: State, terms: readonly Term[]): Affine {
  const { span } = state.update;
  const kept = terms.filter((t) => t.use && !t.use.contraction);
  return {
    decay: sum(kept.map((t) => product(t.factors, span)), span),
    corrections: correctionsOf(state, terms),
    written: terms.filter((t) => !t.use).map((t) => t.factors),
  };
}

/** Those with one reader are one, with the sum of their writers. */
function correctionsOf(state: State, terms: readonly Term[]): Correction[] {
  const { span } = state.update;
  const readers = new Readers();
  const groups = new Map<string, Correction>();
  for (const { factors, use } of terms) {
    if (!use?.contraction || factors.some((f) => !f.inverse && isNumber(f.expr, 0))) continue;
    const name = readers.name(use.contraction);
    const before = groups.get(name);
    const writer = product(factors, span);
    // In the order of the state's axes, whatever sum took them first.
    const over = state.axes.filter((a) => hasAxis(use.contraction!.over, a.name));
    groups.set(name, before ? { ...before, writer: sum([before.writer, writer], span) } : { writer, reader: product(use.contraction.reader, span), over });
  }
  return [...groups.values()];
}

/** Undefined, with the reason in `diagnostics`, when nothing is ever written. */
export function normalForm(
  state: State, affine: Affine, reads: readonly Read[], diagnostics: Diagnostic[], tooLong: TooLong,
): NormalForm | undefined {
  const { decay, corrections } = affine;
  const contracted = contractedAxes(state, reads) ?? fewest(corrections.map((c) => c.over)) ?? [];
  const terms = affine.written.flatMap((factors) => splitProduct(factors, contracted, state.update.span, tooLong));
  const written = terms.filter((t) => !isNumber(t.key, 0));
  if (written.length === 0) {
    diagnostics.push(refuseUnwritten(state));
    return undefined;
  }
  const kept = isNumber(decay, 1) ? { decayPerToken: false } : { decay, decayPerToken: isPerToken(decay) };
  const recurrence = corrections.length > 0 ? "corrected" : kept.decay ? "decayed" : "additive";
  return { class: recurrence, ...kept, corrections, terms: written };
}

/** Of the reads that sum something away, the one with the fewest axes: its side of the state is the key's. */
function contractedAxes(state: State, reads: readonly Read[]): readonly Axis[] | undefined {
  return fewest(reads.filter((r) => r.state.name === state.name && r.over.length > 0).map((r) => r.over));
}

function fewest(lists: readonly (readonly Axis[])[]): readonly Axis[] | undefined {
  return lists.reduce<readonly Axis[] | undefined>((best, axes) => (best === undefined || axes.length < best.length ? axes : best), undefined);
}

function isPerToken(expr: TokenExpr): boolean {
  let found = false;
  walk([expr], (e) => {
    found ||= perTokenKinds.has(e.kind);
  });
  return found;
}

const perTokenKinds: ReadonlySet<TokenExpr["kind"]> = new Set([
  "input", "position", "count", "at", "both", "state", "cache", "read", "attend", "rotary", "convolve",
]);
