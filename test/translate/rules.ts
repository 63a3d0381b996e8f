/**
 * Beam search once more, for tests: fairseq's rules written down as they are told, one sentence at a time, over whole vocabularies and without a thought to speed.
 * In: a language model as a function. Out: finished hypotheses, best first.
 */

/** log p of every id after the ids so far (without the `end` that a text starts from). */
export type Model = (ids: readonly number[]) => readonly number[];

export interface Rules {
  readonly beam: number;
  readonly end: number;
  readonly padding: number;
  readonly lengthPenalty: number;
  readonly longest: number;
}

export interface Found {
  readonly ids: readonly number[];
  readonly logProb: number;
  readonly score: number;
}

export function naiveBeam(model: Model, { beam, end, padding, lengthPenalty, longest }: Rules): Found[] {
  let hypotheses = [{ ids: [] as number[], sum: 0 }];
  const done: Found[] = [];
  for (let step = 0; step <= longest && hypotheses.length > 0; step++) {
    const all = hypotheses.flatMap(({ ids, sum }) =>
      model(ids).map((logProb, id) => {
        const forbidden = Number.isNaN(logProb) || id === padding || (step === longest && id !== end) || (step === 0 && id === end);
        return { before: ids, id, sum: forbidden ? -Infinity : sum + logProb };
      }));
    // `sort` keeps the order of equals: that of hypotheses, then of ids.
    const candidates = all.sort((a, b) => (a.sum === b.sum ? 0 : b.sum - a.sum)).slice(0, 2 * beam).filter(({ sum }) => sum !== -Infinity);
    for (const { before, id, sum } of candidates.slice(0, beam)) {
      if (id === end && done.length < beam) done.push({ ids: before, logProb: sum, score: sum / Math.pow(before.length + 1, lengthPenalty) });
    }
    if (done.length === beam) break;
    hypotheses = candidates.filter(({ id }) => id !== end).slice(0, beam).map(({ before, id, sum }) => ({ ids: [...before, id], sum }));
  }
  return done.sort((a, b) => b.score - a.score);
}

/** Every text that may be written, with its score, best first. */
export function everyText(model: Model, { end, padding, lengthPenalty, longest }: Omit<Rules, "beam">): Found[] {
  const texts: Found[] = [];
  const write = (ids: readonly number[], sum: number): void => {
    model(ids).forEach((logProb, id) => {
      if (id === end && ids.length > 0) texts.push({ ids, logProb: sum + logProb, score: (sum + logProb) / (ids.length + 1) ** lengthPenalty });
      else if (id !== end && id !== padding && ids.length < longest) write([...ids, id], sum + logProb);
    });
  };
  write([], 0);
  return texts.sort((a, b) => b.score - a.score);
}

/** A model of random numbers: what follows depends on all ids so far. `sharp` says how unlike one another probabilities are. */
export function randomModel(seed: number, size: number, sharp = 2): Model {
  return (ids) => {
    let state = ids.reduce((h, id) => Math.imul(h ^ (id + 1), 0x9e3779b1) ^ (h >>> 15), seed | 1);
    const logits = Array.from({ length: size }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return ((state >>> 8) / 2 ** 24) * sharp * 2;
    });
    const total = Math.log(logits.reduce((n, x) => n + Math.exp(x), 0));
    // As a device gives them: so ties are ties on either side.
    return logits.map((x) => Math.fround(x - total));
  };
}
