/** The `train` block: names, values, and a default for what it leaves out. */
import type { Block, Setting } from "../../src/ast/ast.js";
import type { Corpus, Optimizer, Restarts, Schedule, Train } from "../../src/model/model.js";
import type { Scope } from "./constants.js";
import { list } from "./report.js";
import { collectSettings, readSettings, type Values } from "./settings.js";
import { warnOfBlock, type Purpose, type Task } from "./task.js";
import { calls, choice, either, listOf, number, text, type Parameters, type ReadCall, type Reader } from "./values.js";

const rate = number({ above: 0 });
const share = number({ min: 0, below: 1 });
/** As far as the command line goes: more could only be a slip. */
const micro = number({ whole: true, min: 1, max: 1e6 });
const updates = number({ whole: true, min: 1, max: 1e9 });
const file: Reader<string> = {
  ...text,
  read: (expr, scope) => {
    const found = text.read(expr, scope);
    return found && "value" in found && found.value === "" ? { mismatch: 'the empty text `""`', hint: "name a file" } : found;
  },
};
const pairs = calls({ pairs: { positional: [file, file] } });
/** @param empty the way out when the list names none */
function filesOr(empty: string): Reader<string | readonly string[]> {
  const several = listOf(file);
  return either(file, {
    ...several,
    expected: "a list of texts",
    read: (expr, scope) => (expr.kind === "list" && expr.items.length === 0 ? { mismatch: "the empty list `[]`", hint: empty } : several.read(expr, scope)),
  });
}

const adaptive: Parameters = { named: { rate, betas: listOf(share, 2), decay: number({ min: 0 }), epsilon: rate }, required: ["rate"] };
const momentum: Parameters = { named: { rate, momentum: share, decay: number({ min: 0 }) }, required: ["rate"] };
const rising = { warmup: number({ whole: true, min: 0 }), start: number({ min: 0, max: 1 }) };
const falling = { ...rising, floor: number({ min: 0, max: 1 }) };
const restarts = { period: updates, grow: number({ min: 1, max: 1000 }), shrink: number({ above: 0, max: 1 }) };

const settings = {
  corpus: either(pairs, filesOr("name a file, or leave `corpus` out and give `--corpus` when you train")),
  held_out: either(pairs, either(share, filesOr("name a file; `held_out = 0` holds out nothing"))),
  batch: micro,
  batch_tokens: number({ whole: true, min: 1, max: 1e9 }),
  steps: updates,
  optimizer: calls({ adamw: adaptive, adam: adaptive, nag: momentum, sgd: momentum }),
  schedule: calls({
    cosine: { named: { ...falling, ...restarts } },
    inverse_sqrt: { named: rising },
    linear: { named: falling },
    constant: { named: rising },
  }),
  clip: number({ min: 0 }),
  precision: choice("float32", "float16", "bfloat16"),
  seed: number({ whole: true, min: 0, max: 2 ** 32 - 1 }),
  label_smoothing: share,
  accumulate: micro,
  evaluate_every: updates,
};

const defaults = {
  heldOut: 0.1, batch: 16, accumulate: 1, steps: 1000, clip: 1, precision: "float32", seed: 1, labelSmoothing: 0,
  optimizer: { kind: "adamw", rate: 1e-3, betas: [0.9, 0.98], epsilon: 1e-8, decay: 0.1 },
  schedule: { kind: "cosine", warmup: 100, start: 0, floor: 0.1 },
} as const satisfies Partial<Train>;

export function readTrain(block: Block | undefined, purpose: Purpose | undefined, scope: Scope): Train {
  const given = collectSettings(block?.settings ?? [], Object.keys(settings), "`train`", scope);
  const values = readSettings(given, settings, scope);
  if (block !== undefined && purpose?.task === "encoder") warnOfBlock(block, "it writes no tokens, and so there is no loss to train by", scope);
  checkCorpora(values, given, purpose?.task, scope);
  if (purpose?.adaptive && (values.label_smoothing ?? 0) > 0) refuseSmoothing(given.get("label_smoothing")!, purpose.adaptive, scope);
  if (values.schedule) checkSchedule(values.schedule, scope);
  const warmup = values.schedule?.named.get("warmup") as number | undefined;
  if (warmup !== undefined && values.steps !== undefined && warmup >= values.steps) {
    scope.report.warning("long-warmup", given.get("schedule")!.value.span, `the warm-up takes ${warmup} steps, and the run has ${values.steps}`, {
      reason: "the rate only rises, and no schedule follows", hint: "give a shorter `warmup`, or more `steps`",
    });
  }
  const corpus = values.corpus === undefined ? undefined : corpusOf(values.corpus);
  const steps = values.steps ?? defaults.steps;
  return {
    ...(corpus ? { corpus } : {}),
    heldOut: typeof values.held_out === "number" ? values.held_out : values.held_out === undefined ? defaults.heldOut : corpusOf(values.held_out),
    batch: values.batch ?? defaults.batch,
    ...(values.batch_tokens === undefined ? {} : { batchTokens: values.batch_tokens }),
    accumulate: values.accumulate ?? defaults.accumulate,
    steps,
    optimizer: values.optimizer ? optimizerOf(values.optimizer) : defaults.optimizer,
    schedule: values.schedule ? scheduleOf(values.schedule) : { ...defaults.schedule, warmup: Math.min(defaults.schedule.warmup, Math.floor(steps / 10)) },
    clip: values.clip ?? defaults.clip,
    precision: values.precision ?? defaults.precision,
    seed: values.seed ?? defaults.seed,
    labelSmoothing: values.label_smoothing ?? defaults.labelSmoothing,
    ...(values.evaluate_every === undefined ? {} : { evaluateEvery: values.evaluate_every }),
  };
}

