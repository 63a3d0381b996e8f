/**
 * Constant expressions: numbers, texts and flags known when the spec is compiled, and the `let` items that name them.
 * A number that is not known yet (the size of an axis, where a mixer is checked without a call) is NaN: it is
 * computed with, and never complained about.
 */
import type { Binary, Call, Expr } from "../../src/ast/ast.js";
import type { Span } from "../../src/base/source.js";
import { didYouMean } from "../../src/base/suggest.js";
import type { ConstantDefinition, FileScope, Names, Parse } from "./names.js";
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
  readonly #open: ConstantDefinition[] = [];

  constructor(
    private readonly report: Report,
    private readonly overrides: ReadonlyMap<ConstantDefinition["item"], { readonly value: Expr; readonly scope: FileScope }>,
  ) {}

  value(definition: ConstantDefinition): Constant | "faulty" {
    const known = this.#values.get(definition.item);
    if (known !== undefined) return known;
    const start = this.#open.indexOf(definition);
    if (start >= 0) return this.#reportCycle(this.#open.slice(start));
    this.#open.push(definition);
    const own = evaluate(definition.item.value, this.scopeOf(definition.scope)) ?? "faulty";
    const value = this.#override(definition, own);
    this.#open.pop();
    // A cycle found on the way has already marked its members.
    const marked = this.#values.get(definition.item) ?? value;
    this.#values.set(definition.item, marked);
    return marked;
  }

  scopeOf(file: FileScope): Scope {
    return {
      report: this.report,
      // Not those that are being worked out: none of them can help itself.
      names: () => [...file.constants.keys()].filter((name) => !this.#open.some((d) => d.item.name.text === name)),
      find: (name) => {
        const definition = file.constants.get(name);
        return definition && this.value(definition);
      },
      elsewhere: (name) => (name === "width" ? "`width` is known inside the model and in mixers; here, write a `let` for it" : undefined),
    };
  }

  #override(definition: ConstantDefinition, own: Constant | "faulty"): Constant | "faulty" {
    const override = this.overrides.get(definition.item);
    if (override === undefined) return own;
    const value = evaluate(override.value, this.scopeOf(override.scope));
    if (value === undefined || own === "faulty" || value.kind === own.kind) return value ?? "faulty";
    this.report.error("wrong-value", override.value.span, `\`${definition.item.name.text}\` is a ${own.kind}, but --set gives ${describeConstant(value)}`, {
      labels: [{ span: definition.item.span, message: `a ${own.kind} by default` }],
    });
    return "faulty";
  }

  #reportCycle(cycle: readonly ConstantDefinition[]): "faulty" {
    const names = cycle.map((d) => d.item.name.text);
    const first = cycle[0]!;
    this.report.error("constant-cycle", first.item.name.span, `\`${names[0]}\` is defined by itself`, {
      reason: names.length === 1 ? "its value needs its own value" : [...names, names[0]].map((n) => `\`${n}\``).join(", which needs ").replace(", which", ""),
      labels: cycle.slice(1).map((d) => ({ span: d.item.name.span, message: "through this" })),
      hint: "give one of them a value of its own",
    });
    for (const definition of cycle) this.#values.set(definition.item, "faulty");
    return "faulty";
  }
}

/** `--set name=value`: which constant each one replaces, and by what expression. */
export function readOverrides(
  set: Readonly<Record<string, string>>,
  names: Names,
  parse: Parse,
  report: Report,
): Map<ConstantDefinition["item"], { value: Expr; scope: FileScope }> {
  const overrides = new Map<ConstantDefinition["item"], { value: Expr; scope: FileScope }>();
  for (const [name, text] of Object.entries(set)) {
    const definition = names.main.constants.get(name);
    const source = { path: "--set", text: `${name}=${text}` };
    const place: Span = { file: source, start: 0, end: name.length };
    if (definition === undefined) {
      report.unknown("unknown-constant", "constant", name, place, names.main.constants.keys(), {
        reason: "--set overrides a constant that the spec defines with `let`",
      });
      continue;
    }
    const value = parseOverride(text, { start: name.length + 1, source }, definition, parse);
    if (value !== undefined) overrides.set(definition.item, { value, scope: names.main });
    else {
      report.error("wrong-value", { file: source, start: name.length + 1, end: source.text.length }, `${quote({ ...place, end: source.text.length })} gives no value to \`${name}\``, {
        hint: "write a number, `true`, `false` or a text in quotes",
      });
    }
  }
  return overrides;
}

/** Where the constant is a text, a shell may have eaten the quotes: then the whole value is the text. */
function parseOverride(
  text: string,
  at: { readonly start: number; readonly source: Span["file"] },
  definition: ConstantDefinition,
  parse: Parse,
): Expr | undefined {
  const span: Span = { file: at.source, start: at.start, end: at.source.text.length };
  if (definition.item.value.kind === "string" && !/^".*"$/.test(text)) return { kind: "string", value: text, span };
  // `let` and the value on one line, so that offsets differ from those of `name=value` by a constant only.
  const prefix = `let ${definition.item.name.text}=`;
  const { file, diagnostics } = parse({ path: at.source.path, text: prefix + text });
  const item = file.items[0];
  if (diagnostics.length > 0 || file.items.length !== 1 || item?.kind !== "let") return undefined;
  return item.value;
}
