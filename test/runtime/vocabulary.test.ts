import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openVocabulary } from "../../runtime/text/vocabulary.js";
import type { Plan, PlanVocabulary } from "../../src/plan/plan.js";

const open = (vocabulary: PlanVocabulary, vocabularySize: number, tokenizer?: unknown, unknown: number | null = null) =>
  openVocabulary({ model: { vocabulary, vocabularySize, unknown } } as unknown as Plan, tokenizer);

describe("bytes", () => {
  test("text comes back, also when pushed byte by byte", async () => {
    const v = await open({ kind: "bytes" }, 256);
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const ids = v.encode(text);
      const stream = v.stream();
      const pieces = [...ids].map((id) => stream.push([id]));
      return v.decode(ids) === text && pieces.join("") + stream.end() === text;
    }));
  });

  test("an unfinished character waits, and ends as U+FFFD", async () => {
    const stream = (await open({ kind: "bytes" }, 256)).stream();
    expect(stream.push([0xe2, 0x82])).toBe("");
    expect(stream.push([0xac])).toBe("€");
    expect(stream.push([0xe2])).toBe("");
    expect(stream.end()).toBe("\uFFFD");
  });
});

describe("characters", () => {
  test("an unknown character is named with its place", async () => {
    const v = await open({ kind: "characters", characters: ["\n", "a", "b"] }, 3);
    expect([...v.encode("ab\na")]).toEqual([1, 2, 0, 1]);
    expect(() => v.encode("ab\nbé")).toThrow(expect.objectContaining({ code: "cannot-encode", message: 'the vocabulary has no "é" (line 2, column 2 of the text)' }));
  });

  test("an `unknown` id takes what the corpus lacks", async () => {
    const v = await open({ kind: "characters", characters: ["a", "?"] }, 2, undefined, 1);
    expect([...v.encode("aé")]).toEqual([0, 1]);
  });
});

test("ids are numbers apart by spaces", async () => {
  const v = await open({ kind: "ids" }, 300);
  expect([...v.encode(" 5, 12\n299 ")]).toEqual([5, 12, 299]);
  expect(v.decode([5, 12])).toBe("5 12");
  const stream = v.stream();
  expect(stream.push([5]) + stream.push([]) + stream.push([6, 7])).toBe("5 6 7");
  for (const bad of ["300", "-1", "x", "1.5"]) expect(() => v.encode(bad)).toThrow(expect.objectContaining({ code: "cannot-encode" }));
});

