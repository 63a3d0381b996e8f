/**
 * What `msz explain` says, as data: each layer's class and why, its recurrences as formulas, parameters, state bytes, cost of a
 * token, memory of the parallel graph and of a training step by T. Made from a derived model and its plan; the command line renders it.
 */
import { bug } from "../../src/base/assert.js";
import type { Graph } from "../../src/graph/graph.js";
import type { Model, Parameter, Sublayer } from "../../src/model/model.js";
import { localName } from "../../src/model/print.js";
import type { Plan } from "../../src/plan/plan.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import { decodeCost, type TokenCost } from "./costs.js";
import { cacheBytes, constantBytes, explainRecurrences, type RecurrenceExplanation } from "./recurrences.js";

export interface Explanation {
  readonly model: string;
  readonly vocabulary: { readonly kind: string; readonly size: number };
  readonly width: number;
  readonly parameters: number;
  readonly parameterBytes: number;
  /** Layers that are alike stand together. */
  readonly layers: readonly { readonly first: number; readonly count: number; readonly sublayers: readonly SublayerExplanation[] }[];
  /** Of one sequence: constant, and what each token adds. */
  readonly stateBytes: number;
  readonly stateBytesPerToken: number;
  readonly decode: TokenCost;
  /** Of training; states and inference are float32. */
  readonly precision: Model["train"]["precision"];
  readonly chunk: number;
  /** Intermediate values of the parallel graph for one sequence of `tokens`. */
  readonly parallelMemory: readonly MemoryAt[];
  /** What a training step of one sequence has beside the parameters, on WebGPU. */
  readonly training: {
    /** Activations and cotangents, and the gradients of parameters, which are there however short the sequence. */
    readonly memory: readonly MemoryAt[];
    readonly bytesPerToken: number;
    readonly fixedBytes: number;
    readonly optimizer: Model["train"]["optimizer"]["kind"];
    /** Moments of all parameters, and gradients gathered over micro-batches. */
    readonly optimizerBytes: number;
  };
}

export interface MemoryAt {
  readonly tokens: number;
  readonly bytes: number;
}

export interface SublayerExplanation {
  readonly name: string;
  readonly parameters: number;
  /** Of one decoded token, its norm and residual included. */
  readonly decode: TokenCost;
  readonly recurrences: readonly RecurrenceExplanation[];
  readonly note?: string;
}

const tokensShown = [512, 2048, 8192];

/** The plan is one for WebGPU with the entry `train`. */
export function explainModel(model: Model, graphs: readonly Graph[], plan: Plan): Explanation {
  const decode = graphs.find((g) => g.entry === "decode") ?? bug("no decode graph");
  const all = model.layers.flat().flatMap((s) => (s.kind === "mixer" ? [s.mixer] : []));
  const parameters = model.parameters.reduce((n, p) => n + sizeOf(p), 0);
  return {
    model: model.name,
    vocabulary: { kind: model.vocabulary.kind, size: model.vocabularySize },
    width: model.width,
    parameters,
    parameterBytes: 4 * parameters,
    layers: groupLayers(model.layers.map((layer) => layer.map(explainSublayer))),
    stateBytes: all.reduce((n, m) => n + constantBytes(m), 0),
    stateBytesPerToken: all.reduce((n, m) => n + cacheBytes(m), 0),
    decode: decodeCost(decode),
    precision: model.train.precision,
    chunk: decode.chunk,
    parallelMemory: memoryOf(plan, "forward"),
    training: explainTraining(model, plan),
  };

  function explainSublayer(sublayer: Sublayer): SublayerExplanation {
    const prefix = `${sublayer.place}.`;
    const own = model.parameters.filter((p) => p.name.startsWith(prefix)).reduce((n, p) => n + sizeOf(p), 0);
    const name = localName(sublayer.place);
    const cost = decodeCost(decode, sublayer.place);
    if (sublayer.kind === "feed_forward") {
      const gate = sublayer.gate ? ", gated" : "";
      return { name, parameters: own, decode: cost, recurrences: [], note: `hidden ${sublayer.hidden}, ${sublayer.activation}${gate}` };
    }
    return { name, parameters: own, decode: cost, recurrences: explainRecurrences(sublayer.mixer, plan) };
  }
}

function explainTraining(model: Model, plan: Plan): Explanation["training"] {
  const memory = memoryOf(plan, "train");
  const [before, last] = [memory.at(-2)!, memory.at(-1)!];
  const bytesPerToken = (last.bytes - before.bytes) / (last.tokens - before.tokens);
  const kept = plan.states.filter((s) => s.class === "training");
  return {
    memory, bytesPerToken,
    fixedBytes: Math.max(0, last.bytes - bytesPerToken * last.tokens),
    optimizer: model.train.optimizer.kind,
    optimizerBytes: kept.reduce((n, s) => n + 4 * (s.shape as readonly number[]).reduce((a, b) => a * b, 1), 0),
  };
}

/** Bytes of an entry's arenas for one sequence, without inputs, outputs and parameters. */
function memoryOf(plan: Plan, name: string): MemoryAt[] {
  const entry = plan.targets.wgsl?.entries[name] ?? bug(`no program of ${name}`);
  const { chunk } = plan.entries.find((e) => e.name === name) ?? bug(`no entry ${name}`);
  return tokensShown.map((tokens) => {
    const { bytes } = layoutArenas(entry, extentsOf({ batch: 1, tokens, chunk, room: tokens }));
    return { tokens, bytes: bytes.reduce((a, b) => a + b, 0) };
  });
}

function groupLayers(layers: readonly (readonly SublayerExplanation[])[]): Explanation["layers"] {
  const groups: { first: number; count: number; sublayers: readonly SublayerExplanation[]; key: string }[] = [];
  layers.forEach((sublayers, i) => {
    // What the first of them computes for all (angles of positions) makes no other layer of it.
    const key = JSON.stringify(sublayers.map(({ decode: _, ...rest }) => rest));
    const last = groups.at(-1);
    if (last?.key === key) last.count++;
    else groups.push({ first: i, count: 1, sublayers, key });
  });
  return groups.map(({ first, count, sublayers }) => ({ first, count, sublayers }));
}

function sizeOf(parameter: Parameter): number {
  return parameter.shape.reduce((a, b) => a * b, 1);
}
