/**
 * A token expression as a formula, `keep[heads] * key[heads, feature]`: a binding of the mixer prints as its name and axes,
 * anything else as what it computes. Used by `msz explain`, diagnostics and tests.
 */
import type { TokenExpr } from "./model.js";

/** How tightly a formula holds together: parentheses go round anything looser than its place asks for. */
const loose = { sum: 1, product: 2, negation: 3, power: 4, atom: 5 } as const;
type Looseness = (typeof loose)[keyof typeof loose];

interface Formula {
  readonly text: string;
  readonly holds: Looseness;
}

/** `whole`: the outermost binding prints as what it computes, not as its name. */
export function printExpr(expr: TokenExpr, options: { whole?: boolean } = {}): string {
  return (options.whole ? bodyOf(expr) : formulaOf(expr)).text;
}

/** `layers.3.memory.bank` → `bank` */
export function localName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** At most six significant digits, `0.354`, `1e-6`. */
export function printNumber(value: number): string {
  const short = Number(value.toPrecision(6));
  return short !== 0 && Math.abs(short) < 1e-4 ? short.toExponential() : String(short);
}

function formulaOf(expr: TokenExpr): Formula {
  return expr.label === undefined ? bodyOf(expr) : atom(expr.label + axesOf(expr));
}

function bodyOf(expr: TokenExpr): Formula {
  switch (expr.kind) {
    case "number":
      return expr.value < 0 ? { text: printNumber(expr.value), holds: loose.negation } : atom(printNumber(expr.value));
    case "input":
      return atom(expr.name + axesOf(expr));
    case "position":
    case "count":
      return atom(expr.kind);
    case "index":
      return atom(`index(${expr.axis.name})`);
    case "parameter":
      return atom(localName(expr.parameter.name) + axesOf(expr));
    case "at":
      return atom(`at(${localName(expr.parameter.name)}, ${expr.axis.name}, position)`);
    case "both":
      return atom(`bidirectional(…)${axesOf(expr)}`);
    case "unary":
      return expr.fn === "negate" ? { text: `-${inside(expr.argument, loose.power)}`, holds: loose.negation } : call(expr.fn, expr.argument);
    case "binary":
      return binary(expr);
    case "reduce":
      return call(expr.fn, expr.argument, namesOf(expr.over));
    case "softmax":
      return call("softmax", expr.argument, namesOf(expr.over));
    case "norm":
      return call(expr.fn, expr.argument, namesOf(expr.over));
    case "linear":
      return call("linear", expr.argument, namesOf(expr.outputs), ...(expr.per.length > 0 ? [`per: ${namesOf(expr.per)}`] : []));
    case "rotary":
      return call("rotary", expr.argument, expr.axis.name);
    case "convolve":
      return call("convolve", expr.argument, String(expr.size));
    case "dropout":
      return call("dropout", expr.argument);
    case "state":
      return atom(stateName(expr.state.name, expr.when));
    case "cache":
      return atom(localName(expr.cache.name));
    case "read": {
      const state = stateName(expr.state.name, expr.when);
      const query = expr.query.kind === "number" && expr.query.value === 1 ? "" : `${inside(expr.query, loose.product)} * `;
      if (expr.over.length > 0) return atom(`sum(${query}${state}, ${namesOf(expr.over)})`);
      return query === "" ? atom(state) : { text: query + state, holds: loose.product };
    }
    case "attend": {
      const score = `${inside(expr.query, loose.product)} * ${localName(expr.key.name)}`;
      const summed = expr.over.length > 0 ? `sum(${score}, ${namesOf(expr.over)})` : score;
      return atom(`sum(softmax(${summed}, time) * ${localName(expr.value.name)}, time)`);
    }
  }
}

function binary(expr: TokenExpr & { kind: "binary" }): Formula {
  const { left, right } = expr;
  switch (expr.fn) {
    case "add":
      return { text: `${inside(left, loose.sum)} + ${inside(right, loose.sum)}`, holds: loose.sum };
    case "subtract":
      return { text: `${inside(left, loose.sum)} - ${inside(right, loose.product)}`, holds: loose.sum };
    case "multiply":
      return { text: `${inside(left, loose.product)} * ${inside(right, loose.product)}`, holds: loose.product };
    case "divide":
      return { text: `${inside(left, loose.product)} / ${inside(right, loose.negation)}`, holds: loose.product };
    case "power":
      return { text: `${inside(left, loose.atom)} ^ ${inside(right, loose.negation)}`, holds: loose.power };
  }
}

function inside(expr: TokenExpr, atLeast: Looseness): string {
  const { text, holds } = formulaOf(expr);
  return holds < atLeast ? `(${text})` : text;
}

function call(name: string, argument: TokenExpr, ...rest: string[]): Formula {
  return atom(`${name}(${[formulaOf(argument).text, ...rest.filter((r) => r !== "")].join(", ")})`);
}

function atom(text: string): Formula {
  return { text, holds: loose.atom };
}

function stateName(name: string, when: "old" | "new"): string {
  return when === "old" ? `previous(${localName(name)})` : localName(name);
}

function axesOf(expr: TokenExpr): string {
  return expr.axes.length === 0 ? "" : `[${namesOf(expr.axes)}]`;
}

function namesOf(axes: readonly { readonly name: string }[]): string {
  return axes.map((a) => a.name).join(", ");
}
