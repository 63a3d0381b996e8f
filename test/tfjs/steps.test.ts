/** Parts that op cases reach only in some shapes: arithmetic on the host, caches in pieces, patterns that become one step. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { emitTfjs } from "../../compiler/6-codegen/tfjs/index.js";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import { Cache, plainLayout } from "../../runtime/tfjs/cache.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { Attrs } from "../../runtime/tfjs/value.js";
import { smallBinary } from "../../runtime/tfjs/steps/small.js";
import { graphsOf, modelOf } from "../graph/session.js";
import { Random } from "../helpers/random.js";

beforeAll(async () => {
  await openTfjs({ only: "wasm" });
});

describe("arithmetic on the host equals the kernel", () => {
  const shapes: readonly (readonly [number[], number[], boolean])[] = [
    [[3, 4], [3, 4], true], [[3, 4], [4], true], [[3, 4], [3, 1], true], [[4, 4], [4, 1], true], [[4, 4], [1, 4], true], [[3, 4], [], true],
    [[2, 3, 4], [3, 4], true], [[2, 3, 4], [2, 1, 1], true], [[1, 3, 4], [1, 3, 1], true], [[1, 1, 5], [5], true], [[1], [1], true], [[], [], true],
    // Neither has the shape of the result, or the smaller one is in the middle: the kernel's.
    [[2, 1, 4], [3, 1], false], [[4, 1], [1, 4], false], [[2, 3, 4], [1, 3, 1], false], [[2, 3, 4], [2, 1, 4], false],
  ];
  test.each(shapes)("[%j] and [%j]", (first, second, here) => {
    const random = new Random(3);
    const draw = (shape: number[]) => tf.tensor(Float32Array.from(random.uniformTensor(shape).data), shape);
    for (const [a, b] of [[draw(first), draw(second)], [draw(second), draw(first)]] as const) {
      for (const [op, kernel] of [["Add", tf.add], ["Sub", tf.sub], ["Multiply", tf.mul]] as const) {
        const made = smallBinary(op, a, b);
        expect(made !== undefined).toBe(here);
        const wanted = kernel(a, b);
        if (made) expect([made.shape, ...made.dataSync()]).toEqual([wanted.shape, ...wanted.dataSync()]);
      }
    }
  });
});

test("a flag that only some steps have is false where it is false or not there", () => {
  const attrs = new Attrs("a step", { full: false, reverse: true, block: 3 });
  expect(["full", "reverse", "other"].map((name) => attrs.option(name))).toEqual([false, true, false]);
  expect(() => attrs.option("block")).toThrow("the attr `block` of a step is 3, not true or false");
});

test("a cache has few pieces, gives back its slots in order, and changes layout", () => {
  const before = tf.memory().numTensors;
  const layout = { perm: [1, 0], sizes: [2, 3], split: 1 };
  let cache = new Cache([], undefined);
  let slots = 0;
  for (const added of [5, 1, 1, 1, 100, ...Array.from({ length: 200 }, () => 1), 40]) {
    // [B, G, T, O] of the stored axes [3, 2]: slot t of row b holds 1000·b + 100·(first axis) + 10·(second) + t / 1000.
    const x = tf.tidy(() => {
      const data = Array.from({ length: 2 * 2 * added * 3 }, (_, i) => {
        const [o, t, g, b] = [i % 3, Math.floor(i / 3) % added, Math.floor(i / 3 / added) % 2, Math.floor(i / 6 / added)];
        return 1000 * b + 100 * o + 10 * g + (slots + t) / 1000;
      });
      return tf.tensor4d(data, [2, 2, added, 3]);
    });
    const next = cache.append(x, layout);
    const kept = new Set(next.pieces);
    for (const piece of cache.pieces) if (!kept.has(piece)) piece.dispose();
    x.dispose();
    cache = next;
    slots += added;
    expect(cache.slots).toBe(slots);
    expect(cache.pieces.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(1 + slots / 32)));
  }
  const check = (whole: tf.Tensor): void => {
    expect(whole.shape).toEqual([2, slots, 3, 2]);
    whole.dataSync().forEach((value, i) => {
      const [g, o, t, b] = [i % 2, Math.floor(i / 2) % 3, Math.floor(i / 6) % slots, Math.floor(i / 6 / slots)];
      if (Math.abs(value - (1000 * b + 100 * o + 10 * g + t / 1000)) > 1e-3) throw new Error(`slot ${t}: ${value}`);
    });
  };
  const whole = cache.tensor()!;
  check(whole);
  const plain = cache.inLayout(plainLayout([3, 2]));
  const again = plain.tensor()!;
  check(again);
  for (const tensor of [whole, again, ...cache.pieces, ...plain.pieces]) tensor.dispose();
  // The whole tensor that a change of layout goes through is given back by the tidy around a run, of which there is none here.
  expect(tf.memory().numTensors - before).toBeLessThanOrEqual(1);
});

test("norms, softmax and the read of a state are one step each", () => {
  const model = modelOf("model M { vocabulary = 37\n width = 24\n layers 1 { memory(slots: 5, heads: 3) } }");
  const decode = runPasses(graphsOf(model).decode!);
  const names = { states: decode.states.map((s) => s.name), parameters: model.parameters.map((p) => p.name) };
  const ops = emitTfjs(decode, names).steps.map((step) => step.op);
  const count = (op: string): number => ops.filter((o) => o === op).length;
  expect([count("normalize"), count("softmax"), count("matmul_batched"), count("exp"), count("rsqrt")]).toEqual([4, 1, 1, 0, 0]);
});

test("a program is the same when it is made twice", () => {
  const model = modelOf("model M { vocabulary = 37\n width = 24\n padding = 1\n layers 1 { attention(heads: 3) } }");
  const programs = [1, 2].map(() => {
    const graph = runPasses(graphsOf(model).prefill_all!);
    return JSON.stringify(emitTfjs(graph, { states: graph.states.map((s) => s.name), parameters: model.parameters.map((p) => p.name) }));
  });
  expect(programs[1]).toBe(programs[0]);
});
