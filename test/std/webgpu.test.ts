/**
 * Every standard mixer on WebGPU beside the naive float64 recurrence. SwiftShader compiles kernels slowly, so mixers take turns with lengths;
 * with `MSZ_TEST_RUNS` set each has all of them.
 */
import { describe } from "vitest";
import { backends } from "../helpers/backends.js";
import { checkStandardMixers } from "./backend-check.js";

const lengths = process.env.MSZ_TEST_RUNS ? [[1, 2, 63, 64, 65, 257]] : [[1, 64, 257], [2, 63, 65, 257]];

describe.skipIf(!backends.some(({ name }) => name === "webgpu"))("webgpu", () => checkStandardMixers("webgpu", 0, lengths));
