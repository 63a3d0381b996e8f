/**
 * Sums of products: equal products of a sum become one with a number before it, and a sum has a largest length. Without both, a
 * chain of `b1 = b0 + b0`, `b2 = b1 + b1`, … would double at every binding.
 */
import type { Span } from "../../src/base/source.js";
import type { TokenExpr } from "../../src/model/model.js";
import { factor, number, type Factor } from "./algebra.js";

/** Definitions that people write have a dozen, of a few factors each. */
export const mostProducts = 256;
const mostFactors = 4096;

export interface Product {
  readonly factors: readonly Factor[];
}

export function isTooLong(products: readonly Product[]): boolean {
  return products.length > mostProducts || products.reduce((all, p) => all + p.factors.length, 0) > mostFactors;
}

/** In order of first appearance; `kindOf` keeps apart what must not be added up though its factors are equal. */
export function addUp<P extends Product>(products: readonly P[], span: Span, kindOf: (product: P) => string = () => ""): readonly P[] {
  if (products.length < 2) return products;
  const ids = new Map<TokenExpr, number>();
  const idOf = (expr: TokenExpr): number => {
    const known = ids.get(expr) ?? ids.size;
    ids.set(expr, known);
    return known;
  };
  const groups = new Map<string, P[]>();
  for (const product of products) {
    const named = product.factors.filter((f) => f.expr.kind !== "number").map((f) => `${f.inverse ? "/" : "*"}${idOf(f.expr)}`);
    const key = `${kindOf(product)} ${named.sort().join(" ")}`;
    groups.set(key, [...(groups.get(key) ?? []), product]);
  }
  return [...groups.values()].map((group) => {
    const first = group[0]!;
    if (group.length === 1) return first;
    const total = group.reduce((sum, p) => sum + constantOf(p.factors), 0);
    const named = first.factors.filter((f) => f.expr.kind !== "number");
    return { ...first, factors: total === 1 ? named : [...named, factor(number(total, span))] };
  });
}

function constantOf(factors: readonly Factor[]): number {
  return factors.reduce((all, { expr, inverse }) => (expr.kind !== "number" ? all : inverse ? all / expr.value : all * expr.value), 1);
}
