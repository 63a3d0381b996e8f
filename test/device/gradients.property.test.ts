/**
 * Random small models on every backend: `checkModelGradients` holds of each. Then 1,000 tokens under decays near 0 and near 1.
 *
 * A model's number in a test's name is its seed: `MSZ_TEST_SEED` begins with another one, `MSZ_TEST_RUNS` asks for more of them.
 */
import { describe, test } from "vitest";
import { backends, takes } from "../helpers/backends.js";
import { Random } from "../helpers/random.js";
import type { Tensor } from "../helpers/tensors.js";
import { checkGradients, checkNumbered } from "./check-gradients.js";

/** SwiftShader takes long to compile the kernels of a backward pass, and next to no time to run them. */
const sizes = {
  tfjs: { runs: 12, widths: [4, 6, 10, 12, 20], layers: 3, turns: 1 },
  webgpu: { runs: 4, widths: [4, 6, 12], layers: 2, turns: 2 },
  cuda: { runs: 4, widths: [4, 6, 12], layers: 2, turns: 2 },
};
const first = Number(process.env["MSZ_TEST_SEED"] ?? 0);

describe.each(backends)("$name", ({ options }) => {
  const size = sizes[options.backend];
  const runs = Number(process.env["MSZ_TEST_RUNS"] ?? size.runs);
  test.each(Array.from({ length: runs }, (_, i) => first + i).filter((number) => takes(options.backend, number)))("random model %i", async (number) => {
    await checkNumbered(number, size, options);
  }, 120_000);
});

/** What a token keeps of the state lies anywhere from 1e-9 to 1 - 1e-9, and at both ends more often than between. */
const steep = (axes: string): string => `
mixer steep(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  keep = sigmoid(12 * linear(source, ${axes}))
  state sums[heads, feature, channel] = keep * sums + linear(source, heads, feature) * linear(source, heads, channel)
  out = linear(sum(linear(x, heads, feature) * sums, feature), width)
}`;

/** Half of a state is left after 0.7, 2.4, … 11,356 tokens. */
const long = `
mixer long(scales: axis, slots: axis) {
  decay = 1 - 4 ^ (-index(scales)) / 1.6
  state bank[scales, slots, width] = decay * bank + layer_norm(linear(source, scales, slots)) * linear(source, width)
  out = sum(softmax(linear(x, scales, slots), scales, slots) * bank / sqrt((1 - decay ^ count) / (1 - decay)), scales, slots)
}`;

const thousand: Record<string, { readonly definition: string; readonly call: string }> = {
  "long decays": { definition: long, call: "long(scales: 8, slots: 3)" },
  "a decay a token and head": { definition: steep("heads"), call: "steep(heads: 2)" },
  "a decay a token and key": { definition: steep("heads, feature"), call: "steep(heads: 1)" },
  "a decay a token and value": { definition: steep("heads, channel"), call: "steep(heads: 1)" },
  "a decay a token, key and head, of few values": { definition: steep("heads, feature"), call: "steep(heads: 4)" },
};

describe.each(backends.filter((b) => b.options.backend === "tfjs"))("1,000 tokens on $name", ({ options }) => {
  test.each(Object.entries(thousand))("%s", async (_, { definition, call }) => {
    const spec = `${definition}\nmodel Long { vocabulary = 11, width = 12, positions = none, layers 1 { ${call} } }`;
    const random = new Random(7);
    const ids = (): Tensor => random.integerTensor([1, 1000], 0, 10);
    await checkGradients({ spec, chunk: 64, seed: 3 }, options, { tokens: ids(), targets: ids() });
  }, 120_000);
});
