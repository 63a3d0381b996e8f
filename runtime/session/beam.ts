/**
 * Beam search over a batch of sentences, by the rules of fairseq's generator; no device. In: of each row its most likely next tokens. Out: the token of each row of
 * the next step and the row that it goes on from, until all sentences are finished; then their hypotheses, best first.
 */

export interface BeamRules {
  /** Hypotheses that are kept, and finished, a sentence. */
  readonly beam: number;
  readonly end: number;
  /** Never chosen: a device gives it, last, where the vocabulary has no more candidates. */
  readonly padding: number | null;
  /** A score is Σ log p / length ^ lengthPenalty, `end` counted. */
  readonly lengthPenalty: number;
}

/** What the entry `beam` gives. */
export interface BeamCandidates {
  /** f32 [rows, each, 2]: log p and id, largest first; -inf and NaN stand for none. */
  readonly candidates: Float32Array;
  /** At least 2 · beam + 1, `end` among them. */
  readonly each: number;
  /** f32 [rows] */
  readonly endLogProb: Float32Array;
}

export interface Hypothesis {
  /** Without `end`. */
  readonly ids: Int32Array;
  /** Σ log p, that of `end` included. */
  readonly logProb: number;
  readonly score: number;
}

export interface BeamStep {
  /** Row i goes on from row `rows[i]` of the step before. */
  readonly rows: Int32Array;
  /** What row i reads next. */
  readonly tokens: Int32Array;
  /** As many rows as before, each of the same sentence as before. */
  readonly sameSource: boolean;
}

/** A hypothesis that is being written: its tokens are a list from the last to the first, which others share. */
interface Open {
  readonly written: Written | undefined;
  readonly logProb: number;
}

interface Written {
  readonly id: number;
  readonly before: Written | undefined;
}

interface Sentence {
  readonly index: number;
  readonly longest: number;
  /** Its rows are `first` … `first` + `open.length` - 1. */
  readonly first: number;
  readonly open: readonly Open[];
  /** Its rows are not looked at any more. */
  readonly done: boolean;
}

interface Candidate {
  readonly id: number;
  readonly logProb: number;
  /** Which of the sentence's hypotheses it goes on from. */
  readonly from: number;
}

export class BeamSearch {
  private readonly finished: Hypothesis[][];
  private sentences: Sentence[];
  private written = 0;

  /**
   * @param longest of each sentence: how many tokens it may have beside `end`, from 1
   * @param room how many sentences have rows while so many are not finished: at least those
   */
  constructor(private readonly rules: BeamRules, longest: readonly number[], private readonly room: (left: number) => number = (left) => left) {
    this.finished = longest.map(() => []);
    // The first step has one row a sentence: all its hypotheses would be the same one.
    this.sentences = longest.map((limit, index) => ({ index, longest: limit, first: index, open: [{ written: undefined, logProb: 0 }], done: false }));
  }

  /** One step, or undefined when every sentence is finished. */
  advance(given: BeamCandidates): BeamStep | undefined {
    const before = layoutOf(this.sentences);
    const after = this.sentences.map((sentence) => (sentence.done ? { sentence, going: [] } : this.goOn(sentence, given)));
    this.written++;
    const left = after.filter(({ going }) => going.length > 0).length;
    if (left === 0) return undefined;

    // A sentence that is finished may keep its place for a while.
    let idle = this.room(left) - left;
    const [rows, tokens, sentences]: [number[], number[], Sentence[]] = [[], [], []];
    for (const { sentence, going } of after) {
      const first = rows.length;
      if (going.length === 0 && idle-- <= 0) continue;
      if (going.length === 0) {
        const own = sentence.open.map((_, from) => sentence.first + from);
        rows.push(...own);
        tokens.push(...own.map(() => this.rules.end));
        sentences.push({ ...sentence, first, done: true });
        continue;
      }
      rows.push(...going.map(({ from }) => sentence.first + from));
      tokens.push(...going.map(({ id }) => id));
      sentences.push({ ...sentence, first, open: going.map(({ id, logProb, from }) => ({ written: { id, before: sentence.open[from]!.written }, logProb })) });
    }
    this.sentences = sentences;
    return { rows: Int32Array.from(rows), tokens: Int32Array.from(tokens), sameSource: before === layoutOf(sentences) };
  }

  /** Finished ones of each sentence, in the order given, best first; of equals that which was finished first. */
  hypotheses(): readonly (readonly Hypothesis[])[] {
    return this.finished.map((all) => [...all].sort((a, b) => b.score - a.score));
  }

  /** Finishes what ends; the hypotheses that go on, none where the sentence is finished. */
  private goOn(sentence: Sentence, given: BeamCandidates): { sentence: Sentence; going: readonly Candidate[] } {
    const { beam, end } = this.rules;
    const best = bestOf(this.candidatesOf(sentence, given), 2 * beam);
    this.finish(sentence, best);
    if (this.finished[sentence.index]!.length === beam || this.written === sentence.longest) return { sentence, going: [] };
    // None are left where nothing may follow, as when every log p is NaN.
    return { sentence, going: best.filter(({ id }) => id !== end).slice(0, beam) };
  }

  private candidatesOf({ open, first, longest }: Sentence, { candidates, each, endLogProb }: BeamCandidates): Candidate[] {
    const { end, padding } = this.rules;
    const found: Candidate[] = [];
    const add = (from: number, id: number, logProb: number): void => {
      // Neither -inf nor NaN.
      if (logProb > -Infinity) found.push({ id, logProb: open[from]!.logProb + logProb, from });
    };
    for (let from = 0; from < open.length; from++) {
      const row = first + from;
      if (this.written >= longest) {
        add(from, end, endLogProb[row]!);
        continue;
      }
      for (let at = row * each; at < (row + 1) * each; at++) {
        const id = candidates[2 * at + 1]!;
        // A text has one token at least.
        if (id !== padding && (id !== end || this.written > 0)) add(from, id, candidates[2 * at]!);
      }
    }
    return found;
  }

  /** Those that end among the best `beam` are finished. What ends further down has lost its turn: others were better. */
  private finish({ index, open }: Sentence, best: readonly Candidate[]): void {
    const { beam, end, lengthPenalty } = this.rules;
    const finished = this.finished[index]!;
    for (const { id, logProb, from } of best.slice(0, beam)) {
      if (id !== end || finished.length === beam) continue;
      const ids = idsOf(open[from]!.written, this.written);
      finished.push({ ids, logProb, score: logProb / (this.written + 1) ** lengthPenalty });
    }
  }
}

/** Which sentence each row belongs to. */
function layoutOf(sentences: readonly Sentence[]): string {
  return sentences.map(({ index, open }) => `${index}:${open.length}`).join();
}

/** Of equals first that of the earlier hypothesis, then the lower id: as in one list of all hypotheses' vocabularies. */
function bestOf(candidates: Candidate[], count: number): Candidate[] {
  return candidates.sort((a, b) => b.logProb - a.logProb || a.from - b.from || a.id - b.id).slice(0, count);
}

function idsOf(last: Written | undefined, length: number): Int32Array {
  const ids = new Int32Array(length);
  for (let [at, token] = [length - 1, last]; token; [at, token] = [at - 1, token.before]) ids[at] = token.id;
  return ids;
}
