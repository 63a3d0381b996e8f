/** The token stream [B, T, width] to logits [B, T, vocab]. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { Call } from "./call.js";
import { layerNorm } from "./normalize.js";

export function logitsOf(call: Call, x: Node): Node {
  const { emit, model } = call;
  const vocab = { name: "vocab", size: model.vocabularySize };
  const width = { name: "width", size: model.width };
  const { finalNorm } = model;
  const normed = finalNorm ? call.within(model.span, "norm", () => layerNorm(call, x, [width], finalNorm)) : x;
  const { embedding } = model;
  if (embedding.kind !== "table") return bug("adaptive softmax");
  return call.within(embedding.output.span, "output", () => emit.matmul(normed, call.parameter(embedding.output, [vocab, width]), ["width"]));
}
