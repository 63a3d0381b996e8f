/** Products and sums of token expressions with the obvious simplifications: numbers are folded, ones and zeros left out. */
import type { Span } from "../../src/base/source.js";
import type { Axis, BinaryFn, TokenExpr } from "../../src/model/model.js";

/** One factor of a product; `inverse` divides. */
export interface Factor {
  readonly expr: TokenExpr;
  readonly inverse: boolean;
}

export function factor(expr: TokenExpr): Factor {
  return { expr, inverse: false };
}

export function inverse(factors: readonly Factor[]): Factor[] {
  return factors.map((f) => ({ expr: f.expr, inverse: !f.inverse }));
}

export function number(value: number, span: Span): TokenExpr {
  return { kind: "number", value, axes: [], span };
}

export function isNumber(expr: TokenExpr, value: number): boolean {
  return expr.kind === "number" && expr.value === value;
}

/** In order of first appearance. */
export function unionAxes(...lists: (readonly Axis[])[]): Axis[] {
  const seen = new Map<string, Axis>();
  for (const axis of lists.flat()) if (!seen.has(axis.name)) seen.set(axis.name, axis);
  return [...seen.values()];
}

export function withoutAxes(axes: readonly Axis[], gone: readonly Axis[]): Axis[] {
  return axes.filter((a) => !hasAxis(gone, a.name));
}

export function sharedAxes(axes: readonly Axis[], other: readonly Axis[]): Axis[] {
  return axes.filter((a) => hasAxis(other, a.name));
}

export function hasAxis(axes: readonly Axis[], name: string): boolean {
  return axes.some((a) => a.name === name);
}

export function axesOfFactors(factors: readonly Factor[]): Axis[] {
  return unionAxes(...factors.map((f) => f.expr.axes));
}

export function binary(fn: BinaryFn, left: TokenExpr, right: TokenExpr, span: Span): TokenExpr {
  return { kind: "binary", fn, left, right, axes: unionAxes(left.axes, right.axes), span };
}

export function negate(argument: TokenExpr, span: Span): TokenExpr {
  if (argument.kind === "number") return number(-argument.value, span);
  if (argument.kind === "unary" && argument.fn === "negate" && argument.label === undefined) return argument.argument;
  return { kind: "unary", fn: "negate", argument, axes: argument.axes, span };
}

/** A number, dividends in their order, then divisors; a single factor stays the object that it is. */
export function product(factors: readonly Factor[], span: Span): TokenExpr {
  let constant = 1;
  const above: TokenExpr[] = [];
  const below: TokenExpr[] = [];
  for (const { expr, inverse } of factors) {
    if (expr.kind === "number") constant = inverse ? constant / expr.value : constant * expr.value;
    else (inverse ? below : above).push(expr);
  }
  const times = (a: TokenExpr, b: TokenExpr): TokenExpr => binary("multiply", a, b, span);
  if (above.length === 0 || (constant !== 1 && constant !== -1)) above.unshift(number(constant, span));
  let result = above.reduce(times);
  if (constant === -1 && above[0]?.kind !== "number") result = negate(result, span);
  return below.reduce((a, b) => binary("divide", a, b, span), result);
}

/** Numbers are added up where the first of them stands. */
export function sum(terms: readonly TokenExpr[], span: Span): TokenExpr {
  const constant = terms.reduce((total, t) => (t.kind === "number" ? total + t.value : total), 0);
  const first = terms.findIndex((t) => t.kind === "number");
  const all = terms.flatMap((t, i) => (t.kind !== "number" ? [t] : i === first && constant !== 0 ? [number(constant, span)] : []));
  if (all.length === 0) return number(constant, span);
  return all.reduce((a, b) =>
    b.kind === "unary" && b.fn === "negate" && b.label === undefined ? binary("subtract", a, b.argument, span) : binary("add", a, b, span),
  );
}

/** Σ_over; an axis that the expression lacks counts as often as it is long. */
export function sumOver(expr: TokenExpr, over: readonly Axis[], span: Span): TokenExpr {
  const present = sharedAxes(over, expr.axes);
  const repeats = sizeOf(withoutAxes(over, expr.axes));
  const summed: TokenExpr =
    present.length === 0 ? expr : { kind: "reduce", fn: "sum", argument: expr, over: present, axes: withoutAxes(expr.axes, present), span };
  return repeats === 1 ? summed : product([factor(summed), factor(number(repeats, span))], span);
}

/** Σ_over of a product, as factors: those that lack the summed axes stand before the sum. */
export function sumOfFactors(factors: readonly Factor[], over: readonly Axis[], span: Span): Factor[] {
  const inside = factors.filter((f) => sharedAxes(over, f.expr.axes).length > 0);
  const outside = factors.filter((f) => !inside.includes(f));
  return [...outside, factor(sumOver(product(inside, span), over, span))];
}

export function sizeOf(axes: readonly Axis[]): number {
  return axes.reduce((size, a) => size * a.size, 1);
}
