/**
 * Concrete syntax tree to AST. What was not understood is left out (its mistake is already told): a member whose parts are
 * not all there gives no node. Slips that the grammar reads on purpose (`=` for `:`, missing commas) are told here.
 */
import type { CstNode, IToken } from "chevrotain";
import type * as ast from "../src/ast/ast.js";
import type { SourceFile, Span } from "../src/base/source.js";
import { makeExpressionBuilder, textValue } from "./expressions.js";
import type { Mistakes } from "./mistake.js";
import { child, nodes, nodeSpan, spanOf, token, tokens } from "./cst.js";
import { memberKeywords, type Body, type KnownBody } from "./roles.js";
import { explainMisplaced } from "./syntax-errors.js";
import * as t from "./tokens.js";

export function toAst(source: SourceFile, file: CstNode, comments: readonly IToken[], mistakes: Mistakes): ast.File {
  const expressions = makeExpressionBuilder(source, mistakes);
  let nextComment = 0;
  let previousEnd = 0;
  const items: ast.Item[] = [];
  for (const node of nodes(file, "item")) {
    const made = item(node);
    if (made) items.push(made);
    previousEnd = nodeSpan(source, node).end;
  }
  for (const node of nodes(file, "member")) tellMisplaced(node, "file");
  return { kind: "file", source, items };

  function item(node: CstNode): ast.Item | undefined {
    const doc = docBefore(nodeSpan(source, node).start);
    const use = child(node, "use");
    if (use) {
      const text = token(use, "Text");
      return text && { kind: "use", doc, span: nodeSpan(source, use), path: { kind: "string", value: textValue(text.image), span: spanOf(source, text) } };
    }
    const let_ = child(node, "let");
    if (let_) {
      const bound = binding(let_, "Name");
      return bound && { kind: "let", doc, ...bound };
    }
    const block = child(node, "block");
    const header = block && child(block, "header");
    if (!header) return undefined;
    const span = nodeSpan(source, block);
    const name = token(header, "Name");
    if (token(header, "Mixer")) {
      const parameters = child(header, "parameters");
      const body = members(block, "mixer", statement);
      return name && parameters && { kind: "mixer", doc, name: nameOf(name), parameters: expressions.separated(parameters, "parameter", "parameters", parameter), body, span };
    }
    if (token(header, "Model")) {
      const body = members(block, "model", modelMember);
      return name && { kind: "model", doc, name: nameOf(name), body, span };
    }
    const kind = token(header, "Train") ? "train" : token(header, "Generate") ? "generate" : undefined;
    return kind && { kind, doc, settings: members(block, "settings", setting), span };
  }

  /** The `///` lines that end just before an item; one behind code on its line belongs to that code. */
  function docBefore(start: number): string {
    const lines: string[] = [];
    for (let comment = comments[nextComment]; comment && comment.startOffset < start; comment = comments[++nextComment]) {
      if (comment.startOffset < previousEnd) continue;
      const before = source.text.slice(previousEnd, comment.startOffset);
      const ownsLine = previousEnd === 0 || before.includes("\n") || before.includes("\r");
      if (comment.tokenType !== t.DocComment) lines.length = 0;
      else if (ownsLine) lines.push(comment.image.slice(comment.image[3] === " " ? 4 : 3).trimEnd());
    }
    return lines.join("\n");
  }

  function parameter(node: CstNode): ast.MixerParameter | undefined {
    const names = [...tokens(node, "ArgumentName"), ...tokens(node, "Name")];
    const type = token(node, "type");
    const mark = child(node, "typeMark");
    const value = child(node, "expression");
    const given = value && expressions.expression(value);
    if (!names[0] || !type || !mark || (tokens(node, "Equals").length > 0 && !given)) return undefined;
    const wrong = token(mark, "Equals");
    if (wrong) expressions.slip(wrong, { code: "expected-token", message: `expected \`:\` after the parameter \`${names[0].image}\`, found \`=\``, reason: "a parameter is `name: kind`, and `=` gives its default", hint: `write \`${names[0].image}: ${type.image}\`` });
    return { name: nameOf(names[0]), type: nameOf(type), ...(given ? { default: given } : {}), span: nodeSpan(source, node) };
  }

  function statement(part: CstNode): ast.Statement | undefined {
    const comma = token(part, "Comma");
    if (comma) expressions.slip(comma, { code: "missing-separator", message: "expected a new line, found `,`", reason: "the statements of a mixer stand one a line, without commas", hint: "remove the comma and begin a new line" });
    if (part.name === "setting") {
      const made = setting(part);
      return made && { ...made, kind: "bind" };
    }
    const bound = binding(part, "Name");
    if (!bound) return undefined;
    if (part.name === "declaration") return { kind: token(part, "Axis") ? "axis" : "cache", ...bound };
    const axes = child(part, "axes");
    return axes && { kind: token(part, "Param") ? "param" : "state", ...bound, axes: expressions.separatedNames(axes, "axes").map(nameOf) };
  }

  function setting(node: CstNode): ast.Setting | undefined {
    const bound = binding(node, "Binder");
    const wrong = token(node, "Colon");
    if (bound && wrong) expressions.slip(wrong, { code: "expected-token", message: `expected \`=\` after \`${bound.name.text}\`, found \`:\``, reason: "settings and statements are `name = value`; `name: value` is for arguments", hint: "write `=`" });
    return bound && { kind: "setting", ...bound };
  }

  /** A name and its value; the span ends with the value, not with a comma behind it. */
  function binding(node: CstNode, nameKind: "Name" | "Binder"): { name: ast.Name; value: ast.Expr; span: Span } | undefined {
    const name = token(node, nameKind);
    const part = child(node, "expression");
    const value = part && expressions.expression(part);
    if (!name || !part || !value) return undefined;
    return { name: nameOf(name), value, span: { file: source, start: nodeSpan(source, node).start, end: nodeSpan(source, part).end } };
  }

  /** The members of a block's braces that may stand there. */
  function members<R>(block: CstNode, body: KnownBody, make: (part: CstNode) => R | undefined): R[] {
    const braces = child(block, "body");
    return gather(braces ? nodes(braces, "member") : [], (node) => {
      const part = memberPart(node);
      const first = part && firstToken(part);
      if (!part || !first) return undefined;
      if (memberKeywords[body].has(first.tokenType)) return make(part);
      tellMisplaced(node, body);
      return undefined;
    });
  }

  function memberPart(node: CstNode): CstNode | undefined {
    return child(node, "setting") ?? child(node, "declaration") ?? child(node, "tensor") ?? child(node, "nested") ?? child(node, "sublayer") ?? child(node, "body");
  }

  function firstToken(part: CstNode): IToken | undefined {
    const holder = child(part, "nestedHeader") ?? part;
    for (const type of memberStarts) {
      const found = token(holder, type.name);
      if (found) return found;
    }
    return undefined;
  }

  function tellMisplaced(node: CstNode, body: Body): void {
    const part = memberPart(node);
    const first = part && firstToken(part);
    if (!first) return;
    mistakes.add(explainMisplaced(source, first, body));
  }

  function modelMember(part: CstNode): ast.ModelMember | undefined {
    if (part.name === "setting") return setting(part);
    const header = child(part, "nestedHeader");
    if (!header) return undefined;
    const span = nodeSpan(source, part);
    if (token(header, "Layers")) {
      const sublayers = members(part, "layers", sublayer);
      const count = child(header, "expression");
      const made = count && expressions.expression(count);
      return made && { kind: "layers", count: made, sublayers, span };
    }
    const body = members(part, "side", modelMember).filter((member) => member.kind !== "side");
    return { kind: "side", side: token(header, "Encoder") ? "encoder" : "decoder", body, span };
  }

  function sublayer(node: CstNode): ast.Sublayer | undefined {
    const name = token(node, "SublayerName") ?? token(node, "Name");
    const part = child(node, "arguments");
    if (!name || !part) return undefined;
    const span: Span = { file: source, start: nodeSpan(source, node).start, end: nodeSpan(source, part).end };
    const call: ast.Call = { kind: "call", callee: nameOf(name), arguments: expressions.arguments(part), span: { ...span, start: name.startOffset } };
    return { kind: "sublayer", cross: token(node, "Cross") !== undefined, call, span };
  }

  function nameOf(name: IToken): ast.Name {
    return { text: name.image, span: spanOf(source, name) };
  }
}

const memberStarts = new Set(Object.values(memberKeywords).flatMap((types) => [...types])).add(t.LCurly);

function gather<P, R>(parts: readonly P[], make: (part: P) => R | undefined): R[] {
  return parts.flatMap((part) => {
    const made = make(part);
    return made === undefined ? [] : [made];
  });
}
