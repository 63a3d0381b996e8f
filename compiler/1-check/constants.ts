/**
 * Constant expressions: numbers, texts and flags known when the spec is compiled, and the `let` items that name them.
 * A number that is not known yet (the size of an axis, where a mixer is checked without a call) is NaN: it is
 * computed with, and never complained about.
 */
import type { Binary, Call, Expr } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import { bug } from "../../src/base/assert.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { ConstantDefinition, FileScope } from "./names.js";
import { namesIn } from "./names-in.js";
import { foldBinary, foldUnary } from "./numbers.js";
import { quote, type Report } from "./report.js";

export type Constant =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "flag"; readonly value: boolean };

/** `faulty`: the name exists, but is wrong, and that is told. `tensor`: it exists, but is no constant. */
export type Found = Constant | "faulty" | "tensor" | undefined;

export interface Scope {
  readonly report: Report;
  readonly find: (name: string, span: Span) => Found;
  readonly names: () => Iterable<string>;
  /** What to tell about a name that is known elsewhere but not here. */
  readonly elsewhere?: (name: string) => string | undefined;
  /** The size of an axis, where axes exist. */
  readonly axisSize?: (name: string) => number | undefined;
}

export function describeConstant(constant: Constant): string {
  const article = { number: "the number", text: "the text", flag: "the flag" } as const;
  return `${article[constant.kind]} \`${constant.kind === "text" ? JSON.stringify(constant.value) : constant.value}\``;
}

/** The value, or undefined when a mistake in it has been reported. */
export function evaluate(expr: Expr, scope: Scope): Constant | undefined {
  switch (expr.kind) {
    case "number":
    case "flag":
      return expr.kind === "number" ? { kind: "number", value: expr.value } : { kind: "flag", value: expr.value };
    case "string":
      return { kind: "text", value: expr.value };
    case "name":
      return evaluateName(expr.name, expr.span, scope);
    case "unary": {
      const operand = evaluateNumber(expr.operand, scope);
      return operand === undefined ? undefined : { kind: "number", value: -operand };
    }
    case "binary":
      return evaluateBinary(expr, scope);
    case "call":
      return evaluateCall(expr, scope);
    case "list":
      return scope.report.error("wrong-value", expr.span, "a list is no constant", {
        reason: "a constant is a number, a text or a flag",
      });
  }
}

/** Like `evaluate`, for where only a number makes sense. */
export function evaluateNumber(expr: Expr, scope: Scope): number | undefined {
  const constant = evaluate(expr, scope);
  if (constant === undefined || constant.kind === "number") return constant?.value;
  return scope.report.error("wrong-value", expr.span, `${quote(expr.span)} is ${describeConstant(constant)}, where a number is needed`);
}

function evaluateName(name: string, span: Span, scope: Scope): Constant | undefined {
  const found = scope.find(name, span);
  if (found === "faulty") return undefined;
  if (found === "tensor") {
    return scope.report.error("not-constant", span, `\`${name}\` is a tensor, where a constant is needed`, {
      reason: "its value is known only when the model runs",
    });
  }
  if (found !== undefined) return found;
  return scope.report.error("unknown-name", span, `\`${name}\` is not defined`, { hint: didYouMean(name, scope.names()) ?? scope.elsewhere?.(name) });
}

function evaluateBinary(expr: Binary, scope: Scope): Constant | undefined {
  const left = evaluateNumber(expr.left, scope);
  const right = evaluateNumber(expr.right, scope);
  if (left === undefined || right === undefined) return undefined;
  return finite(foldBinary(expr.operator, left, right), [left, right], expr, scope);
}

function evaluateCall(expr: Call, scope: Scope): Constant | undefined {
  const name = expr.callee.text;
  const argument = expr.arguments[0];
  if (name === "size" && scope.axisSize !== undefined && argument?.value.kind === "name" && expr.arguments.length === 1) {
    const size = scope.axisSize(argument.value.name);
    if (size !== undefined) return { kind: "number", value: size };
  }
  const fold = foldUnary(name);
  if (fold === undefined || argument === undefined || expr.arguments.length !== 1) {
    return scope.report.error("not-constant", expr.span, `${quote(expr.span)} cannot be computed here`, {
      reason: "constants are made of numbers, `+ - * / ^` and functions of one number, such as `sqrt(width)`",
    });
  }
  const value = evaluateNumber(argument.value, scope);
  return value === undefined ? undefined : finite(fold(value), [value], expr, scope);
}

