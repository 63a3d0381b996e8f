/** What a model is for, as its stacks say: a language model writes on, a translation model writes what it has read, an encoder alone writes nothing. */
import type { Block, ModelItem, Setting, Side } from "../../src/ast/ast.js";
import type { Scope } from "./constants.js";
import { firstLetters } from "./report.js";

/** `adaptive` is the setting, if it is there. */
export interface Purpose {
  readonly task: Task;
  readonly adaptive?: Setting;
}

export type Task = "language" | "translation" | "encoder";

export function purposeOf(item: ModelItem): Purpose {
  const adaptive = item.body.find((m): m is Setting => m.kind === "setting" && m.name.text === "adaptive");
  return { task: taskOf(item), ...(adaptive ? { adaptive } : {}) };
}

function taskOf(item: ModelItem): Task {
  const sides = item.body.filter((m): m is Side => m.kind === "side").map((s) => s.side);
  if (sides.includes("decoder")) return "translation";
  return sides.includes("encoder") ? "encoder" : "language";
}

/** Of a model that is an encoder alone. */
export function warnOfBlock({ kind, span }: Block, reason: string, { report }: Scope): void {
  report.warning("unused-block", firstLetters(span, kind.length), `\`${kind}\` says nothing about an encoder alone`, { reason, hint: "remove it, or give the model a `decoder`" });
}
