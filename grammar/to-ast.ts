/**
 * Concrete syntax tree to AST. What was not understood is left out (its mistake is already told): a member whose parts are
 * not all there gives no node. Slips that the grammar reads on purpose (`=` for `:`, missing commas) are told here.
 */
import type { CstNode, IToken } from "chevrotain";
import type * as ast from "../src/ast/ast.js";
import type { SourceFile, Span } from "../src/base/source.js";
import { makeExpressionBuilder } from "./expressions.js";
import type { Mistakes } from "./mistake.js";
import { child, nodes, nodeSpan, token, tokens } from "./cst.js";
import { spanOf } from "./syntax-errors.js";
import { textValue } from "./expressions.js";
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
    const mixer = child(node, "mixer");
    if (mixer) {
      const name = token(mixer, "Name");
      const parameters = child(mixer, "parameters");
      return name && parameters && { kind: "mixer", doc, name: nameOf(name), parameters: expressions.separated(parameters, "parameter", "parameters", parameter), body: gather(nodes(mixer, "statement"), statement), span: nodeSpan(source, mixer) };
    }
    const model = child(node, "model");
    if (model) {
      const name = token(model, "Name");
      return name && { kind: "model", doc, name: nameOf(name), body: members(model), span: nodeSpan(source, model) };
    }
    const block = child(node, "block");
    const kind = block && (token(block, "Train") ? "train" : token(block, "Generate") ? "generate" : undefined);
    return kind && { kind, doc, settings: gather(nodes(block, "setting"), setting), span: nodeSpan(source, block) };
  }

  /** The `///` lines that end just before an item; one behind code on its line belongs to that code. */
  function docBefore(start: number): string {
    const lines: string[] = [];
    for (let comment = comments[nextComment]; comment && comment.startOffset < start; comment = comments[++nextComment]) {
      if (comment.startOffset < previousEnd) continue;
      const ownsLine = previousEnd === 0 || source.text.slice(previousEnd, comment.startOffset).includes("\n");
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

  function statement(node: CstNode): ast.Statement | undefined {
    const part = child(node, "declaration") ?? child(node, "tensor") ?? child(node, "bind");
    if (!part) return undefined;
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

  function members(node: CstNode): ast.ModelMember[] {
    const parts = [...nodes(node, "setting"), ...nodes(node, "layers"), ...nodes(node, "side")];
    parts.sort((a, b) => nodeSpan(source, a).start - nodeSpan(source, b).start);
    return gather(parts, (part) => (part.name === "setting" ? setting(part) : part.name === "layers" ? layers(part) : side(part)));
  }

  function side(node: CstNode): ast.Side {
    const body = members(node).filter((member) => member.kind !== "side");
    return { kind: "side", side: token(node, "Encoder") ? "encoder" : "decoder", body, span: nodeSpan(source, node) };
  }

  function layers(node: CstNode): ast.Layers | undefined {
    const part = child(node, "expression");
    const count = part && expressions.expression(part);
    return count && { kind: "layers", count, sublayers: gather(nodes(node, "sublayer"), sublayer), span: nodeSpan(source, node) };
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

function gather<P, R>(parts: readonly P[], make: (part: P) => R | undefined): R[] {
  return parts.flatMap((part) => {
    const made = make(part);
    return made === undefined ? [] : [made];
  });
}
