/**
 * chrF2 of a corpus (Popović 2015): the F-score, recall weighing twice precision, of n-grams of 1 to 6 characters without white space;
 * equal to sacreBLEU's defaults. Translations and references in; the score, and how it was made, out.
 */
import { segmentsOf, signatureOf, type References, type ScoreOptions } from "./sets.js";
import { fixed, ngramsOf, withoutSpaces } from "./text.js";

const LONGEST = 6;
const BETA = 2;

export interface Chrf {
  /** 0 to 100. */
  readonly score: number;
  readonly signature: string;
  /** `chrF2 = 54.32` */
  readonly line: string;
}

/** N-grams of one length: how many the translation has, how many the reference, and how many both. */
interface Counts {
  readonly hypothesis: number;
  readonly reference: number;
  readonly matches: number;
}

/** @throws MszError `no-lines`, `unequal-lines` */
export function chrf(hypotheses: readonly string[], references: References, options: ScoreOptions = {}): Chrf {
  let sum: readonly Counts[] = Array.from({ length: LONGEST }, () => ({ hypothesis: 0, reference: 0, matches: 0 }));
  for (const segment of segmentsOf(hypotheses, references, options)) {
    const own = charactersOf(segment.hypothesis);
    const candidates = segment.references.map((reference) => compare(own, charactersOf(reference)));
    // The first of the best; the others do not count.
    const best = candidates.reduce((a, b) => (fScore(b) > fScore(a) ? b : a));
    sum = sum.map((counts, i) => add(counts, best[i]!));
  }
  const score = fScore(sum);
  return {
    score,
    signature: signatureOf(references, options, ["eff:yes", `nc:${LONGEST}`, "nw:0", "space:no"]),
    line: `chrF${BETA} = ${fixed(score, 2)}`,
  };
}

/** Precision and recall are averaged over the lengths that both sides have n-grams of. */
function fScore(all: readonly Counts[]): number {
  const both = all.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  if (both.length === 0) return 0;
  const precision = both.reduce((sum, { matches, hypothesis }) => sum + matches / hypothesis, 0) / both.length;
  const recall = both.reduce((sum, { matches, reference }) => sum + matches / reference, 0) / both.length;
  if (precision + recall === 0) return 0;
  return (100 * (1 + BETA ** 2) * precision * recall) / (BETA ** 2 * precision + recall);
}

function add(a: Counts, b: Counts): Counts {
  return { hypothesis: a.hypothesis + b.hypothesis, reference: a.reference + b.reference, matches: a.matches + b.matches };
}

type Ngrams = ReadonlyMap<string, number>;

/** A map a length, from 1 on. */
function compare(hypothesis: readonly Ngrams[], reference: readonly Ngrams[]): Counts[] {
  return hypothesis.map((own, i) => {
    const other = reference[i]!;
    let matches = 0;
    for (const [ngram, count] of own) matches += Math.min(count, other.get(ngram) ?? 0);
    // A reference too short for any n-gram says nothing on those of the translation.
    return { hypothesis: other.size === 0 ? 0 : total(own), reference: total(other), matches };
  });
}

function total(ngrams: Ngrams): number {
  let sum = 0;
  for (const count of ngrams.values()) sum += count;
  return sum;
}

/** Of code points: an emoji is one character, not the two halves that JavaScript's strings hold. */
function charactersOf(line: string): Ngrams[] {
  const characters = Array.from(withoutSpaces(line));
  return Array.from({ length: LONGEST }, (_, i) => ngramsOf(characters, i + 1, ""));
}
