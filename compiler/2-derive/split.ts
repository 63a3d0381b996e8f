/**
 * A product that is written into a state, as key and value: the key has the axes that reads contract over, the value the others
 * where the product can be taken apart so. A sum of such products is as many terms.
 */
import type { Span } from "../../src/base/source.js";
import type { Axis, TokenExpr } from "../../src/model/model.js";
import {
  axesOfFactors, factor, inverse, number, product, sharedAxes, sizeOf, sumOfFactors, withoutAxes, type Factor,
} from "./algebra.js";
import { addUp, isTooLong, mostProducts, type Product } from "./products.js";

export interface KeyValue {
  readonly key: TokenExpr;
  readonly value: TokenExpr;
}

/** Told where a sum would have more products than `mostProducts`; it is then left closed. */
export type TooLong = (span: Span) => void;

/** `contracted`: the axes that reads of the state sum over; empty when it is only read whole. */
export function splitProduct(factors: readonly Factor[], contracted: readonly Axis[], span: Span, tooLong: TooLong): KeyValue[] {
  return expandFactors(factors, contracted, span, tooLong).map((term) => {
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
export function expandFactors(factors: readonly Factor[], contracted: readonly Axis[], span: Span, tooLong: TooLong): (readonly Factor[])[] {
  const opening = new Opening(contracted, tooLong);
  const terms = factors.reduce<readonly Product[]>(
    (products, f) => (f.inverse ? times(products, [f]) : (cross(products, opening.open(f.expr)) ?? (tooLong(span), times(products, [f])))),
    [{ factors: [] }],
  );
  return terms.map((t) => t.factors);
}

function times(products: readonly Product[], more: readonly Factor[]): readonly Product[] {
  return products.map((p) => ({ factors: [...p.factors, ...more] }));
}

/** undefined: too many. */
function cross(left: readonly Product[], right: readonly Product[]): readonly Product[] | undefined {
  if (left.length * right.length > mostProducts) return undefined;
  return left.flatMap((t) => right.map((u) => ({ factors: [...t.factors, ...u.factors] })));
}

/** Expressions are shared, so what has been found out of one is kept. */
class Opening {
  private readonly opened = new Map<TokenExpr, readonly Product[]>();
  private readonly outer = new Map<TokenExpr, boolean>();

  constructor(private readonly contracted: readonly Axis[], private readonly tooLong: TooLong) {}

  open(expr: TokenExpr): readonly Product[] {
    let products = this.opened.get(expr);
    if (!products) {
      const found = this.hasOuterProduct(expr) ? this.openNew(expr) : [{ factors: [factor(expr)] }];
      if (!found || isTooLong(found)) this.tooLong(expr.span);
      products = found && !isTooLong(found) ? found : [{ factors: [factor(expr)] }];
      this.opened.set(expr, products);
    }
    return products;
  }

  /** undefined: too many. */
  private openNew(expr: TokenExpr): readonly Product[] | undefined {
    const { span } = expr;
    const minus = [factor(number(-1, span))];
    if (expr.kind === "unary") return times(this.open(expr.argument), minus);
    if (expr.kind === "reduce") {
      const share = expr.fn === "mean" ? inverse([factor(number(sizeOf(expr.over), span))]) : [];
      return addUp(this.open(expr.argument).map((t) => ({ factors: [...sumOfFactors(t.factors, expr.over, span), ...share] })), span);
    }
    if (expr.kind !== "binary") return [{ factors: [factor(expr)] }];
    const left = this.open(expr.left);
    switch (expr.fn) {
      case "add":
        return addUp([...left, ...this.open(expr.right)], span);
      case "subtract":
        return addUp([...left, ...times(this.open(expr.right), minus)], span);
      case "multiply":
        return cross(left, this.open(expr.right));
      case "divide":
        return times(left, [{ expr: expr.right, inverse: true }]);
      case "power":
        return [{ factors: [factor(expr)] }];
    }
  }

  private hasOuterProduct(expr: TokenExpr): boolean {
    let has = this.outer.get(expr);
    if (has === undefined) this.outer.set(expr, (has = this.findOuterProduct(expr)));
    return has;
  }

  /** A product, below sums and scalings, of something with contracted axes and something that only has others. */
  private findOuterProduct(expr: TokenExpr): boolean {
    if (expr.kind === "unary") return expr.fn === "negate" && this.hasOuterProduct(expr.argument);
    if (expr.kind === "reduce") return (expr.fn === "sum" || expr.fn === "mean") && this.hasOuterProduct(expr.argument);
    if (expr.kind !== "binary" || expr.fn === "power") return false;
    if (this.hasOuterProduct(expr.left) || (expr.fn !== "divide" && this.hasOuterProduct(expr.right))) return true;
    return (
      (expr.fn === "multiply" || expr.fn === "divide") &&
      (isOuter(expr.left, expr.right, this.contracted) || isOuter(expr.right, expr.left, this.contracted))
    );
  }
}

function isOuter(key: TokenExpr, value: TokenExpr, contracted: readonly Axis[]): boolean {
  return (
    sharedAxes(contracted, key.axes).length > 0 &&
    sharedAxes(contracted, value.axes).length === 0 &&
    withoutAxes(value.axes, key.axes).length > 0
  );
}
