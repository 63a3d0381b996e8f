/**
 * The fixed contract: the entries and states that every plan has, with their tensors. A runtime counts on each of them. A plan with `encode` and without `forward` is that
 * of an encoder alone; with both, and `model.source`, that of a model that reads one text and writes another.
 */
import type { Plan, PlanEntry, PlanExtent, PlanTensor } from "./plan.js";
import { invalid } from "./problem.js";

export function checkContract(plan: Plan): void {
  const { vocabularySize, width, padding, source, output, generate } = plan.model;
  const tokens = (time: PlanExtent): PlanTensor => ({ name: "tokens", dtype: "i32", shape: ["B", time] });
  const logits = (time: PlanExtent): PlanTensor => ({ name: output, dtype: "f32", shape: ["B", time, vocabularySize] });
  const encoded = (time: PlanExtent): PlanTensor => ({ name: "encoder_out", dtype: "f32", shape: ["B", time, width] });
  const drawn: PlanTensor[] = [{ name: "sampling", dtype: "f32", shape: [3] }, { name: "seed", dtype: "i32", shape: [1] }];

  const has = (name: string): boolean => plan.entries.some((e) => e.name === name);
  if (has("encode") && !has("forward")) {
    if (source) invalid("model.source", "is there, but the plan is that of an encoder alone", "its texts are the model's own");
    checkEntry(plan, "encode", [tokens("T")], [encoded("T")]);
    return;
  }
  if (has("encode") !== (source !== undefined)) invalid("model.source", `is ${source ? "" : "not "}there, but the entry \`encode\` is ${source ? "not" : ""}`);
  if (source) checkEntry(plan, "encode", [sourceTokens], [encoded("E")]);
  if (has("beam") !== generate.beams > 0) invalid("model.generate.beams", `is ${generate.beams}, but the plan has ${has("beam") ? "the" : "no"} entry \`beam\``);
  if (generate.beam > Math.max(1, generate.beams)) invalid("model.generate.beam", `is ${generate.beam}, but \`beam\` gives candidates for ${generate.beams} hypotheses`);
  const contract: Readonly<Record<string, readonly [readonly PlanTensor[], readonly PlanTensor[]]>> = {
    forward: [[...(source ? [sourceTokens] : []), tokens("T")], [logits("T"), ...(source ? [encoded("E")] : [])]],
    prefill: [[tokens("T")], []],
    prefill_all: [[tokens("T")], [logits("T")]],
    decode: [[tokens(1)], [logits(1)]],
    generate: [drawn, [{ name: "token", dtype: "i32", shape: ["B", 1] }]],
    ...(has("beam") ? { beam: [[tokens(1)], [{ name: "candidates", dtype: "f32", shape: ["B", candidatesOf(generate.beams), 2] }, { name: "end_log_prob", dtype: "f32", shape: ["B", 1] }]] } : {}),
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
    ...(source ? [{ name: "source.count", dtype: "i32", shape: ["B"] } as const] : []),
  ];
  for (const want of states) expectTensor("states", plan.states, want);
}

const sourceTokens: PlanTensor = { name: "source_tokens", dtype: "i32", shape: ["B", "E"] };

/** Of a hypothesis: two a beam, of which half may end, and one that may be forbidden. */
export function candidatesOf(beams: number): number {
  return 2 * beams + 1;
}

function checkEntry(plan: Plan, name: string, inputs: readonly PlanTensor[], outputs: readonly PlanTensor[]): void {
  const at = plan.entries.findIndex((e) => e.name === name);
  if (at < 0) invalid("entries", `lacks \`${name}\``, "every plan has forward, prefill, prefill_all, decode and generate, but for that of an encoder alone");
  const entry = plan.entries[at]!;
  inputs.forEach((want) => expectTensor(`entries[${at}].inputs`, entry.inputs, want));
  if (entry.inputs.length !== inputs.length) invalid(`entries[${at}].inputs`, `has ${entry.inputs.length} tensors, \`${name}\` is given ${inputs.length}`);
  outputs.forEach((want) => expectTensor(`entries[${at}].outputs`, entry.outputs, want));
  checkStates(entry, `entries[${at}].states`, plan.model.source !== undefined);
}

/** `forward` and `encode` start from nothing, and `encode` leaves what a decoder reads of a source; the others must leave `next_logits` and `length` behind, from which the next call goes on. */
function checkStates(entry: PlanEntry, path: string, reads: boolean): void {
  if (entry.name === "encode" && reads) {
    if (!entry.states.includes("source.count")) invalid(path, "lacks `source.count`", "the decoder goes on from it");
    return;
  }
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
