/**
 * Random small models on every backend: `checkModel` holds of each.
 *
 * `MSZ_TEST_RUNS` asks for more models than usual, `MSZ_TEST_SEED` for others.
 */
import fc from "fast-check";
import { describe, test } from "vitest";
import { backends, takes } from "../helpers/backends.js";
import { checkModel } from "./check-model.js";
import { modelCases } from "./model-specs.js";

const runs = Number(process.env["MSZ_TEST_RUNS"] ?? 25);
const seed = Number(process.env["MSZ_TEST_SEED"] ?? 20240);

describe.each(backends)("$name", ({ options }) => {
  test(`${runs} random models`, async () => {
    let at = 0;
    await fc.assert(fc.asyncProperty(modelCases, async (c) => (takes(options.backend, at++) ? checkModel(c, options) : undefined)), { numRuns: runs, seed, endOnFailure: true });
  }, 20_000 + 8000 * runs);
});
