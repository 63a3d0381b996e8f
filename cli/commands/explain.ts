/** `msz explain`: the explanation as text, or with `--json` as one object on stdout. */
import { explainModel } from "../../compiler/explain/explain.js";
import { trainingEntryNames } from "../../compiler/index.js";
import { MszError } from "../../src/base/error.js";
import { didYouMean } from "../../src/base/suggest.js";
import { dotGraph } from "../../src/graph/dot.js";
import { explanationText } from "../explain/text.js";
import { result } from "../report.js";
import { planOf } from "../spec.js";

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
  const explanation = explainModel(model, graphs, plan);
  await result(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation));
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
