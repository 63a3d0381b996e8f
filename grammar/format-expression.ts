/** Expressions and sublayers as canonical text, with no more brackets than precedence asks for. Literals keep their spelling. */
import type { Argument, Binary, Expr, Sublayer } from "../src/ast/ast.js";
import { spanText } from "../src/base/source.js";

/** How tightly a form binds; an operand that binds less than its place asks stands in brackets. */
const sum = 1;
const product = 2;
const signed = 3;
const power = 4;
const primary = 5;

interface Binding {
  readonly own: number;
  readonly left: number;
  readonly right: number;
}

const bindings: { readonly [O in Binary["operator"]]: Binding } = {
  "+": { own: sum, left: sum, right: product },
  "-": { own: sum, left: sum, right: product },
  "*": { own: product, left: product, right: signed },
  "/": { own: product, left: product, right: signed },
  "^": { own: power, left: primary, right: signed },
};

export function printExpression(expr: Expr, place: number = sum): string {
  switch (expr.kind) {
    case "number":
    case "string":
      return spanText(expr.span);
    case "flag":
      return String(expr.value);
    case "name":
      return expr.name;
    case "call":
      return `${expr.callee.text}${printArguments(expr.arguments)}`;
    case "list":
      return `[${expr.items.map((item) => printExpression(item)).join(", ")}]`;
    case "unary":
      return bracketed(`-${printExpression(expr.operand, signed)}`, signed < place);
    case "binary": {
      const { own, left, right } = bindings[expr.operator];
      return bracketed(`${printExpression(expr.left, left)} ${expr.operator} ${printExpression(expr.right, right)}`, own < place);
    }
    default:
      return expr satisfies never;
  }
}

export function printSublayer({ cross, call }: Sublayer): string {
  return `${cross ? "cross " : ""}${call.callee.text}${printArguments(call.arguments)}`;
}

function printArguments(given: readonly Argument[]): string {
  return `(${given.map(({ name, value }) => `${name ? `${name.text}: ` : ""}${printExpression(value)}`).join(", ")})`;
}

function bracketed(text: string, needed: boolean): string {
  return needed ? `(${text})` : text;
}
