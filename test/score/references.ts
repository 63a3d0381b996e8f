/** What sacreBLEU 2.6.0 computed of the cases of `make-references.py`, as that wrote it to `references.json`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bleu } from "../../cli/score/bleu.js";
import type { Chrf } from "../../cli/score/chrf.js";

export interface Scores {
  readonly bleu: Bleu;
  readonly chrf: Chrf;
}

export interface Case {
  readonly name: string;
  readonly hypotheses: readonly string[];
  readonly references: readonly (readonly string[])[];
  readonly mixed: Scores;
  readonly lower: Scores;
}

/** A line, and its tokens with a space between. */
type Tokenized = readonly [line: string, tokens: string];

interface Reference {
  readonly sacrebleu: string;
  readonly cases: readonly Case[];
  readonly tokens: readonly Tokenized[];
  readonly noise: readonly Tokenized[];
  /** Of ten lines of noise at a time: BLEU and chrF2, then both of lower-cased text. */
  readonly noiseScores: readonly (readonly number[])[];
  /** Code points that are white space. */
  readonly spaces: readonly number[];
  readonly lower: {
    /** All characters that lower-casing changes, and what to, a line each. */
    readonly from: string;
    readonly to: string;
    /** First and last of the code points that this Unicode gives no meaning. */
    readonly unassigned: readonly (readonly [first: number, last: number])[];
    /** Sigmas, which become another letter at the end of a word. */
    readonly sigmas: readonly (readonly [text: string, lower: string])[];
  };
}

export const reference = JSON.parse(readFileSync(join(import.meta.dirname, "references.json"), "utf8")) as Reference;

/** A signature as ours must be: only who computed the score differs. */
export function ours(signature: string): string {
  return signature.replace(`version:${reference.sacrebleu}`, "msz:0.1.0");
}

/** Both take the same steps in float64 from the same counts; only the last bit of `exp` and `log` is the library's own. */
export const RELATIVE = 1e-12;
