/** What every score is taken of: translations, and one or several sets of references, a line each. In: lines. Out: a refusal, or segments. */
import { MszError } from "../../src/base/error.js";

/** Sets of references, each with a line for every translation. */
export type References = readonly (readonly string[])[];

export interface ScoreOptions {
  /** Compares lower-cased text. Letters newer than a Unicode version are lower-cased only where that version or a later one is known. */
  readonly lowercase?: boolean;
}

export interface Segment {
  readonly hypothesis: string;
  /** In the order of the sets. */
  readonly references: readonly string[];
}

/** Lines that stand together. @throws MszError `no-lines`, `unequal-lines` */
export function segmentsOf(hypotheses: readonly string[], references: References, { lowercase = false }: ScoreOptions): Segment[] {
  if (hypotheses.length === 0) throw new MszError("no-lines", "there are no translations to score: 0 lines");
  if (references.length === 0) throw new MszError("no-lines", "there are no references to score by: 0 sets");
  for (const [i, set] of references.entries()) {
    if (set.length === hypotheses.length) continue;
    const others = references.length === 1 ? "the references have" : `set ${i + 1} of the references has`;
    throw new MszError("unequal-lines", `the translations have ${counted(hypotheses.length)}, but ${others} ${counted(set.length)}`, {
      reason: "a line is scored by the reference line of the same number",
      hint: "look for a translation that broke over two lines, or an empty one that was left out",
    });
  }
  const read = (line: string): string => (lowercase ? line.toLowerCase() : line);
  return hypotheses.map((hypothesis, i) => ({ hypothesis: read(hypothesis), references: references.map((set) => read(set[i]!)) }));
}

function counted(lines: number): string {
  return lines === 1 ? "1 line" : `${lines} lines`;
}

/**
 * sacreBLEU's signature, with our name and version in place of its `version:2.6.0`: the numbers are the same, but who computed them must
 * not be claimed. `fields` are those of the metric alone.
 */
export function signatureOf(references: References, { lowercase = false }: ScoreOptions, fields: readonly string[]): string {
  return [`nrefs:${references.length}`, `case:${lowercase ? "lc" : "mixed"}`, ...fields, "msz:0.1.0"].join("|");
}
