/**
 * Reads of caches: `sum(softmax(sum(query * key, channel), time) * value, time)`, with factors that lack the axis `time` anywhere,
 * becomes one `attend` node, its scale folded into the query. Anything else that takes `time` away is refused where it does.
 */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Axis, Cache, TokenExpr } from "../../src/model/model.js";
import {
  axesOfFactors, factor, hasAxis, inverse, number, product, sharedAxes, sizeOf, sumOfFactors, sumOver, unionAxes, withoutAxes, type Factor,
} from "./algebra.js";
import { refuseTime } from "./refuse.js";
import { containing, mapParts, partsOf } from "./walk.js";

const time = "time";

/** Σ_over of the factors and the cache: the score of a query against every slot. */
interface Score {
  readonly factors: readonly Factor[];
  readonly cache: Cache;
  readonly over: readonly Axis[];
}

/** A rewriting that replaces uses of caches; `cacheFor` gives the caches that the new nodes name. */
export function replaceCaches(cacheFor: (cache: Cache) => Cache, diagnostics: Diagnostic[]): (expr: TokenExpr) => TokenExpr {
  const usesCache = containing((e) => e.kind === "cache");
  const done = new Map<TokenExpr, TokenExpr>();

  const rewrite = (expr: TokenExpr): TokenExpr => {
    if (!usesCache(expr)) return expr;
    let result = done.get(expr);
    if (!result) {
      const ends = hasTime(expr) || partsOf(expr).some(hasTime);
      result = ends ? (attendOf(expr) ?? refuse(expr)) : mapParts(expr, rewrite);
      done.set(expr, result);
    }
    return result;
  };

  const refuse = (expr: TokenExpr): TokenExpr => {
    diagnostics.push(refuseTime(expr.span));
    return { kind: "number", value: 0, axes: expr.axes, span: expr.span };
  };

  const attendOf = (expr: TokenExpr): TokenExpr | undefined => {
    if (expr.kind !== "reduce" || expr.fn !== "sum" || !hasAxis(expr.over, time)) return undefined;
    const factors = flatten(expr.argument);
    if (!factors) return undefined;
    const timed = factors.filter((f) => hasTime(f.expr));
    const weight = timed.find((f) => f.expr.kind === "softmax")?.expr;
    const value = timed.find((f) => f.expr.kind === "cache")?.expr;
    if (timed.length !== 2 || timed.some((f) => f.inverse)) return undefined;
    if (weight?.kind !== "softmax" || weight.over.length !== 1 || value?.kind !== "cache") return undefined;
    const score = scoreOf(weight.argument);
    if (!score) return undefined;
    const { span, label } = expr;
    const query = product(score.factors, span);
    const axes = unionAxes(withoutAxes(unionAxes(score.cache.axes, query.axes), score.over), value.cache.axes);
    const attend: TokenExpr = {
      kind: "attend", query, key: cacheFor(score.cache), value: cacheFor(value.cache), over: score.over, axes, span, label,
    };
    const outside = factors.filter((f) => !timed.includes(f)).map((f) => ({ ...f, expr: rewrite(f.expr) }));
    const rest = expr.over.filter((a) => a.name !== time);
    return sumOver(product([factor(attend), ...outside], span), rest, span);
  };

  const scoreOf = (expr: TokenExpr): Score | undefined => {
    switch (expr.kind) {
      case "cache":
        return { factors: [], cache: expr.cache, over: [] };
      case "unary":
        return expr.fn === "negate" ? scale(scoreOf(expr.argument), [factor(number(-1, expr.span))]) : undefined;
      case "binary": {
        const { left, right } = expr;
        if (hasTime(left) === hasTime(right)) return undefined;
        const [timed, free] = hasTime(left) ? [left, right] : [right, left];
        if (expr.fn === "multiply") return scale(scoreOf(timed), [factor(rewrite(free))]);
        if (expr.fn === "divide" && free === right) return scale(scoreOf(timed), [{ expr: rewrite(free), inverse: true }]);
        // A softmax over time does not see what is the same for every slot.
        const unseen = sharedAxes(free.axes, timed.axes).length === free.axes.length;
        if (expr.fn === "add" && unseen) return scoreOf(timed);
        if (expr.fn === "subtract" && unseen) return scale(scoreOf(timed), timed === left ? [] : [factor(number(-1, expr.span))]);
        return undefined;
      }
      case "reduce": {
        if ((expr.fn !== "sum" && expr.fn !== "mean") || hasAxis(expr.over, time)) return undefined;
        const inner = scoreOf(expr.argument);
        if (!inner) return undefined;
        const over = sharedAxes(expr.over, inner.cache.axes);
        const ofQuery = withoutAxes(expr.over, over);
        const factors = ofQuery.length > 0 ? sumOfFactors(inner.factors, ofQuery, expr.span) : inner.factors;
        const share = expr.fn === "mean" ? inverse([factor(number(sizeOf(expr.over), expr.span))]) : [];
        return { factors: [...factors, ...share], cache: inner.cache, over: [...inner.over, ...over] };
      }
      default:
        return undefined;
    }
  };
  return rewrite;
}

/** Not when a factor has an axis that the score has summed away: that axis is another one. */
function scale(score: Score | undefined, factors: readonly Factor[]): Score | undefined {
  if (!score || sharedAxes(axesOfFactors(factors), score.over).length > 0) return undefined;
  return { ...score, factors: [...score.factors, ...factors] };
}

/** The factors of a product, as far as they hold `time`. Undefined: more than two do, and no attention is a product of three. */
function flatten(expr: TokenExpr): Factor[] | undefined {
  if (!hasTime(expr)) return [factor(expr)];
  if (expr.kind === "dropout") {
    const inside = flatten(expr.argument);
    if (inside?.some((f) => f.expr.kind === "softmax")) return inside;
  }
  if (expr.kind === "unary" && expr.fn === "negate") {
    const inside = flatten(expr.argument);
    return inside && [factor(number(-1, expr.span)), ...inside];
  }
  if (expr.kind === "binary" && (expr.fn === "multiply" || expr.fn === "divide")) {
    const left = flatten(expr.left);
    const right = left && flatten(expr.right);
    const all = right && [...left, ...(expr.fn === "divide" ? inverse(right) : right)];
    return all && all.filter((f) => hasTime(f.expr)).length <= 2 ? all : undefined;
  }
  return [factor(expr)];
}

function hasTime(expr: TokenExpr): boolean {
  return hasAxis(expr.axes, time);
}
