/**
 * The loss scale of `precision = float16`: the loss is multiplied before it is differentiated, so that small cotangents are no zeros as float16, and
 * gradients are divided by as much. It halves with each gradient that is not finite, whose update is left out, and doubles after many good ones.
 */
import type { Node } from "../../../src/graph/graph.js";
import type { Model } from "../../../src/model/model.js";
import type { Emitter } from "../emit.js";
import { countOf } from "./loss.js";
import type { TrainingStates } from "./states.js";

const firstScale = 2 ** 16;
const largestScale = 2 ** 24;
/** Updates in a row before the scale doubles. */
const goodUpdates = 1000;

export interface LossScale {
  /** Of the mean over a micro-batch, no dims. */
  readonly scale: Node;
  /** Of each token's loss: the scale over B · T. */
  readonly factor: Node;
}

/** Undefined for float32, and for bfloat16, whose range is that of float32. */
export function lossScaleOf(model: Model, emit: Emitter, states: TrainingStates): LossScale | undefined {
  if (model.train.precision !== "float16") return undefined;
  const scale = states.readNumber("optimizer.scale", "f32", firstScale);
  return { scale, factor: emit.binary("divide", scale, countOf(emit)) };
}

/**
 * Sets the scale of the next update, which it gives.
 * @param isFinite i32, whether this update is made
 * @param stopped i32, whether nothing changes any more
 */
export function adjustScale(emit: Emitter, states: TrainingStates, { scale }: LossScale, isFinite: Node, stopped: Node): Node {
  const [none, one] = [emit.scalar(0, "i32"), emit.scalar(1, "i32")];
  const old = states.readNumber("optimizer.good", "i32");
  const good = emit.select(isFinite, emit.add(old, one), none);
  const enough = emit.binary("equal", good, emit.scalar(goodUpdates, "i32"));
  const doubled = emit.binary("minimum", emit.multiply(scale, emit.scalar(2)), emit.scalar(largestScale));
  const next = emit.select(isFinite, emit.select(enough, doubled, scale), emit.multiply(scale, emit.scalar(0.5)));
  states.setNumber("optimizer.scale", emit.select(stopped, scale, next));
  states.setNumber("optimizer.good", emit.select(stopped, old, emit.select(enough, none, good)));
  return next;
}
