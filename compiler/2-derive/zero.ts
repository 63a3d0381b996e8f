/** Walked states that stay zero whatever the tokens are: each of their updates is zero as long as they all are. */
import type { State, TokenExpr, UnaryFn } from "../../src/model/model.js";

export function zeroForEver(walked: readonly State[]): readonly State[] {
  const zero = new Set(walked);
  for (let before = zero.size + 1; zero.size < before; ) {
    before = zero.size;
    for (const state of zero) if (!isZero(state.update, zero)) zero.delete(state);
  }
  return [...zero];
}

function isZero(expr: TokenExpr, states: ReadonlySet<State>): boolean {
  const zero = (e: TokenExpr): boolean => isZero(e, states);
  switch (expr.kind) {
    case "state":
      return states.has(expr.state);
    case "number":
      return expr.value === 0;
    case "unary":
      return zeroAtZero[expr.fn] && zero(expr.argument);
    case "binary":
      if (expr.fn === "multiply") return zero(expr.left) || zero(expr.right);
      if (expr.fn === "divide") return zero(expr.left);
      return expr.fn !== "power" && zero(expr.left) && zero(expr.right);
    case "reduce":
      return expr.fn !== "logsumexp" && zero(expr.argument);
    case "linear":
      return expr.bias === undefined && zero(expr.argument);
    case "norm":
      return expr.shift === undefined && zero(expr.argument);
    case "rotary":
    case "dropout":
      return zero(expr.argument);
    default:
      return false;
  }
}

const zeroAtZero: { readonly [F in UnaryFn]: boolean } = {
  negate: true, exp: false, log: false, sqrt: true, abs: true, sin: true, cos: false, tanh: true, sigmoid: false, softplus: false,
  relu: true, gelu: true, gelu_tanh: true, silu: true, elu: true, square: true,
};
