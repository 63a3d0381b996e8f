/**
 * Between lexer and parser: gives every name its role and balances the brackets, so that the parser's recovery never runs
 * past the member in which a mistake stands. In: the lexer's tokens. Out: tokens whose brackets all match (missing closing
 * ones are put in with an empty image, stray ones left out) and where members begin. One pass, linear.
 */
import type { IToken, TokenType } from "chevrotain";
import type { Label } from "../src/base/diagnostic.js";
import type { SourceFile, Span } from "../src/base/source.js";
import type { Mistake, Mistakes } from "./mistake.js";
import { headers, isCompleteAfter, itemKeywords, memberKeywords, roleOf, type Body, type KnownBody } from "./roles.js";
import * as t from "./tokens.js";

export interface Layout {
  readonly tokens: IToken[];
  readonly memberStarts: readonly number[];
}

/** Brackets within brackets; every later stage walks expressions recursively and may rely on it. */
export const deepestNesting = 200;

/** Tokens to look ahead over for a closing bracket: a bound, for it happens at each mistake. */
const furthestLook = 64;

interface Open {
  readonly token: IToken;
  readonly closer: TokenType;
  /** What a brace holds; brackets have that of their brace. */
  readonly body: Body;
  /** Opened by the keyword of an item. */
  readonly ofItem: boolean;
  readonly indent: number;
}

const closers = new Map<TokenType, TokenType>([
  [t.LCurly, t.RCurly],
  [t.LParen, t.RParen],
  [t.LSquare, t.RSquare],
]);
/** Keywords that stand in few bodies only. */
const homeBodies = new Map<TokenType, ReadonlySet<Body>>([
  [t.Layers, new Set<Body>(["model", "side", "unknown"])],
  [t.Encoder, new Set<Body>(["model", "unknown"])],
  [t.Decoder, new Set<Body>(["model", "unknown"])],
]);
const closing: ReadonlySet<TokenType> = new Set(closers.values());
const begins: ReadonlySet<TokenType> = new Set([
  ...itemKeywords, t.Axis, t.Param, t.State, t.Cache, t.Layers, t.Encoder, t.Decoder, t.Cross, t.Binder, t.SublayerName,
]);

