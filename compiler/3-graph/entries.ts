/**
 * The entries of a model. `forward`, and `encode` of an encoder, have no states; `prefill` and `prefill_all` take many tokens and leave states, `decode` takes one;
 * `generate` draws a token from what the last call left and decodes it. Those of training are in `training/`.
 */
import { bug } from "../../src/base/assert.js";
import { oneDim, type Graph, type Node, type StateSpec } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import type { Call } from "./call.js";
import { Emitter } from "./emit.js";
import { encoded } from "./encoder.js";
import { logitsOf } from "./output.js";
import { neverPadding } from "./padding.js";
import { finish, openCall, stack, tokensInput } from "./stack.js";
import { modelStates } from "./states.js";
import { trainingEntries, trainingEntryNames, type TrainingEntryName } from "./training/entries.js";

/** Of a model that writes, and of one with an encoder. */
const decodingEntryNames = ["forward", "prefill", "prefill_all", "decode", "generate"] as const;
const encodingEntryNames = ["encode"] as const;
export const inferenceEntryNames = [...encodingEntryNames, ...decodingEntryNames] as const;
export const entryNames = [...inferenceEntryNames, ...trainingEntryNames] as const;
export type EntryName = (typeof inferenceEntryNames)[number] | TrainingEntryName;

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

const entries: { readonly [E in EntryName]: (model: Model, emit: Emitter) => EntryResult } = {
  ...trainingEntries,

  encode(model, emit) {
    const call = openCall(model, "forward", emit, tokensInput(emit, "tokens", "T"));
    return resultOf(call, { encoder_out: encoded(call, model.encoder ?? bug("encode without an encoder")) });
  },

  forward(model, emit) {
    const call = openCall(model, "forward", emit, tokensInput(emit, "tokens", "T"));
    return resultOf(call, { logits: logitsOf(call, stack(call)) });
  },

  prefill(model, emit) {
    const call = openCall(model, "prefill", emit, tokensInput(emit, "tokens", "T"));
    // Only the last token's logits are wanted: the widest matmul has one row a sequence.
    finish(call, logitsOf(call, emit.last(stack(call), call.mask)));
    return resultOf(call, {});
  },

  prefill_all(model, emit) {
    const call = openCall(model, "prefill", emit, tokensInput(emit, "tokens", "T"));
    const logits = logitsOf(call, stack(call));
    finish(call, emit.last(logits, call.mask));
    return resultOf(call, { logits });
  },

  decode(model, emit) {
    const call = openCall(model, "decode", emit, tokensInput(emit, "tokens", 1));
    const logits = logitsOf(call, stack(call));
    finish(call, logits);
    return resultOf(call, { logits });
  },

  generate(model, emit) {
    const specs = modelStates(model);
    const one = [{ name: oneDim, size: 1 }];
    const before = specs.find((s) => s.name === "next_logits")!;
    const logits = neverPadding(model, emit, emit.state(before.name, before.dtype, before.dims));
    const drawn = emit.state("drawn", "i32", one);
    const token = emit.sample(logits, emit.input("sampling", "f32", [{ name: "@sampling", size: 3 }]), emit.input("seed", "i32", one), drawn);
    const call = openCall(model, "decode", emit, token);
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
  return model.layers.length > 0 ? [...encodes, ...decodingEntryNames, ...training] : [...encodes];
}

/** The model must be in normal form. */
export function buildGraph(model: Model, entry: EntryName, chunk: number): Graph {
  const emit = new Emitter(model.span);
  const { outputs, states: known, updates, parameters, backward } = entries[entry](model, emit);
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
