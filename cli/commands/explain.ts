/** `msz explain`: the explanation as text, or with `--json` as one object on stdout. */
import { explainModel, type Explanation, type SublayerExplanation } from "../../compiler/explain/explain.js";
import { trainingEntryNames } from "../../compiler/index.js";
import { MszError } from "../../src/base/error.js";
import { didYouMean } from "../../src/base/suggest.js";
import { dotGraph } from "../../src/graph/dot.js";
import { result } from "../report.js";
import { expectDecoder, planOf } from "../spec.js";

export interface ExplainOptions {
  readonly set?: Readonly<Record<string, string>>;
  readonly chunk?: number;
  readonly json?: boolean;
  /** The entry whose graph is drawn instead. */
  readonly dot?: string;
}

export async function explain(file: string, options: ExplainOptions): Promise<void> {
  if (options.dot !== undefined) return draw(file, options.dot, options);
  const { plan, model, graphs } = planOf(file, { set: options.set, chunk: options.chunk, targets: ["wgsl"], training: ["train"] });
  expectDecoder(plan, "neither decodes nor trains, and that is what is explained");
  const explanation = explainModel(model, graphs, plan);
  await result(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : render(explanation));
}

async function draw(file: string, entry: string, { set, chunk, json }: ExplainOptions): Promise<void> {
  if (json) throw new MszError("bad-option", "`--dot` draws a graph, and `--json` explains the model", { hint: "leave one of the two out" });
  const { model, graphs } = planOf(file, { set, chunk, targets: [], training: trainingEntryNames });
  const graph = graphs.find((g) => g.entry === entry);
  if (!graph) {
    const names = graphs.map((g) => g.entry);
    throw new MszError("bad-option", `\`--dot\` takes an entry of the model: ${names.join(", ")}; not \`${entry}\``, { hint: didYouMean(entry, names) });
  }
  await result(dotGraph(graph, model.name));
}

function render(e: Explanation): string {
  const lines = [
    `${e.model}: ${count(e.parameters)} parameters (${bytes(e.parameterBytes)} in float32), width ${e.width}, vocabulary ${e.vocabulary.kind} (${e.vocabulary.size})`,
  ];
  for (const group of e.layers) {
    const title = group.count === 1 ? `layer ${group.first}` : `layers ${group.first} to ${group.first + group.count - 1}, each`;
    lines.push("", title, ...group.sublayers.flatMap(renderSublayer));
  }
  const { decode } = e;
  const growing = e.stateBytesPerToken > 0;
  lines.push(
    "",
    "state of one sequence",
    growing ? `  ${bytes(e.stateBytes)}, and ${bytes(e.stateBytesPerToken)} more with every token` : `  ${bytes(e.stateBytes)}, however long the sequence`,
    "one decoded token",
    `  ${count(decode.flops)} FLOPs${growing ? ` and ${count(decode.flopsPerSlot)} for each token before it` : ""}`,
    `  ${bytes(decode.bytes)} moved${growing ? ` and ${bytes(decode.bytesPerSlot)} for each token before it` : ""}`,
    `intermediate values of the parallel graph (one sequence, chunks of ${e.chunk})`,
    ...e.parallelMemory.map((m) => `  ${String(m.tokens).padStart(6)} tokens  ${bytes(m.bytes).padStart(9)}   ${bytes(m.bytes / m.tokens)} a token`),
    "intermediate values and gradients of a training step (one sequence)",
    ...e.training.memory.map((m) => `  ${String(m.tokens).padStart(6)} tokens  ${bytes(m.bytes).padStart(9)}`),
    `  ${bytes(e.training.bytesPerToken)} a token, and ${bytes(e.training.fixedBytes)} however short it is`,
    "state of the optimiser",
    `  ${bytes(e.training.optimizerBytes)}, ${e.training.optimizer}`,
  );
  if (e.precision === "float16") {
    lines.push("training in float16", "  activations and their cotangents lie in memory as float16, all is computed in float32, the loss is scaled; on WebGPU only, where the adapter has shader-f16");
  }
  return `${lines.join("\n")}\n`;
}

function renderSublayer(sublayer: SublayerExplanation): string[] {
  const { flops, bytes: moved, flopsPerSlot } = sublayer.decode;
  const cost = `${count(flops)} FLOPs${flopsPerSlot > 0 ? ` and ${count(flopsPerSlot)} for each token before it` : ""}, ${bytes(moved)} moved a decoded token`;
  const lines = [`  ${sublayer.name}  ${count(sublayer.parameters)} parameters${sublayer.note ? `, ${sublayer.note}` : ""}; ${cost}`];
  for (const r of sublayer.recurrences) {
    lines.push(`    ${r.formula}`, `      carries   ${r.name}${r.shape}`, `      class     ${r.class}: ${r.why}`);
    if (r.decay) lines.push(`      decay     ${r.decay}`);
    for (const c of r.corrections) lines.push(`      writes    ${c.writer}`, `      reads     sum(${c.reader} * ${r.name}, ${c.over})`);
    for (const term of r.terms) lines.push(`      key       ${term.key}`, `      value     ${term.value}`);
    lines.push(`      training  ${r.training}`);
    if (r.algorithm) lines.push(`      on WebGPU ${r.algorithm}`);
    lines.push(`      decoding  ${r.decoding}`, `      memory    ${bytes(r.bytes)} ${r.class === "growing" ? "a token" : "a sequence"}`);
  }
  return lines;
}

function count(n: number): string {
  return n >= 1e9 ? `${(n / 1e9).toFixed(2)} G` : n >= 1e6 ? `${(n / 1e6).toFixed(2)} M` : n >= 1e4 ? `${(n / 1e3).toFixed(1)} k` : String(n);
}

function bytes(n: number): string {
  return n >= 2 ** 30 ? `${(n / 2 ** 30).toFixed(2)} GiB` : n >= 2 ** 20 ? `${(n / 2 ** 20).toFixed(2)} MiB` : n >= 2 ** 10 ? `${(n / 2 ** 10).toFixed(1)} KiB` : `${Math.round(n)} B`;
}
