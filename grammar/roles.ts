/**
 * Which role a name plays, from the tokens around it: `state` in `state bank[slots] = …` is a keyword, in `state = x` and
 * `2 * state` it is a name. Juxtaposition means nothing in an expression, so a name after the end of one begins a new member.
 */
import type { IToken, TokenType } from "chevrotain";
import * as t from "./tokens.js";

/** What the innermost open brace holds. */
export type Body = "file" | "mixer" | "model" | "side" | "layers" | "settings" | "unknown";

/** Braces that a keyword opened; others are a mistake. */
export type KnownBody = Exclude<Body, "file" | "unknown">;

export interface Surroundings {
  readonly body: Body;
  /** Inside `(` or `[`, counted from the innermost brace. */
  readonly inBracket: boolean;
  /** A keyword such as `model` was read and its `{` is still to come: what that will hold. */
  readonly header: Body | undefined;
  readonly previous: IToken | undefined;
  readonly next: IToken | undefined;
  readonly afterNext: IToken | undefined;
}

export const headers = new Map<TokenType, KnownBody>([
  [t.Mixer, "mixer"],
  [t.Model, "model"],
  [t.Train, "settings"],
  [t.Generate, "settings"],
  [t.Layers, "layers"],
  [t.Encoder, "side"],
  [t.Decoder, "side"],
]);
/** What may begin a member of a body. */
export const memberKeywords: { readonly [B in KnownBody]: ReadonlySet<TokenType> } = {
  mixer: new Set([t.Binder, t.Axis, t.Param, t.State, t.Cache]),
  model: new Set([t.Binder, t.Layers, t.Encoder, t.Decoder]),
  side: new Set([t.Binder, t.Layers]),
  layers: new Set([t.SublayerName, t.Cross]),
  settings: new Set([t.Binder]),
};
export const itemKeywords: ReadonlySet<TokenType> = new Set([t.Use, t.Let, t.Mixer, t.Model, t.Train, t.Generate]);
/** A name follows them and belongs to them. */
const takesName: ReadonlySet<TokenType> = new Set([t.Let, t.Mixer, t.Model, t.Axis, t.Param, t.State, t.Cache, t.Cross]);
/** Headers of the keyword alone. */
const bareHeaders: ReadonlySet<TokenType> = new Set([t.Train, t.Generate, t.Encoder, t.Decoder]);
const endsExpression: ReadonlySet<TokenType> = new Set([
  t.Name, t.NumberToken, t.BadNumber, t.Text, t.True, t.False, t.RParen, t.RSquare, t.ArgumentName, t.SublayerName,
]);
const keywords = new Map<string, TokenType>(
  [t.Use, t.Let, t.Mixer, t.Model, t.Train, t.Generate, t.Axis, t.Param, t.State, t.Cache, t.Layers, t.Encoder, t.Decoder, t.Cross].map(
    (type) => [type.name.toLowerCase(), type],
  ),
);

export function roleOf(token: IToken, around: Surroundings): TokenType {
  const { previous, next, body, inBracket } = around;
  if (previous && (takesName.has(previous.tokenType) || previous.tokenType === t.Colon)) return t.Name;
  const firstOnLine = !previous || (previous.endLine ?? 0) < (token.startLine ?? 0);
  const mayBegin = !inBracket && around.header === undefined && beginsAfter(previous);
  const keyword = keywords.get(token.image);
  if (keyword && next?.tokenType !== t.Equals && isKeyword(keyword, token, around, mayBegin, firstOnLine)) return keyword;
  if (next?.tokenType === t.Equals && beginsBinding(around, firstOnLine)) return t.Binder;
  if (around.header === "layers" && !inBracket && firstOnLine && beginsAfter(previous) && next?.tokenType === t.LParen) return t.SublayerName;
  // A line that begins with a call inside of open brackets, and no comma before it: the brackets should have been closed.
  if (body === "layers" && inBracket && firstOnLine && beginsAfter(previous) && previous?.tokenType !== t.Comma && next?.tokenType === t.LParen) return t.SublayerName;
  if (inBracket || around.header) return next?.tokenType === t.Colon || next?.tokenType === t.Equals ? t.ArgumentName : t.Name;
  if (!mayBegin) return t.Name;
  if (body === "layers") return next?.tokenType === t.LParen || firstOnLine || afterBrace(previous) ? t.SublayerName : t.Name;
  if (body === "unknown" && next?.tokenType === t.LParen) return t.SublayerName;
  return body !== "file" && (firstOnLine || next?.tokenType === t.Colon || afterBrace(previous)) ? t.Binder : t.Name;
}

/** After these nothing but a new member (or the end) can stand. */
function beginsAfter(previous: IToken | undefined): boolean {
  return !previous || afterBrace(previous) || previous.tokenType === t.Comma || endsExpression.has(previous.tokenType);
}

function afterBrace(previous: IToken | undefined): boolean {
  return previous?.tokenType === t.LCurly || previous?.tokenType === t.RCurly;
}

/** True when an expression was complete before a token, so that a member on the same line lacks its separator. */
export function isCompleteAfter(previous: IToken | undefined): boolean {
  return previous !== undefined && endsExpression.has(previous.tokenType);
}

// `name =` stands nowhere in an expression. Inside brackets it is taken for an argument with a wrong sign, unless a new line
// makes it likelier that a bracket was left open.
function beginsBinding({ inBracket, previous }: Surroundings, firstOnLine: boolean): boolean {
  if (previous && bareHeaders.has(previous.tokenType)) return true;
  if (beginsAfter(previous) && previous?.tokenType !== t.Comma) return !inBracket || firstOnLine;
  if (previous?.tokenType === t.Comma) return !inBracket;
  return firstOnLine && previous?.tokenType !== t.LParen && previous?.tokenType !== t.LSquare;
}

function isKeyword(keyword: TokenType, token: IToken, around: Surroundings, mayBegin: boolean, firstOnLine: boolean): boolean {
  const { body, next, afterNext } = around;
  const following = next?.tokenType;
  const third = afterNext?.tokenType;
  const sameLine = next?.startLine === token.startLine;
  /** Begins a line with words that no expression has: kept even where a bracket or a brace was left open. */
  const certain = firstOnLine && sameLine;
  const named = following === t.Name;
  switch (keyword) {
    case t.Mixer:
      return (body === "file" && mayBegin) || (named && (third === t.LParen || third === t.LCurly) && (mayBegin || certain));
    case t.Model:
      return (body === "file" && mayBegin) || (named && third === t.LCurly && (mayBegin || certain));
    case t.Train:
    case t.Generate:
      return (body === "file" && mayBegin) || (following === t.LCurly && (mayBegin || certain));
    case t.Use:
      return (body === "file" && mayBegin) || (following === t.Text && (mayBegin || certain));
    case t.Let:
      return (body === "file" && mayBegin) || (named && third === t.Equals && (mayBegin || certain));
    case t.Param:
    case t.State:
    case t.Axis:
    case t.Cache:
      if (!named) return false;
      return third === t.LSquare || third === t.Equals ? mayBegin || certain : body === "mixer" && mayBegin;
    case t.Layers:
      if (following === t.Colon) return false;
      return mayBegin ? body === "model" || body === "side" || third === t.LCurly : certain && following === t.NumberToken && third === t.LCurly;
    case t.Encoder:
    case t.Decoder:
      if (following === t.Colon) return false;
      return mayBegin ? body === "model" || following === t.LCurly : certain && following === t.LCurly;
    case t.Cross:
      return named && (mayBegin ? body === "layers" || third === t.LParen : certain && third === t.LParen);
    default:
      return false;
  }
}
