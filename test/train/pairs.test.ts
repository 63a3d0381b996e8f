/** Pairs: line i with line i, whatever the files are packed and ended with; what is refused, with its file and line. Batches of them: properties over any lengths. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { PairBatches, type PairBatchSize } from "../../cli/corpus/pair-batches.js";
import { openPairs, type Pairs } from "../../cli/corpus/pairs.js";
import { countLines, linesIn, linesOf } from "../../cli/corpus/lines.js";
import type { MszError } from "../../src/base/error.js";
import type { Plan, TrainingBatch } from "../../runtime/index.js";

const folder = mkdtempSync(join(tmpdir(), "msz-pairs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, data: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, data);
  return path;
}

const end = 2;
const padding = 1;
const source = { vocabulary: { kind: "ids" }, vocabularySize: 100, padding: 3, end: 4, unknown: null, positionLimit: null };
const model = { name: "Tiny", vocabulary: { kind: "ids" }, vocabularySize: 70_000, padding, end, unknown: null, positionLimit: null as number | null, source };
const planOf = (changed: Partial<typeof model> = {}): Plan => ({ model: { ...model, ...changed } }) as unknown as Plan;

const open = (a: string | Uint8Array, b: string | Uint8Array, plan = planOf()): Promise<Pairs> => openPairs({ source: write("a.txt", a), target: write("b.txt", b) }, plan, {});
const idsOf = (pairs: Pairs): number[][][] => Array.from({ length: pairs.count }, (_, i) => [[...pairs.source(i)], [...pairs.target(i)]]);
const refused = (given: Promise<unknown>): Promise<MszError> => given.then(() => expect.unreachable(), (error: unknown) => error as MszError);

async function gathered(lines: AsyncIterable<readonly string[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const some of lines) all.push(...some);
  return all;
}

describe("lines", () => {
  test.each([
    ["", []], ["a", ["a"]], ["a\n", ["a"]], ["a\n\nb", ["a", "", "b"]], ["a\r\nb\r\n", ["a", "b"]], ["\uFEFFa\n\uFEFFb", ["a", "\uFEFFb"]], ["\n\n", ["", ""]], ["a\u2028b\n", ["a\u2028b"]],
  ])("of %j", async (text, lines) => {
    for (const data of [text, gzipSync(text)]) {
      const file = write("lines", data);
      expect(await gathered(linesOf(file))).toEqual(lines);
      expect(await countLines(file)).toBe(lines.length);
    }
  });

  test("wherever the pieces are cut, also within a character", async () => {
    const bytes = new TextEncoder().encode("¿Dónde?\n\n日本語 🙂\r\nx");
    for (let size = 1; size <= bytes.length; size++) {
      const pieces = (async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })();
      expect(await gathered(linesIn(pieces, "x"))).toEqual(["¿Dónde?", "", "日本語 🙂", "x"]);
    }
  });

  test("what is no UTF-8 is refused with its line", async () => {
    const error = await refused(gathered(linesOf(write("bad", Buffer.from("a\nb\nc\xff\nd", "latin1")))));
    expect([error.code, error.message]).toEqual(["not-utf8", `\`${join(folder, "bad")}\`, line 3: it is not UTF-8 text`]);
  });
});

describe("pairs", () => {
  test("of plain and of packed files are the same: a source has its end, a target has none", async () => {
    const [a, b] = ["5 6\n7\n8 9 10\n", "60000 11\r\n12 13\r\n14"];
    const plain = await open(a, b);
    expect(idsOf(plain)).toEqual([[[5, 6, 4], [60000, 11]], [[7, 4], [12, 13]], [[8, 9, 10, 4], [14]]]);
    const packed = await open(gzipSync(a), gzipSync(b));
    expect(idsOf(packed)).toEqual(idsOf(plain));
    expect(packed.fingerprint()).toBe(plain.fingerprint());
  });

  test("another token, or a token that moves to the next line, is another corpus", async () => {
    const prints = [];
    for (const [a, b] of [["5 6\n7", "8\n9"], ["5 6\n7", "8\n10"], ["5\n6 7", "8\n9"], ["5 6\n7", "8 9\n9"]]) prints.push((await open(a!, b!)).fingerprint());
    expect(new Set(prints).size).toBe(prints.length);
  });

  test.each<[string, string, string | Uint8Array, string | Uint8Array, Plan, string, string]>([
    ["unequal files, before anything is read", "unequal-pairs", "5\nx\n7", "8", planOf(), "`A` has 3 lines and `B` has 1 line", "see to it that both have a line for each pair; a sentence must not hold a line break"],
    ["empty files", "empty-corpus", "", "", planOf(), "`A` and `B` are empty", "name files with a sentence a line"],
    ["an empty line", "empty-line", "5\n \n7", "8\n9\n10", planOf(), "`A`, line 2: it is empty", "take this line out of both files"],
    ["an empty translation", "empty-line", "5\n6\n7", "8\n9\n\t\n", planOf(), "`B`, line 3: it is empty", "take this line out of both files"],
    ["what the vocabulary lacks", "cannot-encode", "5\n100", "8\n9", planOf(), "`A`, line 2: `100` is not a token id of this model", "write ids, for example `5 12 7`; for text the model needs a vocabulary of text in its spec, such as `vocabulary = tokenizer(\"tokenizer.json\")`"],
    ["padding in a source", "bad-token", "5\n6 3", "8\n9", planOf(), "`A`, line 2: its token 2 is 3, the padding of Tiny", "take this line out of both files"],
    ["padding in a translation", "bad-token", "5\n6", "1\n9", planOf(), "`B`, line 1: its token 1 is 1, the padding of Tiny", "take this line out of both files"],
    ["a source past its positions, `end` included", "past-length", "5 6\n5 6 7", "8\n9", planOf({ source: { ...source, positionLimit: 3 as unknown as null } }), "`A`, line 2: it has 4 tokens, and Tiny is sized for 3 a text", "take this line out of both files, or size the model for longer texts"],
    ["a target past its positions, the `end` before it included", "past-length", "5", "8 9 10", planOf({ positionLimit: 3 }), "`B`, line 1: it has 3 tokens, and Tiny is sized for 2 a text", "take this line out of both files, or size the model for longer texts"],
    ["what is cut off", "bad-gzip", gzipSync("5\n6\n".repeat(100)).subarray(0, 20), "8", planOf(), "`A` could not be unpacked", "the file may be cut off or no gzip: make it again"],
    ["what is no text", "not-utf8", Buffer.from("5\n\xfe", "latin1"), "8\n9", planOf(), "`A`, line 2: it is not UTF-8 text", "save it as UTF-8"],
    ["a model without a source", "no-source", "5", "8", planOf({ source: undefined as unknown as typeof source }), "the model Tiny has no source text, so it takes no pairs", "give it a text; pairs are for a model with an `encoder` and a `decoder`"],
  ])("refused: %s", async (_, code, a, b, plan, message, hint) => {
    const error = await refused(open(a, b, plan));
    expect([error.code, error.message.replaceAll(join(folder, "a.txt"), "A").replaceAll(join(folder, "b.txt"), "B"), error.hint]).toEqual([code, message, hint]);
  });

  test("a missing file", async () => {
    const file = write("a.txt", "5");
    expect((await refused(openPairs({ source: file, target: join(folder, "none") }, planOf(), {}))).code).toBe("missing-file");
  });
});

/** Pair i: source [i, i, …, end], target [i, i, …], of the lengths given. */
function made(lengths: readonly (readonly [number, number])[]): Pairs {
  return {
    name: "made", files: { source: "a.es", target: "a.en" }, count: lengths.length, fingerprint: () => "",
    source: (i) => Int32Array.from({ length: lengths[i]![0] + 1 }, (_, t) => (t === lengths[i]![0] ? source.end : 10 + i)),
    target: (i) => new Int32Array(lengths[i]![1]).fill(10 + i),
  };
}

