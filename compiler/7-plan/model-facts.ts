/** What a plan says of its model, its parameters and its states: facts that every target shares. */
import type { DType, Dim, Graph, StateSpec } from "../../src/graph/graph.js";
import type { Initializer, MixerInstance, Model, Parameter, Train, Vocabulary } from "../../src/model/model.js";
import { writtenTo } from "../2-derive/order.js";
import { walk } from "../2-derive/walk.js";
import { beamsOf } from "../3-graph/index.js";
import type { PlanEntry, PlanInitializer, PlanModel, PlanParameter, PlanSource, PlanState, PlanTensor, PlanTraining, PlanVocabulary } from "../../src/plan/plan.js";

export function modelFacts(model: Model): PlanModel {
  return {
    name: model.name,
    vocabulary: vocabularyOf(model.vocabulary),
    vocabularySize: model.vocabularySize,
    width: model.width,
    output: model.embedding.kind === "adaptive" ? "log_probs" : "logits",
    context: model.context ?? null,
    positionLimit: model.positionTable?.shape[0] ?? null,
    ...encoderLimit(model),
    ...sourceFacts(model),
    padding: model.padding ?? null,
    begin: model.begin ?? null,
    end: model.end ?? null,
    unknown: model.unknown ?? null,
    generate: { ...model.generate, beams: beamsOf(model) },
  };
}

/** Of a model that writes too: of an encoder alone the texts are the model's own. */
function sourceFacts({ encoder, layers, vocabulary }: Model): { source?: PlanSource } {
  if (!encoder || layers.length === 0) return {};
  return {
    source: {
      vocabulary: vocabularyOf(encoder.vocabulary, sameFile(encoder.vocabulary, vocabulary) ? ownTokenizer : sourceTokenizer),
      vocabularySize: encoder.vocabularySize,
      padding: encoder.padding ?? null,
      end: encoder.end ?? null,
      unknown: encoder.unknown ?? null,
      positionLimit: encoder.positionTable?.shape[0] ?? null,
    },
  };
}

/** The shortest axis that something picks from by the position of a token that is read as part of a whole text: in the encoder, and where a cross mixer writes. */
function encoderLimit({ encoder, layers }: Model): { encoderLimit?: number } {
  const limits: number[] = [];
  const look = (mixer: MixerInstance): void => {
    walk([mixer.out, ...[...mixer.states, ...mixer.caches].flatMap(writtenTo)], (e) => {
      if (e.kind === "at") limits.push(e.axis.size);
    });
    for (const { forward, backward } of mixer.bidirectional) [forward, backward].forEach(look);
  };
  const across = layers.flat().filter((s) => s.kind === "mixer" && s.mixer.reads === "cross");
  for (const sublayer of [...(encoder?.layers.flat() ?? []), ...across]) if (sublayer.kind === "mixer") look(sublayer.mixer);
  return limits.length > 0 ? { encoderLimit: Math.min(...limits) } : {};
}

/** Names of the copies that lie beside a plan; both sides may have one file. */
const ownTokenizer = "tokenizer.json";
const sourceTokenizer = "source-tokenizer.json";

function sameFile(a: Vocabulary, b: Vocabulary): boolean {
  return a.kind === "tokenizer" && b.kind === "tokenizer" && a.file === b.file;
}

function vocabularyOf(vocabulary: Vocabulary, tokenizer = ownTokenizer): PlanVocabulary {
  switch (vocabulary.kind) {
    case "bytes": case "ids": return { kind: vocabulary.kind };
    case "characters": return { kind: "characters", characters: vocabulary.characters };
    // Whoever writes the plan puts the copy there.
    case "tokenizer": return { kind: "tokenizer", file: tokenizer };
    default: return vocabulary satisfies never;
  }
}

export function parameterFacts({ name, shape, initializer }: Parameter): PlanParameter {
  return { name, shape, initializer: initializerOf(initializer) };
}

function initializerOf(initializer: Initializer): PlanInitializer {
  if (initializer.kind !== "xavier") return initializer;
  const bound = initializer.gain * Math.sqrt(6 / (initializer.fanIn + initializer.fanOut));
  return { kind: "uniform", low: -bound, high: bound };
}

export function stateFacts(state: StateSpec): PlanState {
  return { name: state.name, dtype: state.dtype, shape: shapeOf(state.dims) as PlanState["shape"], class: state.class, ...(state.initial === undefined ? {} : { initial: state.initial }) };
}

/** What a training loop must know; what the graphs have taken in (clipping, smoothing) it need not. */
export function trainingFacts({ batch, batchTokens, accumulate, steps, seed, precision, optimizer, schedule }: Train): PlanTraining {
  return { ...(batchTokens === undefined ? {} : { batchTokens }), batch, accumulate, steps, seed, precision, optimizer, schedule };
}

export function entryFacts(graph: Graph): PlanEntry {
  const inputs: PlanTensor[] = [];
  for (const node of graph.nodes) {
    if (node.op === "input" && !inputs.some((i) => i.name === node.name)) inputs.push(tensor(node.name, node.dtype, node.dims));
  }
  return {
    name: graph.entry,
    chunk: graph.chunk,
    inputs,
    outputs: graph.outputs.map(({ name, node }) => tensor(name, node.dtype, node.dims)),
    states: graph.states.map((s) => s.name),
    ...(graph.parameterUpdates.length > 0 ? { updates: graph.parameterUpdates.map((u) => u.parameter) } : {}),
  };
}

function tensor(name: string, dtype: DType, dims: readonly Dim[]): PlanTensor {
  return { name, dtype, shape: shapeOf(dims) };
}

function shapeOf(dims: readonly Dim[]): PlanTensor["shape"] {
  return dims.map((d) => d.size);
}
