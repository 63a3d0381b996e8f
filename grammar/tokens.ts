/**
 * Every token of a `.msz` file, in match order, and the lexer made of them; the only regexes of the language.
 * Keywords are contextual: the lexer knows only `Name`, and `layout.ts` gives a name its role (`State`, `Binder`, …).
 */
import type { CustomPatternMatcherReturn, IToken, TokenType } from "chevrotain";
import { createToken, EOF, Lexer } from "./chevrotain.js";

/** What a custom pattern tells beyond the text: the token ends where it should not. */
export interface TokenFlaw {
  readonly flaw: "unterminated" | "single-quotes";
}

/** Comments never reach the parser; docs and the formatter read them from this group. */
export const commentGroup = "comments";

const Space = createToken({ name: "Space", pattern: /[ \t\r\n\f\uFEFF]+/, group: Lexer.SKIPPED, line_breaks: true });

export const DocComment = createToken({ name: "DocComment", pattern: /\/\/\/[^\r\n]*/, group: commentGroup });
export const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\r\n]*/, group: commentGroup });
/** Not ours, but what many type: taken as a comment, with a diagnostic, so that its words are not read as code. */
export const HashComment = createToken({ name: "HashComment", pattern: /#[^\r\n]*/, group: commentGroup });
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: matchBlockComment,
  group: commentGroup,
  line_breaks: true,
  start_chars_hint: ["/"],
});

export const Text = createToken({ name: "Text", pattern: matchText, line_breaks: false, start_chars_hint: ['"', "'"] });
export const NumberToken = createToken({
  name: "Number",
  pattern: /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_.])/,
});
/** What begins like a number and is none: `1__0`, `1e`, `0x10`, `.5`. */
export const BadNumber = createToken({ name: "BadNumber", pattern: /\.?\d(?:[eE][+-]\d|[A-Za-z0-9_.])*/ });

export const Name = createToken({ name: "Name", pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
export const True = createToken({ name: "True", pattern: /true/, longer_alt: Name });
export const False = createToken({ name: "False", pattern: /false/, longer_alt: Name });

export const LCurly = createToken({ name: "LCurly", pattern: "{" });
export const RCurly = createToken({ name: "RCurly", pattern: "}" });
export const LParen = createToken({ name: "LParen", pattern: "(" });
export const RParen = createToken({ name: "RParen", pattern: ")" });
export const LSquare = createToken({ name: "LSquare", pattern: "[" });
export const RSquare = createToken({ name: "RSquare", pattern: "]" });
export const Comma = createToken({ name: "Comma", pattern: "," });
export const Colon = createToken({ name: "Colon", pattern: ":" });
export const Equals = createToken({ name: "Equals", pattern: "=" });
export const Plus = createToken({ name: "Plus", pattern: "+" });
export const Minus = createToken({ name: "Minus", pattern: "-" });
export const Times = createToken({ name: "Times", pattern: "*" });
export const Divide = createToken({ name: "Divide", pattern: "/" });
export const Power = createToken({ name: "Power", pattern: "^" });

/** A name's roles; never matched by the lexer. */
const role = (name: string): TokenType => createToken({ name, pattern: Lexer.NA });
export const Use = role("Use");
export const Let = role("Let");
export const Mixer = role("Mixer");
export const Model = role("Model");
export const Train = role("Train");
export const Generate = role("Generate");
export const Axis = role("Axis");
export const Param = role("Param");
export const State = role("State");
export const Cache = role("Cache");
export const Layers = role("Layers");
export const Encoder = role("Encoder");
export const Decoder = role("Decoder");
export const Cross = role("Cross");
/** The name that begins a setting or a plain statement: `width = …`. */
export const Binder = role("Binder");
/** The name that begins a sublayer: `memory(…)` inside `layers`. */
export const SublayerName = role("SublayerName");
/** The name of an argument: `slots` in `slots: 32`. */
export const ArgumentName = role("ArgumentName");

const matched: TokenType[] = [
  Space, DocComment, LineComment, HashComment, BlockComment,
  Text, NumberToken, BadNumber, True, False, Name,
  LCurly, RCurly, LParen, RParen, LSquare, RSquare, Comma, Colon, Equals, Plus, Minus, Times, Divide, Power,
];

/** In match order, then the roles. */
export const allTokens: readonly TokenType[] = [
  ...matched,
  Use, Let, Mixer, Model, Train, Generate, Axis, Param, State, Cache, Layers, Encoder, Decoder, Cross,
  Binder, SublayerName, ArgumentName,
];

export function makeLexer(options: { readonly validate: boolean }): InstanceType<typeof Lexer> {
  return new Lexer([...allTokens], { skipValidations: !options.validate, ensureOptimizations: true, recoveryEnabled: true });
}

/** A token's name in a message. */
export function describeTokenType(type: TokenType): string {
  if (type === EOF) return "the end of the file";
  if (type === Text) return "a text in double quotes";
  if (type === NumberToken || type === BadNumber) return "a number";
  if (type === Name || type === Binder || type === SublayerName || type === ArgumentName) return "a name";
  if (typeof type.PATTERN === "string") return `\`${type.PATTERN}\``;
  return `\`${type.name.toLowerCase()}\``;
}

/** Made by us and not written by the user: a closing bracket that was missing. */
export function isVirtual(token: IToken): boolean {
  return token.image === "";
}

// To the end of the file when it is not closed: a search for `*/` at each later `/*` would be quadratic.
function matchBlockComment(text: string, offset: number): CustomPatternMatcherReturn | null {
  if (!text.startsWith("/*", offset)) return null;
  const end = text.indexOf("*/", offset + 2);
  return end < 0 ? flawed(text.slice(offset), "unterminated") : [text.slice(offset, end + 2)];
}

// To the end of the line when it is not closed.
function matchText(text: string, offset: number): CustomPatternMatcherReturn | null {
  const quote = text[offset];
  if (quote !== '"' && quote !== "'") return null;
  let end = offset + 1;
  while (end < text.length && text[end] !== quote && text[end] !== "\n" && text[end] !== "\r") {
    const next = text[end + 1];
    end += text[end] === "\\" && next !== undefined && next !== "\n" && next !== "\r" ? 2 : 1;
  }
  if (text[end] !== quote) return flawed(text.slice(offset, end), "unterminated");
  const image = text.slice(offset, end + 1);
  return quote === "'" ? flawed(image, "single-quotes") : [image];
}

function flawed(image: string, flaw: TokenFlaw["flaw"]): CustomPatternMatcherReturn {
  const match: CustomPatternMatcherReturn = [image];
  match.payload = { flaw } satisfies TokenFlaw;
  return match;
}
