/** An AST as plain data without places, so that two texts can be compared by what they say. */
import type { File } from "../../src/ast/ast.js";

export function withoutSpans(file: File): unknown {
  return JSON.parse(JSON.stringify(file.items, (key, value: unknown) => (key === "span" ? undefined : value)));
}
