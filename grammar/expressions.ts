/**
 * Expressions of the concrete syntax tree to AST: precedence (`^`, right, over unary minus over `* /` over `+ -`) by climbing
 * over the flat lists of `parser.ts`, and comma-separated lists. Undefined stands for what was not understood.
 */
import type { CstNode, IToken } from "chevrotain";
import type * as ast from "../src/ast/ast.js";
import type { Diagnostic } from "../src/base/diagnostic.js";
import type { SourceFile, Span } from "../src/base/source.js";
import { child, nodes, nodeSpan, shorten, spanOf, token, tokens } from "./cst.js";
import type { Mistakes } from "./mistake.js";
import { numberValue } from "./lexical-errors.js";

/**
 * Operators and brackets on one path of an expression: a bound on the depth of the AST, which later stages walk recursively.
 * (Brackets alone are bounded by `deepestNesting`; `a + a + a + …` is deep without any.)
 */
export const deepestExpression = 1000;

export interface ExpressionBuilder {
  expression(node: CstNode): ast.Expr | undefined;
  arguments(node: CstNode): ast.Argument[];
  separated<R>(node: CstNode, part: string, plural: string, make: (part: CstNode) => R | undefined): R[];
  separatedNames(node: CstNode, plural: string): IToken[];
  /** Tells a mistake behind which reading goes on. */
  slip(at: IToken, diagnostic: Omit<Diagnostic, "severity" | "span">): void;
}

