/** A state's update in normal form, S = decay ∘ S + Σ key · value, from the terms that `reads.ts` finds in it. */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Axis, NormalForm, State, TokenExpr } from "../../src/model/model.js";
import { isNumber, product, sum, type Factor } from "./algebra.js";
import type { Read, Term } from "./reads.js";
import { refuseCorrected, refuseSequential, refuseUnwritten } from "./refuse.js";
import { splitProduct, type TooLong } from "./split.js";
import { walk } from "./walk.js";
import type { Span } from "../../src/base/source.js";

/** The decay, and the products that are written: what is known before the reads of all states are. */
export interface Affine {
  readonly decay: TokenExpr;
  readonly written: readonly (readonly Factor[])[];
}

/** Undefined, with the reason in `diagnostics`, when the update is of a class that does not compile. */
export function affineUpdate(
  state: State, found: { terms: readonly Term[]; sequential: Span | undefined }, diagnostics: Diagnostic[],
): Affine | undefined {
  const corrected = found.terms.find((t) => t.use?.contracted)?.use?.contracted;
  if (found.sequential) diagnostics.push(refuseSequential(state, found.sequential));
  else if (corrected) diagnostics.push(refuseCorrected(state, corrected));
  if (found.sequential || corrected) return undefined;
  const { span } = state.update;
  const decay = sum(found.terms.filter((t) => t.use).map((t) => product(t.factors, span)), span);
  return { decay, written: found.terms.filter((t) => !t.use).map((t) => t.factors) };
}

/** Undefined, with the reason in `diagnostics`, when nothing is ever written. */
export function normalForm(
  state: State, affine: Affine, reads: readonly Read[], diagnostics: Diagnostic[], tooLong: TooLong,
): NormalForm | undefined {
  const contracted = contractedAxes(state, reads);
  const terms = affine.written.flatMap((factors) => splitProduct(factors, contracted, state.update.span, tooLong));
  const written = terms.filter((t) => !isNumber(t.key, 0));
  if (written.length === 0) {
    diagnostics.push(refuseUnwritten(state));
    return undefined;
  }
  if (isNumber(affine.decay, 1)) return { class: "additive", decayPerToken: false, corrections: [], terms: written };
  return { class: "decayed", decay: affine.decay, decayPerToken: isPerToken(affine.decay), corrections: [], terms: written };
}

/** Of the reads that sum something away, the one with the fewest axes: its side of the state is the key's. */
function contractedAxes(state: State, reads: readonly Read[]): readonly Axis[] {
  const over = reads.filter((r) => r.state.name === state.name && r.over.length > 0).map((r) => r.over);
  return over.reduce<readonly Axis[]>((best, axes) => (best.length === 0 || axes.length < best.length ? axes : best), []);
}

function isPerToken(expr: TokenExpr): boolean {
  let found = false;
  walk([expr], (e) => {
    found ||= perTokenKinds.has(e.kind);
  });
  return found;
}

const perTokenKinds: ReadonlySet<TokenExpr["kind"]> = new Set(["input", "position", "count", "state", "cache", "read", "attend", "rotary", "convolve"]);
