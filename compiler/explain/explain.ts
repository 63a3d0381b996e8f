/**
 * What `msz explain` says, as data: each layer's class and why, its recurrences as formulas, parameters, state bytes beside those of softmax caches, cost of a
 * token, memory of the parallel graph and of a training step by T. Made from a derived model and its plan; the command line renders it.
 */
import { bug } from "../../src/base/assert.js";
import type { Graph } from "../../src/graph/graph.js";
import type { MixerInstance, Model, Sublayer } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import type { Plan } from "../../src/plan/plan.js";
import { costOf, type TokenCost } from "./costs.js";
import { explainTraining, memoryOf, type MemoryAt, type TrainingMemory } from "./memory.js";
import { cacheBytes, constantBytes, explainRecurrences, sourceBytes, type RecurrenceExplanation } from "./recurrences.js";

/** Layers that are alike stand together. */
export type LayersExplanation = readonly { readonly first: number; readonly count: number; readonly sublayers: readonly SublayerExplanation[] }[];

export interface Explanation {
  readonly model: string;
  readonly vocabulary: VocabularyExplanation;
  readonly width: number;
  readonly parameters: number;
  readonly parameterBytes: number;
  /** Its layers, and what a token of the text that it reads costs; the vocabulary where it is not the model's. */
  readonly encoder?: { readonly layers: LayersExplanation; readonly encode: TokenCost; readonly vocabulary?: VocabularyExplanation };
  /** None in an encoder alone. */
  readonly layers: LayersExplanation;
  /** Of one sequence: constant, and what each token adds. */
  readonly stateBytes: number;
  readonly stateBytesPerToken: number;
  /** What a token would add if softmax attention stood in the place of each mixer that is not under `cross`. */
  readonly softmaxBytesPerToken: number;
  /** Of what is kept of one source: constant, what each of its tokens adds, and what it would with softmax attention. */
  readonly source?: { readonly bytes: number; readonly bytesPerToken: number; readonly softmaxBytesPerToken: number };
  /** Absent in an encoder alone. */
  readonly decode?: TokenCost;
  /** Of training; states and inference are float32. */
  readonly precision: Model["train"]["precision"];
  readonly chunk: number;
  /** Intermediate values of the parallel graph for one sequence of `tokens`. */
  readonly parallelMemory: readonly MemoryAt[];
  /** What a training step of one sequence has beside the parameters, on WebGPU. Absent in an encoder alone. */
  readonly training?: TrainingMemory;
}

export interface VocabularyExplanation {
  readonly kind: string;
  readonly size: number;
  /** How many ids have how many values each, where it is adaptive. */
  readonly clusters?: readonly { readonly ids: number; readonly size: number }[];
}

export interface SublayerExplanation {
  readonly name: string;
  readonly parameters: number;
  /** Of one decoded token, in an encoder of one token of the text, its norm and residual included. */
  readonly decode: TokenCost;
  /** Of one token of the source, under `cross`. */
  readonly source?: TokenCost;
  readonly recurrences: readonly RecurrenceExplanation[];
  readonly note?: string;
}

