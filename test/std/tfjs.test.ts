/** Every standard mixer on tfjs beside the naive float64 recurrence. */
import { describe } from "vitest";
import { backends } from "../helpers/backends.js";
import { checkStandardMixers } from "./backend-check.js";

describe.skipIf(!backends.some(({ name }) => name === "tfjs"))("tfjs", () => checkStandardMixers("tfjs", 1, [[1, 2, 63, 64, 65, 257]]));
