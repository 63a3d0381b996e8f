/**
 * Uses of states: every expression is taken as a sum of products with at most one state each. A sum over a state's axes closes
 * such a product into a `read` node; anything that is not linear closes it whole. In a state's own update its old value stays open,
 * contracted or not: what remains of it at the end are decay and corrections, and where it cannot stay open the update is sequential.
 * A walked state is like any other per-token tensor: its raw uses stay.
 */
import type { Diagnostic } from "../../src/base/diagnostic.js";
import type { Span } from "../../src/base/source.js";
import type { Axis, State, TokenExpr } from "../../src/model/model.js";
import {
  factor, inverse, number, product, sharedAxes, sizeOf, sum, sumOfFactors, sumOver, unionAxes, withoutAxes, type Factor,
} from "./algebra.js";
import { contractOld, Readers, type Contraction } from "./contract.js";
import { addUp, isTooLong } from "./products.js";
import { refuseLength, refuseRead } from "./refuse.js";
import { expandFactors } from "./split.js";
import { containing, mapParts } from "./walk.js";

export type Read = TokenExpr & { kind: "read" };

/** ∏ factors · state, ∏ factors · Σ state (of the own old value only), or ∏ factors. */
export interface Term {
  readonly factors: readonly Factor[];
  readonly use?: Use;
}

interface Use {
  readonly state: State;
  readonly when: "old" | "new";
  readonly span: Span;
  /** Of the own old value only. */
  readonly contraction?: Contraction;
}

/** What expressions have become. */
interface Known {
  readonly expanded: Map<TokenExpr, readonly Term[]>;
  readonly closed: Map<TokenExpr, Closed>;
}

/** The state whose update is being read, and where it is more than an affine map of its old value. */
interface Own extends Known {
  readonly state: State;
  /** Whether an expression holds its old value: elsewhere such a one becomes something else. */
  readonly usesOld: (expr: TokenExpr) => boolean;
  /** The expression that is not linear in the old value. */
  sequential?: Span;
}

interface Closed {
  readonly expr: TokenExpr;
  /** Uses of states with two or more axes that were closed whole: fine in a linear place only. */
  readonly whole: readonly Use[];
}

export interface Update {
  readonly terms: readonly Term[];
  /** What is not linear in the old value. */
  readonly sequential: Span | undefined;
}

export class StateUses {
  readonly reads: Read[] = [];
  private readonly usesState: (expr: TokenExpr) => boolean;
  private readonly known: Known = { expanded: new Map(), closed: new Map() };
  private own: Own | undefined;

  /** `stateFor` gives the states that the new nodes name; uses of `walked` ones are left as they are. */
  constructor(private readonly stateFor: (state: State) => State, walked: ReadonlySet<State>, private readonly diagnostics: Diagnostic[]) {
    this.usesState = containing((e) => e.kind === "state" && !walked.has(e.state));
  }

  /** The expression with every use of a state replaced. */
  replace(expr: TokenExpr): TokenExpr {
    return this.close(expr, expr.span, "linear");
  }

  /** Once is enough: whatever is made of a sum that is too long is so too. */
  readonly tooLong = (span: Span): void => {
    const refused = refuseLength(span);
    if (!this.diagnostics.some((d) => d.code === refused.code)) this.diagnostics.push(refused);
  };

  /** A state's update as terms in which its old value may be open; `sequential` is set when it is not linear in it. */
  update(state: State, update: TokenExpr): Update {
    const usesOld = containing((e) => e.kind === "state" && e.state === state && e.when === "old");
    const own: Own = { state, usesOld, expanded: new Map(), closed: new Map() };
    this.own = own;
    const terms = this.terms(update).map((t): Term => (t.use && !this.isOwn(t.use) ? { factors: [factor(this.whole(t.use)), ...t.factors] } : t));
    this.own = undefined;
    return { terms, sequential: own.sequential };
  }

  private terms(expr: TokenExpr): readonly Term[] {
    if (!this.usesState(expr)) return [{ factors: [factor(expr)] }];
    const terms = this.expand(expr);
    return terms.some((t) => t.use) ? terms : [{ factors: [factor(this.close(expr, expr.span, "linear"))] }];
  }

  private expand(expr: TokenExpr): readonly Term[] {
    const { expanded } = this.knownOf(expr);
    let terms = expanded.get(expr);
    if (!terms) {
      terms = this.expandNew(expr);
      if (isTooLong(terms)) {
        this.tooLong(expr.span);
        terms = [{ factors: [{ expr: { ...number(0, expr.span), axes: expr.axes }, inverse: false }] }];
      }
      expanded.set(expr, terms);
    }
    return terms;
  }

  /** Follows what is linear; everything else becomes one closed factor. */
  private expandNew(expr: TokenExpr): readonly Term[] {
    const { span } = expr;
    switch (expr.kind) {
      case "state":
        return [{ factors: [], use: { state: expr.state, when: expr.when, span } }];
      case "unary":
        if (expr.fn === "negate") return times(this.terms(expr.argument), [factor(number(-1, span))]);
        break;
      case "binary":
        if (expr.fn === "add") return added([...this.terms(expr.left), ...this.terms(expr.right)], span);
        if (expr.fn === "subtract") return added([...this.terms(expr.left), ...times(this.terms(expr.right), [factor(number(-1, span))])], span);
        if (expr.fn === "multiply") return this.multiply(expr.left, expr.right, span);
        if (expr.fn === "divide") return times(this.terms(expr.left), [{ expr: this.close(expr.right, span), inverse: true }]);
        break;
      case "reduce":
        if (expr.fn === "sum" || expr.fn === "mean") {
          const share = expr.fn === "mean" ? inverse([factor(number(sizeOf(expr.over), span))]) : [];
          return times(added(this.terms(expr.argument).flatMap((t) => this.sumTerm(t, expr.over, span)), span), share);
        }
        break;
      default:
    }
    const place = linearKinds.has(expr.kind) ? "linear" : "other";
    return [{ factors: [factor(mapParts(expr, (part) => this.close(part, span, place)))] }];
  }

