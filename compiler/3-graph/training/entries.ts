/**
 * The entries of training. `gradients` and `evaluate` for anyone, `inspect` to find where a NaN began; `train` is forward, backward, clipping and
 * the optimiser's update in one, `accumulate` forward and backward of a micro-batch that is not the last of its update.
 */
import { oneDim, type Dim, type Node } from "../../../src/graph/graph.js";
import type { Model } from "../../../src/model/model.js";
import type { Random } from "../call.js";
import type { Emitter } from "../emit.js";
import type { EntryResult } from "../entries.js";
import { hasSource, wholeTexts } from "../encoder.js";
import { crossEntropyFrom, crossEntropyOf, logitsOf } from "../output.js";
import { finish, goOn, stack, tokensInput } from "../stack.js";
import { modelStates } from "../states.js";
import { lossOf, tokenLosses, total, type Loss } from "./loss.js";
import { adjustScale, lossScaleOf, type LossScale } from "./scale.js";
import { momentsOf, TrainingStates, type Moment } from "./states.js";
import { update, type Rates } from "./optimizer.js";

export const trainingEntryNames = ["gradients", "evaluate", "inspect", "accumulate", "train"] as const;
export type TrainingEntryName = (typeof trainingEntryNames)[number];

const one: Dim = { name: oneDim, size: 1 };

/** @param ranks several ranks train together, each on micro-batches of its own: an update is made of sums over all of them */
export const trainingEntries: { readonly [E in TrainingEntryName]: (model: Model, emit: Emitter, ranks: boolean) => EntryResult } = {
  gradients(model, emit) {
    const { sum, count, gradients, backward } = lossOf(model, emit, undefined);
    const inverse = emit.unary("reciprocal", divisor(model, emit, count));
    const outputs: Record<string, Node> = { loss: emit.unsqueeze(emit.multiply(sum, inverse), oneDim, 0) };
    for (const { name } of model.parameters) {
      const gradient = gradients.get(name);
      if (gradient) outputs[`grad.${name}`] = emit.multiply(gradient, inverse);
    }
    return { outputs, states: [], updates: new Map(), backward };
  },

  evaluate(model, emit) {
    // A text with a source is whole; of one stack windows go on from one another.
    if (hasSource(model)) {
      const { call } = wholeTexts(model, emit);
      const x = stack(call);
      const targets = tokensInput(emit, "targets", "T");
      return { outputs: { nll: tokenLosses(call, crossEntropyOf(call, x, targets, 0), targets).losses }, states: [], updates: new Map() };
    }
    const call = goOn(model, "prefill", emit, tokensInput(emit, "tokens", "T"));
    const x = stack(call);
    // The adaptive loss needs no more than a part of what the last token has to leave.
    const logits = model.embedding.kind === "table" ? logitsOf(call, x) : undefined;
    const targets = tokensInput(emit, "targets", "T");
    const { losses } = tokenLosses(call, logits ? crossEntropyFrom(call, logits, targets, 0) : crossEntropyOf(call, x, targets, 0), targets);
    finish(call, logits ? emit.last(logits, call.mask) : logitsOf(call, emit.last(x, call.mask)));
    return { outputs: { nll: losses }, states: modelStates(model), updates: call.updates };
  },

  inspect(model, emit) {
    const outputs: Record<string, Node> = {};
    const seen = (place: string, x: Node): void => {
      const wrong = emit.binary("subtract", emit.scalar(1), emit.unary("to_f32", emit.unary("is_finite", x)));
      const inner = x.dims.slice(2).map((d) => d.name);
      outputs[place] = emit.unsqueeze(total(emit, inner.length > 0 ? emit.reduce("sum", wrong, inner) : wrong), oneDim, 0);
    };
    const { call } = wholeTexts(model, emit, () => randomOf(emit), seen);
    const x = stack(call, seen);
    const logits = logitsOf(call, x);
    seen("output", logits);
    const targets = tokensInput(emit, "targets", "T");
    const { labelSmoothing } = model.train;
    // Adaptive, the loss has dropouts of its own; else it is that of the logits.
    const raw = model.embedding.kind === "adaptive" ? crossEntropyOf(call, x, targets, labelSmoothing) : crossEntropyFrom(call, logits, targets, labelSmoothing);
    seen("loss", tokenLosses(call, raw, targets).losses);
    return { outputs, states: [], updates: new Map() };
  },

  accumulate(model, emit) {
    const states = new TrainingStates(emit);
    // `train` divides by the scale, which is the same for all micro-batches of an update.
    const loss = lossOf(model, emit, randomOf(emit), lossScaleOf(model, emit, states)?.factor);
    const grow = growing(emit);
    states.number("accumulated.loss", "f32", grow(loss.sum));
    states.number("accumulated.count", "f32", grow(loss.count));
    for (const [name, gradient] of loss.gradients) states.tensor(`accumulated.${name}`, "f32", gradient.dims, grow(gradient));
    return { outputs: {}, states: states.specs, updates: states.updates, backward: loss.backward };
  },

  train(model, emit, ranks) {
    const states = new TrainingStates(emit);
    const scale = lossScaleOf(model, emit, states);
    const own = withAccumulated(model, states, emit, lossOf(model, emit, randomOf(emit), scale?.factor));
    const loss = ranks ? overRanks(emit, own) : own;
    const parameters = emit.within("optimizer", () => step(model, emit, states, loss, scale));
    return { outputs: {}, states: states.specs, updates: states.updates, parameters, backward: loss.backward };
  },
};

/**
 * The update: mean loss, global norm, clipping, and each parameter's own. From the first loss or gradient on that is not finite nothing changes any more;
 * with a loss scale one update is left out, until the scale is below 1.
 */
