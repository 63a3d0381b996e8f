/**
 * A mixer as it is written: its checked expressions (before `2-derive`), evaluated in float64 for one token after the other. The states are
 * whole tensors that are carried along, a cache is the list of what it kept. Nothing here knows chunks, normal forms or graphs.
 */
import type { MixerInstance, Parameter, State, TokenExpr } from "../../src/model/model.js";
import { partsOf } from "../../compiler/2-derive/walk.js";
import { binary, unary } from "./elementwise.js";
import { sizeOf, type Tape, type Value } from "./tape.js";

const epsilon = 1e-5;
type Axes = TokenExpr["axes"];

/** One sequence under one mixer. */
export class NaiveMixer {
  readonly states = new Map<State, Value>();
  private readonly caches = new Map<string, Value[]>();
  /** The arguments of a convolution for the tokens before this one, oldest first. */
  private readonly taps = new Map<string, Value[]>();
  /** What does not depend on the token. */
  private readonly fixed = new Map<TokenExpr, Value>();
  private readonly perToken = new Map<TokenExpr, boolean>();
  private position = 0;

  constructor(private readonly tape: Tape, private readonly mixer: MixerInstance, private readonly parameter: (p: Parameter, axes: Axes) => Value) {
    for (const s of mixer.states) this.states.set(s, tape.value(s.axes, new Float64Array(sizeOf(s.axes))));
  }

  /** `x` is the token, [width]; out comes what the mixer adds to the stream. */
  next(x: Value): Value {
    const token = new NaiveToken(this.tape, x, this.position, {
      old: (state) => this.states.get(state)!,
      earlier: (cache) => this.caches.get(cache) ?? [],
      taps: (name) => this.taps.get(name) ?? [],
      parameter: this.parameter,
      fixed: (expr) => (this.isPerToken(expr) ? undefined : this.fixed),
    });
    const out = token.value(this.mixer.out);
    const states = this.mixer.states.map((s): [State, Value] => [s, token.newState(s)]);
    for (const c of this.mixer.caches) this.caches.set(c.name, [...(this.caches.get(c.name) ?? []), token.value(c.value)]);
    for (const c of this.mixer.convolutions) this.taps.set(c.name, [...(this.taps.get(c.name) ?? []), token.value(c.argument)].slice(-c.size + 1 || Infinity));
    for (const [state, value] of states) this.states.set(state, value);
    this.position++;
    return out;
  }

  /** Everything that the mixer carries, by the names of a plan's states. */
  carried(): Map<string, { readonly values: readonly Value[]; readonly size?: number }> {
    const convolutions = this.mixer.convolutions.filter((c) => c.size > 1);
    return new Map<string, { readonly values: readonly Value[]; readonly size?: number }>([
      ...[...this.states].map(([state, value]) => [state.name, { values: [value] }] as const),
      ...[...this.caches].map(([name, values]) => [name, { values }] as const),
      ...convolutions.map((c) => [`${c.name}.taps`, { values: this.taps.get(c.name) ?? [], size: c.size - 1 }] as const),
    ]);
  }

  private isPerToken(expr: TokenExpr): boolean {
    let known = this.perToken.get(expr);
    if (known === undefined) {
      known = ["input", "position", "count", "state", "cache", "rotary", "convolve"].includes(expr.kind) || partsOf(expr).some((p) => this.isPerToken(p));
      this.perToken.set(expr, known);
    }
    return known;
  }
}

interface Past {
  readonly old: (state: State) => Value;
  readonly earlier: (cache: string) => readonly Value[];
  readonly taps: (convolution: string) => readonly Value[];
  readonly parameter: (p: Parameter, axes: Axes) => Value;
  /** Where to keep what is the same for all tokens; undefined for anything else. */
  readonly fixed: (expr: TokenExpr) => Map<TokenExpr, Value> | undefined;
}

class NaiveToken {
  private readonly known = new Map<TokenExpr, Value>();
  private readonly newStates = new Map<State, Value>();

  constructor(private readonly tape: Tape, private readonly x: Value, private readonly position: number, private readonly past: Past) {}

  value(expr: TokenExpr): Value {
    const kept = this.past.fixed(expr) ?? this.known;
    let value = kept.get(expr);
    if (!value) kept.set(expr, (value = this.compute(expr)));
    return value;
  }

  newState(state: State): Value {
    let value = this.newStates.get(state);
    if (!value) this.newStates.set(state, (value = this.tape.broadcast(this.value(state.update), state.axes)));
    return value;
  }

  private number(value: number): Value {
    return this.tape.value([], [value]);
  }

