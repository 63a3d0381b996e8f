/**
 * BLEU of a corpus (Papineni et al. 2002), with the tokens and the smoothing that make it comparable (Post 2018): equal to sacreBLEU's
 * defaults. Translations and references in; the score, what it is made of, and how it was made, out.
 */
import { segmentsOf, signatureOf, type References, type ScoreOptions, type Segment } from "./sets.js";
import { fixed, ngramsOf, trimEnd } from "./text.js";
import { tokenize13a } from "./tokenize-13a.js";

const ORDERS = [1, 2, 3, 4] as const;

export interface Bleu {
  /** 0 to 100. */
  readonly score: number;
  /** Of n-grams of 1, 2, 3 and 4 tokens: the share that references have, in percent, smoothed. */
  readonly precisions: readonly number[];
  /** Of n-grams of 1, 2, 3 and 4 tokens: how many references have, of how many. */
  readonly matches: readonly number[];
  readonly totals: readonly number[];
  readonly brevityPenalty: number;
  /** Tokens. Of several references that with the nearest length counts. */
  readonly hypothesisLength: number;
  readonly referenceLength: number;
  readonly signature: string;
  /** `BLEU = 31.20 66.1/…/… (BP = 1.000 ratio = … hyp_len = … ref_len = …)` */
  readonly line: string;
}

/** @throws MszError `no-lines`, `unequal-lines` */
export function bleu(hypotheses: readonly string[], references: References, options: ScoreOptions = {}): Bleu {
  const counts = countsOf(segmentsOf(hypotheses, references, options));
  const { matches, totals, hypothesisLength, referenceLength } = counts;
  const precisions = precisionsOf(matches, totals);
  const brevityPenalty = brevity(hypothesisLength, referenceLength);
  // A precision of 0 makes the geometric mean 0: with no match at all, or where every line is shorter than an n-gram.
  const score = precisions.includes(0) ? 0 : brevityPenalty * Math.exp(precisions.reduce((sum, p) => sum + Math.log(p), 0) / precisions.length);
  const ratio = referenceLength === 0 ? 0 : hypothesisLength / referenceLength;
  const parts = `(BP = ${fixed(brevityPenalty, 3)} ratio = ${fixed(ratio, 3)} hyp_len = ${hypothesisLength} ref_len = ${referenceLength})`;
  return {
    score, precisions, brevityPenalty, ...counts,
    signature: signatureOf(references, options, ["eff:no", "tok:13a", "smooth:exp"]),
    line: `BLEU = ${fixed(score, 2)} ${precisions.map((p) => fixed(p, 1)).join("/")} ${parts}`,
  };
}

/** The nth of the orders without a match counts as 1 / 2^n of one, so that one missing order does not make the whole 0. */
function precisionsOf(matches: readonly number[], totals: readonly number[]): number[] {
  if (matches.every((count) => count === 0)) return matches.map(() => 0);
  let divisor = 1;
  return matches.map((count, i) => {
    const total = totals[i]!;
    if (total === 0) return 0;
    if (count > 0) return (100 * count) / total;
    divisor *= 2;
    return 100 / (divisor * total);
  });
}

function brevity(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

function countsOf(segments: readonly Segment[]): Pick<Bleu, "matches" | "totals" | "hypothesisLength" | "referenceLength"> {
  const matches = ORDERS.map(() => 0);
  const totals = ORDERS.map(() => 0);
  let [hypothesisLength, referenceLength] = [0, 0];
  for (const { hypothesis, references } of segments) {
    const tokens = tokensOf(hypothesis);
    const known = references.map(tokensOf);
    hypothesisLength += tokens.length;
    referenceLength += nearest(tokens.length, known.map((reference) => reference.length));
    for (const [i, order] of ORDERS.entries()) {
      const limits = known.map((reference) => ngrams(reference, order));
      totals[i]! += Math.max(tokens.length - order + 1, 0);
      for (const [ngram, count] of ngrams(tokens, order)) {
        // As often as the reference that has it most often.
        matches[i]! += Math.min(count, Math.max(...limits.map((limit) => limit.get(ngram) ?? 0)));
      }
    }
  }
  return { matches, totals, hypothesisLength, referenceLength };
}

function tokensOf(line: string): string[] {
  // The end goes first: of `word-` and a line's end nothing may be joined.
  return tokenize13a(trimEnd(line));
}

/** Of two that are equally near the shorter. */
function nearest(length: number, candidates: readonly number[]): number {
  return candidates.reduce((best, next) => {
    const [far, near] = [Math.abs(best - length), Math.abs(next - length)];
    return near < far || (near === far && next < best) ? next : best;
  });
}

/** No token holds a space, so joined ones stay apart. */
function ngrams(tokens: readonly string[], order: number): Map<string, number> {
  return ngramsOf(tokens, order, " ");
}
