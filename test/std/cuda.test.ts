/** Every standard mixer on CUDA beside the naive float64 recurrence. */
import { describe } from "vitest";
import { backends } from "../helpers/backends.js";
import { checkStandardMixers } from "./backend-check.js";

describe.each(backends.filter(({ name }) => name === "cuda"))("$name", () => checkStandardMixers("cuda", 1, [[1, 2, 63, 64, 65, 257]]));
