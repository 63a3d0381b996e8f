/**
 * An encoder as LANGUAGE.md says what it means, in float64 and one token at a time: all real tokens of a text are written into the states, one after
 * the other, then each is read; a mixer in both directions is an ordinary one, run over the tokens and over their reverse. From the checked model,
 * before any derivation. Padding does not exist here: a text is its real tokens.
 */
import type { Axis, Cache, Encoder, MixerInstance, Model, NormParameters, Parameter, State, TokenExpr } from "../../src/model/model.js";
import { elements, type Tensor, type Tensors } from "../helpers/tensors.js";
import { unaryFns } from "../oracle/maps.js";
import { build, forEachPlace } from "../oracle/named.js";

/** Row-major over `axes`. */
interface Value {
  readonly axes: readonly Axis[];
  readonly data: ArrayLike<number>;
}

type Place = Readonly<Record<string, number>>;

/** What a token's expressions are computed from. */
interface Token {
  readonly x: readonly number[];
  readonly position: number;
  readonly count: number;
  /** This mixer's tokens, in its order. */
  readonly text: readonly Token[];
  readonly parameters: Tensors;
  readonly both: readonly (readonly number[])[];
  state(state: State, when: "old" | "new"): Value;
  /** Tokens whose value is seen. */
  seen(): readonly Token[];
  readonly known: Map<TokenExpr, Value>;
}

/** [tokens][width] of one text without padding. */
export function encodeNaively(model: Model, encoder: Encoder, parameters: Tensors, ids: readonly number[]): number[][] {
  const { width, embeddingScale } = model;
  if (model.positions !== "none" || model.norm !== "pre") throw new Error("only models without positions, and norm = pre");
  let x = ids.map((id) => Array.from({ length: width }, (_, i) => embeddingScale * parameters[encoder.embedding.name]!.data[id * width + i]!));
  for (const sublayer of encoder.layers.flat()) {
    if (sublayer.kind !== "mixer") throw new Error("only mixers");
    const out = mix(sublayer.mixer, x.map((row) => layerNorm(row, sublayer.norm, parameters)), parameters);
    x = x.map((row, t) => row.map((a, i) => a + out[t]![i]!));
  }
  return encoder.finalNorm ? x.map((row) => layerNorm(row, encoder.finalNorm!, parameters)) : x;
}

function mix(mixer: MixerInstance, x: readonly (readonly number[])[], parameters: Tensors): number[][] {
  const both = mixer.bidirectional.map(({ forward, backward }) => {
    const ahead = mix(forward, x, parameters);
    const back = mix(backward, [...x].reverse(), parameters).reverse();
    return ahead.map((row, t) => row.map((a, i) => a + back[t]![i]!));
  });
  return (mixer.reads === "whole" ? readWhole : readUpTo)(mixer, x, both, parameters).map((token) => Array.from(value(mixer.out, token).data));
}

/** Each state in turn: all tokens are written into it, and from then on it is what it is after the last. */
function readWhole(mixer: MixerInstance, x: readonly (readonly number[])[], both: readonly number[][][], parameters: Tensors): Token[] {
  const after = new Map<State, Value>();
  const now = new Map<State, Value>();
  const text: Token[] = [];
  x.forEach((row, t) => text.push({
    x: row, position: t, count: x.length, text, parameters, both: both.map((b) => b[t]!), known: new Map(), seen: () => text,
    state: (s) => after.get(s) ?? now.get(s) ?? zeroOf(s),
  }));
  for (const state of mixer.states) {
    for (const token of text) {
      // What has been computed from the old value is not kept.
      const fresh: Token = { ...token, known: new Map() };
      now.set(state, spread(value(state.update, fresh), state.axes));
    }
    after.set(state, now.get(state) ?? zeroOf(state));
  }
  return text;
}

