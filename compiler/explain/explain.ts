/**
 * What `msz explain` says, as data: each layer's class and why, its recurrences as formulas, parameters, state bytes, cost of a
 * token, memory of the parallel graph and of a training step by T. Made from a derived model and its plan; the command line renders it.
 */
import { bug } from "../../src/base/assert.js";
import type { Graph } from "../../src/graph/graph.js";
import type { Axis, Cache, MixerInstance, Model, Parameter, RecurrenceClass, State, Sublayer } from "../../src/model/model.js";
import { localName, printExpr } from "../../src/model/print.js";
import type { Plan } from "../../src/plan/plan.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import { explainState as deriveExplanation } from "../2-derive/explain.js";
import { decodeCost, type TokenCost } from "./costs.js";

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

export interface RecurrenceExplanation {
  readonly name: string;
  readonly class: RecurrenceClass;
  readonly why: string;
  /** `bank = bank + key[slots] * value[width]` */
  readonly formula: string;
  /** What is carried: `[slots 32, width 256]` */
  readonly shape: string;
  readonly decay?: string;
  readonly terms: readonly { readonly key: string; readonly value: string }[];
  /** float32, of one sequence; for a cache, of one token. */
  readonly bytes: number;
  readonly training: string;
  readonly decoding: string;
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
    stateBytesPerToken: all.reduce((n, m) => n + m.caches.reduce((k, c) => k + 4 * product(c.axes), 0), 0),
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
    const { states, caches, convolutions } = sublayer.mixer;
    return { name, parameters: own, decode: cost, recurrences: [...states.map(explainState), ...caches.map(explainCache), ...convolutions.map(explainConvolution)] };
  }
}

function explainState(state: State): RecurrenceExplanation {
  const { normal } = state;
  if (!normal) return bug(`${state.name} is not derived`);
  const { formula, decay, terms } = deriveExplanation(state);
  const why = decay
    ? `the old value is scaled by ${normal.decayPerToken ? "a factor of the token" : "a constant"}, and products of per-token tensors are added`
    : "products of per-token tensors are added to the old value, which is not changed";
  return {
    name: localName(state.name), class: normal.class, why, formula, terms,
    shape: axesText(state.axes),
    ...(decay ? { decay } : {}),
    bytes: 4 * product(state.axes),
    training: "in chunks: each chunk starts from the state before it; time and memory linear in T",
    decoding: "one update a token, constant memory",
  };
}

function explainCache(cache: Cache): RecurrenceExplanation {
  return {
    name: localName(cache.name), class: "growing", why: "every token's value is kept", terms: [],
    shape: `[time${cache.axes.map((a) => `, ${a.name} ${a.size}`).join("")}]`,
    formula: `cache ${localName(cache.name)} = ${printExpr(cache.value, { whole: true })}`,
    bytes: 4 * product(cache.axes),
    training: "blocked attention with a running softmax: memory linear in T, time quadratic",
    decoding: `appends ${4 * product(cache.axes)} bytes a token`,
  };
}

function explainConvolution(convolution: MixerInstance["convolutions"][number]): RecurrenceExplanation {
  const name = localName(convolution.name);
  return {
    name, class: "additive", why: `a convolution sees the last ${convolution.size} tokens only`, terms: [],
    shape: axesText([{ name: "tap", size: convolution.size - 1 }, ...convolution.axes]),
    formula: `${name} = convolve(${printExpr(convolution.argument)}, ${convolution.size})`,
    bytes: 4 * (convolution.size - 1) * product(convolution.axes),
    training: "every token at once", decoding: `the last ${convolution.size - 1} inputs are kept`,
  };
}

function constantBytes(mixer: MixerInstance): number {
  const states = mixer.states.reduce((n, s) => n + 4 * product(s.axes), 0);
  return states + mixer.convolutions.reduce((n, c) => n + 4 * (c.size - 1) * product(c.axes), 0);
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
    const key = JSON.stringify(sublayers);
    const last = groups.at(-1);
    if (last?.key === key) last.count++;
    else groups.push({ first: i, count: 1, sublayers, key });
  });
  return groups.map(({ first, count, sublayers }) => ({ first, count, sublayers }));
}

function axesText(axes: readonly Axis[]): string {
  return axes.length === 0 ? "" : `[${axes.map((a) => `${a.name} ${a.size}`).join(", ")}]`;
}

function product(axes: readonly Axis[]): number {
  return axes.reduce((n, a) => n * a.size, 1);
}

function sizeOf(parameter: Parameter): number {
  return parameter.shape.reduce((a, b) => a * b, 1);
}
