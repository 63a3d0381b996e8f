/** The contract of plans that read one text and write another: a compiled one passes, and what is missing or wrong in it is refused with its place. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../cli/api.js";
import { validatePlan } from "../../src/plan/validate.js";
import { refusal } from "./refusal.js";
import type { LoosePlan } from "./small-plan.js";

const path = new URL("../golden/mt-softmax.msz", import.meta.url).pathname;
const compiled = compile({ path, text: readFileSync(path, "utf8") }, { targets: ["tfjs"], training: ["gradients", "evaluate"] }).plan;

function fresh(): LoosePlan {
  return JSON.parse(JSON.stringify(compiled)) as LoosePlan;
}

const entry = (plan: LoosePlan, name: string): LoosePlan["entries"][number] => plan.entries.find((e) => e.name === name)!;
const state = (plan: LoosePlan, name: string): LoosePlan["states"][number] => plan.states.find((s) => s.name === name)!;

test("a compiled plan passes unchanged", () => {
  const plan = fresh();
  expect(validatePlan(plan)).toBe(plan);
  expect(plan).toEqual(compiled);
  expect(plan.model.source).toMatchObject({ vocabularySize: 41, padding: 1, end: 2 });
});

const breakages: readonly (readonly [what: string, break_: (plan: LoosePlan) => void, message: RegExp])[] = [
  ["a source without encode", (p) => (p.entries = p.entries.filter((e) => e.name !== "encode")), /`model\.source` is there, but the entry `encode` is not/],
  ["a source of an encoder alone", (p) => (p.entries = p.entries.filter((e) => e.name === "encode")), /`model\.source` is there, but the plan is that of an encoder alone/],
  ["encode without a source", (p) => delete p.model.source, /symbol E, but the model reads no source/],
  ["encode of one token", (p) => (entry(p, "encode").inputs[0]!.shape = ["B", 1]), /inputs\[0\]\.shape` of `source_tokens` must be \[B, E\]/],
  ["encode that leaves nothing", (p) => (entry(p, "encode").states = []), /\.states` lacks `source\.count`/],
  ["forward without its source", (p) => entry(p, "forward").inputs.shift(), /inputs` lacks `source_tokens`/],
  ["forward that keeps what it encoded", (p) => entry(p, "forward").outputs.pop(), /outputs` lacks `encoder_out`/],
  ["gradients without the source", (p) => (entry(p, "gradients").inputs = entry(p, "gradients").inputs.filter((t) => t.name !== "source_tokens")), /inputs` lacks `source_tokens`/],
  ["no count of the source", (p) => (state(p, "source.count").name = "source.counts"), /`states` lacks `source\.count`|names `source\.count`/],
  ["a search without its entry", (p) => (p.entries = p.entries.filter((e) => e.name !== "beam")), /`model\.generate\.beams` is 8, but the plan has no entry `beam`/],
  ["an entry without a search", (p) => (p.model.generate.beams = 0), /`model\.generate\.beams` is 0, but the plan has the entry `beam`/],
  ["more beams than candidates", (p) => (p.model.generate.beam = 9), /`model\.generate\.beam` is 9, but `beam` gives candidates for 8 hypotheses/],
  ["too few candidates", (p) => (entry(p, "beam").outputs[0]!.shape = ["B", 16, 2]), /outputs\[0\]\.shape` of `candidates` must be \[B, 17, 2\]/],
  ["padding outside of the source's vocabulary", (p) => (p.model.source!.padding = 41), /`model\.source\.padding` is 41, but the ids end at 40/],
  ["a source's vocabulary of another size", (p) => (p.model.source!.vocabulary = { kind: "bytes" }), /`model\.source\.vocabularySize` is 41, but its bytes are 256/],
  ["another output", (p) => (p.model.output = "log_probs"), /outputs` lacks `log_probs`/],
  ["a restart of no steps", (p) => (p.training = { ...training, schedule: { kind: "cosine", warmup: 0, start: 0, floor: 0, restarts: { period: 0, grow: 1, shrink: 1 } } }), /restarts\.period` must be >= 1/],
  ["a start above the rate", (p) => (p.training = { ...training, schedule: { kind: "constant", warmup: 0, start: 2 } }), /schedule\.start` must be <= 1/],
];

const training = {
  batch: 1, accumulate: 1, steps: 1, seed: 1, precision: "float32" as const, optimizer: { kind: "sgd" as const, rate: 1, momentum: 0, decay: 0 },
};

test.each(breakages)("%s is refused", (_, break_, message) => {
  const plan = fresh();
  break_(plan);
  expect(refusal(plan)).toMatch(message);
});
