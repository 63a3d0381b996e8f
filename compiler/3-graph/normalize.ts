/** Softmax and norms as maps and reductions. */
import type { Node } from "../../src/graph/graph.js";
import type { Axis, NormParameters } from "../../src/model/model.js";
import { dimsOf, namesOf, type Scope } from "./call.js";

const epsilon = 1e-5;

export function mean(scope: Scope, x: Node, over: readonly Axis[]): Node {
  const size = over.reduce((n, a) => n * a.size, 1);
  return scope.emit.multiply(scope.emit.reduce("sum", x, namesOf(over)), scope.scalar(1 / size));
}

export function softmax(scope: Scope, x: Node, over: readonly Axis[]): Node {
  const { emit } = scope;
  const powers = emit.unary("exp", emit.binary("subtract", x, scope.stop(emit.reduce("max", x, namesOf(over)))));
  return emit.binary("divide", powers, emit.reduce("sum", powers, namesOf(over)));
}

export function logsumexp(scope: Scope, x: Node, over: readonly Axis[]): Node {
  const { emit } = scope;
  const most = scope.stop(emit.reduce("max", x, namesOf(over)));
  const powers = emit.unary("exp", emit.binary("subtract", x, most));
  return emit.add(emit.unary("log", emit.reduce("sum", powers, namesOf(over))), most);
}

/** With biased variance. */
export function layerNorm(scope: Scope, x: Node, over: readonly Axis[], { weight, bias }: NormParameters): Node {
  const centered = scope.emit.binary("subtract", x, mean(scope, x, over));
  const scaled = scope.emit.multiply(rescale(scope, centered, over), scope.parameter(weight, dimsOf(over)));
  return scope.emit.add(scaled, scope.parameter(bias, dimsOf(over)));
}

export function rmsNorm(scope: Scope, x: Node, over: readonly Axis[], weight: NormParameters["weight"]): Node {
  return scope.emit.multiply(rescale(scope, x, over), scope.parameter(weight, dimsOf(over)));
}

/** x / sqrt(mean(x²) + epsilon) */
function rescale(scope: Scope, x: Node, over: readonly Axis[]): Node {
  const { emit } = scope;
  const square = mean(scope, emit.unary("square", x), over);
  return emit.multiply(x, emit.unary("rsqrt", emit.add(square, scope.scalar(epsilon))));
}
