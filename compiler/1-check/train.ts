/** The `train` block: names, values, and a default for what it leaves out. */
import type { Block } from "../../src/ast/ast.js";
import type { Corpus, Optimizer, Schedule, Train } from "../../src/model/model.js";
import type { Scope } from "./constants.js";
import { collectSettings, readSettings } from "./settings.js";
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
const warmup = number({ whole: true, min: 0 });
const floor = number({ min: 0, max: 1 });

const settings = {
  corpus: either(pairs, filesOr("name a file, or leave `corpus` out and give `--corpus` when you train")),
  held_out: either(pairs, either(share, filesOr("name a file; `held_out = 0` holds out nothing"))),
  batch: micro,
  steps: updates,
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
  accumulate: micro,
  evaluate_every: updates,
};

const defaults = {
  heldOut: 0.1, batch: 16, accumulate: 1, steps: 1000, clip: 1, precision: "float32", seed: 1, labelSmoothing: 0,
  optimizer: { kind: "adamw", rate: 1e-3, betas: [0.9, 0.98], epsilon: 1e-8, decay: 0.1 },
  schedule: { kind: "cosine", warmup: 100, start: 0, floor: 0.1 },
} as const satisfies Partial<Train>;

export function readTrain(block: Block | undefined, scope: Scope): Train {
  const given = collectSettings(block?.settings ?? [], Object.keys(settings), "`train`", scope);
  const values = readSettings(given, settings, scope);
  if (values.precision === "bfloat16") {
    scope.report.error("not-supported-yet", given.get("precision")!.value.span, "`precision = bfloat16` is not supported yet", { hint: "use float16, or float32" });
  }
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
    accumulate: values.accumulate ?? defaults.accumulate,
    steps,
    optimizer: values.optimizer ? optimizerOf(values.optimizer) : defaults.optimizer,
    schedule: values.schedule ? scheduleOf(values.schedule) : { ...defaults.schedule, warmup: Math.min(defaults.schedule.warmup, Math.floor(steps / 10)) },
    clip: values.clip ?? defaults.clip,
    precision: values.precision === "float16" ? "float16" : "float32",
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
  const warmup = (named.get("warmup") as number | undefined) ?? 0;
  const floor = (named.get("floor") as number | undefined) ?? 0;
  return callee === "cosine" || callee === "linear" ? { kind: callee, warmup, start: 0, floor } : { kind: callee === "inverse_sqrt" ? "inverse_sqrt" : "constant", warmup, start: 0 };
}
