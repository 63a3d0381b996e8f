/** The bookkeeping of beam search against the rules written down anew, and against every text there is where the beam is as wide as that. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BeamSearch, type BeamCandidates, type BeamRules, type Hypothesis } from "../../runtime/session/beam.js";
import { sizeAbove } from "../../runtime/session/source.js";
import { everyText, naiveBeam, randomModel, type Model } from "./rules.js";

const [padding, end] = [1, 2];

interface Sentence {
  readonly model: Model;
  readonly longest: number;
}

/** What the entry `beam` would give of each row. */
function candidatesOf(texts: readonly { ids: readonly number[]; model: Model }[], beams: number): BeamCandidates {
  const each = 2 * beams + 1;
  const candidates = new Float32Array(texts.length * each * 2);
  const endLogProb = new Float32Array(texts.length);
  texts.forEach(({ ids, model }, row) => {
    const logProbs = model(ids);
    // A device's padding is behind all others, and no -Infinity.
    const order = logProbs.map((logProb, id) => ({ id, logProb: Number.isNaN(logProb) ? -Infinity : id === padding ? -1e30 : logProb }));
    order.sort((a, b) => (a.logProb === b.logProb ? 0 : b.logProb - a.logProb));
    for (let i = 0; i < each; i++) {
      const { id, logProb } = order[i] ?? { id: 0, logProb: -Infinity };
      candidates.set([logProb, id], (row * each + i) * 2);
    }
    endLogProb[row] = logProbs[end]!;
  });
  return { candidates, each, endLogProb };
}

/** Runs a search over models, and checks that each step says what its rows are. */
function search(sentences: readonly Sentence[], rules: Omit<BeamRules, "padding">, beams = rules.beam, room?: (left: number) => number): readonly (readonly Hypothesis[])[] {
  const beam = new BeamSearch({ ...rules, padding }, sentences.map((s) => s.longest), room);
  let rows = sentences.map(({ model }) => ({ ids: [] as number[], model }));
  for (let step = 0; ; step++) {
    expect(step).toBeLessThanOrEqual(Math.max(...sentences.map((s) => s.longest)));
    const next = beam.advance(candidatesOf(rows, beams));
    if (!next) return beam.hypotheses();
    const before = rows;
    rows = [...next.rows].map((from, row) => ({ model: before[from]!.model, ids: [...before[from]!.ids, next.tokens[row]!] }));
    expect(new Set(rows.map(({ model }) => model)).size).toBeLessThanOrEqual(sentences.length);
    const same = rows.length === before.length && rows.every(({ model }, row) => model === before[row]!.model);
    if (next.sameSource) expect(same).toBe(true);
    // Only rows that nobody looks at go on behind their end.
    expect(rows.some(({ ids }) => !ids.includes(end))).toBe(true);
    if (!room) expect(rows.every(({ ids }) => !ids.includes(end) && !ids.includes(padding))).toBe(true);
  }
}

const plain = (found: readonly (Hypothesis | ReturnType<typeof naiveBeam>[number])[]) =>
  found.map(({ ids, logProb, score }) => ({ ids: [...ids], logProb: Math.fround(logProb), score: Math.fround(score) }));

const sentence = fc.record({ seed: fc.integer(), longest: fc.integer({ min: 1, max: 9 }), sharp: fc.constantFrom(0, 0.5, 2, 6) });
const rulesOf = fc.record({ beam: fc.integer({ min: 1, max: 6 }), lengthPenalty: fc.constantFrom(0, 0.6, 1, 2) });

test("is the rules, for any number of sentences of any length at once", () => {
  fc.assert(fc.property(fc.array(sentence, { minLength: 1, maxLength: 5 }), rulesOf, fc.integer({ min: 4, max: 12 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(undefined, sizeAbove, () => 5), (given, rules, size, more, room) => {
    const sentences = given.map(({ seed, longest, sharp }) => ({ longest, model: randomModel(seed, size, sharp) }));
    const found = search(sentences, { ...rules, end }, rules.beam + more, room);
    sentences.forEach(({ model, longest }, i) => expect(plain(found[i]!)).toEqual(plain(naiveBeam(model, { ...rules, end, padding, longest }))));
  }), { numRuns: 400 });
});

test("a beam as wide as everything finds every text", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const model = randomModel(seed, 5, 3);
    // Ids 0, 3, 4: 3 + 9 + 27 texts.
    const every = everyText(model, { end, padding, lengthPenalty: 0.6, longest: 3 });
    expect(every.length).toBe(39);
    const [found] = search([{ model, longest: 3 }], { beam: 39, end, lengthPenalty: 0.6 });
    expect(plain(found!)).toEqual(plain(every));
  }
});

test("the best of a wide beam is never worse than that of a beam of one, of which every step is the likeliest", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const model = randomModel(seed, 8, 2);
    const [[greedy]] = search([{ model, longest: 8 }], { beam: 1, end, lengthPenalty: 0 }) as [[Hypothesis]];
    const ids: number[] = [];
    for (;;) {
      const logProbs = model(ids).map((p, id) => (id === padding || (id === end && ids.length === 0) ? -Infinity : p));
      const best = ids.length === 8 ? end : logProbs.indexOf(Math.max(...logProbs));
      if (best === end) break;
      ids.push(best);
    }
    expect([...greedy.ids]).toEqual(ids);
    const [[wide]] = search([{ model, longest: 8 }], { beam: 64, end, lengthPenalty: 0 }) as [[Hypothesis]];
    expect(wide.score).toBeGreaterThanOrEqual(greedy.score - 1e-6);
  }
});

