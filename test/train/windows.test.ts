/** Windows of a corpus: every one once an epoch, targets one token on, and what is left at the end only where it is measured. */
import { describe, expect, test } from "vitest";
import type { Corpus } from "../../cli/corpus/corpus.js";
import { Windows } from "../../cli/corpus/windows.js";
import type { TrainingBatch } from "../../runtime/index.js";

/** Token i of the corpus is 3 i. */
function corpusOf(length: number): Corpus {
  return {
    name: "numbers", length,
    read: (from, count) => {
      if (from < 0 || from + count > length) throw new Error(`read ${from}, ${count} of ${length}`);
      return Int32Array.from({ length: count }, (_, i) => 3 * (from + i));
    },
    fingerprint: () => "", close: () => undefined,
  };
}

/** First places of a batch's rows; rows must be consecutive tokens, and targets those one on. */
function starts({ tokens, targets }: TrainingBatch): number[] {
  const [rows, size] = tokens.shape as [number, number];
  expect(targets.shape).toEqual([rows, size]);
  expect([tokens.data.length, targets.data.length]).toEqual([rows * size, rows * size]);
  return Array.from({ length: rows }, (_, row) => {
    const first = tokens.data[row * size]!;
    for (let t = 0; t < size; t++) {
      expect(tokens.data[row * size + t]).toBe(first + 3 * t);
      expect(targets.data[row * size + t]).toBe(first + 3 * (t + 1));
    }
    return first / 3;
  });
}

test.each([
  [0, 4, 0], [1, 4, 0], [4, 4, 0], [5, 4, 1], [8, 4, 1], [9, 4, 2], [100, 1, 99],
])("%i tokens in windows of %i are %i", (length, size, count) => {
  expect(new Windows(corpusOf(length), 0, length, size).count).toBe(count);
});

test.each([
  ["batches that divide an epoch", 42, 5],
  ["a batch that ends one epoch and begins the next", 42, 7],
  ["a batch larger than an epoch", 14, 8],
  ["one window", 6, 3],
])("%s: every window once an epoch, in another order each", (_, length, rows) => {
  const windows = new Windows(corpusOf(length), 0, length, 4);
  const epochs = 6;
  const seen: number[] = [];
  for (let number = 0; seen.length < epochs * windows.count; number++) seen.push(...starts(windows.shuffledBatch(number, rows, 9)));
  const all = Array.from({ length: windows.count }, (_, i) => 4 * i);
  const orders = Array.from({ length: epochs }, (_, e) => seen.slice(e * windows.count, (e + 1) * windows.count));
  for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(all);
  if (windows.count >= 10) expect(new Set(orders.map(String)).size).toBe(epochs);
});

test("a batch follows from its number and the seed alone", () => {
  const windows = new Windows(corpusOf(400), 0, 400, 4);
  expect(windows.shuffledBatch(37, 8, 1)).toEqual(windows.shuffledBatch(37, 8, 1));
  expect(windows.shuffledBatch(37, 8, 1)).not.toEqual(windows.shuffledBatch(37, 8, 2));
  expect(windows.shuffledBatch(37, 8, 1)).not.toEqual(windows.shuffledBatch(38, 8, 1));
});

describe("in order", () => {
  test("every target once, the rest at the end as a shorter window", () => {
    for (const [from, to] of [[0, 23], [7, 30], [0, 21], [0, 22], [3, 5]] as const) {
      const windows = new Windows(corpusOf(30), from, to, 4);
      const targets: number[] = [];
      for (const batch of windows.inOrder(3)) {
        starts(batch);
        targets.push(...batch.targets.data);
      }
      expect(targets.map((t) => t / 3)).toEqual(Array.from({ length: to - from - 1 }, (_, i) => from + 1 + i));
      expect(windows.targets).toBe(to - from - 1);
    }
  });

  test("of no or one token nothing", () => {
    for (const length of [0, 1]) {
      const windows = new Windows(corpusOf(length), 0, length, 4);
      expect([...windows.inOrder(2)]).toEqual([]);
      expect(windows.targets).toBe(0);
    }
  });
});
