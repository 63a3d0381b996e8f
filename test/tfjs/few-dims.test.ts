/** Shapes of more axes than XNNPACK takes, merged: the same places of both operands meet. */
import { expect, test } from "vitest";
import { fewDims } from "../../runtime/tfjs/steps/few-dims.js";

test.each([
  [[1, 2, 1, 3, 1, 1, 1], [1, 2, 1, 3, 3, 2, 1], [1, 2, 1, 3, 3, 2, 1]],
  [[2, 3, 1, 1, 5, 1, 7], [3, 4, 1, 6, 1], [2, 3, 3, 4, 5, 6, 7]],
  [[2, 1, 2, 1, 2, 1, 2], [2], [2, 1, 2, 1, 2, 1, 2]],
])("[%j] and [%j]", (a, b, result) => {
  const few = fewDims(a, b);
  expect(few.result).toEqual(result);
  expect(few.left).toHaveLength(few.right.length);
  expect(few.left.length).toBeLessThanOrEqual(6);
  // A sum by place in the merged shapes is the sum by place in the shapes as they were.
  expect(placesOf(few.left, few.right)).toEqual(placesOf(a, b));
});

/** For each place of the result, row-major, which numbers of the two operands meet there. */
function placesOf(a: readonly number[], b: readonly number[]): string[] {
  const rank = Math.max(a.length, b.length);
  const [wide, other] = [a, b].map((shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape]) as [number[], number[]];
  let places: [number, number][] = [[0, 0]];
  for (let i = 0; i < rank; i++) {
    const [m, n] = [wide[i]!, other[i]!];
    places = places.flatMap(([x, y]) => Array.from({ length: Math.max(m, n) }, (_, k): [number, number] => [x * m + (m === 1 ? 0 : k), y * n + (n === 1 ? 0 : k)]));
  }
  return places.map((p) => p.join());
}
