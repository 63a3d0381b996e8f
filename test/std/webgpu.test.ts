/** Every standard mixer on webgpu beside the naive float64 recurrence. */
import { describe } from "vitest";
import { backends } from "../helpers/backends.js";
import { checkStandardMixers } from "./backend-check.js";

describe.each(backends.filter(({ name }) => name === "webgpu"))("$name", () => checkStandardMixers("webgpu", 0, [1, 2, 63, 64, 65, 257]));
