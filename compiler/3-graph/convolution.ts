/** A causal convolution over the last tokens; with states the inputs of the tokens before are the state `<name>.taps`. */
import type { Node } from "../../src/graph/graph.js";
import type { TokenExpr } from "../../src/model/model.js";
import { dimsOf, type Call } from "./call.js";
import { zeroAtPadding } from "./padding.js";

type Convolve = TokenExpr & { kind: "convolve" };

export function tapsState(expr: Convolve): string {
  return `${expr.name}.taps`;
}

export function convolve(call: Call, expr: Convolve, argument: Node): Node {
  const { emit, mask } = call;
  const { size, axes } = expr;
  const x = call.perToken(argument);
  const weight = call.parameter(expr.weight, [...dimsOf(axes), { name: "@tap", size }]);
  const bias = call.parameter(expr.bias, dimsOf(axes));
  // One tap looks at no other token and has no state.
  const state = call.started && size > 1 ? call.state(tapsState(expr)) : undefined;
  const result = emit.convolve(x, weight, bias, size, state, mask);
  if (state) call.update(tapsState(expr), emit.convolveState(x, state, size, mask));
  return zeroAtPadding(call, result);
}
