/**
 * Cotangents through maps. Each rule is written with the map's result y where that is cheaper than its operands. Operands that are
 * broadcast get sums.
 */
import { bug } from "../../../src/base/assert.js";
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { BinaryMapFn, UnaryMapFn } from "../../../src/graph/ops.js";
import type { Backward } from "./backward.js";
import { Formulas } from "./formulas.js";

/** The cotangent of x, for y = fn(x). */
type UnaryRule = (f: Formulas, g: Node, x: Node, y: Node) => Node;

/** Cotangents of a and b, each made on demand. */
type BinaryRule = (f: Formulas, g: Node, a: Node, b: Node, y: Node) => readonly [() => Node, () => Node];

const root2 = Math.SQRT2;
const rootPi = Math.sqrt(Math.PI);

/** gelu_tanh(x) = x · sigmoid(2c (x + d x³)) */
const geluScale = 2 * Math.sqrt(2 / Math.PI);
const geluCubic = 0.044715;

const unaryRules: { readonly [F in UnaryMapFn]: UnaryRule } = {
  negate: (f, g) => f.of("negate", g),
  exp: (f, g, _, y) => f.times(g, y),
  log: (f, g, x) => f.over(g, x),
  sqrt: (f, g, _, y) => f.over(f.times(g, 0.5), y),
  abs: (f, g, x) => f.select(f.less(x, 0), f.of("negate", g), f.select(f.less(0, x), g, 0)),
  sin: (f, g, x) => f.times(g, f.of("cos", x)),
  cos: (f, g, x) => f.of("negate", f.times(g, f.of("sin", x))),
  tanh: (f, g, _, y) => f.times(g, f.minus(1, f.of("square", y))),
  sigmoid: (f, g, _, y) => f.times(g, f.times(y, f.minus(1, y))),
  softplus: (f, g, x) => f.times(g, f.of("sigmoid", x)),
  erf: (f, g, x) => f.times(g, gauss(f, f.of("square", x)), 2 / rootPi),
  relu: (f, g, x) => f.select(f.less(0, x), g, 0),
  // x · Φ(x) with Φ(x) = (1 + erf(x / √2)) / 2
  gelu: (f, g, x) => {
    const below = f.times(f.plus(f.of("erf", f.times(x, 1 / root2)), 1), 0.5);
    const density = f.times(gauss(f, f.times(f.of("square", x), 0.5)), 1 / (root2 * rootPi));
    return f.times(g, f.plus(below, f.times(x, density)));
  },
  gelu_tanh: (f, g, x, y) => {
    const square = f.of("square", x);
    const gate = f.of("sigmoid", f.times(f.times(x, geluScale), f.plus(f.times(square, geluCubic), 1)));
    const slope = f.times(f.plus(f.times(square, 3 * geluCubic), 1), geluScale);
    return f.times(g, f.plus(gate, f.times(y, f.minus(1, gate), slope)));
  },
  silu: (f, g, x, y) => {
    const gate = f.of("sigmoid", x);
    return f.times(g, f.plus(gate, f.times(y, f.minus(1, gate))));
  },
  elu: (f, g, x, y) => f.select(f.less(0, x), g, f.times(g, f.plus(y, 1))),
  square: (f, g, x) => f.times(g, 2, x),
  reciprocal: (f, g, _, y) => f.of("negate", f.times(g, f.of("square", y))),
  rsqrt: (f, g, _, y) => f.times(g, f.times(y, f.of("square", y)), -0.5),
  to_f32: (_, g) => g,
  is_finite: () => bug("a cotangent of an integer"),
};

const binaryRules: { readonly [F in BinaryMapFn]: BinaryRule } = {
  add: (_, g) => [() => g, () => g],
  subtract: (f, g) => [() => g, () => f.of("negate", g)],
  multiply: (f, g, a, b) => [() => f.times(g, b), () => f.times(g, a)],
  divide: (f, g, _, b, y) => {
    const share = once(() => f.over(g, b));
    return [share, () => f.of("negate", f.times(share(), y))];
  },
  power: (f, g, a, b, y) => [
    () => f.times(g, f.times(b, f.power(a, b.op === "scalar" ? b.value - 1 : f.minus(b, 1)))),
    // 0 to any power that has a derivative there is 0 around it too; its logarithm is not finite.
    () => f.select(f.equal(a, 0), 0, f.times(g, f.times(y, f.of("log", a)))),
  ],
  maximum: (f, g, a, b) => chosen(f, g, b, a),
  minimum: (f, g, a, b) => chosen(f, g, a, b),
  equal: comparison, not_equal: comparison, less: comparison,
};

export function map(node: NodeOf<"map">, g: Node, back: Backward): void {
  const f = new Formulas(back.emit, node.dims);
  const [a, b, c] = node.inputs as [Node, Node, Node];
  if (node.fn === "select") {
    back.give(b, () => f.select(a, g, 0), node.dims);
    back.give(c, () => f.select(a, 0, g), node.dims);
  } else if (node.inputs.length === 2) {
    const [ofA, ofB] = binaryRules[node.fn as BinaryMapFn](f, g, a, b, node);
    back.give(a, ofA, node.dims);
    back.give(b, ofB, node.dims);
  } else {
    back.give(a, () => unaryRules[node.fn as UnaryMapFn](f, g, a, node), node.dims);
  }
}

/** Cotangents of a choice, which is the first where `low < high`: halves where they are equal. */
function chosen(f: Formulas, g: Node, low: Node, high: Node): readonly [() => Node, () => Node] {
  const half = once(() => f.select(f.equal(low, high), f.times(g, 0.5), 0));
  return [() => f.select(f.less(low, high), g, half()), () => f.select(f.less(high, low), g, half())];
}

/** exp(-x) */
function gauss(f: Formulas, x: Node): Node {
  return f.of("exp", f.of("negate", x));
}

function comparison(): never {
  return bug("a cotangent of an integer");
}

function once(make: () => Node): () => Node {
  let made: Node | undefined;
  return () => (made ??= make());
}
