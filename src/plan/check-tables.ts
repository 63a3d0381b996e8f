/** Checks of the tables that all targets share: names, sizes, constants, the model's own numbers. */
import type { Plan, PlanSource, PlanTensor } from "./plan.js";
import { expectUnique, invalid } from "./problem.js";

/** Bytes of one tensor, at most: beyond any device, and exact in a double. */
const largestTensor = 2 ** 40;

export function checkTables(plan: Plan): void {
  expectUnique("parameters", plan.parameters.map((p) => p.name));
  expectUnique("states", plan.states.map((s) => s.name));
  expectUnique("entries", plan.entries.map((e) => e.name));
  plan.parameters.forEach((p, i) => expectBounded(`parameters[${i}].shape`, p.shape));
  plan.states.forEach((state, i) => {
    expectBounded(`states[${i}].shape`, state.shape.filter((d) => typeof d === "number"));
    const path = `states[${i}]`;
    const symbols = state.shape.filter((d) => typeof d !== "number");
    if (symbols.some((d) => d !== "B" && d !== "C" && d !== "E")) invalid(`${path}.shape`, "has a symbol that is not B, C or E", "a state outlives a call, and so do only these");
    if (symbols.includes("E") && !plan.model.source) invalid(`${path}.shape`, "has the symbol E, but the model reads no source");
    if (state.class === "training" && symbols.length > 0) invalid(`${path}.shape`, "has a symbol, but a state of training belongs to no call");
    if (symbols.includes("C") !== (state.class === "growing")) invalid(`${path}.class`, `is ${state.class}, but C is ${symbols.includes("C") ? "" : "not "}in its shape`);
  });
  plan.constants.forEach((constant, i) => {
    expectBounded(`constants[${i}].shape`, constant.shape);
    const bytes = product(constant.shape) * 4;
    const held = (constant.data.length / 4) * 3 - (constant.data.endsWith("==") ? 2 : constant.data.endsWith("=") ? 1 : 0);
    if (constant.data.length % 4 !== 0 || held !== bytes) invalid(`constants[${i}].data`, `holds ${Math.floor(held)} bytes, its shape [${constant.shape.join(", ")}] needs ${bytes}`);
  });
  plan.entries.forEach((entry, i) => {
    const path = `entries[${i}]`;
    expectTensors(`${path}.inputs`, entry.inputs);
    expectTensors(`${path}.outputs`, entry.outputs);
    expectUnique(`${path}.states`, entry.states);
    entry.states.forEach((name, j) => {
      if (!plan.states.some((s) => s.name === name)) invalid(`${path}.states[${j}]`, `names \`${name}\`, which is no state of the plan`);
    });
  });
  checkModel(plan);
}

function checkModel({ model }: Plan): void {
  checkVocabulary("model", model);
  checkIds("model", { padding: model.padding, begin: model.begin, end: model.end, unknown: model.unknown }, model.vocabularySize);
  const { source } = model;
  if (!source) return;
  checkVocabulary("model.source", source);
  checkIds("model.source", { padding: source.padding, end: source.end, unknown: source.unknown }, source.vocabularySize);
}

function checkVocabulary(path: string, { vocabulary, vocabularySize }: Pick<PlanSource, "vocabulary" | "vocabularySize">): void {
  const size = vocabulary.kind === "bytes" ? 256 : vocabulary.kind === "characters" ? vocabulary.characters.length : vocabularySize;
  if (size !== vocabularySize) invalid(`${path}.vocabularySize`, `is ${vocabularySize}, but its ${vocabulary.kind} are ${size}`);
  if (vocabulary.kind !== "characters") return;
  vocabulary.characters.forEach((character, i) => {
    if ([...character].length !== 1) invalid(`${path}.vocabulary.characters[${i}]`, "is not one character");
  });
}

function checkIds(path: string, ids: Readonly<Record<string, number | null>>, vocabularySize: number): void {
  for (const [name, id] of Object.entries(ids)) {
    if (id !== null && id >= vocabularySize) invalid(`${path}.${name}`, `is ${id}, but the ids end at ${vocabularySize - 1}`);
  }
}

function expectTensors(path: string, tensors: readonly PlanTensor[]): void {
  expectUnique(path, tensors.map((t) => t.name));
  tensors.forEach((t, i) => expectBounded(`${path}[${i}].shape`, t.shape.filter((d) => typeof d === "number")));
}

function expectBounded(path: string, shape: readonly number[]): void {
  if (product(shape) * 4 > largestTensor) invalid(path, `[${shape.join(", ")}] is more than ${largestTensor} bytes`);
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, d) => size * d, 1);
}
