/** The authors' translation models and the adaptive one on CUDA, with NaN in all fresh memory: see `translation.ts`. */
import { describe } from "vitest";
import { openCuda } from "../../runtime/open-cuda.js";
import { backends } from "../helpers/backends.js";
import { testTranslations } from "./translation.js";

describe.skipIf(!backends.some(({ name }) => name === "cuda"))("cuda", () => testTranslations("cuda", () => openCuda({ poison: true })));