describe("tokenizer.json", () => {
  const folder = new URL("../data/gpt2/", import.meta.url);
  const load = (): unknown => JSON.parse(gunzipSync(readFileSync(new URL("tokenizer.json.gz", folder))).toString("utf8"));
  const examples = existsSync(folder) ? readFileSync(new URL("golden.jsonl", folder), "utf8").trim().split("\n").map((l) => JSON.parse(l) as { text: string; ids: number[] }) : [];

  test("GPT-2's own examples, there and back, and streamed token by token", async () => {
    const v = await open({ kind: "tokenizer", file: "tokenizer.json" }, 50257, load());
    expect(examples.length).toBeGreaterThan(5);
    for (const { text, ids } of examples) {
      expect([...v.encode(text)], text).toEqual(ids);
      expect(v.decode(ids)).toBe(text);
      const stream = v.stream();
      expect(ids.map((id) => stream.push([id])).join("") + stream.end()).toBe(text);
    }
  });

  const words = { version: "1.0", added_tokens: [], normalizer: null, pre_tokenizer: { type: "Whitespace" }, post_processor: null, decoder: null, model: { type: "WordLevel", vocab: { hello: 0, world: 1, "[UNK]": 2 }, unk_token: "[UNK]" } };

  test("a word that it lacks is the model's `unknown`, else the tokenizer's own", async () => {
    const kind = { kind: "tokenizer", file: "tokenizer.json" } as const;
    expect([...(await open(kind, 3, words)).encode("hello zzz world")]).toEqual([0, 2, 1]);
    expect([...(await open(kind, 3, words, 1)).encode("hello zzz world")]).toEqual([0, 1, 1]);
    const none = { ...words, model: { type: "WordLevel", vocab: words.model.vocab, unk_token: "gone" } };
    const v = await open(kind, 3, none);
    expect(() => v.encode("hello zzz")).toThrow(expect.objectContaining({ code: "cannot-encode", message: expect.stringContaining("token 2") as string }));
  });

  test("what a BPE without an unknown token lacks is not left out without a word", async () => {
    const kind = { kind: "tokenizer", file: "bpe.json" } as const;
    const bpe = { ...words, pre_tokenizer: null, decoder: { type: "Fuse" }, model: { type: "BPE", unk_token: null, vocab: { a: 0, b: 1, " ": 2, ab: 3, "?": 4 }, merges: ["a b"] } };
    const v = await open(kind, 5, bpe);
    expect([...v.encode("ab ba")]).toEqual([3, 2, 1, 0]);
    expect(() => v.encode("ab\u00e9b")).toThrow(expect.objectContaining({ code: "cannot-encode", message: 'bpe.json has no id within the vocabulary for "\u00e9" (token 2 of the text)' }));
    expect([...(await open(kind, 5, bpe, 4)).encode("ab\u00e9b")]).toEqual([3, 4, 1]);
  });

  describe("a special token written out in a text", () => {
    const kind = { kind: "tokenizer", file: "t.json" } as const;
    const withIds = (json: unknown, size: number, ids: { padding: number; begin: number; end: number; unknown: number }) =>
      openVocabulary({ model: { vocabulary: kind, vocabularySize: size, ...ids, source: {} } } as unknown as Plan, json);
    const ids = { padding: 1, begin: 0, end: 2, unknown: 3 };
    const added = ["<s>", "<pad>", "</s>", "<unk>", "<sep>"].map((content, id) => ({ id, content, single_word: false, lstrip: true, rstrip: true, normalized: false, special: true }));
    const vocab = Object.fromEntries(added.map(({ content, id }) => [content, id]));

    test("is met in a language model's corpus where it begins or ends a document", async () => {
      const json: unknown = JSON.parse(readFileSync(new URL("../../specs/spanish-english/tokenizer.json", import.meta.url), "utf8"));
      const v = await openVocabulary({ model: { vocabulary: kind, vocabularySize: 4000, ...ids } } as unknown as Plan, json);
      expect([...v.encode("a <pad> b</s>")].filter((id) => id < 4)).toEqual([2]);
    });

    test("is its characters for byte-level BPE, and comes back", async () => {
      const json: unknown = JSON.parse(readFileSync(new URL("../../specs/spanish-english/tokenizer.json", import.meta.url), "utf8"));
      const v = await withIds(json, 4000, ids);
      const text = "a <pad> b</s><s> <unk>";
      const found = [...v.encode(text)];
      expect(found.filter((id) => id < 4)).toEqual([]);
      expect(v.decode(found)).toBe(text);
      expect(v.decode([0, 2])).toBe("<s></s>");
    });

    test("is unknown to words, and other added tokens stay", async () => {
      const json = { ...words, added_tokens: added, pre_tokenizer: { type: "WhitespaceSplit" }, model: { type: "WordLevel", unk_token: "<unk>", vocab: { ...vocab, a: 5 } } };
      expect([...(await withIds(json, 6, ids)).encode("a <pad> </s> <sep> <s> a")]).toEqual([5, 3, 3, 4, 3, 5]);
    });

    test("is pieces for a unigram model", async () => {
      const pieces = [...added.map(({ content }) => [content, 0]), ...[..."<pad>/s"].map((c) => [c, -1])];
      const json = { ...words, added_tokens: added, pre_tokenizer: null, model: { type: "Unigram", unk_id: 3, vocab: pieces } };
      expect([...(await withIds(json, pieces.length, ids)).encode("<pad></s>")].every((id) => id > 4)).toBe(true);
    });

    test("an end that is a piece of ordinary text stays one", async () => {
      const json = { ...words, pre_tokenizer: null, model: { type: "BPE", unk_token: null, vocab: { a: 0, "\n": 1 }, merges: [] } };
      const plan = { model: { vocabulary: kind, vocabularySize: 2, padding: null, begin: null, end: 1, unknown: null } } as unknown as Plan;
      expect([...(await openVocabulary(plan, json)).encode("a\na")]).toEqual([0, 1, 0]);
    });
  });

  test("something else is refused", async () => {
    await expect(open({ kind: "tokenizer", file: "t.json" }, 10, { model: 5 })).rejects.toMatchObject({ code: "bad-tokenizer" });
    await expect(open({ kind: "tokenizer", file: "t.json" }, 10, undefined)).rejects.toMatchObject({ code: "missing-tokenizer" });
  });
});