/** Which pairs a batch holds; every row must be one of them, padded and shifted as it should be. */
function pairsIn({ tokens, targets, source_tokens }: TrainingBatch, pairs: Pairs): number[] {
  const [rows, T] = tokens.shape as [number, number];
  const [, E] = source_tokens!.shape as [number, number];
  expect([targets.shape, source_tokens!.shape[0], tokens.data.length, source_tokens!.data.length]).toEqual([[rows, T], rows, rows * T, rows * E]);
  const found = Array.from({ length: rows }, (_, row) => source_tokens!.data[row * E]! - 10);
  const filled = (ids: readonly number[], size: number, fill: number): number[] => [...ids, ...Array<number>(size - ids.length).fill(fill)];
  expect([...source_tokens!.data]).toEqual(found.flatMap((pair) => filled([...pairs.source(pair)], E, source.padding)));
  expect([...tokens.data]).toEqual(found.flatMap((pair) => filled([end, ...pairs.target(pair)], T, padding)));
  expect([...targets.data]).toEqual(found.flatMap((pair) => filled([...pairs.target(pair), end], T, padding)));
  return found;
}

const anyLengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 80 });
const anySize: fc.Arbitrary<PairBatchSize> = fc.oneof(fc.integer({ min: 1, max: 20 }).map((pairs) => ({ pairs })), fc.integer({ min: 31, max: 300 }).map((tokens) => ({ tokens })));