describe("rules one by one", () => {
  const fixed = (...steps: readonly (readonly number[])[]): Model => (ids) => steps[Math.min(ids.length, steps.length - 1)]!;
  const bestOf = (model: Model, beam: number, longest: number, lengthPenalty = 0) => plain(search([{ model, longest }], { beam, end, lengthPenalty })[0]!).map(({ ids, score }) => [ids.join(" "), score]);

  test("the first token is never `end`, however likely, and padding is none at all", () => {
    expect(bestOf(fixed([-3, -0.1, -0.01, -2], [-9, -0.1, -0.5, -9]), 1, 5)).toEqual([["3", -2.5]]);
  });

  test("at the longest only `end` may follow", () => {
    expect(bestOf(fixed([-1, 0, -50, -2]), 1, 3)).toEqual([["0 0 0", -53]]);
  });

  test("an `end` behind the best `beam` candidates finishes nothing, and goes on in no hypothesis", () => {
    // Beam 2, step 1: [0 0] -1.5, [3 0] -1.75, [0 end] -2, [3 end] -2.25.
    expect(bestOf(fixed([-1, 0, -9, -1.25], [-0.5, 0, -1, -9], [-9, 0, -0.5, -9]), 2, 9)).toEqual([["0 0", -2], ["3 0", -2.25]]);
  });

  test("a finished hypothesis takes no place of those that go on", () => {
    // Step 1: [0 end] -1.25 is finished; [0 0] -2 and [3 0] -2.5 go on.
    expect(bestOf(fixed([-1, 0, -9, -1.5], [-1, 0, -0.25, -9], [-9, 0, -4, -9]), 2, 9)).toEqual([["0", -1.25], ["3", -1.75]]);
    expect(bestOf(fixed([-1, 0, -9, -5], [-1, 0, -0.25, -9], [-9, 0, -4, -9]), 2, 9)).toEqual([["0", -1.25], ["0 0", -6]]);
  });

  test("a longer text wins by a larger length penalty, `end` counted", () => {
    const model = fixed([-1, 0, -9, -9], [-1.5, 0, -1, -9], [-9, 0, -0.5, -9]);
    expect(bestOf(model, 2, 9, 0)[0]).toEqual(["0", -2]);
    expect(bestOf(model, 2, 9, 1)).toEqual([["0", -1], ["0 0", -1]]);
    expect(bestOf(model, 2, 9, 2)[0]).toEqual(["0 0", Math.fround(-3 / 9)]);
  });

  test("of equals the earlier hypothesis and the lower id come first", () => {
    expect(bestOf(fixed([-1, 0, -9, -1, -1], [-9, 0, -1, -9, -9]), 2, 4).map(([ids]) => ids)).toEqual(["0", "3"]);
  });

  test("NaN and -inf are chosen by nobody; where nothing is left, nothing is found", () => {
    expect(bestOf(fixed([NaN, 0, -1, -2], [-Infinity, NaN, -1, NaN]), 3, 4)).toEqual([["3", -3]]);
    expect(bestOf(fixed([NaN, NaN, NaN, NaN]), 2, 4)).toEqual([]);
  });

  test("a vocabulary smaller than the beam starts with the few hypotheses that there are", () => {
    const model = randomModel(3, 4, 1);
    expect(plain(search([{ model, longest: 6 }], { beam: 5, end, lengthPenalty: 1 })[0]!)).toEqual(plain(naiveBeam(model, { beam: 5, end, padding, lengthPenalty: 1, longest: 6 })));
  });

  test("a sentence's rows go with it, and the others' states stay where they are until then", () => {
    const short = { model: fixed([-1, 0, -9, -2], [-9, 0, -1, -9]), longest: 9 };
    const long = { model: fixed([-1, 0, -9, -2]), longest: 3 };
    const beam = new BeamSearch({ beam: 2, end, lengthPenalty: 0, padding }, [9, 3]);
    const first = beam.advance(candidatesOf([{ ids: [], model: short.model }, { ids: [], model: long.model }], 2))!;
    expect([first.rows, first.tokens, first.sameSource].map(String)).toEqual(["0,0,1,1", "0,3,0,3", "false"]);
    const second = beam.advance(candidatesOf([[0], [3]].flatMap((ids) => [{ ids, model: short.model }]).concat([[0], [3]].map((ids) => ({ ids, model: long.model }))), 2))!;
    expect([second.rows, second.tokens, second.sameSource].map(String)).toEqual(["2,2", "0,3", "false"]);
    const third = beam.advance(candidatesOf([[0, 0], [0, 3]].map((ids) => ({ ids, model: long.model })), 2))!;
    expect(third.sameSource).toBe(true);
  });

  test("with room for it a finished sentence stays, so that the number of rows does", () => {
    const short = { model: fixed([-1, 0, -9, -2], [-9, 0, -1, -9]), longest: 9 };
    const long = { model: fixed([-1, 0, -9, -2]), longest: 3 };
    const beam = new BeamSearch({ beam: 2, end, lengthPenalty: 0, padding }, [9, 3], () => 2);
    beam.advance(candidatesOf([{ ids: [], model: short.model }, { ids: [], model: long.model }], 2));
    const second = beam.advance(candidatesOf([[0], [3]].flatMap((ids) => [{ ids, model: short.model }]).concat([[0], [3]].map((ids) => ({ ids, model: long.model }))), 2))!;
    expect([second.rows, second.tokens, second.sameSource].map(String)).toEqual(["0,1,2,2", "2,2,0,3", "true"]);
  });
});
