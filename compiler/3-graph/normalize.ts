/** Softmax and norms as maps and reductions. */
import type { Node } from "../../src/graph/graph.js";
import type { Axis, NormParameters } from "../../src/model/model.js";
import { dimsOf, namesOf, type Call } from "./call.js";

const epsilon = 1e-5;

export function mean(call: Call, x: Node, over: readonly Axis[]): Node {
  const size = over.reduce((n, a) => n * a.size, 1);
  return call.emit.multiply(call.emit.reduce("sum", x, namesOf(over)), call.scalar(1 / size));
}

export function softmax(call: Call, x: Node, over: readonly Axis[]): Node {
  const { emit } = call;
  const powers = emit.unary("exp", emit.binary("subtract", x, call.stop(emit.reduce("max", x, namesOf(over)))));
  return emit.binary("divide", powers, emit.reduce("sum", powers, namesOf(over)));
}

export function logsumexp(call: Call, x: Node, over: readonly Axis[]): Node {
  const { emit } = call;
  const most = call.stop(emit.reduce("max", x, namesOf(over)));
  const powers = emit.unary("exp", emit.binary("subtract", x, most));
  return emit.add(emit.unary("log", emit.reduce("sum", powers, namesOf(over))), most);
}

/** With biased variance. */
export function layerNorm(call: Call, x: Node, over: readonly Axis[], { weight, bias }: NormParameters): Node {
  const centered = call.emit.binary("subtract", x, mean(call, x, over));
  const scaled = call.emit.multiply(rescale(call, centered, over), call.parameter(weight, dimsOf(over)));
  return call.emit.add(scaled, call.parameter(bias, dimsOf(over)));
}

export function rmsNorm(call: Call, x: Node, over: readonly Axis[], weight: NormParameters["weight"]): Node {
  return call.emit.multiply(rescale(call, x, over), call.parameter(weight, dimsOf(over)));
}

/** x / sqrt(mean(x²) + epsilon) */
function rescale(call: Call, x: Node, over: readonly Axis[]): Node {
  const { emit } = call;
  const square = mean(call, emit.unary("square", x), over);
  return emit.multiply(x, emit.unary("rsqrt", emit.add(square, call.scalar(epsilon))));
}
