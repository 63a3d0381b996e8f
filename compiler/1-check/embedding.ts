/** Token ids in and out: one table, or the clusters of an adaptive vocabulary; positions and norms that belong to no layer. */
import type { Span } from "../../src/base/source.js";
import type { AdaptiveVocabulary, Embedding, Initializer, NormParameters, Parameter } from "../../src/model/model.js";
import type { ModelSettings } from "./model-settings.js";
import { ones, ParameterNames, zeros } from "./parameters.js";
import type { Report } from "./report.js";

/** How many times as many values a token of one cluster has as one of the next. */
const factor = 4;

/** Of the side that writes, or of the only one. */
export interface OwnParameters {
  readonly embedding: Embedding;
  readonly positionTable?: Parameter;
  readonly finalNorm?: NormParameters;
}

export function ownParameters(settings: ModelSettings, span: Span, report: Report): OwnParameters {
  const names = new ParameterNames("", [], report);
  const { width } = settings.plain;
  return {
    embedding: embeddingOf(settings, names, span),
    positionTable: positionTableOf(settings, names, span),
    finalNorm: settings.finalNorm ? normParameters(names, width, span) : undefined,
  };
}

function embeddingOf(settings: ModelSettings, names: ParameterNames, span: Span): Embedding {
  const { plain: { width, vocabularySize: size }, tied, adaptive } = settings;
  if (adaptive !== undefined) return { kind: "adaptive", ...adaptiveOf(adaptive, settings, names) };
  const table = names.add("embedding.weight", [size, width], spread(width), span);
  return { kind: "table", table, output: tied ? table : names.add("output.weight", [size, width], spread(width), span) };
}

/** Tables as embeddings start, projections and classes as Glorot's matrices. */
function adaptiveOf(cutOffs: readonly number[], settings: ModelSettings, names: ParameterNames): AdaptiveVocabulary {
  const { plain: { width, vocabularySize }, adaptiveDropout, written } = settings;
  const { span } = written.get("adaptive")!;
  const matrix = (name: string, rows: number, columns: number): Parameter =>
    names.add(name, [rows, columns], { kind: "xavier", gain: 1, fanIn: columns, fanOut: rows }, span);
  const clusters = [...cutOffs, vocabularySize].map((to, i) => {
    const from = i === 0 ? 0 : cutOffs[i - 1]!;
    const size = clusterSize(width, i);
    return {
      from, to, size,
      table: names.add(`embedding.${i}.weight`, [to - from, size], spread(size), span),
      projection: matrix(`embedding.${i}.projection.weight`, width, size),
    };
  });
  return { clusters, classes: matrix("output.classes.weight", clusters.length - 1, width), dropout: adaptiveDropout };
}

function clusterSize(width: number, cluster: number): number {
  return Math.floor(width / factor ** cluster);
}

/** What is wrong with `adaptive`, of a model with an encoder or without. False: it is there, and wrong. */
export function checkAdaptive(settings: ModelSettings, encodes: boolean, report: Report): boolean {
  const { written, adaptive, tied, plain: { width, vocabularySize } } = settings;
  const setting = written.get("adaptive");
  const dropout = written.get("adaptive_dropout");
  if (setting === undefined) {
    if (dropout !== undefined) {
      report.error("misplaced-setting", dropout.span, "`adaptive_dropout` is there, but no `adaptive`", {
        reason: "it is the dropout of an adaptive softmax",
        hint: "remove it, or add `adaptive = [20_000, 60_000]`",
      });
    }
    return true;
  }
  if (adaptive === undefined) return false;
  const before = report.errorCount;
  if (encodes) {
    report.error("adaptive-with-encoder", setting.span, "a model with an `encoder` has no `adaptive` vocabulary", {
      reason: "adaptive input and adaptive softmax are for a language model, which reads and writes with the same clusters",
      hint: "leave it out for one embedding and one softmax",
    });
  }
  if (!tied) {
    report.error("adaptive-not-tied", written.get("tied")!.span, "an `adaptive` vocabulary is tied", {
      reason: "the softmax of a cluster uses the table and the projection that embed its tokens",
      labels: [{ span: setting.span, message: "adaptive here" }],
      hint: "remove `tied = false`, or `adaptive`",
    });
  }
  const cutOffs = setting.value.kind === "list" ? setting.value.items : [];
  if (adaptive.length === 0) {
    report.error("wrong-value", setting.value.span, "`adaptive` names no cut-off", { hint: "for example `adaptive = [20_000, 60_000]`, or leave it out" });
  }
  adaptive.forEach((cutOff, i) => {
    const last = adaptive[i - 1] ?? 0;
    const span = cutOffs[i]?.span ?? setting.value.span;
    if (cutOff <= last) {
      report.error("wrong-value", span, `the cut-off ${cutOff} follows ${last}`, { reason: "cut-offs ascend: a cluster has the ids from one to the next", hint: "sort them, each once" });
    } else if (cutOff >= vocabularySize) {
      report.error("wrong-value", span, `the cut-off ${cutOff} leaves no ids behind it`, {
        reason: `the vocabulary has the ids 0 to ${vocabularySize - 1}`,
        labels: written.has("vocabulary") ? [{ span: written.get("vocabulary")!.span, message: "set here" }] : [],
        hint: "remove it, or choose a smaller one",
      });
    }
  });
  if (clusterSize(width, adaptive.length) < 1) {
    report.error("wrong-value", setting.value.span, `${adaptive.length} cut-offs are too many for the width ${width}`, {
      reason: `a token of each cluster has a quarter of the values of one before it: the last would have ${width} / ${factor}^${adaptive.length} of them, less than one`,
      hint: "give fewer cut-offs",
    });
  }
  return report.errorCount === before;
}

/** In the order of `Model.parameters`: those that come first, and those that come last. */
export function embeddingParameters(embedding: Embedding): { readonly first: readonly Parameter[]; readonly last: readonly Parameter[] } {
  if (embedding.kind === "adaptive") return { first: embedding.clusters.flatMap((c) => [c.table, c.projection]), last: [embedding.classes] };
  const { table, output } = embedding;
  return { first: [table], last: output === table ? [] : [output] };
}

export function positionTableOf({ plain: { positions, context, width } }: ModelSettings, names: ParameterNames, span: Span): Parameter | undefined {
  return positions === "learned" && context !== undefined ? names.add("positions.weight", [context, width], spread(width), span) : undefined;
}

export function normParameters(names: ParameterNames, width: number, span: Span): NormParameters {
  return { weight: names.add("norm.weight", [width], ones, span), bias: names.add("norm.bias", [width], zeros, span) };
}

/** How embeddings start. */
export function spread(width: number): Initializer {
  return { kind: "normal", deviation: Math.pow(width, -0.5) };
}
