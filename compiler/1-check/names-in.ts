/** The names that an expression mentions, called functions left out. */
import type { Expr } from "../../src/ast/ast.js";

export function* namesIn(expr: Expr): Generator<string> {
  switch (expr.kind) {
    case "name":
      yield expr.name;
      return;
    case "unary":
      yield* namesIn(expr.operand);
      return;
    case "binary":
      yield* namesIn(expr.left);
      yield* namesIn(expr.right);
      return;
    case "call":
      for (const argument of expr.arguments) yield* namesIn(argument.value);
      return;
    case "list":
      for (const item of expr.items) yield* namesIn(item);
      return;
    case "number":
    case "string":
    case "flag":
      return;
  }
}
