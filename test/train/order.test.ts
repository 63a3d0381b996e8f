/** The order of windows: every one once an epoch, another order for each seed and epoch, and none that a person would see through. */
import { describe, expect, test } from "vitest";
import { shuffled } from "../../cli/corpus/order.js";

const orderOf = (count: number, seed: number, epoch: number): number[] => Array.from({ length: count }, (_, i) => shuffled(i, count, seed, epoch));

function expectPermutation(order: readonly number[]): void {
  const seen = new Uint8Array(order.length);
  for (const place of order) seen[place]!++;
  expect(seen.every((times) => times === 1)).toBe(true);
}

test("a permutation for every count from 1 to 300", () => {
  for (let count = 1; count <= 300; count++) expectPermutation(orderOf(count, count % 7, count % 3));
});

test.each([4_095, 4_096, 4_097, 65_537, 300_001])("a permutation of %i", (count) => {
  expectPermutation(orderOf(count, 2 ** 32 - 1, 5));
});

test("places of a count beyond 32 bits lie inside it, and differ", () => {
  const count = 2 ** 33 + 12_345;
  const places = Array.from({ length: 2_000 }, (_, i) => shuffled(i * 4_000_000, count, 1, 0));
  expect(places.every((p) => Number.isSafeInteger(p) && p >= 0 && p < count)).toBe(true);
  expect(new Set(places).size).toBe(places.length);
  expect(places.filter((p) => p >= count / 2).length).toBeGreaterThan(900);
});

describe.each([64, 1_000, 10_000])("%i windows", (count) => {
  test("the same for the same seed and epoch, another for another", () => {
    const first = orderOf(count, 1, 0);
    expect(orderOf(count, 1, 0)).toEqual(first);
    for (const [seed, epoch] of [[2, 0], [1, 1], [1, 2], [0, 1]] as const) {
      const other = orderOf(count, seed, epoch);
      // Two orders that have nothing to do with one another have one place in common, on average.
      expect(other.filter((place, i) => place === first[i]).length).toBeLessThan(10);
    }
  });

  test("no obvious order", () => {
    for (const epoch of [0, 1, 2]) {
      const order = orderOf(count, 3, epoch);
      const middle = (count - 1) / 2;
      const variance = (count * count - 1) / 12;
      const correlation = (lag: number): number => {
        const pairs = order.slice(lag).map((place, i) => (place - middle) * (order[i]! - middle));
        return pairs.reduce((a, b) => a + b, 0) / pairs.length / variance;
      };
      const withIndex = order.reduce((sum, place, i) => sum + (place - middle) * (i - middle), 0) / count / variance;
      // Of a random order these are normal with a deviation of 1 / sqrt(count).
      for (const value of [withIndex, correlation(1), correlation(2), correlation(3)]) expect(Math.abs(value)).toBeLessThan(4.5 / Math.sqrt(count));
      const neighbours = order.slice(1).filter((place, i) => Math.abs(place - order[i]!) === 1).length;
      expect(neighbours).toBeLessThan(12);
    }
  });
});
