/** Translations as text: a tokenizer's decoder is heeded, ids that are no text are left out, no space stands around it, and the source may have a vocabulary of its own. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openSourceVocabulary, openVocabulary } from "../../runtime/index.js";
import type { PlanModel, PlanSource } from "../../src/plan/plan.js";
import { fakePlan, fakeSession } from "./fake.js";

const byteLevel = JSON.parse(readFileSync(new URL("../../specs/spanish-english/tokenizer.json", import.meta.url), "utf8")) as object;
const words = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁a", "▁b", "c", "▁a▁b", "▁ac", "é", "."];
const metaspace = {
  version: "1.0", normalizer: null, post_processor: null,
  added_tokens: words.slice(0, 4).map((content, id) => ({ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
  pre_tokenizer: { type: "Metaspace", replacement: "▁", add_prefix_space: true, prepend_scheme: "always" },
  decoder: { type: "Metaspace", replacement: "▁", add_prefix_space: true, prepend_scheme: "always" },
  model: { type: "BPE", unk_token: "<unk>", fuse_unk: false, vocab: Object.fromEntries([...words, "a", "b"].map((w, id) => [w, id])), merges: ["▁ a", "▁ b", "▁a c"] },
};
const tokenizer = (file: string) => ({ kind: "tokenizer", file }) as const;
const source: PlanSource = { vocabulary: { kind: "ids" }, vocabularySize: 12, positionLimit: null, padding: 1, end: 2, unknown: null };

/** A session whose model writes given ids, and what its sources were. */
async function writing(written: readonly number[], json: object, size: number, model: Partial<PlanModel> = {}) {
  const read: (readonly number[])[] = [];
  const plan = fakePlan({ vocabulary: tokenizer("t.json"), vocabularySize: size, source, ...model });
  const vocabulary = await openVocabulary(plan, json);
  const follow = (from: readonly number[], ids: readonly number[]): number[] => {
    read.push(from);
    return Array.from({ length: size }, (_, id) => (id === (written[ids.length] ?? 2) ? -0.1 : id === 2 ? -Infinity : -20));
  };
  const { session } = await fakeSession(plan, { vocabulary, source: await openSourceVocabulary(plan, vocabulary, undefined), follow });
  return { session, read, vocabulary };
}

async function both(written: readonly number[], json: object, size: number): Promise<string> {
  const { session } = await writing(written, json, size);
  const [whole] = await session.translate(["5"], { maxLength: 99 });
  expect([...whole!.ids]).toEqual([...written]);
  let streamed = "";
  for await (const { text } of session.translateStream("5", { maxLength: 99 })) streamed += text;
  expect(streamed).toBe(whole!.text);
  return whole!.text;
}

describe("a byte-level tokenizer", () => {
  test.each(["The cat, isn't it?", "Señor José – 東京 🙂", "  two spaces  within  ", "a", "¿Qué?"])("%j", async (text) => {
    const { vocabulary } = await writing([], byteLevel, 4000);
    expect(await both([...vocabulary.encode(text)], byteLevel, 4000)).toBe(text.trim());
    expect(await both([0, ...vocabulary.encode(` ${text}`), 0], byteLevel, 4000)).toBe(text.trim());
  });
});

describe("a metaspace tokenizer", () => {
  test.each([[[9, 6, 11], "ac b."], [[0, 5, 4, 7, 4], "a c"], [[8, 10], "a bé"], [[4, 4, 6], "b"], [[4], ""], [[3, 6], "<unk> b"]] as const)("%j is %j", async (written, text) => {
    expect(await both(written, metaspace, 14)).toBe(text);
  });
});

describe("the source's vocabulary", () => {
  test("is its own where the plan says so", async () => {
    const { session, read } = await writing([5], metaspace, 14);
    await session.translate(["5 11 7"]);
    expect(read[0]).toEqual([5, 11, 7, 2]);
    const other = fakePlan({ source: { ...source, vocabulary: tokenizer("source.json"), vocabularySize: 4000 } });
    const own = await openVocabulary(other);
    await expect(openSourceVocabulary(other, own)).rejects.toMatchObject({ code: "missing-tokenizer", message: expect.stringContaining("source.json") as string, hint: expect.stringContaining("`sourceTokenizer`") as string });
    expect((await openSourceVocabulary(other, own, byteLevel))!.size).toBe(4000);
  });

  test("is the model's where the plan names the same", async () => {
    const { session, read, vocabulary } = await writing([5], metaspace, 14, { source: { ...source, vocabulary: tokenizer("t.json"), vocabularySize: 14, unknown: 3 } });
    expect(session.sourceVocabulary).toBe(vocabulary);
    await session.translate(["ac b"]);
    expect(read[0]).toEqual([9, 6, 2]);
  });

  test("is none in a model without a source", async () => {
    const plan = fakePlan({ source: undefined });
    expect(await openSourceVocabulary(plan, await openVocabulary(plan))).toBeUndefined();
  });
});
