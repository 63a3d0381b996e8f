/** The encoder's layers, alone or beside those of a decoder, whose tokens see what they give of the source texts. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { Encoder, Model } from "../../src/model/model.js";
import type { Call, Random, Side } from "./call.js";
import type { Emitter } from "./emit.js";
import { layerNorm } from "./normalize.js";
import { EncodedSource } from "./source.js";
import { layersOf, openCall, tokensInput, type Seen } from "./stack.js";

/** [B, T, width] */
export function encoded(call: Call, encoder: Encoder, seen?: Seen): Node {
  const x = layersOf(call, encoder.layers, seen);
  const { finalNorm } = encoder;
  const width = [{ name: "width", size: call.model.width }];
  return finalNorm ? call.within(call.model.span, "encoder.norm", () => layerNorm(call, x, width, finalNorm)) : x;
}

/** Whether the model reads one text and writes another. */
export function hasSource(model: Model): model is Model & { readonly encoder: Encoder } {
  return model.encoder !== undefined && model.layers.length > 0;
}

export interface EncodedTexts {
  readonly call: Call;
  readonly source: EncodedSource;
  /** [B, E, width] */
  readonly out: Node;
}

/** The call on the input `source_tokens`, and all that its encoder makes of it. */
export function encodeSource(model: Model, emit: Emitter, random?: () => Random, seen?: Seen): EncodedTexts {
  const encoder = model.encoder ?? bug("source texts without an encoder");
  const side: Side = { ...encoder, embedding: { kind: "table", table: encoder.embedding }, prefix: "encoder." };
  const call = openCall(model, "forward", emit, tokensInput(emit, "source_tokens", "E"), { random: random?.(), side });
  const out = encoded(call, encoder, seen);
  return { call, source: new EncodedSource(call, out), out };
}

/** Whole texts from empty states: the call on `tokens`, and, of a model that has a source, what its encoder gave. */
export function wholeTexts(model: Model, emit: Emitter, random?: () => Random, seen?: Seen): { call: Call; encoderOut?: Node } {
  if (!hasSource(model)) return { call: openCall(model, "forward", emit, tokensInput(emit, "tokens", "T"), { random: random?.() }) };
  const texts = encodeSource(model, emit, random, seen);
  return { call: texts.call.beside(tokensInput(emit, "tokens", "T"), texts.source), encoderOut: texts.out };
}