export function makeExpressionBuilder(source: SourceFile, mistakes: Mistakes): ExpressionBuilder {
  return {
    expression: (node) => expression(node, 0),
    arguments: (node) => callArguments(node, 0),
    separated,
    separatedNames,
    slip,
  };

  function expression(node: CstNode, depth: number): ast.Expr | undefined {
    const operands = nodes(node, "operand");
    const operators = nodes(node, "operator").map((operator) => token(operator, "sign")?.image);
    if (operands.length !== operators.length + 1) return undefined;
    const minuses = operands.reduce((sum, operand) => sum + tokens(operand, "Minus").length, 0);
    const below = depth + operators.length + minuses + 1;
    if (below > deepestExpression) {
      tellTooDeep(node);
      return undefined;
    }
    const values = operands.map((operand) => primary(operand, below));
    if (values.some((value) => value === undefined)) return undefined;
    return climb(operands, values as ast.Expr[], operators);
  }

  /** `at` walks the operands; the spans of operands, and not of their values, cover brackets. */
  function climb(operands: readonly CstNode[], values: readonly ast.Expr[], operators: readonly (string | undefined)[]): ast.Expr {
    interface Part {
      readonly expr: ast.Expr;
      readonly start: number;
      readonly end: number;
    }
    let at = 0;
    const binary = (operator: ast.Binary["operator"], left: Part, right: Part): Part => {
      const span: Span = { file: source, start: left.start, end: right.end };
      return { expr: { kind: "binary", operator, left: left.expr, right: right.expr, span }, start: span.start, end: span.end };
    };
    const signed = (): Part => {
      const signs = tokens(operands[at]!, "Minus");
      let part = power();
      for (const sign of signs.reverse()) {
        const span: Span = { file: source, start: sign.startOffset, end: part.end };
        part = { expr: { kind: "unary", operator: "-", operand: part.expr, span }, start: span.start, end: span.end };
      }
      return part;
    };
    const power = (): Part => {
      const operand = operands[at]!;
      const span = nodeSpan(source, operand);
      const lastSign = tokens(operand, "Minus").at(-1);
      const start = lastSign ? firstAfterSigns(operand) : span.start;
      const base: Part = { expr: values[at]!, start, end: span.end };
      if (operators[at] !== "^") return base;
      at++;
      return binary("^", base, signed());
    };
    const product = (): Part => {
      let left = signed();
      for (let sign = operators[at]; sign === "*" || sign === "/"; sign = operators[at]) {
        at++;
        left = binary(sign, left, signed());
      }
      return left;
    };
    let left = product();
    for (let sign = operators[at]; sign === "+" || sign === "-"; sign = operators[at]) {
      at++;
      left = binary(sign, left, product());
    }
    return left.expr;
  }

  /** Where the operand begins behind its minus signs. */
  function firstAfterSigns(operand: CstNode): number {
    const list = child(operand, "list");
    if (list) return nodeSpan(source, list).start;
    return (literal(operand) ?? token(operand, "Name") ?? token(operand, "LParen"))?.startOffset ?? nodeSpan(source, operand).start;
  }

  function literal(operand: CstNode): IToken | undefined {
    return token(operand, "Number") ?? token(operand, "BadNumber") ?? token(operand, "Text") ?? token(operand, "True") ?? token(operand, "False");
  }

  function primary(operand: CstNode, depth: number): ast.Expr | undefined {
    const group = child(operand, "group");
    if (group) return expression(group, depth);
    const list = child(operand, "list");
    if (list) return { kind: "list", items: separated(list, "expression", "values", (part) => expression(part, depth)), span: nodeSpan(source, list) };
    const name = token(operand, "Name");
    if (name) {
      const given = child(operand, "arguments");
      const span = spanOf(source, name);
      if (!given) return { kind: "name", name: name.image, span };
      return { kind: "call", callee: { text: name.image, span }, arguments: callArguments(given, depth), span: { ...span, end: nodeSpan(source, given).end } };
    }
    const found = literal(operand);
    if (!found) return undefined;
    const span = spanOf(source, found);
    if (token(operand, "Number")) return { kind: "number", value: numberValue(found.image), span };
    if (token(operand, "Text")) return { kind: "string", value: textValue(found.image), span };
    return token(operand, "BadNumber") ? undefined : { kind: "flag", value: found.image === "true", span };
  }

  function callArguments(node: CstNode, depth: number): ast.Argument[] {
    return separated(node, "argument", "arguments", (part) => {
      const name = token(part, "ArgumentName");
      const wrong = token(part, "Equals");
      const inner = child(part, "expression");
      const value = inner && expression(inner, depth);
      if (name && wrong) {
        slip(wrong, { code: "expected-token", message: `expected \`:\` after the argument name \`${shorten(name.image)}\`, found \`=\``, reason: "arguments are `name: value`; `=` is for settings and statements", hint: "write `:`" });
      }
      return value && { ...(name ? { name: { text: name.image, span: spanOf(source, name) } } : {}), value, span: nodeSpan(source, part) };
    });
  }

  /** Parts with commas between them; one after the last is allowed. */
  function separated<R>(node: CstNode, part: string, plural: string, make: (part: CstNode) => R | undefined): R[] {
    const parts = nodes(node, part);
    tellCommas(
      parts.map((each) => nodeSpan(source, each)),
      tokens(node, "Comma"),
      plural,
    );
    return parts.flatMap((each) => {
      const made = make(each);
      return made === undefined ? [] : [made];
    });
  }

  function separatedNames(node: CstNode, plural: string): IToken[] {
    const names = tokens(node, "Name");
    tellCommas(
      names.map((name) => spanOf(source, name)),
      tokens(node, "Comma"),
      plural,
    );
    return names;
  }

  function tellCommas(parts: readonly Span[], commas: readonly IToken[], plural: string): void {
    if (mistakes.isFull()) return;
    let next = 0;
    for (const [index, part] of parts.entries()) {
      let between = 0;
      for (let comma = commas[next]; comma && comma.startOffset < part.start; comma = commas[++next]) {
        if (++between > (index === 0 ? 0 : 1)) tellSpareComma(comma, plural);
      }
      if (index === 0 || between > 0) continue;
      const shown = shorten(source.text.slice(part.start, part.end));
      slipAt(part, { code: "missing-separator", message: `expected \`,\` before \`${shown}\``, reason: `${plural} are separated by commas`, hint: "put a comma before it" });
    }
    for (const comma of commas.slice(parts.length === 0 ? next : next + 1)) tellSpareComma(comma, plural);
  }

  function tellSpareComma(comma: IToken, plural: string): void {
    slip(comma, { code: "expected-token", message: "expected a value, found `,`", reason: `one comma stands between ${plural}`, hint: "remove the comma" });
  }

  function tellTooDeep(node: CstNode): void {
    const span = nodeSpan(source, node);
    const diagnostic: Diagnostic = {
      code: "nesting-too-deep",
      severity: "error",
      message: `this expression has more than ${deepestExpression} operators`,
      span: { file: source, start: span.start, end: Math.min(span.end, span.start + 40) },
      reason: `msz reads expressions of at most ${deepestExpression} operators within one another`,
      hint: "give parts of the expression names of their own",
    };
    mistakes.add({ certainty: "sure", at: span.start, foundAt: span.start, diagnostic });
  }

  function slip(at: IToken, diagnostic: Omit<Diagnostic, "severity" | "span">): void {
    slipAt(spanOf(source, at), diagnostic);
  }

  function slipAt(span: Span, diagnostic: Omit<Diagnostic, "severity" | "span">): void {
    mistakes.add({ certainty: "slip", at: span.start, foundAt: span.start, diagnostic: { ...diagnostic, severity: "error", span } });
  }
}

/** The text between the quotes, escapes resolved; an unknown escape stands for itself (it is told elsewhere). */
export function textValue(image: string): string {
  let value = "";
  for (let i = 1; i < image.length - 1; i++) {
    if (image[i] !== "\\") value += image[i];
    else value += escapes.get(image[++i]!) ?? `\\${image[i]}`;
  }
  return value;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["n", "\n"],
  ["t", "\t"],
]);