function step(model: Model, emit: Emitter, states: TrainingStates, loss: Loss, scale: LossScale | undefined): Map<string, Node> {
  const { clip, optimizer } = model.train;
  const count = divisor(model, emit, loss.count);
  const inverse = emit.unary("reciprocal", scale ? emit.multiply(count, scale.factor) : count);
  const mean = emit.multiply(loss.sum, scale ? emit.unary("reciprocal", count) : inverse);
  const norm = emit.multiply(emit.unary("sqrt", squares(emit, [...loss.gradients.values()])), inverse);
  const isFinite = emit.multiply(emit.unary("is_finite", norm), emit.unary("is_finite", mean));
  const zero = emit.scalar(0, "i32");
  const before = states.number("broken", "i32", (old) => {
    const isBroken = emit.binary("not_equal", old, zero);
    const more = emit.add(old, emit.scalar(1, "i32"));
    const fails = emit.binary("equal", isFinite, zero);
    const next = scale && adjustScale(emit, states, scale, isFinite, isBroken);
    const breaks = next ? emit.multiply(fails, emit.binary("less", next, emit.scalar(1))) : fails;
    return emit.select(isBroken, more, breaks);
  });
  const grow = growing(emit);
  // With a scale a loss that is not finite is that of an update left out, and no end of the run: it is not reported.
  const reported = scale && emit.unary("is_finite", mean);
  states.number("loss.sum", "f32", grow(reported ? emit.select(reported, mean, emit.scalar(0)) : mean));
  states.number("loss.steps", "f32", grow(reported ? emit.unary("to_f32", reported) : emit.scalar(1)));
  states.number("norm", "f32", (old) => (scale ? emit.select(isFinite, norm, old) : norm));
  const limited = clip === 0 ? inverse : emit.multiply(inverse, emit.binary("minimum", emit.scalar(1), emit.binary("divide", emit.scalar(clip), emit.add(norm, emit.scalar(1e-6)))));
  // One number tells each kernel both how to scale the gradient and, below 0, that nothing changes: a kernel binds few buffers.
  const factor = emit.select(emit.multiply(isFinite, emit.binary("equal", before, zero)), limited, emit.scalar(-1));
  const changes = emit.binary("less", emit.scalar(0), factor);
  const rates = ratesOf(emit);
  const parameters = new Map<string, Node>();
  for (const [name, gradient] of loss.gradients) {
    const old = emit.parameter(name, gradient.dims);
    const moments = new Map(momentsOf(model).map((moment): [Moment, Node] => [moment, states.read(`optimizer.${moment}.${name}`, gradient.dims)]));
    const next = update(emit, optimizer, rates, old, emit.multiply(gradient, factor), moments);
    parameters.set(name, emit.select(changes, next.parameter, old));
    for (const [moment, x] of next.moments) states.updates.set(`optimizer.${moment}.${name}`, emit.select(changes, x, moments.get(moment)!));
  }
  return parameters;
}

/** What a mean divides by: targets that are all padding have a loss and a gradient of 0. */
function divisor(model: Model, emit: Emitter, count: Node): Node {
  return model.padding === undefined ? count : emit.binary("maximum", count, emit.scalar(1));
}

/** With what `accumulate` has gathered from the micro-batches before. */
function withAccumulated(model: Model, states: TrainingStates, emit: Emitter, own: Loss): Loss {
  if (model.train.accumulate === 1) return own;
  return {
    ...own,
    sum: emit.add(states.readNumber("accumulated.loss"), own.sum),
    count: emit.add(states.readNumber("accumulated.count"), own.count),
    gradients: new Map([...own.gradients].map(([name, g]) => [name, emit.add(states.read(`accumulated.${name}`, g.dims), g)])),
  };
}

/** Sums over all ranks that train together. */
function overRanks(emit: Emitter, own: Loss): Loss {
  return {
    ...own,
    sum: emit.rankSum(own.sum),
    count: emit.rankSum(own.count),
    gradients: new Map([...own.gradients].map(([name, g]) => [name, emit.rankSum(g)])),
  };
}

/** Σ of all elements' squares, no dims. In two steps a tensor: many threads take the last dim, one workgroup the rest. */
function squares(emit: Emitter, tensors: readonly Node[]): Node {
  const sums = tensors.map((x) => {
    const names = x.dims.map((d) => d.name);
    const last = names.slice(-1);
    const rows = last.length > 0 ? emit.reduce("sum", emit.unary("square", x), last) : emit.unary("square", x);
    return names.length > 1 ? emit.reduce("sum", rows, names.slice(0, -1)) : rows;
  });
  return sums.reduce((a, b) => emit.add(a, b));
}

/** The numbers of the input `schedule` f32 [3], without dims. */
function ratesOf(emit: Emitter): Rates {
  const dim: Dim = { name: "@schedule", size: 3 };
  const schedule = emit.input("schedule", "f32", [dim]);
  const at = (index: number): Node => emit.gather(schedule, emit.scalar(index, "i32"), dim.name);
  return { rate: at(0), first: at(1), second: at(2) };
}

function randomOf(emit: Emitter): Random {
  return { seed: emit.input("seed", "i32", [one]), counter: emit.input("counter", "i32", [one]) };
}

/** How a sum goes on: with the input `restart` i32 [1] at 1 it starts anew. */
function growing(emit: Emitter): (own: Node) => (old: Node) => Node {
  const anew = emit.binary("equal", emit.squeeze(emit.input("restart", "i32", [one]), oneDim), emit.scalar(1, "i32"));
  return (own) => (old) => emit.select(anew, own, emit.add(old, own));
}

