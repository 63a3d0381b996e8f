/**
 * The entries of a model. `forward` has no states; `prefill` and `prefill_all` take many tokens and leave states, `decode` takes one;
 * `generate` draws a token from what the last call left and decodes it.
 */
import { batchDim, oneDim, tokenDim, type Dim, type Graph, type Node } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { Call, type Form } from "./call.js";
import { embed } from "./embedding.js";
import { Emitter } from "./emit.js";
import { logitsOf } from "./output.js";
import { keepRowsOfPadding, lastCount, neverPadding } from "./padding.js";
import { residual } from "./residual.js";
import { modelStates } from "./states.js";

export const entryNames = ["forward", "prefill", "prefill_all", "decode", "generate"] as const;
export type EntryName = (typeof entryNames)[number];

type Outputs = Readonly<Record<string, Node>>;

/** What an entry does; each gets an emitter and gives its outputs by name, and the call with its updates. */
const entries: { readonly [E in EntryName]: (model: Model, emit: Emitter) => { call: Call; outputs: Outputs } } = {
  forward(model, emit) {
    const call = open(model, "forward", emit, tokens(emit, "T"));
    return { call, outputs: { logits: logitsOf(call, stack(call)) } };
  },

  prefill(model, emit) {
    const call = open(model, "prefill", emit, tokens(emit, "T"));
    // Only the last token's logits are wanted: the widest matmul has one row a sequence.
    finish(call, logitsOf(call, emit.last(stack(call), call.mask)));
    return { call, outputs: {} };
  },

  prefill_all(model, emit) {
    const call = open(model, "prefill", emit, tokens(emit, "T"));
    const logits = logitsOf(call, stack(call));
    finish(call, emit.last(logits, call.mask));
    return { call, outputs: { logits } };
  },

  decode(model, emit) {
    const call = open(model, "decode", emit, tokens(emit, 1));
    const logits = logitsOf(call, stack(call));
    finish(call, logits);
    return { call, outputs: { logits } };
  },

  generate(model, emit) {
    const specs = modelStates(model);
    const one = [{ name: oneDim, size: 1 }];
    const before = specs.find((s) => s.name === "next_logits")!;
    const logits = neverPadding(model, emit, emit.state(before.name, before.dtype, before.dims));
    const drawn = emit.state("drawn", "i32", one);
    const token = emit.sample(logits, emit.input("sampling", "f32", [{ name: "@sampling", size: 3 }]), emit.input("seed", "i32", one), drawn);
    const call = open(model, "decode", emit, token);
    call.update("drawn", emit.binary("add", drawn, emit.scalar(1, "i32")));
    finish(call, logitsOf(call, stack(call)));
    return { call, outputs: { token } };
  },
};

/** The model must be in normal form. */
export function buildGraph(model: Model, entry: EntryName, chunk: number): Graph {
  const emit = new Emitter(model.span);
  const { call, outputs } = entries[entry](model, emit);
  const touched = new Set(call.updates.keys());
  for (const node of emit.nodes) if (node.op === "state") touched.add(node.state);
  const states = modelStates(model).filter((s) => touched.has(s.name));
  return {
    entry,
    chunk,
    nodes: emit.nodes,
    outputs: Object.entries(outputs).map(([name, node]) => ({ name, node })),
    stateUpdates: states.flatMap(({ name }) => {
      const node = call.updates.get(name);
      return node ? [{ state: name, node }] : [];
    }),
    parameterUpdates: [],
    states,
  };
}

function tokens(emit: Emitter, size: "T" | 1): Node {
  const dims: Dim[] = [{ name: batchDim, size: "B" }, { name: tokenDim, size }];
  return emit.input("tokens", "i32", dims);
}

function open(model: Model, form: Form, emit: Emitter, ids: Node): Call {
  return new Call(model, form, emit, ids, modelStates(model));
}

/** Embedding and all layers, [B, T, width]. */
function stack(call: Call): Node {
  return call.model.layers.flat().reduce((x, sublayer) => residual(call, sublayer, x), embed(call));
}

/** What every call leaves beside the mixers' states; `logits` are those after the last real token, [B, 1, vocab]. */
function finish(call: Call, logits: Node): void {
  const { emit } = call;
  const added = call.token.size === 1 ? emit.scalar(1, "i32") : emit.extent("T");
  call.update("count", lastCount(call));
  call.update("length", emit.binary("add", call.state("length"), added));
  // Without padding the state is not read at all.
  call.update("next_logits", call.mask ? keepRowsOfPadding(call, logits, call.state("next_logits")) : logits);
}
