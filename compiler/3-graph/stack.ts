/** What entries are made of: the call on its tokens, embedding and layers, and what a call leaves behind. */
import { batchDim, tokenDim, type Dim, type Node } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { Call, type CallOptions, type Form } from "./call.js";
import { embed } from "./embedding.js";
import type { Emitter } from "./emit.js";
import { keepRowsOfPadding, lastCount } from "./padding.js";
import { residual } from "./residual.js";
import { keepsValid, KeptSource } from "./source.js";
import { modelStates } from "./states.js";

/** i32 [B, T] or [B, 1]; [B, E] of source texts. */
export function tokensInput(emit: Emitter, name: "tokens" | "targets" | "source_tokens", size: "T" | "E" | 1): Node {
  const dims: Dim[] = [{ name: batchDim, size: "B" }, { name: tokenDim, size }];
  return emit.input(name, "i32", dims);
}

export function openCall(model: Model, form: Form, emit: Emitter, ids: Node, options?: CallOptions): Call {
  return new Call(model, form, emit, ids, modelStates(model), options);
}

/** The call of an entry that goes on from states; what it sees of a source is what `encode` left in them. */
export function goOn(model: Model, form: "prefill" | "decode", emit: Emitter, ids: Node): Call {
  // The states of the source are the call's own, which is there once it is asked for them.
  const call: Call = openCall(model, form, emit, ids, { source: new KeptSource((name) => call.state(name), keepsValid(model)) });
  return call;
}

/** Is told of every value on the way. */
export type Seen = (place: string, x: Node) => void;

/** Embedding and the layers of a model of one stack, [B, T, width]. */
export function stack(call: Call, seen?: Seen): Node {
  return layersOf(call, call.model.layers, seen);
}

/** Embedding and these layers, [B, T, width]. */
export function layersOf(call: Call, layers: Model["layers"], seen: Seen = () => undefined): Node {
  const { model } = call;
  let x = call.dropout(embed(call), model.dropout);
  seen(`${call.side.prefix ?? ""}embedding`, x);
  for (const layer of layers) {
    const before = x;
    for (const sublayer of layer) {
      x = residual(call, sublayer, x);
      seen(sublayer.place, x);
    }
    x = mayDrop(call, before, x);
  }
  return x;
}

/** In training a layer is left out as a whole with probability `layer_drop` (Fan et al., "Reducing Transformer Depth on Demand", 2019); nothing is rescaled. */
function mayDrop(call: Call, before: Node, after: Node): Node {
  const kept = call.keep([], call.model.layerDrop, 1);
  return kept ? call.emit.select(call.emit.binary("not_equal", kept, call.scalar(0)), after, before) : after;
}

/** What every call leaves beside the mixers' states; `logits` are those after the last real token, [B, 1, vocab]. */
export function finish(call: Call, logits: Node): void {
  const { emit } = call;
  const added = call.token.size === 1 ? emit.scalar(1, "i32") : emit.extent("T");
  call.update("count", lastCount(call));
  call.update("length", emit.binary("add", call.state("length"), added));
  // Without padding the state is not read at all.
  call.update("next_logits", call.mask ? keepRowsOfPadding(call, logits, call.state("next_logits")) : logits);
}