  /** At most one side can stay open: the own old value, else the side that has more axes left. */
  private multiply(left: TokenExpr, right: TokenExpr, span: Span): readonly Term[] {
    let [a, b] = [this.terms(left), this.terms(right)];
    if (this.rank(a) > 0 && this.rank(b) > 0) {
      if (this.rank(a) >= this.rank(b)) b = [{ factors: [factor(this.close(right, span, "product"))] }];
      else a = [{ factors: [factor(this.close(left, span, "product"))] }];
    }
    return a.flatMap((t) => b.map((u): Term => ({ factors: [...t.factors, ...u.factors], use: t.use ?? u.use })));
  }

  /** How much would be lost by closing: 0 = nothing is open. */
  private rank(terms: readonly Term[]): number {
    return Math.max(0, ...terms.map((t) => (!t.use ? 0 : this.isOwn(t.use) ? Infinity : 1 + t.use.state.axes.length)));
  }

  private sumTerm(term: Term, over: readonly Axis[], span: Span): readonly Term[] {
    const { factors, use } = term;
    if (!use) return expandFactors(factors, over, span, this.tooLong).map((f): Term => ({ factors: sumOfFactors(f, over, span) }));
    if (this.isOwn(use)) {
      const contracted = contractOld(factors, use.state.axes, use.contraction, over, span, this.tooLong);
      if (contracted) return contracted.map((t): Term => ({ factors: t.factors, use: { ...use, contraction: t.contraction } }));
      this.own!.sequential ??= span;
      return [];
    }
    const contracted = sharedAxes(over, use.state.axes);
    if (contracted.length === 0) return [{ factors: sumOfFactors(factors, over, span), use }];
    const inside = factors.filter((f) => sharedAxes(over, f.expr.axes).length > 0);
    const outside = factors.filter((f) => !inside.includes(f));
    const query = sumOver(product(inside, use.span), withoutAxes(over, contracted), span);
    return [{ factors: [factor(this.read(use, query, contracted, span)), ...outside] }];
  }

  /** The expression with no state open. The last whole uses are refused unless the place is linear. */
  private close(expr: TokenExpr, at: Span, place: "linear" | "product" | "other" = "other"): TokenExpr {
    if (!this.usesState(expr)) return expr;
    const known = this.knownOf(expr).closed;
    let closed = known.get(expr);
    if (!closed) {
      closed = this.closeTerms(this.expand(expr), expr, at);
      known.set(expr, closed);
    }
    if (place !== "linear") for (const use of closed.whole) this.diagnostics.push(refuseRead(use.state, use.span, { place, span: at }));
    return closed.expr;
  }

  private closeTerms(terms: readonly Term[], expr: TokenExpr, at: Span): Closed {
    const whole: Use[] = [];
    const parts = terms.map(({ factors, use }) => {
      if (!use) return product(factors, expr.span);
      if (this.isOwn(use)) {
        this.own!.sequential ??= at;
        return { ...number(0, at), axes: expr.axes };
      }
      if (use.state.axes.length > 1) whole.push(use);
      return product([factor(this.whole(use)), ...factors], expr.span);
    });
    const result = sum(parts, expr.span);
    // The name of a binding stays on what it became, but never moves on to an inner expression that has its own.
    const named = expr.label === undefined || result.label !== undefined ? result : { ...result, label: expr.label };
    return { expr: named, whole };
  }

  private whole(use: Use): TokenExpr {
    return this.read(use, number(1, use.span), [], use.span);
  }

  private read(use: Use, query: TokenExpr, over: readonly Axis[], span: Span): TokenExpr {
    const state = this.stateFor(use.state);
    const known = this.reads.find((r) => r.state === state && r.when === use.when && sameQuery(r.query, query) && sameAxes(r.over, over));
    if (known) return known;
    const axes = withoutAxes(unionAxes(query.axes, state.axes), over);
    const made: Read = { kind: "read", state, when: use.when, query, over: [...over], axes, span };
    this.reads.push(made);
    return made;
  }

  private knownOf(expr: TokenExpr): Known {
    return this.own?.usesOld(expr) ? this.own : this.known;
  }

  private isOwn(use: Use): boolean {
    return use.state === this.own?.state && use.when === "old";
  }
}

/** Linear in their argument, though not elementwise or sums: a state may come into them whole. */
const linearKinds: ReadonlySet<TokenExpr["kind"]> = new Set(["linear", "dropout", "rotary", "convolve"]);

function added(terms: readonly Term[], span: Span): readonly Term[] {
  const readers = new Readers();
  return addUp(terms, span, ({ use }) => (use ? `${use.when} ${use.contraction ? readers.name(use.contraction) : ""} ${use.state.name}` : ""));
}

function times(terms: readonly Term[], factors: readonly Factor[]): readonly Term[] {
  return factors.length === 0 ? terms : terms.map((t) => ({ ...t, factors: [...t.factors, ...factors] }));
}

function sameQuery(a: TokenExpr, b: TokenExpr): boolean {
  return a === b || (a.kind === "number" && b.kind === "number" && a.value === b.value);
}

function sameAxes(a: readonly Axis[], b: readonly Axis[]): boolean {
  return a.length === b.length && a.every((axis) => b.some((other) => other.name === axis.name));
}