  private compute(expr: TokenExpr): Value {
    const { tape } = this;
    switch (expr.kind) {
      case "number": return this.number(expr.value);
      case "input": return this.x;
      case "position": return this.number(this.position);
      case "count": return this.number(this.position + 1);
      case "index": return tape.value([expr.axis], Array.from({ length: expr.axis.size }, (_, i) => i));
      case "parameter": return this.past.parameter(expr.parameter, expr.axes);
      case "dropout": return this.value(expr.argument);
      case "unary": return unary(tape, expr.fn, this.value(expr.argument));
      case "binary": return binary(tape, expr.fn, this.value(expr.left), this.value(expr.right));
      case "reduce": return this.reduce(expr.fn, this.value(expr.argument), expr.over);
      case "softmax": {
        const argument = this.value(expr.argument);
        return unary(tape, "exp", tape.subtract(argument, this.reduce("logsumexp", argument, expr.over)));
      }
      case "norm": return this.norm(expr, this.value(expr.argument));
      case "linear": {
        const { per, outputs, inputs } = expr;
        const weight = this.past.parameter(expr.weight, [{ name: "@weight", size: sizeOf(expr.axes) * sizeOf(inputs) }]);
        const product = tape.contract(this.value(expr.argument), weight, per, outputs, inputs);
        return expr.bias ? tape.add(product, this.past.parameter(expr.bias, expr.axes)) : product;
      }
      case "rotary": return this.rotary(this.value(expr.argument), expr.axis.name);
      case "convolve": return this.convolve(expr);
      case "state": return expr.when === "old" ? this.past.old(expr.state) : this.newState(expr.state);
      case "cache": return tape.stack([...this.past.earlier(expr.cache.name), this.value(expr.cache.value)], "time");
      default: throw new Error(`${expr.kind} is no expression as written`);
    }
  }

  private reduce(fn: "sum" | "mean" | "max" | "logsumexp", x: Value, named: Axes): Value {
    const { tape } = this;
    // The size of `time` is known here only.
    const over = named.map((a) => x.axes.find((b) => b.name === a.name)!);
    switch (fn) {
      case "sum": return tape.sum(x, over);
      case "mean": return tape.divide(tape.sum(x, over), this.number(sizeOf(over)));
      case "max": return tape.max(x, over);
      case "logsumexp": {
        const most = tape.max(x, over);
        const powers = unary(tape, "exp", tape.subtract(x, most));
        return tape.add(unary(tape, "log", tape.sum(powers, over)), most);
      }
    }
  }

  private norm({ fn, over, scale, shift }: TokenExpr & { kind: "norm" }, x: Value): Value {
    const { tape } = this;
    const centered = fn === "layer_norm" ? tape.subtract(x, this.reduce("mean", x, over)) : x;
    const square = this.reduce("mean", unary(tape, "square", centered), over);
    const deviation = unary(tape, "sqrt", tape.add(square, this.number(epsilon)));
    const scaled = tape.multiply(tape.divide(centered, deviation), this.past.parameter(scale, over));
    return shift ? tape.add(scaled, this.past.parameter(shift, over)) : scaled;
  }

  /** Entry i and entry i + n/2 are a point that is turned by position · 10000^(-2i/n). */
  private rotary(x: Value, name: string): Value {
    const { tape } = this;
    const at = x.axes.findIndex((a) => a.name === name);
    const axis = x.axes[at]!;
    const half = axis.size / 2;
    const stride = sizeOf(x.axes.slice(at + 1));
    const entry = (n: number): number => Math.floor(n / stride) % axis.size;
    const places = Array.from(x.data, (_, n) => n);
    const turned = tape.pick(x, x.axes, places.map((n) => n + (entry(n) < half ? half : -half) * stride), places.map((n) => (entry(n) < half ? -1 : 1)));
    const angles = Array.from({ length: axis.size }, (_, i) => this.position * 10000 ** ((-2 * (i % half)) / axis.size));
    const times = (of: Value, factors: number[]): Value => tape.multiply(of, tape.value([axis], factors));
    const sum = tape.add(times(x, angles.map(Math.cos)), times(turned, angles.map(Math.sin)));
    return sum;
  }

  /** weight[…, size - 1] is for the token itself; before the first token there is nothing. */
  private convolve(expr: TokenExpr & { kind: "convolve" }): Value {
    const { tape } = this;
    const { axes, size } = expr;
    const inputs = [...this.past.taps(expr.name), this.value(expr.argument)];
    const weight = this.past.parameter(expr.weight, [...axes, { name: "@tap", size }]);
    return inputs.reduce((sum, input, i) => {
      const tap = size - inputs.length + i;
      const column = tape.pick(weight, axes, Array.from({ length: sizeOf(axes) }, (_, n) => n * size + tap));
      return tape.add(sum, tape.multiply(column, input));
    }, this.past.parameter(expr.bias, axes));
  }
}