function isCall(value: unknown): value is ReadCall {
  return typeof value === "object" && value !== null && "callee" in value;
}

function corpusOf(value: string | readonly string[] | ReadCall): Corpus {
  if (isCall(value)) return { kind: "pairs", source: String(value.positional[0]), target: String(value.positional[1]) };
  return { kind: "text", files: typeof value === "string" ? [value] : value };
}

/** The readers have seen to names and kinds. */
function optimizerOf({ callee, named }: ReadCall): Optimizer {
  const numberOf = (name: string, otherwise: number): number => (named.get(name) as number | undefined) ?? otherwise;
  const rate = numberOf("rate", NaN);
  if (callee === "nag" || callee === "sgd") return { kind: callee, rate, momentum: numberOf("momentum", callee === "nag" ? 0.99 : 0), decay: numberOf("decay", 0) };
  const betas = (named.get("betas") as readonly [number, number] | undefined) ?? [0.9, 0.999];
  return { kind: callee === "adam" ? "adam" : "adamw", rate, betas, epsilon: numberOf("epsilon", 1e-8), decay: numberOf("decay", callee === "adam" ? 0 : 0.01) };
}

function scheduleOf({ callee, named }: ReadCall): Schedule {
  const numberOf = (name: string, otherwise: number): number => (named.get(name) as number | undefined) ?? otherwise;
  const rising = { warmup: numberOf("warmup", 0), start: numberOf("start", 0) };
  if (callee === "inverse_sqrt" || callee === "constant") return { kind: callee, ...rising };
  const falling = { ...rising, floor: numberOf("floor", 0) };
  if (callee === "linear") return { kind: callee, ...falling };
  const restarts: Restarts = { period: numberOf("period", NaN), grow: numberOf("grow", 1), shrink: numberOf("shrink", 1) };
  return { kind: "cosine", ...falling, ...(named.has("period") ? { restarts } : {}) };
}

/** Arguments that say nothing without another one. */
function checkSchedule({ callee, named, span }: ReadCall, { report }: Scope): void {
  const given = ["grow", "shrink"].filter((name) => named.has(name));
  if (given.length > 0 && !named.has("period")) {
    report.error("missing-argument", span, `${list(given)} of \`cosine\` need${given.length === 1 ? "s" : ""} \`period\``, {
      reason: "it is how long the first period is; without it there is one, as long as the run, and none that is longer or lower",
      hint: `add \`period: 10_000\`, or leave ${given.length === 1 ? "it" : "them"} out`,
    });
  }
  if (named.has("start") && !((named.get("warmup") as number | undefined) ?? 0)) {
    report.error("missing-argument", span, `\`start\` of \`${callee}\` needs \`warmup\``, {
      reason: "it is the share of the rate that a warm-up starts from, and without one the first update has all of the rate",
      hint: "add `warmup: 1_000`, or leave it out",
    });
  }
}

function refuseSmoothing(smoothing: Setting, adaptive: Setting, { report }: Scope): void {
  report.error("smoothing-with-adaptive", smoothing.span, "an adaptive softmax has no label smoothing", {
    reason: "smoothing asks for the probability of every id, and the loss of an adaptive softmax finds that of the target's cluster alone",
    labels: [{ span: adaptive.span, message: "adaptive here" }],
    hint: "leave it out, or `adaptive`",
  });
}

/** Pairs are for models with both sides, texts for those of one stack. */
function checkCorpora(values: Values<typeof settings>, given: ReadonlyMap<string, Setting>, task: Task | undefined, { report }: Scope): void {
  for (const name of ["corpus", "held_out"] as const) {
    const span = given.get(name)?.value.span;
    const value = values[name];
    if (span === undefined || value === undefined || typeof value === "number") continue;
    const paired = isCall(value);
    if (task === "language" && paired) {
      report.error("wrong-corpus", span, "a language model learns from texts, not from pairs", {
        reason: "it has no encoder that could read the first of each two",
        hint: "name a file, or give the model an `encoder` and a `decoder`",
      });
    } else if (task === "translation" && !paired) {
      report.error("wrong-corpus", span, "a model with both sides learns from pairs, not from a text", {
        reason: "line for line, one file has what the encoder reads and the other what the decoder writes",
        hint: 'write `pairs("train.es", "train.en")`, the source first',
      });
    }
  }
  const tokens = given.get("batch_tokens");
  if (tokens === undefined) return;
  const batch = given.get("batch");
  if (task === "language") {
    report.error("misplaced-setting", tokens.span, "`batch_tokens` is for pairs, which differ in length", {
      reason: "a language model's windows all have `context` tokens",
      hint: batch === undefined ? "give their number: `batch = 16`" : "leave it out",
    });
  } else if (batch !== undefined) {
    report.error("two-batch-sizes", tokens.span, "`batch` and `batch_tokens` both say how large a batch is", {
      reason: "a batch has so many pairs, or as many as have so many tokens",
      labels: [{ span: batch.span, message: "and this" }],
      hint: "remove one of the two",
    });
  }
}
