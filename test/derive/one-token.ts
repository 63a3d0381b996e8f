/**
 * A slow float64 reading of token expressions for one token, by index: what `derive` may rearrange but never change.
 * Leaves (`input`, `parameter`, states) get fixed pseudo-random values by name.
 */
import type { Axis, TokenExpr } from "../../src/model/model.js";

type Index = Readonly<Record<string, number>>;

/** The value at one place of the expression's axes. */
export function valueAt(expr: TokenExpr, at: Index): number {
  switch (expr.kind) {
    case "number":
      return expr.value;
    case "count":
      return 5;
    case "input":
      return leaf(expr.label ?? expr.name, expr.axes, at);
    case "parameter":
      return leaf(expr.parameter.name, expr.axes, at);
    case "index":
      return at[expr.axis.name]!;
    case "state":
      return leaf(`${expr.state.name} ${expr.when}`, expr.axes, at);
    case "read":
      return total(expr.over, at, (i) => valueAt(expr.query, i) * leaf(`${expr.state.name} ${expr.when}`, expr.state.axes, i));
    case "dropout":
      return valueAt(expr.argument, at);
    case "unary":
      return unaryValue(expr.fn, valueAt(expr.argument, at));
    case "binary": {
      const [a, b] = [valueAt(expr.left, at), valueAt(expr.right, at)];
      return { add: a + b, subtract: a - b, multiply: a * b, divide: a / b, power: a ** b }[expr.fn];
    }
    case "reduce": {
      if (expr.fn === "logsumexp") throw new Error(`no ${expr.fn} here`);
      if (expr.fn === "max") return Math.max(...every(expr.over, at).map((i) => valueAt(expr.argument, i)));
      const size = expr.fn === "mean" ? expr.over.reduce((n, a) => n * a.size, 1) : 1;
      return total(expr.over, at, (i) => valueAt(expr.argument, i)) / size;
    }
    case "softmax":
      return Math.exp(valueAt(expr.argument, at)) / total(expr.over, at, (i) => Math.exp(valueAt(expr.argument, i)));
    default:
      throw new Error(`no ${expr.kind} here`);
  }
}

/** All values, row-major over `axes`. */
export function valuesOf(expr: TokenExpr, axes: readonly Axis[] = expr.axes): number[] {
  return every(axes, {}).map((i) => valueAt(expr, i));
}

function total(over: readonly Axis[], at: Index, value: (at: Index) => number): number {
  return every(over, at).reduce((all, i) => all + value(i), 0);
}

/** Every place along these axes. */
function every(over: readonly Axis[], at: Index): Index[] {
  const [first, ...rest] = over;
  if (!first) return [at];
  return Array.from({ length: first.size }, (_, i) => every(rest, { ...at, [first.name]: i })).flat();
}

/** Between 0.25 and 1.25: away from zero, so that it may divide. */
function leaf(name: string, axes: readonly Axis[], at: Index): number {
  let hash = 17;
  for (const char of `${name} ${axes.map((a) => `${a.name}${at[a.name]}`).sort().join()}`) hash = (hash * 31 + char.charCodeAt(0)) % 1_000_003;
  return 0.25 + hash / 1_000_003;
}

function unaryValue(fn: string, x: number): number {
  if (fn === "negate") return -x;
  if (fn === "sqrt") return Math.sqrt(x);
  if (fn === "tanh") return Math.tanh(x);
  if (fn === "sigmoid") return 1 / (1 + Math.exp(-x));
  if (fn === "square") return x * x;
  if (fn === "relu") return Math.max(0, x);
  if (fn === "abs") return Math.abs(x);
  throw new Error(`no ${fn} here`);
}