export function layOut(source: SourceFile, input: readonly IToken[], mistakes: Mistakes): Layout {
  const tokens: IToken[] = [];
  const memberStarts: number[] = [0];
  const open: Open[] = [];
  let header: { readonly token: IToken; readonly body: KnownBody } | undefined;
  let indent = 0;
  let lastLine = 0;
  /** A brace that was closed by one further to the left: probably the one that was left open. */
  let suspect: IToken | undefined;
  let forcedBraces = 0;

  for (let i = 0; i < input.length; i++) {
    const token = input[i]!;
    const previous = tokens.at(-1);
    if (token.startLine !== lastLine) [lastLine, indent] = [token.startLine!, token.startColumn!];
    if (token.tokenType === t.Name) {
      const around = { body: top()?.body ?? "file", inBracket: inBracket(), header: header?.body, previous, next: input[i + 1], afterNext: input[i + 2] };
      retype(token, roleOf(token, around));
    }
    if ((token.tokenType === t.Let || token.tokenType === t.Use) && open.length > 0 && token.startColumn !== 1) {
      reportLocalItem(token);
      // `use` goes with its path; what follows `let` is read as a setting or statement.
      if (token.tokenType === t.Use) i++;
      continue;
    }
    const wasStray = isStray() && !isItemHeader();
    if (begins.has(token.tokenType)) beginMember(token, previous, input[i + 1]);
    else if (closers.has(token.tokenType)) {
      if (token.tokenType === t.LCurly && inBracket()) closeBrackets(token);
      if (open.length >= deepestNesting) {
        i = skipTooDeep(i);
        continue;
      }
      open.push({ token, closer: closers.get(token.tokenType)!, body: token.tokenType === t.LCurly ? (header?.body ?? "unknown") : (top()?.body ?? "file"), ofItem: isItemHeader(), indent });
      if (token.tokenType === t.LCurly) header = undefined;
    } else if (closing.has(token.tokenType) && !close(token, i)) continue;
    tokens.push(token);
    if ((token.tokenType === t.LCurly || token.tokenType === t.RCurly) && !wasStray) memberStarts.push(token.endOffset! + 1);
  }
  closeBrackets(undefined);
  closeBraces(undefined);
  return { tokens, memberStarts };

  function top(): Open | undefined {
    return open.at(-1);
  }

  function inBracket(): boolean {
    const innermost = top();
    return innermost !== undefined && innermost.closer !== t.RCurly;
  }

  /** Outside of all items: what stands here, braces and all, is one mistake. */
  function isStray(): boolean {
    const outermost = open[0];
    return outermost === undefined || (outermost.closer === t.RCurly && !outermost.ofItem);
  }

  function isItemHeader(): boolean {
    return header !== undefined && itemKeywords.has(header.token.tokenType);
  }

  function beginMember(token: IToken, previous: IToken | undefined, next: IToken | undefined): void {
    closeBrackets(token);
    const homes = homeBodies.get(token.tokenType);
    const home = homes ? open.findLastIndex(({ body }) => homes.has(body)) : -1;
    // `layers` within `layers`: the braces of the first were left open.
    if (home >= 0) closeBraces(token, home + 1);
    const isItem = itemKeywords.has(token.tokenType);
    if (isItem) closeBraces(token);
    else if (header && memberKeywords[header.body].has(token.tokenType)) openMissingBrace(token);
    header = undefined;
    // `a = f b: 1, c: 2)`: what looks like a setting behind a comma is more likely an argument whose bracket is missing.
    const isArgument = next?.tokenType === t.Colon && previous?.tokenType === t.Comma && previous.endLine === token.startLine;
    if (isItem || (!isStray() && !isArgument)) memberStarts.push(token.startOffset);
    const body = headers.get(token.tokenType);
    if (body) header = { token, body };
    if (token.tokenType !== t.SublayerName && token.tokenType !== t.Cross && isCompleteAfter(previous) && previous!.endLine === token.startLine) {
      reportMissingSeparator(token);
    }
  }

  /** Closes what is open inside the innermost brace, before `found` (undefined: the end of the file). */
  function closeBrackets(found: IToken | undefined): void {
    if (!inBracket()) return;
    const left: IToken[] = [];
    let expected = "";
    while (inBracket()) {
      const { token, closer } = open.pop()!;
      left.push(token);
      expected += closer.PATTERN as string;
      tokens.push(virtual(closer));
    }
    const last = lastWritten();
    report("lost", last?.startOffset ?? 0, found?.startOffset ?? source.text.length, {
      code: "expected-token",
      message: `expected \`${expected}\`, found ${describe(found)}`,
      span: endOf(last),
      labels: left.slice(0, 3).map((token): Label => ({ span: spanOf(token), message: "opened here" })),
      reason: `a bracket that is opened must be closed before ${found?.tokenType === t.RCurly || found?.tokenType === t.LCurly ? "a brace" : "the next line of the file begins something new"}`,
      hint: `write \`${expected}\` here`,
    });
  }

  /** Closes all braces but `keep`, because something begins that stands outside of them, or the file ends. */
  function closeBraces(found: IToken | undefined, keep = 0): void {
    if (open.length <= keep) return;
    const left = open.splice(keep).reverse().map(({ token }) => token);
    forcedBraces += left.length;
    for (const _ of left) tokens.push(virtual(t.RCurly));
    const labelled = suspect && left.length === 1 ? [suspect] : left.slice(0, 3);
    report("sure", left[0]!.startOffset, found?.startOffset ?? source.text.length, {
      code: "unclosed-brace",
      message: left.length === 1 ? "a `{` is never closed" : `${left.length} braces are never closed`,
      span: spanOf(labelled[0]!),
      labels: [
        ...labelled.slice(1).map((token): Label => ({ span: spanOf(token), message: "this one too" })),
        ...(found ? [{ span: spanOf(found), message: `${describe(found)} begins here, which stands outside of it` }] : []),
      ],
      reason: found ? `${describe(found)} cannot stand inside of these braces` : "the file ends before its `}`",
      hint: `add \`}\` where this block ends`,
    });
    suspect = undefined;
  }

  /** `model Name` and then a member: the brace between was forgotten. */
  function openMissingBrace(found: IToken): void {
    const last = lastWritten();
    report("lost", header!.token.startOffset, found.startOffset, {
      code: "expected-token",
      message: `expected \`{\`, found ${describe(found)}`,
      span: endOf(last),
      reason: `${describe(header!.token)} has its contents in braces`,
      hint: "write `{` here",
    });
    const token = virtual(t.LCurly);
    tokens.push(token);
    open.push({ token: last ?? found, closer: t.RCurly, body: header!.body, ofItem: isItemHeader(), indent });
  }

  /** False when the closing bracket is to be left out. */
  function close(token: IToken, index: number): boolean {
    if (token.tokenType === t.RCurly) {
      closeBrackets(token);
      const entry = open.pop();
      if (!entry) {
        if (forcedBraces > 0) forcedBraces--;
        else reportStray(token, "{");
        return false;
      }
      if (indent === token.startColumn && indent < entry.indent) suspect ??= entry.token;
      return true;
    }
    if (!inBracket()) {
      reportStray(token, token.tokenType === t.RParen ? "(" : "[");
      return false;
    }
    const { closer, token: opener } = top()!;
    const isOpen = (type: TokenType): boolean => open.findLast((entry) => entry.closer === type || entry.closer === t.RCurly)?.closer === type;
    if (closer !== token.tokenType && !isOpen(token.tokenType) && isClosedLater(index, closer)) {
      reportStray(token, token.tokenType === t.RParen ? "(" : "[");
      return false;
    }
    open.pop();
    if (closer === token.tokenType) return true;
    const wanted = closer.PATTERN as string;
    report("lost", token.startOffset, token.startOffset, {
      code: "expected-token",
      message: `expected \`${wanted}\`, found \`${token.image}\``,
      span: spanOf(token),
      labels: [{ span: spanOf(opener), message: "opened here" }],
      reason: "brackets close in the reverse of the order in which they open",
      hint: `write \`${wanted}\``,
    });
    tokens.push(virtual(closer));
    // `f([a)`: the `)` may still close what stands outside.
    return top()?.closer === token.tokenType && inBracket() ? (open.pop(), true) : false;
  }

  /** A look along the line: does what is open here get its own closing bracket? */
  function isClosedLater(index: number, closer: TokenType): boolean {
    let depth = 0;
    for (let i = index + 1; i < Math.min(input.length, index + furthestLook); i++) {
      const { tokenType, startLine } = input[i]!;
      if (startLine !== input[index]!.startLine) return false;
      if (closers.has(tokenType)) depth++;
      else if (closing.has(tokenType) && depth-- === 0) return tokenType === closer;
    }
    return false;
  }

  /** Leaves out a bracket with all that it holds; returns the index of its last token. */
  function skipTooDeep(from: number): number {
    const token = input[from]!;
    report("sure", token.startOffset, token.startOffset, {
      code: "nesting-too-deep",
      message: `brackets are nested more than ${deepestNesting} deep`,
      span: spanOf(token),
      reason: `msz reads at most ${deepestNesting} brackets within one another`,
      hint: "give parts of the expression names of their own",
    });
    const before = tokens.at(-1)?.tokenType;
    // The bracket was a value of its own, and not the arguments of a call: something must stand for it.
    if (before !== t.Name && before !== t.SublayerName) tokens.push({ ...virtual(t.NumberToken), image: "" });
    let depth = 0;
    let i = from;
    for (; i < input.length; i++) {
      const type = input[i]!.tokenType;
      if (closers.has(type)) depth++;
      else if (closing.has(type) && --depth === 0) break;
    }
    return i;
  }

  // Sorted to the front of its member: where an opening bracket is missing, all that follows it reads wrongly.
  function reportStray(token: IToken, opener: string): void {
    report("lost", token.startOffset, opener === "{" ? token.startOffset : memberStarts.at(-1)!, {
      code: "unmatched-bracket",
      message: `\`${token.image}\` closes nothing`,
      span: spanOf(token),
      reason: `no \`${opener}\` is open here`,
      hint: `remove it, or add the \`${opener}\` that it closes`,
    });
  }

  /** `let` is also what many write for a local name: indented, it does not show that a brace was left open. */
  function reportLocalItem(token: IToken): void {
    closeBrackets(token);
    memberStarts.push(token.startOffset);
    const isLet = token.tokenType === t.Let;
    report("slip", token.startOffset, token.startOffset, {
      code: "expected-token",
      message: `expected ${top()?.body === "mixer" ? "a statement" : "a setting"}, found \`${token.image}\``,
      span: spanOf(token),
      reason: `\`${token.image}\` belongs to the file and not into braces`,
      hint: isLet ? "inside braces write `name = expression`, without `let`" : "move it to the top of the file",
    });
  }

  function reportMissingSeparator(token: IToken): void {
    const inMixer = top()?.body === "mixer" || open.length === 0;
    report("slip", token.startOffset, token.startOffset, {
      code: "missing-separator",
      message: `expected ${inMixer ? "a new line" : "`,` or a new line"} before \`${token.image}\``,
      span: spanOf(token),
      reason: inMixer ? "each begins a line of its own" : "settings stand one a line or are separated by commas",
      hint: inMixer ? "begin a new line here" : "put a comma or a line break before it",
    });
  }

  function report(certainty: Mistake["certainty"], at: number, foundAt: number, diagnostic: Omit<Mistake["diagnostic"], "severity">): void {
    mistakes.add({ certainty, at, foundAt, diagnostic: { ...diagnostic, severity: "error" } });
  }

  function lastWritten(): IToken | undefined {
    return tokens.findLast((token) => !t.isVirtual(token));
  }

  function endOf(token: IToken | undefined): Span {
    const end = token ? token.endOffset! + 1 : 0;
    return { file: source, start: end, end };
  }

  function spanOf(token: IToken): Span {
    return { file: source, start: token.startOffset, end: token.endOffset! + 1 };
  }

  function virtual(type: TokenType): IToken {
    const last = tokens.at(-1);
    const start = last ? last.endOffset! + 1 : 0;
    const line = last?.endLine ?? 1;
    return { image: "", startOffset: start, endOffset: start - 1, startLine: line, endLine: line, startColumn: last?.endColumn ?? 1, endColumn: last?.endColumn ?? 1, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! };
  }
}

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

function describe(token: IToken | undefined): string {
  if (!token) return "the end of the file";
  return `\`${token.image.length > 40 ? `${token.image.slice(0, 37)}…` : token.image}\``;
}