describe("batches", () => {
  test("every epoch has every pair of the part once, in batches that are not larger than they may be and of the same sizes each time", () => {
    fc.assert(fc.property(anyLengths, anySize, fc.nat(), fc.nat({ max: 5 }), (lengths, size, seed, skipped) => {
      const pairs = made(lengths);
      const part = { from: Math.min(skipped, lengths.length - 1), to: lengths.length };
      const batches = new PairBatches(pairs, planOf(), part, size);
      const all = Array.from({ length: part.to - part.from }, (_, i) => part.from + i);
      const epoch = (number: number): TrainingBatch[] => Array.from({ length: batches.count }, (_, i) => batches.shuffled(number * batches.count + i, seed));
      const shapes = (of: Iterable<TrainingBatch>): string[] => [...of].map((b) => `${b.source_tokens!.shape.join()} ${b.tokens.shape.join()}`).sort();
      for (const number of [0, 7]) {
        const found = epoch(number);
        expect(found.flatMap((b) => pairsIn(b, pairs)).sort((a, b) => a - b)).toEqual(all);
        expect(shapes(found)).toEqual(shapes(batches.inOrder()));
        for (const { tokens, source_tokens } of found) {
          const [rows, T] = tokens.shape as [number, number];
          const E = source_tokens!.shape[1]!;
          if ("pairs" in size) expect(rows).toBeLessThanOrEqual(size.pairs);
          else expect(rows * Math.max(T, E)).toBeLessThanOrEqual(size.tokens);
          expect(rows * Math.max(T, E)).toBeLessThanOrEqual(batches.largest);
        }
      }
      expect([...batches.inOrder()].flatMap((b) => pairsIn(b, pairs)).sort((a, b) => a - b)).toEqual(all);
      expect([...batches.inOrder(3)]).toEqual([...batches.inOrder()].filter((_, i) => i % 3 === 0));
    }), { numRuns: 40 });
  });

  test("a batch follows from its number and the seed; another epoch or seed mixes other pairs, in another order", () => {
    const pairs = made(Array.from({ length: 400 }, (_, i) => [1 + (i % 9), 1 + (i % 7)] as const));
    const batches = new PairBatches(pairs, planOf(), { from: 0, to: 400 }, { tokens: 120 });
    const again = new PairBatches(pairs, planOf(), { from: 0, to: 400 }, { tokens: 120 });
    const seen = (of: PairBatches, epoch: number, seed: number): string[] => Array.from({ length: of.count }, (_, i) => pairsIn(of.shuffled(epoch * of.count + i, seed), pairs).join());
    const base = seen(batches, 3, 5);
    expect(batches.shuffled(41, 5)).toEqual(again.shuffled(41, 5));
    expect(seen(again, 3, 5)).toEqual(base);
    const others = [seen(batches, 3, 6), seen(batches, 4, 5), seen(batches, 0, 5)];
    for (const other of others) {
      expect(other).not.toEqual(base);
      // Not the same batches in another order either.
      expect(other.filter((b) => base.includes(b)).length).toBeLessThan(batches.count / 4);
    }
  });

  test("sizes are multiples of 4, but end where positions do; of sentences little is padding", () => {
    const lengths = Array.from({ length: 3000 }, (_, i) => [3 + ((i * 7919) % 23), 3 + ((i * 7919) % 23) + ((i * 31) % 5)] as const);
    const batches = new PairBatches(made(lengths), planOf({ positionLimit: 30 }), { from: 0, to: 3000 }, { tokens: 1024 });
    for (const { tokens, source_tokens } of batches.inOrder()) {
      expect(tokens.shape[1]! % 4 === 0 || tokens.shape[1] === 30).toBe(true);
      expect(source_tokens!.shape[1]! % 4).toBe(0);
    }
    expect(batches.padding.source).toBeLessThan(0.2);
    expect(batches.padding.target).toBeLessThan(0.2);
  });

  test("a pair that is larger than a batch may be is refused with its line", () => {
    const pairs = made([[3, 3], [3, 12], [2, 2]]);
    expect(() => new PairBatches(pairs, planOf(), { from: 0, to: 3 }, { tokens: 12 })).toThrow("`a.en`, line 2: it has 13 tokens, its `end` included, and a batch may have 12");
    expect(new PairBatches(pairs, planOf(), { from: 0, to: 3 }, { tokens: 13 }).count).toBe(2);
  });
});
