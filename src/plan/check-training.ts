/**
 * What a plan says of training: the entries that a trainer runs, with their inputs, the states that belong to the optimiser, and who
 * may change a parameter. Entries and states of sequences never meet those of training.
 */
import { expectTensor } from "./check-contract.js";
import type { Plan, PlanEntry, PlanTensor } from "./plan.js";
import { expectUnique, invalid } from "./problem.js";

/** The entries that have states of class `training`, and no others. */
const trainers: readonly string[] = ["train", "accumulate"];

const one = (name: string, dtype: PlanTensor["dtype"]): PlanTensor => ({ name, dtype, shape: [1] });
/** With a source the texts are whole, so that nothing goes on from a call of `evaluate`. */
const window = ({ source }: Plan["model"]): PlanTensor[] => [
  ...["tokens", "targets"].map((name): PlanTensor => ({ name, dtype: "i32", shape: ["B", "T"] })),
  ...(source ? [{ name: "source_tokens", dtype: "i32", shape: ["B", "E"] } as const] : []),
];
const random: readonly PlanTensor[] = [one("seed", "i32"), one("counter", "i32")];
const counters: readonly PlanTensor[] = [...random, one("restart", "i32")];

/** Inputs and outputs by entry; an entry that the plan has must have exactly these inputs, and at least these outputs. */
const contractOf = (texts: readonly PlanTensor[]): Readonly<Record<string, readonly [inputs: readonly PlanTensor[], outputs: readonly PlanTensor[]]>> => ({
  gradients: [texts, [one("loss", "f32")]],
  evaluate: [texts, [{ name: "nll", dtype: "f32", shape: ["B", "T"] }]],
  inspect: [[...texts, ...random], []],
  accumulate: [[...texts, ...counters], []],
  train: [[...texts, { name: "schedule", dtype: "f32", shape: [3] }, ...counters], []],
});

export function checkTraining(plan: Plan): void {
  const contract = contractOf(window(plan.model));
  const classes = new Map(plan.states.map((s) => [s.name, s.class]));
  plan.states.forEach(({ class: kind, dtype, initial }, i) => {
    if (initial === undefined) return;
    if (kind !== "training") invalid(`states[${i}].initial`, `is there for a state of class ${kind}`, "states of sequences are zero at first");
    if (dtype !== "f32" && !Number.isInteger(initial)) invalid(`states[${i}].initial`, `is ${initial}, which is no ${dtype}`);
  });
  plan.entries.forEach((entry, i) => {
    const path = `entries[${i}]`;
    const trains = trainers.includes(entry.name);
    entry.states.forEach((name, j) => {
      if ((classes.get(name) === "training") === trains) return;
      invalid(`${path}.states[${j}]`, `is \`${name}\`, of class ${classes.get(name)}, which \`${entry.name}\` may not use`, "states of training are those of `train` and `accumulate`, the others those of sequences");
    });
    checkUpdates(plan, entry, path);
    const [inputs, outputs] = contract[entry.name] ?? [];
    if (!inputs || !outputs) return;
    inputs.forEach((want) => expectTensor(`${path}.inputs`, entry.inputs, want));
    if (entry.inputs.length !== inputs.length) invalid(`${path}.inputs`, `has ${entry.inputs.length} tensors, \`${entry.name}\` is given ${inputs.length}`);
    outputs.forEach((want) => expectTensor(`${path}.outputs`, entry.outputs, want));
    if (trains && entry.outputs.length > 0) invalid(`${path}.outputs`, "is not empty", `\`${entry.name}\` leaves all that it makes in states`);
    if (entry.name === "inspect") entry.outputs.forEach(({ name }) => expectTensor(`${path}.outputs`, entry.outputs, one(name, "f32")));
    if (entry.name === "evaluate" && !plan.model.source) for (const name of ["count", "length"]) if (!entry.states.includes(name)) invalid(`${path}.states`, `lacks \`${name}\``, "the next call goes on from it");
  });
  checkFacts(plan);
}

function checkUpdates(plan: Plan, { name, updates = [] }: PlanEntry, path: string): void {
  if (updates.length > 0 && name !== "train") invalid(`${path}.updates`, "is not empty", "only `train` changes parameters");
  expectUnique(`${path}.updates`, updates);
  updates.forEach((parameter, j) => {
    if (!plan.parameters.some((p) => p.name === parameter)) invalid(`${path}.updates[${j}]`, `names \`${parameter}\`, which is no parameter of the plan`);
  });
}

function checkFacts(plan: Plan): void {
  const has = (name: string): boolean => plan.entries.some((e) => e.name === name);
  if (!plan.training) {
    const at = plan.entries.findIndex((e) => trainers.includes(e.name));
    if (at >= 0) invalid("the plan itself", "lacks `training`", `it has the entry \`${plan.entries[at]!.name}\``);
    return;
  }
  if (!has("train")) invalid("training", "is there without the entry `train`");
  const { accumulate } = plan.training;
  if (accumulate > 1 && !has("accumulate")) invalid("training.accumulate", `is ${accumulate}, but the plan has no entry \`accumulate\``);
  for (const want of trainingStates(plan)) {
    expectTensor("states", plan.states, want);
    const state = plan.states.find((s) => s.name === want.name)!;
    if (state.class !== "training") invalid("states", `has \`${want.name}\` of class ${state.class}, which must be training`);
  }
}

/** What a trainer reads back, and what a checkpoint holds of the loss scale. */
function trainingStates(plan: Plan): PlanTensor[] {
  const reported = [one("loss.sum", "f32"), one("loss.steps", "f32"), one("norm", "f32"), one("broken", "i32")];
  const accumulated = [one("accumulated.count", "f32"), one("accumulated.loss", "f32")];
  const scale = [one("optimizer.scale", "f32"), one("optimizer.good", "i32")];
  const { accumulate, precision } = plan.training!;
  return [...reported, ...(accumulate > 1 ? accumulated : []), ...(precision === "float16" ? scale : [])];
}
