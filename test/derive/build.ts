/** Token expressions by hand: `token("key", slots)` is some per-token tensor, the rest is arithmetic. */
import type { SourceFile, Span } from "../../src/base/source.js";
import type { Axis, BinaryFn, Cache, MixerInstance, Model, Parameter, ReduceFn, State, TokenExpr, UnaryFn } from "../../src/model/model.js";

const file: SourceFile = { path: "hand.msz", text: "hand built, no text" };
let made = 0;

/** Each a different place, so that diagnostics can be told apart. */
export function newSpan(): Span {
  made++;
  return { file, start: made, end: made + 1 };
}

export const axis = (name: string, size: number): Axis => ({ name, size });

export const token = (label: string, ...axes: Axis[]): TokenExpr => ({ kind: "input", name: "x", axes, span: newSpan(), label });
export const number = (value: number): TokenExpr => ({ kind: "number", value, axes: [], span: newSpan() });

export const binary = (fn: BinaryFn, left: TokenExpr | number, right: TokenExpr | number): TokenExpr => {
  const [a, b] = [lift(left), lift(right)];
  return { kind: "binary", fn, left: a, right: b, axes: union(a.axes, b.axes), span: newSpan() };
};
export const add = (a: TokenExpr | number, b: TokenExpr | number): TokenExpr => binary("add", a, b);
export const sub = (a: TokenExpr | number, b: TokenExpr | number): TokenExpr => binary("subtract", a, b);
export const mul = (...factors: (TokenExpr | number)[]): TokenExpr => factors.map(lift).reduce((a, b) => binary("multiply", a, b));
export const div = (a: TokenExpr | number, b: TokenExpr | number): TokenExpr => binary("divide", a, b);
export const unary = (fn: UnaryFn, argument: TokenExpr): TokenExpr => ({ kind: "unary", fn, argument, axes: argument.axes, span: newSpan() });
export const neg = (argument: TokenExpr): TokenExpr => unary("negate", argument);

export const reduce = (fn: ReduceFn, argument: TokenExpr, ...over: Axis[]): TokenExpr => ({
  kind: "reduce", fn, argument, over, axes: without(argument.axes, over), span: newSpan(),
});
export const sum = (argument: TokenExpr, ...over: Axis[]): TokenExpr => reduce("sum", argument, ...over);
export const mean = (argument: TokenExpr, ...over: Axis[]): TokenExpr => reduce("mean", argument, ...over);
export const softmax = (argument: TokenExpr, ...over: Axis[]): TokenExpr => ({ kind: "softmax", argument, over, axes: argument.axes, span: newSpan() });
export const named = (label: string, expr: TokenExpr): TokenExpr => ({ ...expr, label });

export const parameter = (name: string, ...axes: Axis[]): TokenExpr => {
  const made: Parameter = { name, shape: axes.map((a) => a.size), initializer: { kind: "zeros" }, span: newSpan() };
  return { kind: "parameter", parameter: made, axes, span: newSpan() };
};

/** `update` is given the state's old value. */
export const state = (name: string, axes: Axis[], update: (old: TokenExpr) => TokenExpr): State => {
  const placeholder = number(0);
  const made: State = { name: `m.${name}`, axes, update: placeholder, span: newSpan() };
  made.update = update({ kind: "state", state: made, when: "old", axes, span: newSpan() });
  return made;
};
export const use = (of: State, when: "old" | "new" = "new"): TokenExpr => ({ kind: "state", state: of, when, axes: of.axes, span: newSpan() });

export const time = axis("time", 0);
export const cache = (name: string, value: TokenExpr): Cache => ({ name: `m.${name}`, axes: value.axes, value, span: newSpan() });
export const kept = (of: Cache): TokenExpr => ({ kind: "cache", cache: of, axes: [time, ...of.axes], span: newSpan() });

export const mixer = (out: TokenExpr, states: State[] = [], caches: Cache[] = []): MixerInstance => ({
  mixer: "m", reads: "causal", bidirectional: [], states, caches, convolutions: [], out, span: newSpan(),
});

/** A model with one sublayer a mixer. */
export const model = (...mixers: MixerInstance[]): Model => {
  const width = mixers[0]?.out.axes[0]?.size ?? 4;
  const weight = (name: string, ...shape: number[]): Parameter => ({ name, shape, initializer: { kind: "zeros" }, span: newSpan() });
  const embedding = weight("embedding.weight", 7, width);
  return {
    name: "Hand", span: newSpan(), doc: "", vocabulary: { kind: "ids", size: 7 }, vocabularySize: 7, width, positions: "none", norm: "pre",
    embeddingScale: 1, dropout: 0, attentionDropout: 0, activationDropout: 0, layerDrop: 0,
    embedding: { kind: "table", table: embedding, output: embedding },
    layers: mixers.map((m, i) => [
      {
        kind: "mixer", place: `layers.${i}.m`, mixer: m, span: m.span,
        norm: { weight: weight(`layers.${i}.m.norm.weight`, width), bias: weight(`layers.${i}.m.norm.bias`, width) },
      },
    ]),
    parameters: [embedding], generate: { temperature: 1, topK: 0, topP: 1, beam: 1, lengthPenalty: 1, maxLength: { perSource: 1.2, more: 10 } },
    train: {
      heldOut: 0, batch: 1, accumulate: 1, steps: 1, optimizer: { kind: "sgd", rate: 1, momentum: 0, decay: 0 }, schedule: { kind: "constant", warmup: 0, start: 0 },
      clip: 0, precision: "float32", seed: 1, labelSmoothing: 0, evaluateEvery: 1,
    },
  };
};

function lift(value: TokenExpr | number): TokenExpr {
  return typeof value === "number" ? number(value) : value;
}

function union(a: readonly Axis[], b: readonly Axis[]): Axis[] {
  return [...a, ...b.filter((x) => !a.some((y) => y.name === x.name))];
}

function without(axes: readonly Axis[], gone: readonly Axis[]): Axis[] {
  return axes.filter((a) => !gone.some((g) => g.name === a.name));
}
