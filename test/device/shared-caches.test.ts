/** Caches that heads share, keys or values or both, in batches: short texts and long ones take different ways. */
import { describe, test } from "vitest";
import { backends, takes } from "../helpers/backends.js";
import { checkModel } from "./check-model.js";

const mixer = (key: string, value: string): string => `mixer shared(heads: axis) {
  axis channel = width / heads
  query = linear(x, heads, channel) / sqrt(size(channel))
  cache key   = linear(source, ${key})
  cache value = linear(source, ${value})
  out = linear(sum(softmax(sum(query * key, channel), time) * value, time), width)
}
model Shared { vocabulary = 17, width = 12, padding = 0, layers 1 { shared(heads: 3) } }
`;

const shared = { keys: mixer("channel", "heads, channel"), values: mixer("heads, channel", "channel"), both: mixer("channel", "channel"), "values as wide as the model": mixer("heads, channel", "width") };

describe.each(backends)("$name", ({ options }) => {
  test.each(Object.entries(shared).filter((_, i) => takes(options.backend, i)))("%s", async (_, spec) => {
    for (const [T, pieces, decoded] of [[4, [2], 2], [20, [20], 0]] as const) {
      await checkModel({ spec, vocabulary: 17, padding: 0, seed: 5, B: 3, T, pieces, decoded }, options);
    }
  }, 60_000);
});
