/** The `train` and `generate` blocks: names and values. What `train` says is checked here and used by training only. */
import type { Block } from "../../src/ast/ast.js";
import type { Generate } from "../../src/model/model.js";
import type { Scope } from "./constants.js";
import { collectSettings, readSettings } from "./settings.js";
import { calls, choice, either, listOf, number, text, type Parameters } from "./values.js";

const rate = number({ above: 0 });
const share = number({ min: 0, below: 1 });
const atLeastOne = number({ whole: true, min: 1 });
const pairs = calls({ pairs: { positional: [text, text] } });

const adaptive: Parameters = { named: { rate, betas: listOf(share, 2), decay: number({ min: 0 }), epsilon: rate }, required: ["rate"] };
const momentum: Parameters = { named: { rate, momentum: share, decay: number({ min: 0 }) }, required: ["rate"] };
const warmup = number({ whole: true, min: 0 });
const floor = number({ min: 0, max: 1 });

const trainSettings = {
  corpus: either(pairs, text),
  held_out: either(pairs, either(share, text)),
  batch: atLeastOne,
  steps: atLeastOne,
  optimizer: calls({ adamw: adaptive, adam: adaptive, nag: momentum, sgd: momentum }),
  schedule: calls({
    cosine: { named: { warmup, floor } },
    inverse_sqrt: { named: { warmup } },
    linear: { named: { warmup, floor } },
    constant: { named: { warmup } },
  }),
  clip: number({ min: 0 }),
  precision: choice("float32", "float16", "bfloat16"),
  seed: number({ whole: true, min: 0, max: 2 ** 32 - 1 }),
  label_smoothing: share,
  accumulate: atLeastOne,
  evaluate_every: atLeastOne,
};

const generateSettings = {
  temperature: number({ min: 0 }),
  top_k: number({ whole: true, min: 0 }),
  top_p: number({ above: 0, max: 1 }),
  beam: atLeastOne,
  length_penalty: number({ min: 0 }),
};

export function checkTrain(block: Block, scope: Scope): void {
  readSettings(collectSettings(block.settings, Object.keys(trainSettings), "`train`", scope), trainSettings, scope);
}

/** Sampling defaults; a beam is known, and left to the one who searches. */
export function readGenerate(block: Block | undefined, scope: Scope): Generate {
  const settings = collectSettings(block?.settings ?? [], Object.keys(generateSettings), "`generate`", scope);
  const values = readSettings(settings, generateSettings, scope);
  return { temperature: values.temperature ?? 1, topK: values.top_k ?? 0, topP: values.top_p ?? 1 };
}
