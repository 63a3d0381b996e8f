/** The `generate` block: names and values. */
import type { Block } from "../../src/ast/ast.js";
import type { Generate } from "../../src/model/model.js";
import type { Scope } from "./constants.js";
import { collectSettings, readSettings } from "./settings.js";
import { number } from "./values.js";

const generateSettings = {
  temperature: number({ min: 0 }),
  top_k: number({ whole: true, min: 0 }),
  top_p: number({ above: 0, max: 1 }),
  beam: number({ whole: true, min: 1 }),
  length_penalty: number({ min: 0 }),
};

/** Sampling defaults; a beam is known, and left to the one who searches. */
export function readGenerate(block: Block | undefined, scope: Scope): Generate {
  const settings = collectSettings(block?.settings ?? [], Object.keys(generateSettings), "`generate`", scope);
  const values = readSettings(settings, generateSettings, scope);
  return {
    temperature: values.temperature ?? 1, topK: values.top_k ?? 0, topP: values.top_p ?? 1,
    beam: 1, lengthPenalty: values.length_penalty ?? 1, maxLength: { perSource: 1.2, more: 10 },
  };
}
