/** The token stream [B, T, width] to what is known of each id of the vocabulary, [B, T, vocab]: logits, or log-probabilities where the softmax is adaptive. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import type { Model, Parameter } from "../../src/model/model.js";
import { adaptiveLogProbs, adaptiveLoss } from "./adaptive.js";
import type { Call } from "./call.js";
import { layerNorm, logsumexp } from "./normalize.js";

/** What the entries call it. */
export function outputName(model: Model): "logits" | "log_probs" {
  return model.embedding.kind === "adaptive" ? "log_probs" : "logits";
}

export function logitsOf(call: Call, x: Node): Node {
  const { embedding } = call.model;
  const normed = finallyNormed(call, x);
  if (embedding.kind === "adaptive") return call.within(embedding.classes.span, "output", () => adaptiveLogProbs(call, normed, embedding));
  return call.within(embedding.output.span, "output", () => products(call, normed, embedding.output));
}

/** Log-probabilities of what `logitsOf` gave. */
export function logProbsOf(call: Call, logits: Node): Node {
  if (call.model.embedding.kind === "adaptive") return logits;
  const vocab = { name: "vocab", size: call.model.vocabularySize };
  return call.within(call.model.span, "log_probs", () => call.emit.binary("subtract", logits, logsumexp(call, logits, [vocab])));
}

/** Cross entropy of each target, f32 [B, T]. */
export function crossEntropyOf(call: Call, x: Node, targets: Node, smoothing: number): Node {
  const { embedding } = call.model;
  if (embedding.kind !== "adaptive") return crossEntropyFrom(call, logitsOf(call, x), targets, smoothing);
  if (smoothing !== 0) bug("label smoothing of an adaptive softmax");
  const normed = finallyNormed(call, x);
  return call.within(embedding.classes.span, "loss", () => adaptiveLoss(call, normed, targets, embedding));
}

export function crossEntropyFrom(call: Call, logits: Node, targets: Node, smoothing: number): Node {
  return call.emit.within("loss", () => call.emit.crossEntropy(logits, targets, "vocab", smoothing));
}

function finallyNormed(call: Call, x: Node): Node {
  const { finalNorm, span, width } = call.model;
  return finalNorm ? call.within(span, "norm", () => layerNorm(call, x, [{ name: "width", size: width }], finalNorm)) : x;
}

function products(call: Call, x: Node, output: Parameter): Node {
  const { vocabularySize, width } = call.model;
  return call.emit.matmul(x, call.parameter(output, [{ name: "vocab", size: vocabularySize }, { name: "width", size: width }]), ["width"]);
}
