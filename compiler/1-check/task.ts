/** What a model is for, as its stacks say: a language model writes on, a translation model writes what it has read, an encoder alone writes nothing. */
import type { ModelItem, Side } from "../../src/ast/ast.js";

export type Task = "language" | "translation" | "encoder";

export function taskOf(item: ModelItem): Task {
  const sides = item.body.filter((m): m is Side => m.kind === "side").map((s) => s.side);
  if (sides.includes("decoder")) return "translation";
  return sides.includes("encoder") ? "encoder" : "language";
}
