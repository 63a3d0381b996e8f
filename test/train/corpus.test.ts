/** Corpora: text of every vocabulary, plain and gzip, in one file or several; what is refused, with its place; and no file left behind. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openCorpus, type Corpus } from "../../cli/corpus/corpus.js";
import { fingerprintOf } from "../../cli/corpus/fingerprint.js";
import type { MszError } from "../../src/base/error.js";
import type { Plan, PlanVocabulary } from "../../src/plan/plan.js";
import { openVocabulary, type Vocabulary } from "../../runtime/index.js";

let folder: string;
let scratch: string;
const at = (name: string): string => join(folder, name);
const write = (name: string, data: string | Uint8Array): string => {
  writeFileSync(at(name), data);
  return at(name);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "msz-corpus-"));
  scratch = mkdtempSync(join(tmpdir(), "msz-corpus-ids-"));
});
afterEach(() => {
  const left = readdirSync(scratch);
  for (const f of [folder, scratch]) rmSync(f, { recursive: true, force: true });
  expect(left, "files of ids that were left behind").toEqual([]);
});

const characters = (text: string): PlanVocabulary => ({ kind: "characters", characters: [...new Set(text)].sort() }) as PlanVocabulary;
const vocabularyOf = (vocabulary: PlanVocabulary, size = 300, unknown: number | null = null, json?: unknown): Promise<Vocabulary> =>
  openVocabulary({ model: { vocabulary, vocabularySize: size, unknown } } as unknown as Plan, json);
const bytes: PlanVocabulary = { kind: "bytes" };
const plainIds: PlanVocabulary = { kind: "ids" } as PlanVocabulary;

async function open(kind: PlanVocabulary, files: readonly string[], vocabulary?: Vocabulary): Promise<Corpus> {
  return openCorpus(files, { kind: kind.kind, vocabulary: vocabulary ?? (await vocabularyOf(kind)), folder: scratch });
}

async function idsOf(kind: PlanVocabulary, files: readonly string[], vocabulary?: Vocabulary): Promise<number[]> {
  const corpus = await open(kind, files, vocabulary);
  try {
    expect(readdirSync(scratch), "a file of ids has no name while it is read").toEqual([]);
    return [...corpus.read(0, corpus.length)];
  } finally {
    corpus.close();
  }
}

const refusal = (opened: Promise<unknown>): Promise<MszError> => opened.then(() => Promise.reject(new Error("nothing was refused")), (error: unknown) => error as MszError);

describe("bytes", () => {
  const text = "Grüße, 世界\r\n\0\xff";
  const data = Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0x80])]);

  test("plain, gzip by whatever name, several of both kinds: the bytes as they are", async () => {
    const files = [write("a.txt", data), write("b.gz", gzipSync(data)), write("c.txt", gzipSync(data)), write("d.gz", data)];
    for (const file of files) expect(await idsOf(bytes, [file])).toEqual([...data]);
    expect(await idsOf(bytes, files)).toEqual([...data, ...data, ...data, ...data]);
    expect(await idsOf(bytes, [files[0]!, files[3]!])).toEqual([...data, ...data]);
  });

  test("a piece may lie in several files", async () => {
    const files = ["abc", "", "d", "efghi"].map((text, i) => write(`${i}.txt`, text));
    const corpus = await open(bytes, files);
    expect(corpus.length).toBe(9);
    for (let from = 0; from < 9; from++) {
      for (let count = 0; from + count <= 9; count++) expect(Buffer.from(corpus.read(from, count)).toString()).toBe("abcdefghi".slice(from, from + count));
    }
    expect(corpus.name).toBe(`${at("0.txt")} and 3 more`);
    corpus.close();
  });

  test("an empty file is a corpus of no tokens", async () => {
    expect(await idsOf(bytes, [write("empty.txt", "")])).toEqual([]);
    expect(await idsOf(bytes, [write("empty.gz", gzipSync(""))])).toEqual([]);
  });

  test("a file that becomes shorter", async () => {
    const corpus = await open(bytes, [write("a.txt", "abcdef")]);
    write("a.txt", "abc");
    expect(() => corpus.read(2, 4)).toThrow(expect.objectContaining({ code: "corpus-changed" }));
    corpus.close();
  });
});

describe("text", () => {
  const text = "ein Wort,\nzwei Wörter 🙂\n\n  drei\n";

  test("characters, plain and gzip, a byte order mark left out", async () => {
    const kind = characters(text);
    const v = await vocabularyOf(kind);
    const files = [write("a.txt", text), write("b.txt", gzipSync(text)), write("c.txt", `\uFEFF${text}`)];
    for (const file of files) expect(v.decode(await idsOf(kind, [file]))).toBe(text);
    expect(v.decode(await idsOf(kind, files))).toBe(text.repeat(3));
  });

  test("a tokenizer, ids of two bytes", async () => {
    const json = JSON.parse(gunzipSync(readFileSync(new URL("../data/gpt2/tokenizer.json.gz", import.meta.url))).toString("utf8")) as unknown;
    const v = await vocabularyOf({ kind: "tokenizer", file: "tokenizer.json" }, 50257, null, json);
    const ids = await idsOf({ kind: "tokenizer", file: "tokenizer.json" }, [write("a.txt", text)], v);
    expect(ids).toEqual([...v.encode(text)]);
    expect(Math.max(...ids)).toBeGreaterThan(255);
    expect(v.decode(ids)).toBe(text);
  });

  test("plain ids, apart by white space and commas, of one, two and four bytes", async () => {
    for (const size of [200, 60_000, 1_000_000]) {
      const ids = [0, 7, size - 1, 42, size >> 1];
      expect(await idsOf(plainIds, [write("ids.txt", `${ids.slice(0, 3).join(" ")}\n${ids.slice(3).join(", ")}`)], await vocabularyOf(plainIds, size))).toEqual(ids);
    }
  });

  test("pieces join to the text and begin with white space: neither a number nor a word is cut", async () => {
    const line = "zwölf Boxkämpfer  jagen 123 \u{1F642} ";
    for (const [space, length] of [["\n\n", 2_500_000], ["", 9_500_000]] as const) {
      const whole = `${line}${space}`.repeat(Math.ceil(length / line.length));
      const pieces: string[] = [];
      const recorder: Vocabulary = { ...(await vocabularyOf(characters(line))), encode: (piece) => { pieces.push(piece); return Int32Array.of(0); } };
      const corpus = await open(characters(line), [write("long.txt", whole)], recorder);
      corpus.close();
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join("") === whole).toBe(true);
      for (const piece of pieces.slice(1)) expect(piece).toMatch(/^\s/);
      for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/\S$/);
    }
  });
});

test("fingerprints tell corpora apart: by length, and by any id", async () => {
  const of = async (...texts: string[]): Promise<string> => {
    const corpus = await open(bytes, texts.map((text, i) => write(`${i}.txt`, text)));
    const print = corpus.fingerprint();
    corpus.close();
    return print;
  };
  const text = "abcdefgh".repeat(50_000);
  const base = await of(text);
  expect(await of(text)).toBe(base);
  expect(await of(text.slice(0, 1000), text.slice(1000))).toBe(base);
  expect(await of(`${text}x`)).not.toBe(base);
  for (const place of [0, 123_456, 399_999]) expect(await of(`${text.slice(0, place)}x${text.slice(place + 1)}`)).not.toBe(base);
  expect(await of("")).not.toBe(await of("a"));
});

test("a corpus is hashed whole, so that no change is overseen; beyond a size, at even distances, first and last bytes among them", () => {
  const size = 20_000_000;
  const whole = new Uint8Array(size);
  const shares: number[] = [];
  const of = (options?: { whole?: number; onProgress?: (share: number) => void }): string => fingerprintOf(size, (from, count) => whole.subarray(from, from + count), options);
  const bases = [of({ onProgress: (share) => shares.push(share) }), of({ whole: 5_000_000 })];
  expect(shares.at(-1)).toBe(1);
  // Between any two of 64 samples of 64 KiB.
  for (const place of [0, 200_000, 7_654_321, 10_150_000, size - 1]) {
    whole[place] = 1;
    expect(of()).not.toBe(bases[0]);
    if (place === 0 || place === size - 1) expect(of({ whole: 5_000_000 })).not.toBe(bases[1]);
    whole[place] = 0;
  }
  expect([of(), of({ whole: 5_000_000 })]).toEqual(bases);
});

describe("refused", () => {
  const zipped = gzipSync("some text that is long enough to be cut ".repeat(100));

  test("gzip that is none, or cut off", async () => {
    for (const data of [Buffer.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6]), zipped.subarray(0, 60), zipped.subarray(0, -3), Buffer.concat([zipped.subarray(0, 30), Buffer.from("garbage".repeat(9))])]) {
      expect(await refusal(open(bytes, [write("a.gz", data)]))).toMatchObject({ code: "bad-gzip", blame: "input", message: `\`${at("a.gz")}\` could not be unpacked` });
    }
  });

  test("text that is no UTF-8, with its line", async () => {
    const kind = characters("abc\n");
    expect(await refusal(open(kind, [write("a.txt", Buffer.from("abc\nabc\nab\xe9c\n", "latin1"))]))).toMatchObject({
      code: "not-utf8", message: `\`${at("a.txt")}\` is not UTF-8 text, near line 3`, hint: "save it as UTF-8, or use `vocabulary = bytes`",
    });
    expect(await refusal(open(kind, [write("cut.txt", Buffer.from([0x61, 0x0a, 0xe2, 0x82]))]))).toMatchObject({ code: "not-utf8", message: `\`${at("cut.txt")}\` is not UTF-8 text, near line 2` });
  });

  test("a character that the vocabulary lacks, with its line and column", async () => {
    const long = "abc\n".repeat(400_000);
    const file = write("a.txt", `${long}abcabé\nabc\n`);
    expect(await refusal(open(characters("abc\n"), [write("b.txt", "abc"), file]))).toMatchObject({ code: "cannot-encode", message: `\`${file}\`, line 400001: the vocabulary has no "é" (column 6)` });
  });

  test("a word that is no id, with its line", async () => {
    const file = write("a.txt", "1 2 3\n4 five 6\n");
    expect(await refusal(open(plainIds, [file]))).toMatchObject({ code: "cannot-encode", message: `\`${file}\`, line 2: \`five\` is not a token id of this model`, hint: "mend the file: it holds ids, apart by white space or commas; for text name another `vocabulary`, such as `bytes` or `tokenizer(\"tokenizer.json\")`" });
    expect(await refusal(open(plainIds, [write("b.txt", "1 300")]))).toMatchObject({ code: "cannot-encode", message: `\`${at("b.txt")}\`, line 1: \`300\` is not a token id of this model` });
  });

  test("a missing file with a near name, a directory, a pipe", async () => {
    write("text.txt", "x");
    mkdirSync(at("folder"));
    expect(await refusal(open(bytes, [at("txet.txt")]))).toMatchObject({ code: "missing-file", hint: "did you mean `text.txt`?" });
    expect(await refusal(open(bytes, [at("text.txt"), at("nowhere/x")]))).toMatchObject({ code: "missing-file", hint: `the folder \`${at("nowhere")}\` does not exist` });
    expect(await refusal(open(bytes, [at("folder")]))).toMatchObject({ code: "is-directory" });
    expect(await refusal(open(bytes, ["/dev/null"]))).toMatchObject({ code: "not-a-file" });
  });

  test("a folder for ids that cannot be written", async () => {
    const file = write("a.gz", zipped);
    const opened = openCorpus([file], { kind: "bytes", vocabulary: await vocabularyOf(bytes), folder: at("a.gz/no") });
    expect(await refusal(opened)).toMatchObject({ code: "unwritable-file", blame: "input" });
  });
});

test("a corpus of 200 MB is read in flat memory", { timeout: 180_000 }, () => {
  const member = gzipSync(Buffer.alloc(1_000_000, "line of text\n"));
  const file = write("large.gz", Buffer.concat(Array.from({ length: 200 }, () => member)));
  const root = new URL("../../dist/", import.meta.url);
  const script = `
    const { openCorpus } = await import(${JSON.stringify(new URL("cli/corpus/corpus.js", root).href)});
    const { openVocabulary } = await import(${JSON.stringify(new URL("runtime/index.js", root).href)});
    const vocabulary = await openVocabulary({ model: { vocabulary: { kind: "bytes" }, vocabularySize: 256, unknown: null } });
    const before = process.memoryUsage().rss;
    const corpus = await openCorpus([process.argv[1]], { kind: "bytes", vocabulary, folder: process.argv[2] });
    console.log(JSON.stringify({ length: corpus.length, text: String.fromCharCode(...corpus.read(199_000_000, 12)), grown: process.resourceUsage().maxRSS * 1024 - before }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script, file, scratch], { encoding: "utf8" });
  expect(stderr).toBe("");
  const { length, text, grown } = JSON.parse(stdout) as { length: number; text: string; grown: number };
  expect([length, text]).toEqual([200_000_000, "line of text"]);
  // Pieces of 1 MB wait for the collector; the whole would be 200 MB.
  expect(grown).toBeLessThan(100_000_000);
});
