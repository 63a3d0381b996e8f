/** The fixed contract: the entries and states that every plan has, with their tensors. A runtime counts on each of them. A plan with `encode` and without `forward` is that of an encoder alone. */
import type { Plan, PlanEntry, PlanExtent, PlanTensor } from "./plan.js";
import { invalid } from "./problem.js";

export function checkContract(plan: Plan): void {
  const { vocabularySize, width, padding } = plan.model;
  const tokens = (time: PlanExtent): PlanTensor => ({ name: "tokens", dtype: "i32", shape: ["B", time] });
  const logits = (time: PlanExtent): PlanTensor => ({ name: "logits", dtype: "f32", shape: ["B", time, vocabularySize] });
  const drawn: PlanTensor[] = [{ name: "sampling", dtype: "f32", shape: [3] }, { name: "seed", dtype: "i32", shape: [1] }];

  const encode = [[tokens("T")], [{ name: "encoder_out", dtype: "f32", shape: ["B", "T", width] }]] as const;
  const has = (name: string): boolean => plan.entries.some((e) => e.name === name);
  if (has("encode")) checkEntry(plan, "encode", ...encode);
  if (has("encode") && !has("forward")) return;
  const contract: Readonly<Record<string, readonly [readonly PlanTensor[], readonly PlanTensor[]]>> = {
    forward: [[tokens("T")], [logits("T")]],
    prefill: [[tokens("T")], []],
    prefill_all: [[tokens("T")], [logits("T")]],
    decode: [[tokens(1)], [logits(1)]],
    generate: [drawn, [{ name: "token", dtype: "i32", shape: ["B", 1] }]],
  };
  for (const [name, [inputs, outputs]] of Object.entries(contract)) {
    checkEntry(plan, name, inputs, outputs);
  }

  const caches = plan.states.some((s) => s.class === "growing");
  const states: PlanTensor[] = [
    { name: "count", dtype: "i32", shape: ["B"] },
    { name: "length", dtype: "i32", shape: [1] },
    { name: "drawn", dtype: "i32", shape: [1] },
    { ...logits(1), name: "next_logits" },
    ...(caches && padding !== null ? [{ name: "valid", dtype: "i32", shape: ["B", "C"] } as const] : []),
  ];
  for (const want of states) expectTensor("states", plan.states, want);
}

function checkEntry(plan: Plan, name: string, inputs: readonly PlanTensor[], outputs: readonly PlanTensor[]): void {
  const at = plan.entries.findIndex((e) => e.name === name);
  if (at < 0) invalid("entries", `lacks \`${name}\``, "every plan has forward, prefill, prefill_all, decode and generate, but for that of an encoder alone");
  const entry = plan.entries[at]!;
  inputs.forEach((want) => expectTensor(`entries[${at}].inputs`, entry.inputs, want));
  if (entry.inputs.length !== inputs.length) invalid(`entries[${at}].inputs`, `has ${entry.inputs.length} tensors, \`${name}\` is given ${inputs.length}`);
  outputs.forEach((want) => expectTensor(`entries[${at}].outputs`, entry.outputs, want));
  checkStates(entry, `entries[${at}].states`);
}

/** `forward` and `encode` start from nothing; the others must leave `next_logits` and `length` behind, from which the next call goes on. */
function checkStates(entry: PlanEntry, path: string): void {
  if (entry.name === "forward" || entry.name === "encode") {
    if (entry.states.length > 0) invalid(path, "is not empty", `\`${entry.name}\` has no states`);
    return;
  }
  for (const name of ["count", "length", "next_logits", ...(entry.name === "generate" ? ["drawn"] : [])]) {
    if (!entry.states.includes(name)) invalid(path, `lacks \`${name}\``, "the next call goes on from it");
  }
}

export function expectTensor(path: string, tensors: readonly PlanTensor[], want: PlanTensor): void {
  const at = tensors.findIndex((t) => t.name === want.name);
  if (at < 0) invalid(path, `lacks \`${want.name}\``, "a runtime gives or reads it in every plan");
  const found = tensors[at]!;
  if (found.dtype !== want.dtype) invalid(`${path}[${at}].dtype`, `of \`${want.name}\` must be ${want.dtype}`);
  if (found.shape.join() !== want.shape.join()) invalid(`${path}[${at}].shape`, `of \`${want.name}\` must be [${want.shape.join(", ")}]`);
}
