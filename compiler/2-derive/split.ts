/**
 * A product that is written into a state, as key and value: the key has the axes that reads contract over, the value the others
 * where the product can be taken apart so. A sum of such products is as many terms.
 */
import type { Span } from "../../src/base/source.js";
import type { Axis, TokenExpr } from "../../src/model/model.js";
import {
  axesOfFactors, factor, inverse, number, product, sharedAxes, sizeOf, sumOfFactors, withoutAxes, type Factor,
} from "./algebra.js";

export interface KeyValue {
  readonly key: TokenExpr;
  readonly value: TokenExpr;
}

/** `contracted`: the axes that reads of the state sum over; empty when it is only read whole. */
export function splitProduct(factors: readonly Factor[], contracted: readonly Axis[], span: Span): KeyValue[] {
  return expandFactors(factors, contracted).map((term) => {
    const key = contracted.length === 0 ? [...term] : term.filter((f) => sharedAxes(contracted, f.expr.axes).length > 0);
    const keyAxes = axesOfFactors(key);
    const rest = term.filter((f) => !key.includes(f));
    // What fits into the key without making it bigger goes there: it is the smaller of the two.
    const fits = (f: Factor): boolean => withoutAxes(f.expr.axes, keyAxes).length === 0;
    const [inKey, inValue] = key.length > 0 ? [rest.filter(fits), rest.filter((f) => !fits(f))] : [[], rest];
    const inOrder = term.filter((f) => key.includes(f) || inKey.includes(f));
    return { key: product(inOrder, span), value: inValue.length > 0 ? product(inValue, span) : number(1, span) };
  });
}

/** Each factor that is or holds an outer product is opened, and sums of products multiplied out: one list of factors a product. */
export function expandFactors(factors: readonly Factor[], contracted: readonly Axis[]): Factor[][] {
  return factors.reduce<Factor[][]>(
    (terms, f) => {
      const opened = f.inverse ? [[f]] : open(f.expr, contracted);
      return terms.flatMap((t) => opened.map((o) => [...t, ...o]));
    },
    [[]],
  );
}

function open(expr: TokenExpr, contracted: readonly Axis[]): Factor[][] {
  if (!hasOuterProduct(expr, contracted)) return [[factor(expr)]];
  const minus = factor(number(-1, expr.span));
  if (expr.kind === "unary") return open(expr.argument, contracted).map((t) => [...t, minus]);
  if (expr.kind === "reduce") {
    const share = expr.fn === "mean" ? inverse([factor(number(sizeOf(expr.over), expr.span))]) : [];
    return open(expr.argument, contracted).map((t) => [...sumOfFactors(t, expr.over, expr.span), ...share]);
  }
  if (expr.kind !== "binary") return [[factor(expr)]];
  const left = open(expr.left, contracted);
  switch (expr.fn) {
    case "add":
      return [...left, ...open(expr.right, contracted)];
    case "subtract":
      return [...left, ...open(expr.right, contracted).map((t) => [...t, minus])];
    case "multiply":
      return left.flatMap((t) => open(expr.right, contracted).map((u) => [...t, ...u]));
    case "divide":
      return left.map((t) => [...t, { expr: expr.right, inverse: true }]);
    case "power":
      return [[factor(expr)]];
  }
}

/** A product, below sums and scalings, of something with contracted axes and something that only has others. */
function hasOuterProduct(expr: TokenExpr, contracted: readonly Axis[]): boolean {
  const below = (e: TokenExpr): boolean => hasOuterProduct(e, contracted);
  if (expr.kind === "unary") return expr.fn === "negate" && below(expr.argument);
  if (expr.kind === "reduce") return (expr.fn === "sum" || expr.fn === "mean") && below(expr.argument);
  if (expr.kind !== "binary" || expr.fn === "power") return false;
  if (below(expr.left) || (expr.fn !== "divide" && below(expr.right))) return true;
  return (
    (expr.fn === "multiply" || expr.fn === "divide") &&
    (outer(expr.left, expr.right, contracted) || outer(expr.right, expr.left, contracted))
  );
}

function outer(key: TokenExpr, value: TokenExpr, contracted: readonly Axis[]): boolean {
  return (
    sharedAxes(contracted, key.axes).length > 0 &&
    sharedAxes(contracted, value.axes).length === 0 &&
    withoutAxes(value.axes, key.axes).length > 0
  );
}
