/** Reading chevrotain's tokens and tree: places, and children by name, without what its recovery put in. */
import type { CstNode, IToken } from "chevrotain";
import type { SourceFile, Span } from "../src/base/source.js";

export function nodes(node: CstNode, name: string): CstNode[] {
  return (node.children[name] ?? []).filter((element): element is CstNode => "children" in element);
}

export function child(node: CstNode, name: string): CstNode | undefined {
  return nodes(node, name)[0];
}

/** Tokens that chevrotain put in have no place and are left out. */
export function tokens(node: CstNode, name: string): IToken[] {
  return (node.children[name] ?? []).filter((element): element is IToken => "image" in element && Number.isFinite(element.startOffset));
}

export function token(node: CstNode, name: string): IToken | undefined {
  return tokens(node, name)[0];
}

/** Empty at the start of the file when a node holds no token at all. */
export function nodeSpan(source: SourceFile, node: CstNode): Span {
  const { startOffset = 0, endOffset = -1 } = node.location ?? {};
  return Number.isFinite(startOffset) && Number.isFinite(endOffset)
    ? { file: source, start: startOffset, end: endOffset + 1 }
    : { file: source, start: 0, end: 0 };
}

export function spanOf(source: SourceFile, token: IToken): Span {
  return { file: source, start: token.startOffset, end: token.endOffset! + 1 };
}

/** For messages: a long word is cut. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
