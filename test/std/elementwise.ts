/** The elementwise functions of the language in float64, with their slopes. */
import type { BinaryFn, UnaryFn } from "../../src/model/model.js";
import type { Tape, Value } from "./tape.js";

type Rule = readonly [f: (x: number) => number, slope: (x: number, y: number) => number];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const gaussian = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const gate = Math.sqrt(2 / Math.PI);
const inner = (x: number): number => gate * (x + 0.044715 * x ** 3);

const unaryRules: { readonly [F in UnaryFn]: Rule } = {
  negate: [(x) => -x, () => -1],
  exp: [Math.exp, (_, y) => y],
  log: [Math.log, (x) => 1 / x],
  sqrt: [Math.sqrt, (_, y) => 0.5 / y],
  abs: [Math.abs, (x) => Math.sign(x)],
  sin: [Math.sin, (x) => Math.cos(x)],
  cos: [Math.cos, (x) => -Math.sin(x)],
  tanh: [Math.tanh, (_, y) => 1 - y * y],
  sigmoid: [sigmoid, (_, y) => y * (1 - y)],
  softplus: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), sigmoid],
  relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  gelu: [(x) => x * normal(x), (x) => normal(x) + x * gaussian(x)],
  gelu_tanh: [
    (x) => 0.5 * x * (1 + Math.tanh(inner(x))),
    (x) => 0.5 * (1 + Math.tanh(inner(x))) + 0.5 * x * (1 - Math.tanh(inner(x)) ** 2) * gate * (1 + 3 * 0.044715 * x * x),
  ],
  silu: [(x) => x * sigmoid(x), (x, y) => sigmoid(x) + y * (1 - sigmoid(x))],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x, y) => (x > 0 ? 1 : y + 1)],
  square: [(x) => x * x, (x) => 2 * x],
};

export function unary(tape: Tape, fn: UnaryFn, x: Value): Value {
  return tape.map(x, ...unaryRules[fn]);
}

export function binary(tape: Tape, fn: BinaryFn, a: Value, b: Value): Value {
  switch (fn) {
    case "add": return tape.add(a, b);
    case "subtract": return tape.subtract(a, b);
    case "multiply": return tape.multiply(a, b);
    case "divide": return tape.divide(a, b);
    // A base that is not positive has no derivative by the exponent.
    case "power": return tape.combine(a, b, (x, y) => x ** y, (x, y, power) => [y * x ** (y - 1), x > 0 ? power * Math.log(x) : 0]);
  }
}

/** The normal distribution's share below x: the series of erf near 0, its continued fraction farther out. */
function normal(x: number): number {
  if (Math.abs(x) > 5) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / (Math.abs(x) + fraction);
    const tail = gaussian(x) / (Math.abs(x) + fraction);
    return x > 0 ? 1 - tail : tail;
  }
  let term = x;
  let sum = x;
  for (let k = 1; k < 120; k++) sum += term *= (x * x) / (2 * k + 1);
  return 0.5 + gaussian(x) * sum;
}
