/** Translations of a session whose model is a function: order, batches, lengths, ways to choose, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TranslateOptions } from "../../runtime/index.js";
import { after, fakePlan, fakeSession, follows, ids, size } from "./fake.js";
import { naiveBeam } from "./rules.js";

const [{ padding, end }, rules] = [ids, { beam: 4, lengthPenalty: 0.6 }];
const longestOf = (tokens: number): number => Math.floor(1.2 * tokens + 4);
const wanted = (source: readonly number[], more: { beam?: number; lengthPenalty?: number; longest?: number } = {}) => {
  const whole = [...source, end];
  return naiveBeam(after(whole), { ...rules, end, padding, longest: longestOf(whole.length), ...more });
};
const source = fc.array(fc.integer({ min: 3, max: size - 1 }), { minLength: 1, maxLength: 12 });

describe("a search", () => {
  test("gives each source its own best text, whatever is batched with it", async () => {
    await fc.assert(fc.asyncProperty(fc.array(source, { minLength: 1, maxLength: 12 }), fc.constantFrom(1, 20, 60, 2048), fc.constantFrom("tfjs" as const, "webgpu" as const), async (sources, batchTokens, backend) => {
      const { session, program } = await fakeSession(fakePlan(), { backend });
      const found = await session.translate(sources, { batchTokens });
      found.forEach((translation, i) => {
        const [best] = wanted(sources[i]!);
        expect([...translation.ids]).toEqual(best!.ids);
        expect(translation.score).toBeCloseTo(best!.score, 5);
        expect(translation.logProb).toBeCloseTo(best!.logProb, 5);
        expect([translation.text, translation.tokens]).toEqual([best!.ids.filter((id) => id !== ids.begin).join(" "), best!.ids.length + 1]);
        expect(translation.hypotheses).toHaveLength(1);
      });
      expect(program.left).toBe(0);
    }), { numRuns: 40 });
  });

  test("with settings of its own, and several hypotheses", async () => {
    const { session } = await fakeSession();
    for (const options of [{ beam: 1 }, { beam: 3, hypotheses: 2 }, { beam: 2, lengthPenalty: 2, hypotheses: 2 }, { lengthPenalty: 0, hypotheses: 4 }]) {
      const [found] = await session.translate([[5, 6, 7]], options);
      const best = wanted([5, 6, 7], options).slice(0, options.hypotheses ?? 1);
      expect(found!.hypotheses.map((h) => [...h.ids])).toEqual(best.map((h) => h.ids));
      expect(found!.ids).toEqual(found!.hypotheses[0]!.ids);
    }
  });

  test("of the length that a source allows, or one that is given", async () => {
    const { session } = await fakeSession();
    for (const [maxLength, longest] of [[3, 3], [{ more: 1 }, 5], [{ perSource: 0 }, 4], [{ perSource: 0.5, more: 0 }, 2]] as const) {
      const [found] = await session.translate([[5, 6, 7]], { maxLength });
      expect([...found!.ids]).toEqual(wanted([5, 6, 7], { longest })[0]!.ids);
    }
    const { session: learned } = await fakeSession(fakePlan({ positionLimit: 4 }));
    expect([...(await learned.translate([[5, 6, 7]]))[0]!.ids]).toEqual(wanted([5, 6, 7], { longest: 3 })[0]!.ids);
  });

  test("moves states only where rows change places, and sources only with their sentence", async () => {
    const { session, program } = await fakeSession();
    await session.translate([[5, 6, 7]], { beam: 1 });
    expect(program.calls.filter((c) => c.startsWith("reorder"))).toEqual([]);
    program.calls.length = 0;
    await session.translate([[5, 6, 7], [4, 4]]);
    const moves = program.calls.filter((c) => c.startsWith("reorder"));
    expect(moves[0]).toBe("reorder(8)");
    expect(moves.filter((c) => c === "reorder(8, same)" || c === "reorder(4, same)").length).toBeGreaterThanOrEqual(moves.length - 2);
    expect(program.calls.slice(0, 3)).toEqual(["encode", "beam", "reorder(8)"]);
  });

  test("on a device where each size of a call costs something they are few", async () => {
    const sources = Array.from({ length: 29 }, (_, i) => Array.from({ length: 1 + (i % 7) }, (_, j) => 3 + ((i + j) % 9)));
    const sizes = async (backend: "tfjs" | "webgpu"): Promise<string[]> => {
      const { session, program } = await fakeSession(fakePlan(), { backend });
      await session.translate(sources, { batchTokens: 100 });
      return [...new Set(program.calls.filter((c) => c.startsWith("reorder")).map((c) => c.replace(", same", "")))];
    };
    const allowed = [1, 2, 3, 4, 6, 8, 12, 16, 24].map((n) => `reorder(${4 * n})`);
    const few = await sizes("webgpu");
    // The last batch has what is left over, until some of it is finished.
    expect(few.filter((c) => !allowed.includes(c)).length).toBeLessThanOrEqual(1);
    expect(few.length).toBeLessThan((await sizes("tfjs")).length);
  });

  test("says how far it is, and stops where it is told to", async () => {
    const { session, program } = await fakeSession();
    const said: number[][] = [];
    const sources = [[5], [5, 6, 7, 8, 9], [6, 7]];
    const found = await session.translate(sources, { batchTokens: 6, onProgress: ({ done, total, tokens }) => said.push([done, total, tokens]) });
    expect(said.map(([done, total]) => [done, total])).toEqual([[1, 3], [3, 3]]);
    expect(said[1]![2]).toBe(found.reduce((n, t) => n + t.tokens, 0));
    const stop = new AbortController();
    const stopped = session.translate(sources, { batchTokens: 6, signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) });
    await expect(stopped).rejects.toThrow("enough");
    expect(program.left).toBe(0);
  });

  test("takes ids with and without `end`, typed arrays, and nothing at all", async () => {
    const { session } = await fakeSession();
    const [a, b, c, d] = await session.translate([[5, 6], [5, 6, end], Int32Array.of(5, 6), "5 6"]);
    for (const other of [b, c, d]) expect(other!.ids).toEqual(a!.ids);
    expect(await session.translate([])).toEqual([]);
  });

  test("without padding only sources of one length are batched", async () => {
    const plan = fakePlan();
    const { session, program } = await fakeSession({ ...plan, model: { ...plan.model, padding: null, source: { ...plan.model.source!, padding: null } } });
    await session.translate([[5, 6], [7], [8, 9], [4]]);
    expect(program.calls.filter((c) => c === "encode")).toHaveLength(2);
  });
});

describe("greedy", () => {
  test("on the device is the search with a beam of one", async () => {
    const { session, program } = await fakeSession();
    const sources = [[5, 6, 7], [4, 4], [9, 8, 7, 6, 5, 4, 3], [11]];
    const searched = await session.translate(sources, { beam: 1 });
    program.calls.length = 0;
    const drawn = await session.translate(sources, { temperature: 0 });
    expect(drawn.map((t) => [...t.ids])).toEqual(searched.map((t) => [...t.ids]));
    expect(drawn.every((t) => t.score === undefined)).toBe(true);
    expect(program.calls).not.toContain("beam");
    const { session: without } = await fakeSession(fakePlan({ generate: { ...fakePlan().model.generate, beam: 1, beams: 0 } }, ["encode", "forward", "prefill", "prefill_all", "decode", "generate"]));
    expect((await without.translate(sources)).map((t) => t.text)).toEqual(searched.map((t) => t.text));
  });

  test("piece by piece is the whole", async () => {
    const { session, program } = await fakeSession();
    const [whole] = await session.translate([[9, 8, 7, 6]], { temperature: 0 });
    let [text, all] = ["", [] as number[]];
    for await (const piece of session.translateStream([9, 8, 7, 6])) {
      text += piece.text;
      all = [...all, ...piece.ids];
    }
    expect([text, all]).toEqual([whole!.text, [...whole!.ids]]);
    for await (const _ of session.translateStream([9, 8, 7, 6])) break;
    expect(program.left).toBe(0);
  });

  test("a stream chooses as `translate` does, also where options are there and undefined", async () => {
    const { session } = await fakeSession();
    const streamed = async (options: TranslateOptions): Promise<number[]> => {
      const all: number[] = [];
      for await (const { ids: piece } of session.translateStream([9, 8, 7, 6], options)) all.push(...piece);
      return all;
    };
    const whole = async (options: TranslateOptions): Promise<number[]> => [...(await session.translate([[9, 8, 7, 6]], options))[0]!.ids];
    expect(await streamed({ beam: 1, temperature: undefined, topK: undefined })).toEqual(await whole({ beam: 1 }));
    for (const seed of [1, 2, 3]) expect(await streamed({ topK: 5, seed, temperature: undefined })).toEqual(await whole({ topK: 5, seed }));
    await expect(streamed({ beam: 4 })).rejects.toMatchObject({ code: "bad-beam" });
  });
});

test("drawn texts follow from the seed, and end at `end` or at the longest", async () => {
  const { session } = await fakeSession();
  const sources = Array.from({ length: 20 }, (_, i) => [3 + (i % 9), 4]);
  const draw = async (seed: number) => (await session.translate(sources, { temperature: 1, seed })).map((t) => t.text);
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
  const found = await session.translate(sources, { topK: 3 });
  expect(found.every((t) => !t.ids.includes(end) && t.ids.length <= longestOf(3))).toBe(true);
  expect(found.some((t) => t.tokens === t.ids.length + 1)).toBe(true);
});

describe("what is refused", () => {
  const refused = async (work: Promise<unknown>): Promise<string> => work.then(() => "", (error: Error & { code?: string }) => `${error.code}: ${error.message}`);
  test.each([
    ["an empty source, by its place", [[5], []], {}, "empty-source: source 2 of 2 is empty"],
    ["a source of `end` alone", [[end]], {}, "empty-source: the source is empty"],
    ["an empty line", ["5", ""], {}, "empty-source: source 2 of 2"],
    ["an id that is none", [[5, 99]], {}, "bad-token: token 2 of the source is 99"],
    ["an id that is not whole", [[5, 1.5]], {}, "bad-token: token 2 of the source is 1.5"],
    ["padding", [[5, padding]], {}, "bad-token: token 2 of the source is 1"],
    ["a text that cannot be encoded", ["5 6", "5 x"], {}, "cannot-encode: source 2 of 2: `x` is not a token id"],
    ["a beam that the plan has not", [[5]], { beam: 5 }, "bad-beam: beam is 5, but the plan of Fake searches with at most 4"],
    ["a beam of nothing", [[5]], { beam: 0 }, "bad-beam: beam is 0"],
    ["more hypotheses than the beam", [[5]], { beam: 2, hypotheses: 3 }, "bad-beam: hypotheses is 3"],
    ["a search that is drawn", [[5]], { beam: 2, temperature: 1 }, "bad-beam"],
    ["a length penalty that is no number", [[5]], { lengthPenalty: NaN }, "bad-beam: the length penalty is NaN"],
    ["no length", [[5]], { maxLength: 0 }, "bad-length: a translation may have floor(0 · 2 + 0) = 0 tokens"],
    ["a length that is no number", [[5]], { maxLength: { perSource: NaN } }, "bad-length"],
    ["a batch of nothing", [[5]], { batchTokens: 0 }, "bad-batch: a batch has 0 tokens"],
    ["a text that is no list of texts", "5 6" as unknown as string[], {}, "bad-sources: the sources of a translation are a list, not string"],
    ["a temperature below 0", [[5]], { temperature: -1 }, "bad-sampling: temperature is -1"],
  ] as const)("%s", async (_, sources, options, message) => {
    const { session, program } = await fakeSession();
    expect(await refused(session.translate(sources, options))).toContain(message);
    expect(program.calls).toEqual([]);
  });

  test("a source longer than the encoder's positions, `end` counted", async () => {
    const plan = fakePlan();
    const { session } = await fakeSession({ ...plan, model: { ...plan.model, source: { ...plan.model.source!, positionLimit: 4 } } });
    expect(await refused(session.translate([[5, 6, 7], [5, 6, 7, 8]]))).toBe("past-length: the encoder of Fake is sized for 4 positions, but source 2 of 2 has 5 tokens");
  });

  test("a model without a source, or without an end; and to go on with a text where there is a source", async () => {
    const { session: alone } = await fakeSession(fakePlan({ source: undefined }));
    expect(await refused(alone.translate([[5]]))).toContain("no-source: the model Fake has no source text");
    expect(await refused(alone.startFrom({ shape: [1, 1], data: Int32Array.of(5) }))).toContain("no-source");
    const { session } = await fakeSession();
    expect(await refused(session.generate({ prompt: "5" }).next())).toContain("needs-source: the model Fake translates");
    expect(await refused(session.start())).toContain("needs-source");
    const { session: endless, program } = await fakeSession(fakePlan({ end: null }));
    expect(await refused(endless.translate([[5]]))).toContain("no-end");
    expect(program.left).toBe(0);
  });

  test("of several sources that which is led to no probability, by its name", async () => {
    const { session, program } = await fakeSession(fakePlan(), { follow: (source, written) => (source[0] === 7 ? new Array<number>(size).fill(NaN) : follows(source, written)) });
    const sources = [[5], [6, 6, 6], [7, 4], [8]];
    for (const options of [{}, { temperature: 0 }]) {
      expect(await refused(session.translate(sources, options))).toContain("not-finite: source 3 of 4: Fake gives no token");
      expect(await refused(session.translate(sources, { ...options, nameOf: (i) => `line ${10 + i}` }))).toContain("not-finite: line 12: Fake");
    }
    expect(program.left).toBe(0);
  });

  test("values that are not finite", async () => {
    const { session, program } = await fakeSession(fakePlan(), { follow: () => new Array<number>(size).fill(NaN) });
    expect(await refused(session.translate([[5]]))).toContain("not-finite");
    expect(await refused(session.translate([[5]], { temperature: 0 }))).toContain("not-finite");
    expect(program.left).toBe(0);
  });
});