/** The plan is one for WebGPU with the entry `train`, if it has any but `encode`. */
export function explainModel(model: Model, graphs: readonly Graph[], plan: Plan): Explanation {
  const { encoder, width } = model;
  const graphOf = (entry: string): Graph | undefined => graphs.find((g) => g.entry === entry);
  const [decode, encode] = [graphOf("decode"), graphOf("encode")];
  const chunk = (decode ?? encode ?? bug("neither decode nor encode")).chunk;
  const own = mixersOf(model.layers).filter((m) => m.reads !== "cross");
  const across = mixersOf(model.layers).filter((m) => m.reads === "cross");
  const softmaxBytes = (mixers: readonly MixerInstance[]): number => mixers.length * 2 * 4 * width;
  const parameters = elementsOf(model, () => true);
  return {
    model: model.name,
    vocabulary: vocabularyOf(model),
    width,
    parameters,
    parameterBytes: 4 * parameters,
    ...(encoder && encode ? { encoder: { layers: explainLayers(encoder.layers, encode), encode: costOf(encode, "encoder"), ...ownVocabulary(model) } } : {}),
    layers: decode ? explainLayers(model.layers, decode) : [],
    stateBytes: total([...own, ...across], constantBytes),
    stateBytesPerToken: total(own, cacheBytes),
    softmaxBytesPerToken: softmaxBytes(own),
    ...(across.length > 0 ? { source: { bytes: total(across, sourceBytes), bytesPerToken: total(across, cacheBytes), softmaxBytesPerToken: softmaxBytes(across) } } : {}),
    ...(decode ? { decode: costOf(decode) } : {}),
    precision: model.train.precision,
    chunk,
    parallelMemory: memoryOf(plan, decode ? "forward" : "encode"),
    ...(decode ? { training: explainTraining(model, plan) } : {}),
  };

  function explainLayers(layers: Model["layers"], graph: Graph): LayersExplanation {
    return groupLayers(layers.map((layer) => layer.map((sublayer) => explainSublayer(sublayer, graph))));
  }

  function explainSublayer(sublayer: Sublayer, graph: Graph): SublayerExplanation {
    const prefix = `${sublayer.place}.`;
    const parameters = elementsOf(model, (name) => name.startsWith(prefix));
    const name = localName(sublayer.place);
    const cost = costOf(graph, sublayer.place);
    if (sublayer.kind === "feed_forward") {
      const gate = sublayer.gate ? ", gated" : "";
      return { name, parameters, decode: cost, recurrences: [], note: `hidden ${sublayer.hidden}, ${sublayer.activation}${gate}` };
    }
    const { mixer } = sublayer;
    const source = mixer.reads === "cross" && encode ? { source: costOf(encode, sublayer.place) } : {};
    const note = mixer.bidirectional.length > 0 ? { note: "from both ends, each way with states and parameters of its own" } : {};
    return { name, parameters, decode: cost, ...source, recurrences: explainRecurrences(mixer, plan), ...note };
  }
}

function mixersOf(layers: Model["layers"]): MixerInstance[] {
  return layers.flat().flatMap((s) => (s.kind === "mixer" ? [s.mixer] : []));
}

function total(mixers: readonly MixerInstance[], bytes: (mixer: MixerInstance) => number): number {
  return mixers.reduce((n, m) => n + bytes(m), 0);
}

function vocabularyOf({ vocabulary: { kind }, vocabularySize: size, embedding }: Model): VocabularyExplanation {
  if (embedding.kind === "table") return { kind, size };
  return { kind, size, clusters: embedding.clusters.map((c) => ({ ids: c.to - c.from, size: c.size })) };
}

function ownVocabulary({ encoder, vocabulary }: Model): { readonly vocabulary?: VocabularyExplanation } {
  return encoder === undefined || encoder.vocabulary === vocabulary ? {} : { vocabulary: { kind: encoder.vocabulary.kind, size: encoder.vocabularySize } };
}

function groupLayers(layers: readonly (readonly SublayerExplanation[])[]): LayersExplanation {
  const groups: { first: number; count: number; sublayers: readonly SublayerExplanation[]; key: string }[] = [];
  layers.forEach((sublayers, i) => {
    // What the first of them computes for all (angles of positions) makes no other layer of it.
    const key = JSON.stringify(sublayers.map(({ decode: _, source: __, ...rest }) => rest));
    const last = groups.at(-1);
    if (last?.key === key) last.count++;
    else groups.push({ first: i, count: 1, sublayers, key });
  });
  return groups.map(({ first, count, sublayers }) => ({ first, count, sublayers }));
}

function elementsOf({ parameters }: Model, isCounted: (name: string) => boolean): number {
  return parameters.filter((p) => isCounted(p.name)).reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0);
}
