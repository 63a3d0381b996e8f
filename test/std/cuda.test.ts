/**
 * Every standard mixer on CUDA beside the naive float64 recurrence. Mixers take turns with lengths, each having those that it has not on WebGPU: both run what one derivation and
 * one set of passes made. With `MSZ_TEST_RUNS` set each has all of them.
 */
import { describe } from "vitest";
import { quickBackends } from "../helpers/backends.js";
import { checkStandardMixers } from "./backend-check.js";

const lengths = process.env.MSZ_TEST_RUNS ? [[1, 2, 63, 64, 65, 257]] : [[2, 63, 65, 257], [1, 64, 257]];

const runs = quickBackends.some(({ name }) => name === "cuda");
if (!runs) console.warn("the standard mixers on simulated CUDA run where MSZ_TEST_BACKENDS names cuda: a run of all tests has 15 minutes");
describe.skipIf(!runs)("cuda", () => checkStandardMixers("cuda", 1, lengths));
