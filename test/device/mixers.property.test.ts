/**
 * Mixers that nobody has written, on every backend: what holds of models and of their gradients holds of theirs.
 *
 * `MSZ_TEST_RUNS` asks for more mixers than usual, `MSZ_TEST_SEED` for others.
 */
import fc from "fast-check";
import { describe, test } from "vitest";
import { backends, takes } from "../helpers/backends.js";
import { checkNumbered } from "./check-gradients.js";
import { checkModel } from "./check-model.js";
import { mixerCases } from "./model-specs.js";

/** SwiftShader takes long to compile the kernels of a backward pass, and next to no time to run them. */
const sizes = { tfjs: { forward: 30, gradients: 12, widths: [4, 6, 10, 12] }, webgpu: { forward: 12, gradients: 4, widths: [4, 6, 12] }, cuda: { forward: 12, gradients: 4, widths: [4, 6, 12] } };
const seed = Number(process.env["MSZ_TEST_SEED"] ?? 4);
const asked = process.env["MSZ_TEST_RUNS"];

describe.each(backends)("$name", ({ options }) => {
  const { forward, gradients, widths } = sizes[options.backend];
  const runs = asked === undefined ? forward : Number(asked);

  test(`${runs} random mixers`, async () => {
    let at = 0;
    await fc.assert(fc.asyncProperty(mixerCases, async (c) => (takes(options.backend, at++) ? checkModel(c, options) : undefined)), { numRuns: runs, seed, endOnFailure: true });
  }, 20_000 + 8000 * runs);

  test.each(Array.from({ length: asked === undefined ? gradients : Number(asked) }, (_, i) => seed + i).filter((number) => takes(options.backend, number)))("gradients of random mixer %i", async (number) => {
    await checkNumbered(number, { widths, layers: 1, turns: 0 }, options);
  }, 120_000);
});