/** As a decoder reads: every state is what it is at the token. */
function readUpTo(mixer: MixerInstance, x: readonly (readonly number[])[], both: readonly number[][][], parameters: Tensors): Token[] {
  const text: Token[] = [];
  const before = new Map<State, Value>();
  x.forEach((row, t) => {
    const [old, now] = [new Map(before), new Map<State, Value>()];
    const token: Token = {
      x: row, position: t, count: t + 1, text, parameters, both: both.map((b) => b[t]!), known: new Map(), seen: () => text.slice(0, t + 1),
      state: (s, when) => (when === "new" ? now.get(s) : undefined) ?? old.get(s) ?? zeroOf(s),
    };
    text.push(token);
    for (const s of mixer.states) {
      now.set(s, spread(value(s.update, token), s.axes));
      before.set(s, now.get(s)!);
    }
  });
  return text;
}

function zeroOf({ axes }: State): Value {
  return { axes, data: new Float64Array(sizeOf(axes)) };
}

function value(expr: TokenExpr, token: Token): Value {
  const known = token.known.get(expr);
  if (known) return known;
  const made = compute(expr, token);
  token.known.set(expr, made);
  return made;
}

function compute(expr: TokenExpr, token: Token): Value {
  const of = (e: TokenExpr): Value => value(e, token);
  const number = (n: number): Value => ({ axes: [], data: [n] });
  switch (expr.kind) {
    case "number": return number(expr.value);
    case "input": return { axes: expr.axes, data: token.x };
    case "position": return number(token.position);
    case "count": return number(token.count);
    case "index": return { axes: [expr.axis], data: Array.from({ length: expr.axis.size }, (_, i) => i) };
    case "parameter": return { axes: expr.axes, data: data(expr.parameter, token) };
    case "at": return over(expr.axes, (at) => get({ axes: expr.stored, data: data(expr.parameter, token) }, { ...at, [expr.axis.name]: token.position }));
    case "both": return { axes: expr.axes, data: token.both[expr.index]! };
    case "state": return token.state(expr.state, expr.when);
    case "cache": return cached(expr.cache, expr.axes[0]!, token);
    case "dropout": return of(expr.argument);
    case "unary": return map(of(expr.argument), unaryFns[expr.fn]);
    case "binary": {
      const [a, b] = [of(expr.left), of(expr.right)];
      const fns = { add: (x: number, y: number) => x + y, subtract: (x: number, y: number) => x - y, multiply: (x: number, y: number) => x * y, divide: (x: number, y: number) => x / y, power: Math.pow };
      return over(union(a.axes, b.axes), (at) => fns[expr.fn](get(a, at), get(b, at)));
    }
    case "reduce": return reduce(expr.fn, of(expr.argument), names(expr.over));
    case "softmax": {
      const x = of(expr.argument);
      const sum = reduce("logsumexp", x, names(expr.over));
      return over(x.axes, (at) => Math.exp(get(x, at) - get(sum, at)));
    }
    case "norm": {
      const x = of(expr.argument);
      const mean = expr.fn === "layer_norm" ? reduce("mean", x, names(expr.over)) : number(0);
      const square = reduce("mean", over(x.axes, (at) => (get(x, at) - get(mean, at)) ** 2), names(expr.over));
      const [scale, shift] = [expr.scale, expr.shift].map((p) => p && { axes: expr.over, data: data(p, token) });
      return over(x.axes, (at) => ((get(x, at) - get(mean, at)) / Math.sqrt(get(square, at) + 1e-5)) * get(scale!, at) + (shift ? get(shift, at) : 0));
    }
    case "linear": {
      const x = of(expr.argument);
      const weight: Value = { axes: prime([...expr.per, ...expr.outputs], expr.inputs), data: data(expr.weight, token) };
      const bias = expr.bias && data(expr.bias, token);
      const rows: Value = { axes: [...expr.per, ...expr.outputs], data: bias ?? [] };
      return over(expr.axes, (at) => {
        let sum = bias ? get(rows, at) : 0;
        forEachPlace(expr.inputs.map((a) => a.size), (inner) => {
          const input = Object.fromEntries(expr.inputs.map((a, i) => [a.name, inner[i]!]));
          sum += get(x, { ...at, ...input }) * get(weight, { ...at, ...Object.fromEntries(expr.inputs.map((a, i) => [`${a.name}'`, inner[i]!])) });
        });
        return sum;
      });
    }
    case "rotary": {
      const { name, size } = expr.axis;
      const x = of(expr.argument);
      return over(x.axes, (at) => {
        const i = at[name]!;
        const angle = token.position * 10000 ** (-(2 * (i % (size / 2))) / size);
        const partner = get(x, { ...at, [name]: i < size / 2 ? i + size / 2 : i - size / 2 });
        return get(x, at) * Math.cos(angle) + (i < size / 2 ? -partner : partner) * Math.sin(angle);
      });
    }
    case "convolve": {
      const weight: Value = { axes: [...expr.axes, { name: "tap", size: expr.size }], data: data(expr.weight, token) };
      const bias: Value = { axes: expr.axes, data: data(expr.bias, token) };
      const past = token.text.slice(Math.max(0, token.position - expr.size + 1), token.position + 1).map((t) => value(expr.argument, t));
      return over(expr.axes, (at) => past.reduce((sum, v, j) => sum + get(weight, { ...at, tap: expr.size - past.length + j }) * get(v, at), get(bias, at)));
    }
    case "read":
    case "attend": throw new Error(`a derived ${expr.kind}`);
  }
}

