/**
 * The entries of a model. `forward`, and `encode` of an encoder alone, have no states; `encode` beside a decoder leaves what that sees of a source; `prefill` and `prefill_all`
 * take many tokens and leave states, `decode` takes one, and `beam` too, which gives the likeliest next ones; `generate` draws a token from what the last call left and decodes it.
 * Those of training are in `training/`.
 */
import { bug } from "../../src/base/assert.js";
import { oneDim, tokenDim, type Graph, type Node, type StateSpec } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { candidatesOf } from "../../src/plan/check-contract.js";
import type { Call } from "./call.js";
import { Emitter } from "./emit.js";
import { encoded, encodeSource, hasSource, wholeTexts } from "./encoder.js";
import { logitsOf, logProbsOf, outputName } from "./output.js";
import { neverPadding } from "./padding.js";
import { keepSource } from "./source.js";
import { finish, goOn, openCall, stack, tokensInput } from "./stack.js";
import { modelStates } from "./states.js";
import { trainingEntries, type TrainingEntryName } from "./training/entries.js";

/** Of a model that writes, and of one with an encoder. */
const decodingEntryNames = ["forward", "prefill", "prefill_all", "decode", "generate"] as const;
const encodingEntryNames = ["encode"] as const;
/** Of one with an encoder that writes and has an end. */
const searchingEntryNames = ["beam"] as const;
export type EntryName = (typeof encodingEntryNames | typeof decodingEntryNames | typeof searchingEntryNames)[number] | TrainingEntryName;

/** Hypotheses a sentence that `beam` gives candidates for: a session may take fewer than the spec names, and a few more. */
const fewestBeams = 8;

/** What an entry computes. */
export interface EntryResult {
  readonly outputs: Readonly<Record<string, Node>>;
  /** States that it touches, of those it may touch; their new values by name. */
  readonly states: readonly StateSpec[];
  readonly updates: ReadonlyMap<string, Node>;
  /** New values of parameters. */
  readonly parameters?: ReadonlyMap<string, Node>;
  /** The id of the first node of the backward pass. */
  readonly backward?: number;
}

const entries: { readonly [E in EntryName]: (model: Model, emit: Emitter, ranks: boolean) => EntryResult } = {
  ...trainingEntries,

  encode(model, emit) {
    if (hasSource(model)) {
      const { call, source, out } = encodeSource(model, emit);
      keepSource(call, source);
      return resultOf(call, { encoder_out: out });
    }
    const call = openCall(model, "forward", emit, tokensInput(emit, "tokens", "T"));
    return resultOf(call, { encoder_out: encoded(call, model.encoder ?? bug("encode without an encoder")) });
  },

  forward(model, emit) {
    const { call, encoderOut } = wholeTexts(model, emit);
    return resultOf(call, { [outputName(model)]: logitsOf(call, stack(call)), ...(encoderOut ? { encoder_out: encoderOut } : {}) });
  },

  prefill(model, emit) {
    const call = goOn(model, "prefill", emit, tokensInput(emit, "tokens", "T"));
    // Only the last token's logits are wanted: the widest matmul has one row a sequence.
    finish(call, logitsOf(call, emit.last(stack(call), call.mask)));
    return resultOf(call, {});
  },

  prefill_all(model, emit) {
    const call = goOn(model, "prefill", emit, tokensInput(emit, "tokens", "T"));
    const logits = logitsOf(call, stack(call));
    finish(call, emit.last(logits, call.mask));
    return resultOf(call, { [outputName(model)]: logits });
  },

  decode(model, emit) {
    const call = goOn(model, "decode", emit, tokensInput(emit, "tokens", 1));
    const logits = logitsOf(call, stack(call));
    finish(call, logits);
    return resultOf(call, { [outputName(model)]: logits });
  },

  beam(model, emit) {
    const call = goOn(model, "decode", emit, tokensInput(emit, "tokens", 1));
    const logits = logitsOf(call, stack(call));
    finish(call, logits);
    const found = logProbsOf(call, logits);
    const vocab = logits.dims.at(-1)!;
    // Padding has its share of the probabilities, but is never chosen.
    const candidates = emit.top(neverPadding(model, emit, found), candidatesOf(beamsOf(model)));
    const isEnd = emit.binary("equal", emit.iota(vocab), emit.scalar(model.end ?? bug("a beam without an end")));
    const end = emit.reduce("sum", emit.select(isEnd, found, emit.scalar(0)), [vocab.name]);
    return resultOf(call, { candidates: emit.squeeze(candidates, tokenDim), end_log_prob: end });
  },

  generate(model, emit) {
    const specs = modelStates(model);
    const one = [{ name: oneDim, size: 1 }];
    const before = specs.find((s) => s.name === "next_logits")!;
    const logits = neverPadding(model, emit, emit.state(before.name, before.dtype, before.dims));
    const drawn = emit.state("drawn", "i32", one);
    const token = emit.sample(logits, emit.input("sampling", "f32", [{ name: "@sampling", size: 3 }]), emit.input("seed", "i32", one), drawn);
    const call = goOn(model, "decode", emit, token);
    call.update("drawn", emit.binary("add", drawn, emit.scalar(1, "i32")));
    finish(call, logitsOf(call, stack(call)));
    return resultOf(call, { token });
  },
};

function resultOf(call: Call, outputs: EntryResult["outputs"]): EntryResult {
  return { outputs, states: modelStates(call.model), updates: call.updates };
}

/** Those that the model has. Of an encoder alone nothing is trained: it has no loss. */
export function entriesOf(model: Model, training: readonly TrainingEntryName[]): EntryName[] {
  const encodes = model.encoder ? encodingEntryNames : [];
  const searches = beamsOf(model) > 0 ? searchingEntryNames : [];
  return model.layers.length > 0 ? [...encodes, ...decodingEntryNames, ...searches, ...training] : [...encodes];
}

/** 0 where there is no beam search: a model of one stack goes on for as long as it is asked to. */
export function beamsOf(model: Model): number {
  return hasSource(model) && model.end !== undefined ? Math.max(fewestBeams, model.generate.beam) : 0;
}

/**
 * The model must be in normal form.
 * @param ranks several ranks train together: see `trainingEntries`
 */
export function buildGraph(model: Model, entry: EntryName, chunk: number, ranks = false): Graph {
  const emit = new Emitter(model.span);
  const { outputs, states: known, updates, parameters, backward } = entries[entry](model, emit, ranks);
  const touched = new Set(updates.keys());
  for (const node of emit.nodes) if (node.op === "state") touched.add(node.state);
  const states = known.filter((s) => touched.has(s.name));
  return {
    entry,
    chunk,
    nodes: emit.nodes,
    outputs: Object.entries(outputs).map(([name, node]) => ({ name, node })),
    stateUpdates: states.flatMap(({ name }) => {
      const node = updates.get(name);
      return node ? [{ state: name, node }] : [];
    }),
    parameterUpdates: [...(parameters ?? [])].map(([parameter, node]) => ({ parameter, node })),
    states,
    ...(backward === undefined ? {} : { backward }),
  };
}
