/** The authors' translation models and the adaptive one on the wasm backend. */
import { openTfjs } from "../../runtime/tfjs/index.js";
import { testTranslations } from "../golden/translation.js";

testTranslations("tfjs", () => openTfjs({ only: "wasm" }));
