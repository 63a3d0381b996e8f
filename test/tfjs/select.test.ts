/** select over every way in which a condition and two operands may broadcast, the gradient of relu, and rows of tensors by index, against what the definition says. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { gatherRows } from "../../runtime/tfjs/steps/memory.js";
import { stepMakers } from "../../runtime/tfjs/steps/index.js";
import { Attrs, type Resources } from "../../runtime/tfjs/value.js";
import { extentsOf } from "../../src/plan/size.js";

beforeAll(async () => {
  await openTfjs({ only: "wasm" });
});

const resources: Resources = { constant: (_, make) => make(), scalar: (value) => tf.scalar(value) };
const extents = extentsOf({ batch: 1, tokens: 1, chunk: 64 });
const volume = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** The number of x that stands at a place of the wider shape. */
function at(data: ArrayLike<number>, own: readonly number[], shape: readonly number[], index: number): number {
  let [place, stride, rest] = [0, 1, index];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = own[axis - shape.length + own.length] ?? 1;
    if (size !== 1) place += (rest % shape[axis]!) * stride;
    stride *= size;
    rest = Math.floor(rest / shape[axis]!);
  }
  return data[place]!;
}

describe("select", () => {
  test.each([
    [[3, 40], [3, 40], [3, 40]], [[3, 1], [3, 40], []], [[40], [3, 40], [3, 40]], [[], [3, 40], [40]], [[2, 5, 1, 1], [2, 5, 4, 7], [1]],
    [[2, 1, 4, 1], [5, 1, 7], [2, 5, 4, 7]], [[1], [1], []], [[2, 5, 4, 7], [], [7]], [[1, 64], [6, 1], [6, 64]],
  ])("condition %j, %j and %j", (condition, a, b) => {
    const chosen = Int32Array.from({ length: volume(condition) }, (_, i) => ((i * 7) % 5 < 2 ? 0 : 256));
    const [x, y] = [a, b].map((shape, k) => Float32Array.from({ length: volume(shape) }, (_, i) => (k + 1) * 1000 + i));
    const inputs = [tf.tensor(chosen, condition, "int32"), tf.tensor(x!, a), tf.tensor(y!, b)];
    const got = stepMakers.select(new Attrs("select", {}), resources)(inputs, extents) as tf.Tensor;
    const shape = got.shape;
    expect(shape.length).toBe(Math.max(condition.length, a.length, b.length));
    const wanted = Array.from({ length: volume(shape) }, (_, i) => (at(chosen, condition, shape, i) !== 0 ? at(x!, a, shape, i) : at(y!, b, shape, i)));
    expect([...got.dataSync()]).toEqual(wanted);
  });
});

test.each([[0, "float32"], [1, "float32"], [2, "float32"], [1, "int32"]] as const)("rows along axis %i of %s", (axis, dtype) => {
  const x = tf.tensor(Array.from({ length: 60 }, (_, i) => i), [3, 4, 5], dtype);
  const rows = Int32Array.of(2, 0, 2, 1);
  expect([...gatherRows(x, axis, rows).dataSync()]).toEqual([...tf.gather(x, tf.tensor1d(rows, "int32"), axis).dataSync()]);
});

test("select of shapes that do not broadcast is refused", () => {
  const inputs = [tf.tensor([1, 0, 1], [3], "int32"), tf.tensor([1, 2, 3, 4]), tf.scalar(0)];
  expect(() => stepMakers.select(new Attrs("select", {}), resources)(inputs, extents)).toThrow("could not be broadcast");
});

test.each([[[2, 3]], [[2, 1]]])("the gradient of relu is 0 where relu is, whatever comes back: x %j", (shape) => {
  const x = tf.tensor([-1, 0, -0, 2, 1e-40, -Infinity].slice(0, volume(shape)), shape);
  const g = tf.tensor([Infinity, -Infinity, NaN, 4, Infinity, NaN], [2, 3]);
  const got = stepMakers.relu_gradient(new Attrs("relu_gradient", {}), resources)([x, g], extents) as tf.Tensor;
  expect([...got.dataSync()]).toEqual(shape[1] === 3 ? [0, 0, 0, 4, Infinity, 0] : [0, 0, 0, 0, 0, 0]);
});
