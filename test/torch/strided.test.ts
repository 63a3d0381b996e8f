/** Gathering by strides against the definition, in windows of every size. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gather, overlaps } from "../../runtime/weights/torch/strided.js";
import type { Tensor } from "../../runtime/weights/torch/values.js";

/** Element by element, as `Tensor` defines it. */
function byDefinition({ offset, shape, strides }: Tensor): number[] {
  let places = [offset];
  shape.forEach((size, d) => {
    places = places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[d]!));
  });
  return places;
}

/** A view as PyTorch makes them: dimensions of a contiguous tensor, sliced with steps, some expanded, in any order. */
const view = fc.array(fc.record({ size: fc.integer({ min: 0, max: 4 }), step: fc.integer({ min: 1, max: 3 }), expand: fc.integer({ min: 0, max: 9 }), key: fc.nat() }), { maxLength: 4 }).map((dims): Tensor => {
  let stride = 1;
  const laid = dims.map(({ size, step, expand, key }) => {
    const dim = { size, stride: expand === 0 ? 0 : stride * step, key };
    stride *= Math.max(1, size) * step;
    return dim;
  }).sort((a, b) => a.key - b.key);
  return { kind: "tensor", storage: { kind: "storage", dtype: "F32", key: "0", elements: stride + 7 }, offset: 7, shape: laid.map((d) => d.size), strides: laid.map((d) => d.stride) };
});

test("views are gathered, each window read once and in order", () => {
  return fc.assert(fc.asyncProperty(view, fc.integer({ min: 1, max: 40 }), async (tensor, window) => {
    expect(overlaps(tensor)).toBe(false);
    const wanted = byDefinition(tensor);
    let end = 0;
    const load = (from: number, count: number): Promise<Float32Array> => {
      expect(from).toBeGreaterThanOrEqual(end);
      expect(count).toBeLessThanOrEqual(window);
      end = from + count;
      expect(end).toBeLessThanOrEqual(Math.max(...wanted) + 1);
      return Promise.resolve(Float32Array.from({ length: count }, (_, i) => from + i));
    };
    expect([...(await gather(tensor, new Float32Array(wanted.length), load, window))]).toEqual(wanted);
  }), { numRuns: 300 });
});

test.each<[strides: number[], shape: number[], is: boolean]>([
  [[1, 1], [2, 2], true],
  [[3, 2], [4, 4], true],
  [[4, 1], [4, 4], false],
  [[1, 4], [4, 4], false],
  [[0, 0], [4, 4], false],
  [[0, 1], [4, 4], false],
  [[1, 1], [1, 4], false],
])("strides %j of shape %j overlap: %s", (strides, shape, is) => {
  expect(overlaps({ kind: "tensor", storage: { kind: "storage", dtype: "F32", key: "0", elements: 99 }, offset: 0, shape, strides })).toBe(is);
});
