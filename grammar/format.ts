/**
 * AST and comments to canonical text: two spaces a level, one setting or statement a line, `=` aligned in runs, at most one
 * blank line in a row. The text has the same AST, and formatting it again changes nothing. Every comment is kept: own lines
 * stay own lines, those behind code stay behind it, and those inside of a line move to lines before it.
 */
import type { IToken } from "chevrotain";
import type { Block, File, Item, Layers, ModelMember, Setting, Side, Statement } from "../src/ast/ast.js";
import { spanText, type Span } from "../src/base/source.js";
import { printExpression, printSublayer } from "./format-expression.js";
import { alignRuns, type Line } from "./format-lines.js";
import * as t from "./tokens.js";

/** A block of settings that the user wrote on one line stays on one, up to this width. */
const widestBlock = 100;

export function formatFile(file: File, comments: readonly IToken[]): string {
  const text = file.source.text;
  const lines: Line[] = [];
  let nextComment = 0;
  /** How far the source is printed; blank lines are looked for between here and what comes next. */
  let printedTo = 0;
  /** Nothing stands before on this level, so that no blank line may either. */
  let atStart = true;

  let previous: Item | undefined;
  for (const item of file.items) {
    const separate = previous !== undefined && (hasBody(previous) || hasBody(item));
    printItem(item, separate);
    previous = item;
  }
  printComments(Infinity, 0);
  return alignRuns(lines);

  function printItem(item: Item, separate: boolean): void {
    if (separate) lines.push({ kind: "blank" });
    if (separate) atStart = true;
    switch (item.kind) {
      case "use":
        printInnerComments(item.span);
        print({ kind: "text", indent: 0, text: `use ${spanText(item.path.span)}` }, item.span);
        break;
      case "let":
        printInnerComments(item.span);
        print({ kind: "binding", run: "let", indent: 0, left: `let ${item.name.text}`, right: printExpression(item.value) }, item.span);
        break;
      case "mixer": {
        const parameters = item.parameters.map(({ name, type, default: given }) => `${name.text}: ${type.text}${given ? ` = ${printExpression(given)}` : ""}`);
        const headerEnd = item.parameters.at(-1)?.span.end ?? item.name.span.end;
        printBody(`mixer ${item.name.text}(${parameters.join(", ")})`, item.span, headerEnd, 0, item.body, printStatement);
        break;
      }
      case "model":
        printBody(`model ${item.name.text}`, item.span, item.name.span.end, 0, item.body, printMember);
        break;
      case "train":
      case "generate":
        if (!printOneLine(item)) printBody(item.kind, item.span, item.span.start + item.kind.length, 0, item.settings, printMember);
        break;
      default:
        item satisfies never;
    }
  }

  function printStatement(statement: Statement, indent: number): void {
    const axes = "axes" in statement ? `[${statement.axes.map((axis) => axis.text).join(", ")}]` : "";
    const keyword = statement.kind === "bind" ? "" : `${statement.kind} `;
    printBinding(statement.kind, `${keyword}${statement.name.text}${axes}`, statement, indent);
  }

  function printMember(member: ModelMember, indent: number): void {
    if (member.kind === "setting") printBinding("setting", member.name.text, member, indent);
    else if (member.kind === "layers") printLayers(member, indent);
    else printSide(member, indent);
  }

  function printLayers(layers: Layers, indent: number): void {
    printBody(`layers ${printExpression(layers.count)}`, layers.span, layers.count.span.end, indent, layers.sublayers, (sublayer, inner) => {
      printComments(sublayer.span.end, inner);
      print({ kind: "text", indent: inner, text: printSublayer(sublayer) }, sublayer.span);
    });
  }

  function printSide(side: Side, indent: number): void {
    printBody(side.side, side.span, side.span.start + side.side.length, indent, side.body, printMember);
  }

  function printBinding(run: string, left: string, bound: Setting | Statement, indent: number): void {
    printComments(bound.span.end, indent);
    print({ kind: "binding", run, indent, left, right: printExpression(bound.value) }, bound.span);
  }

  /** `train { steps = 3 }`, if it was on one line; false when it is to be printed on several. */
  function printOneLine(block: Block): boolean {
    let inner = nextComment;
    while (comments[inner] && comments[inner]!.startOffset < block.span.start) inner++;
    const hasComment = comments[inner] !== undefined && comments[inner]!.startOffset < block.span.end;
    const settings = block.settings.map(({ name, value }) => `${name.text} = ${printExpression(value)}`);
    const line = `${block.kind} { ${settings.join(", ")} }`;
    if (settings.length === 0 || hasComment || hasLineBreak(block.span.start, block.span.end) || line.length > widestBlock) return false;
    printComments(block.span.start, 0);
    print({ kind: "text", indent: 0, text: line }, block.span);
    return true;
  }

  /** `header {`, the parts, `}`; comments of the header go to the top of the body. */
  function printBody<P>(header: string, span: Span, headerEnd: number, indent: number, parts: readonly P[], printPart: (part: P, indent: number) => void): void {
    printComments(span.start, indent);
    const brace = findBrace(headerEnd);
    const comment = comments[nextComment];
    if (parts.length === 0 && !(comment && comment.startOffset < span.end)) {
      print({ kind: "text", indent, text: `${header} {}` }, span);
      return;
    }
    const line: Line = { kind: "text", indent, text: `${header} {` };
    if (comment && comment.startOffset < brace) pushLine(line, span.start, brace + 1);
    else print(line, { ...span, end: brace + 1 });
    atStart = true;
    for (const part of parts) printPart(part, indent + 1);
    printComments(span.end - 1, indent + 1);
    atStart = true;
    print({ kind: "text", indent, text: "}" }, { ...span, start: span.end - 1 });
  }

  /** A line and the comments that follow on it. */
  function print(line: Exclude<Line, { kind: "blank" }>, span: Span): void {
    let end = span.end;
    const behind: string[] = [];
    for (let comment = comments[nextComment]; comment && comment.startOffset >= end && isBehind(end, comment.startOffset); comment = comments[nextComment]) {
      behind.push(commentText(comment));
      end = comment.endOffset! + 1;
      nextComment++;
    }
    pushLine(behind.length > 0 ? { ...line, behind: behind.join(" ") } : line, span.start, end);
  }

  /** Comments that begin before `end`, each on its own line. */
  function printComments(end: number, indent: number): void {
    for (let comment = comments[nextComment]; comment && comment.startOffset < end; comment = comments[++nextComment]) {
      pushLine({ kind: "text", indent, text: commentText(comment) }, comment.startOffset, comment.endOffset! + 1);
    }
  }

  /**
   * Comments of an item without a body. Those inside of it are put before its documentation, and lose a slash where they
   * would become a part of it.
   */
  function printInnerComments(span: Span): void {
    let inner = nextComment;
    while (comments[inner] && comments[inner]!.startOffset < span.start) inner++;
    const start = Math.min(comments[nextComment]?.startOffset ?? span.start, span.start);
    let last = inner;
    for (let comment = comments[last]; comment && comment.startOffset < span.end; comment = comments[++last]) {
      let shown = commentText(comment);
      while (comment.tokenType === t.DocComment && shown.startsWith("///")) shown = shown.slice(1);
      pushLine({ kind: "text", indent: 0, text: shown }, start, start);
    }
    for (const comment of comments.slice(nextComment, inner)) {
      pushLine({ kind: "text", indent: 0, text: commentText(comment) }, comment.startOffset, comment.endOffset! + 1);
    }
    nextComment = last;
  }

  function pushLine(line: Line, start: number, end: number): void {
    if (!atStart && hasBlankLine(printedTo, start)) lines.push({ kind: "blank" });
    atStart = false;
    lines.push(line);
    printedTo = Math.max(printedTo, end);
  }

  /** Nothing but commas and spaces between code and a comment on its line. */
  function isBehind(from: number, to: number): boolean {
    for (let i = from; i < to; i++) if (text[i] !== " " && text[i] !== "\t" && text[i] !== "," && text[i] !== "\f") return false;
    return true;
  }

  function hasLineBreak(from: number, to: number): boolean {
    const part = text.slice(from, to);
    return part.includes("\n") || part.includes("\r");
  }

  function hasBlankLine(from: number, to: number): boolean {
    let breaks = 0;
    for (let i = from; i < to; i++) {
      const character = text[i];
      if (character === "\n" || (character === "\r" && text[i + 1] !== "\n")) breaks++;
      else if (character !== " " && character !== "\t" && character !== "\r" && character !== "\f") breaks = 0;
      if (breaks > 1) return true;
    }
    return false;
  }

  /** The first `{` from `from` on that is in no comment. */
  function findBrace(from: number): number {
    let i = from;
    while (i < text.length && text[i] !== "{") {
      if (text.startsWith("/*", i)) i = text.indexOf("*/", i + 2) + 2;
      else if (text.startsWith("//", i)) while (i < text.length && text[i] !== "\n" && text[i] !== "\r") i++;
      else i++;
    }
    return i;
  }
}

function hasBody(item: Item): boolean {
  return item.kind !== "use" && item.kind !== "let";
}

function commentText(comment: IToken): string {
  return comment.tokenType === t.BlockComment ? comment.image : comment.image.trimEnd();
}
