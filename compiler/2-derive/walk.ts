/** Ways through a token expression: its direct parts, the same expression on other parts or changed throughout, and everything below some roots. */
import type { TokenExpr } from "../../src/model/model.js";

export function partsOf(expr: TokenExpr): readonly TokenExpr[] {
  switch (expr.kind) {
    case "number":
    case "input":
    case "position":
    case "count":
    case "index":
    case "parameter":
    case "at":
    case "both":
    case "state":
    case "cache":
      return [];
    case "binary":
      return [expr.left, expr.right];
    case "unary":
    case "reduce":
    case "softmax":
    case "norm":
    case "linear":
    case "rotary":
    case "convolve":
    case "dropout":
      return [expr.argument];
    case "read":
    case "attend":
      return [expr.query];
  }
}

/** The same object when no part changed, so that shared expressions stay shared. */
export function mapParts(expr: TokenExpr, change: (part: TokenExpr) => TokenExpr): TokenExpr {
  switch (expr.kind) {
    case "number":
    case "input":
    case "position":
    case "count":
    case "index":
    case "parameter":
    case "at":
    case "both":
    case "state":
    case "cache":
      return expr;
    case "binary": {
      const left = change(expr.left);
      const right = change(expr.right);
      return left === expr.left && right === expr.right ? expr : { ...expr, left, right };
    }
    case "unary":
    case "reduce":
    case "softmax":
    case "norm":
    case "linear":
    case "rotary":
    case "convolve":
    case "dropout": {
      const argument = change(expr.argument);
      return argument === expr.argument ? expr : { ...expr, argument };
    }
    case "read":
    case "attend": {
      const query = change(expr.query);
      return query === expr.query ? expr : { ...expr, query };
    }
  }
}

/** Every part below, then the expression itself, through `change`; a shared expression is changed once. */
export function mapAll(change: (expr: TokenExpr) => TokenExpr): (expr: TokenExpr) => TokenExpr {
  const done = new Map<TokenExpr, TokenExpr>();
  const go = (expr: TokenExpr): TokenExpr => {
    let result = done.get(expr);
    if (!result) done.set(expr, (result = change(mapParts(expr, go))));
    return result;
  };
  return go;
}

/** Every expression below the roots once, parts before wholes. */
export function walk(roots: readonly TokenExpr[], visit: (expr: TokenExpr) => void): void {
  const seen = new Set<TokenExpr>();
  const go = (expr: TokenExpr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    for (const part of partsOf(expr)) go(part);
    visit(expr);
  };
  for (const root of roots) go(root);
}

/** A test that is true of an expression when `found` is true of it or of anything below it; remembers its answers. */
export function containing(found: (expr: TokenExpr) => boolean): (expr: TokenExpr) => boolean {
  const known = new Map<TokenExpr, boolean>();
  const test = (expr: TokenExpr): boolean => {
    const before = known.get(expr);
    if (before !== undefined) return before;
    const answer = found(expr) || partsOf(expr).some(test);
    known.set(expr, answer);
    return answer;
  };
  return test;
}
