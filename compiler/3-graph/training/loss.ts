/** The loss of a call: cross entropy a target, what counts of it, and its gradient for every parameter. */
import { batchDim, oneDim, tokenDim, type Node } from "../../../src/graph/graph.js";
import type { Model } from "../../../src/model/model.js";
import type { Call, Random } from "../call.js";
import type { Emitter } from "../emit.js";
import { differentiate } from "../gradient/index.js";
import { wholeTexts } from "../encoder.js";
import { crossEntropyOf } from "../output.js";
import { stack, tokensInput } from "../stack.js";

export interface Loss {
  /** Sum over the targets that count, no dims. */
  readonly sum: Node;
  /** How many count, f32, no dims. */
  readonly count: Node;
  /** Of `sum` times the scale, by parameter name, with the dims of the parameter. */
  readonly gradients: ReadonlyMap<string, Node>;
  /** The id of the first node of the backward pass. */
  readonly backward: number;
}

/** `raw`, cross entropy a token, f32 [B, T], 0 at padding; and which targets are real, f32, undefined when all are. */
export function tokenLosses({ model, emit }: Call, raw: Node, targets: Node): { losses: Node; raw: Node; real: Node | undefined } {
  return emit.within("loss", () => {
    if (model.padding === undefined) return { losses: raw, raw, real: undefined };
    const isReal = emit.binary("not_equal", targets, emit.scalar(model.padding, "i32"));
    return { losses: emit.select(isReal, raw, emit.scalar(0)), raw, real: emit.unary("to_f32", isReal) };
  });
}

/** @param scale of each token's loss where it is differentiated, no dims; absent: 1 */
export function lossOf(model: Model, emit: Emitter, random: Random | undefined, scale?: Node): Loss {
  const { call } = wholeTexts(model, emit, random && (() => random));
  const targets = tokensInput(emit, "targets", "T");
  const { losses, raw, real } = tokenLosses(call, crossEntropyOf(call, stack(call), targets, model.train.labelSmoothing), targets);
  const sum = total(emit, losses);
  const count = real ? total(emit, real) : countOf(emit);
  const backward = emit.nodes.length;
  const one = scale ?? emit.scalar(1);
  const seed = real ? emit.multiply(real, one) : one;
  return { sum, count, backward, gradients: differentiate(emit, raw, seed, call.stopped) };
}

/** Σ over batch and token: [B, T] to no dims. */
export function total(emit: Emitter, x: Node): Node {
  return emit.reduce("sum", emit.reduce("sum", x, [tokenDim]), [batchDim]);
}

/** B · T, f32, no dims. */
export function countOf(emit: Emitter): Node {
  const product = emit.multiply(emit.unary("to_f32", emit.extent("B")), emit.unary("to_f32", emit.extent("T")));
  return emit.squeeze(product, oneDim);
}