function finite(value: number, from: readonly number[], expr: Expr, scope: Scope): Constant | undefined {
  if (Number.isFinite(value) || from.some(Number.isNaN)) return { kind: "number", value };
  return scope.report.error("not-finite", expr.span, `${quote(expr.span)} has no finite value`, {
    reason: whyNotFinite(expr, value, from[1]),
  });
}

export function whyNotFinite(expr: Expr, value: number, divisor: number | undefined): string {
  if (expr.kind === "binary" && expr.operator === "/" && divisor === 0) return "it divides by zero";
  return Number.isNaN(value) ? "no real number is its value" : "its value is infinite";
}

/** The values of the `let` items of all files, worked out when asked for. */
export class Constants {
  readonly #values = new Map<ConstantDefinition["item"], Constant | "faulty">();

  constructor(
    private readonly report: Report,
    private readonly overrides: ReadonlyMap<ConstantDefinition["item"], { readonly value: Expr; readonly scope: FileScope }>,
  ) {}

  /** What it needs is worked out before it, without recursion: a chain of constants may be long. */
  value(definition: ConstantDefinition): Constant | "faulty" {
    const open = [definition];
    const opened = new Set(open);
    while (open.length > 0) {
      const current = open[open.length - 1]!;
      const next = this.#values.has(current.item) ? undefined : this.#needs(current).find((d) => !this.#values.has(d.item));
      if (next === undefined) {
        if (!this.#values.has(current.item)) this.#values.set(current.item, this.#evaluate(current));
        open.pop();
        opened.delete(current);
      } else if (opened.has(next)) {
        this.#reportCycle(open.slice(open.indexOf(next)));
      } else {
        open.push(next);
        opened.add(next);
      }
    }
    return this.#values.get(definition.item) ?? bug("a constant without a value");
  }

  /** @param except no help for it: the constant that is being worked out */
  scopeOf(file: FileScope, except?: string): Scope {
    return {
      report: this.report,
      names: () => [...file.constants.keys()].filter((name) => name !== except),
      find: (name) => {
        const definition = file.constants.get(name);
        return definition && this.value(definition);
      },
      elsewhere: (name) => (name === "width" ? "`width` is known inside the model and in mixers; here, write a `let` for it" : undefined),
    };
  }

  #needs(definition: ConstantDefinition): ConstantDefinition[] {
    const override = this.overrides.get(definition.item);
    const named = (value: Expr, scope: FileScope): ConstantDefinition[] =>
      [...namesIn(value)].map((name) => scope.constants.get(name)).filter((d) => d !== undefined);
    return [...named(definition.item.value, definition.scope), ...(override ? named(override.value, override.scope) : [])];
  }

  #evaluate(definition: ConstantDefinition): Constant | "faulty" {
    const own = evaluate(definition.item.value, this.scopeOf(definition.scope, definition.item.name.text)) ?? "faulty";
    const override = this.overrides.get(definition.item);
    if (override === undefined) return own;
    const value = evaluate(override.value, this.scopeOf(override.scope));
    if (value === undefined || own === "faulty" || value.kind === own.kind) return value ?? "faulty";
    this.report.error("wrong-value", override.value.span, `\`${definition.item.name.text}\` is a ${own.kind}, but --set gives ${describeConstant(value)}`, {
      labels: [{ span: definition.item.span, message: `a ${own.kind} by default` }],
    });
    return "faulty";
  }

  #reportCycle(cycle: readonly ConstantDefinition[]): void {
    const names = cycle.map((d) => d.item.name.text);
    const first = cycle[0]!;
    this.report.error("constant-cycle", first.item.name.span, `\`${names[0]}\` is defined by itself`, {
      reason: names.length === 1 ? "its value needs its own value" : [...names, names[0]].map((n) => `\`${n}\``).join(", which needs ").replace(", which", ""),
      labels: cycle.slice(1).map((d) => ({ span: d.item.name.span, message: "through this" })),
      hint: "give one of them a value of its own",
    });
    for (const definition of cycle) this.#values.set(definition.item, "faulty");
  }
}