/** [time, axes of the cache] */
function cached(cache: Cache, time: Axis, token: Token): Value {
  const rows = token.seen().map((t) => spread(value(cache.value, t), cache.axes));
  return { axes: [{ ...time, size: rows.length }, ...cache.axes], data: rows.flatMap((r) => Array.from(r.data)) };
}

function reduce(fn: "sum" | "mean" | "max" | "logsumexp", x: Value, gone: readonly string[]): Value {
  const inner = x.axes.filter((a) => gone.includes(a.name));
  return over(x.axes.filter((a) => !gone.includes(a.name)), (at) => {
    const all: number[] = [];
    forEachPlace(inner.map((a) => a.size), (places) => all.push(get(x, { ...at, ...Object.fromEntries(inner.map((a, i) => [a.name, places[i]!])) })));
    const sum = all.reduce((a, b) => a + b, 0);
    if (fn === "sum") return sum;
    if (fn === "mean") return sum / all.length;
    const highest = Math.max(...all);
    return fn === "max" ? highest : highest + Math.log(all.reduce((total, a) => total + Math.exp(a - highest), 0));
  });
}

function get({ axes, data: numbers }: Value, at: Place): number {
  let index = 0;
  for (const { name, size } of axes) index = index * size + (at[name] ?? missing(name));
  return numbers[index]!;
}

function missing(name: string): never {
  throw new Error(`no place along ${name}`);
}

function over(axes: readonly Axis[], at: (place: Place) => number): Value {
  const { data: numbers } = build(axes.map((a) => a.size), (places) => at(Object.fromEntries(axes.map((a, i) => [a.name, places[i]!]))));
  return { axes, data: numbers };
}

function map(x: Value, fn: (n: number) => number): Value {
  return { axes: x.axes, data: Array.from(x.data, fn) };
}

function spread(x: Value, axes: readonly Axis[]): Value {
  return over(axes, (at) => get(x, at));
}

/** A weight's inputs may have the names of its outputs. */
function prime(rows: readonly Axis[], inputs: readonly Axis[]): Axis[] {
  return [...rows, ...inputs.map((a) => ({ name: `${a.name}'`, size: a.size }))];
}

function union(a: readonly Axis[], b: readonly Axis[]): Axis[] {
  const all = new Map(a.map((axis) => [axis.name, axis]));
  // The axis `time` has no size before its cache is read.
  for (const axis of b) if (!all.has(axis.name)) all.set(axis.name, axis);
  return [...all.values()];
}

function data(parameter: Parameter, { parameters }: { readonly parameters: Tensors }): Tensor["data"] {
  return parameters[parameter.name]!.data;
}

function layerNorm(row: readonly number[], { weight, bias }: NormParameters, parameters: Tensors): number[] {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  const variance = row.reduce((sum, a) => sum + (a - mean) ** 2, 0) / row.length;
  return row.map((a, i) => ((a - mean) / Math.sqrt(variance + 1e-5)) * parameters[weight.name]!.data[i]! + parameters[bias.name]!.data[i]!);
}

function names(axes: readonly Axis[]): string[] {
  return axes.map((a) => a.name);
}

function sizeOf(axes: readonly Axis[]): number {
  return elements(axes.map((a) => a.size));
}
