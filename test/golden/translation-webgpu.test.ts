/** The authors' translation models and the adaptive one on WebGPU, with NaN in all fresh storage: see `translation.ts`. */
import { openWebgpu, type AdapterChoice } from "../../runtime/webgpu/index.js";
import { testTranslations } from "./translation.js";

testTranslations("webgpu", () => openWebgpu({ adapter: (process.env["MSZ_ADAPTER"] ?? "swiftshader") as AdapterChoice, poison: true, onWarning: () => undefined }));
