/**
 * What chevrotain's lexer and parser object to, as mistakes in our words: what was expected, what was found, why, and a way
 * out. In: lexing errors, flawed tokens, recognition exceptions. Out: `Mistake`s.
 */
import type { ILexingError, IParserErrorMessageProvider, IRecognitionException, IToken } from "chevrotain";
import type { Diagnostic } from "../src/base/diagnostic.js";
import type { SourceFile, Span } from "../src/base/source.js";
import { EOF } from "./chevrotain.js";
import type { Mistake, Mistakes } from "./mistake.js";
import { isCompleteAfter } from "./roles.js";
import * as t from "./tokens.js";

/** Thrown through chevrotain when a text has so many mistakes that its recovery would cost more than it tells. */
export class GaveUp extends Error {}

/** Each costs chevrotain a walk over its rule stack, far more than a token. */
const mostExceptions = 100;

/**
 * chevrotain asks for the text of each exception; ours is the name of the expected token (empty for a choice of several),
 * from which `explainException` makes words. Also the place where mistakes are counted.
 */
export function makeMessageProvider(): IParserErrorMessageProvider & { reset(): void } {
  let exceptions = 0;
  const counted = (text: string): string => {
    if (++exceptions > mostExceptions) throw new GaveUp();
    return text;
  };
  return {
    reset: () => void (exceptions = 0),
    buildMismatchTokenMessage: ({ expected }) => counted(expected.name),
    buildNotAllInputParsedMessage: () => counted(EOF.name),
    buildNoViableAltMessage: () => counted(""),
    buildEarlyExitMessage: () => counted(""),
  };
}

/** Characters that belong to no token. */
export function explainLexingError(source: SourceFile, error: ILexingError): Mistake {
  const start = error.offset;
  const character = String.fromCodePoint(source.text.codePointAt(start) ?? 0);
  const code = character.codePointAt(0)!;
  const shown = code < 0x20 || (code >= 0x7f && code < 0xa1) || (code >= 0x2000 && code < 0x2010) || (code >= 0xd800 && code < 0xe000) ? "" : `\`${character}\` `;
  return sure(start, {
    code: "unexpected-character",
    message: `unexpected character ${shown}(U+${code.toString(16).toUpperCase().padStart(4, "0")})`,
    span: { file: source, start, end: start + error.length },
    reason: "outside of comments and texts a spec has ASCII letters, digits, `_` and the signs `{ } ( ) [ ] = : , + - * / ^`",
    hint: characterHints.get(character) ?? "remove it",
  });
}

const characterHints = new Map<string, string>([
  [";", "statements and settings end with their line; remove the `;`"],
  ["“", 'texts stand in straight double quotes: `"`'],
  ["”", 'texts stand in straight double quotes: `"`'],
  ["\u00a0", "this is a no-break space; write an ordinary space"],
  ["×", "multiplication is written `*`"],
  ["·", "multiplication is written `*`"],
  ["−", "write an ordinary minus: `-`"],
  ["%", "there is no remainder; sizes must divide without one"],
]);

/** Tokens that were read but are not right in themselves. */
export function explainFlaws(source: SourceFile, tokens: readonly IToken[], comments: readonly IToken[], mistakes: Mistakes): void {
  for (const token of tokens) {
    if (mistakes.isFull()) return;
    if (token.tokenType === t.BadNumber || (token.tokenType === t.NumberToken && !Number.isFinite(numberValue(token.image)))) {
      mistakes.add(badNumber(source, token));
    } else if (token.tokenType === t.Text) textFlaws(source, token).forEach((mistake) => mistakes.add(mistake));
  }
  for (const token of comments) {
    const start = token.startOffset;
    if (isFlawed(token)) {
      mistakes.add(
        sure(start, {
          code: "unterminated-comment",
          message: "this comment never ends",
          span: { file: source, start, end: start + 2 },
          reason: "a comment that begins with `/*` goes on to `*/`, here to the end of the file",
          hint: "add `*/` where the comment ends",
        }),
      );
    } else if (token.tokenType === t.HashComment) {
      mistakes.add(
        sure(start, {
          code: "unexpected-character",
          message: "unexpected character `#` (U+0023)",
          span: { file: source, start, end: start + 1 },
          reason: "comments are `// …` and `/* … */`",
          hint: "write `//`",
        }),
      );
    }
  }
}

export function numberValue(image: string): number {
  return Number(image.replaceAll("_", ""));
}

function badNumber(source: SourceFile, token: IToken): Mistake {
  const shown = shorten(token.image);
  const tooLarge = token.tokenType === t.NumberToken;
  return sure(token.startOffset, {
    code: "bad-number",
    message: tooLarge ? `\`${shown}\` is too large a number` : `\`${shown}\` is not a number`,
    span: spanOf(source, token),
    reason: tooLarge ? "numbers go up to about 1.8e308" : "numbers are written `12`, `1_000`, `0.5`, `3e-4`: digits, single `_` between digits, at most one point with digits on both sides",
    hint: tooLarge ? "write a smaller number" : token.image.startsWith(".") ? `write \`0${shown}\`` : "write the number in decimal digits",
  });
}

function textFlaws(source: SourceFile, token: IToken): Mistake[] {
  const start = token.startOffset;
  const span = spanOf(source, token);
  const flaw = (token.payload as t.TokenFlaw | undefined)?.flaw;
  if (flaw === "unterminated") {
    const quote = token.image[0]!;
    return [
      sure(start, { code: "unterminated-string", message: "this text never ends", span, reason: "a text ends on the line on which it begins", hint: `add \`${quote === "'" ? '"' : quote}\` where the text ends; a line break inside is written \`\\n\`` }),
    ];
  }
  if (flaw === "single-quotes") {
    return [sure(start, { code: "unexpected-character", message: "unexpected character `'` (U+0027)", span, reason: "texts stand in double quotes", hint: `write \`"${shorten(token.image.slice(1, -1))}"\`` })];
  }
  const escapes = unknownEscapes(token.image);
  return escapes.map((at) =>
    sure(start + at, {
      code: "bad-escape",
      message: `\`${token.image.slice(at, at + 2)}\` is not an escape`,
      span: { file: source, start: start + at, end: start + at + 2 },
      reason: 'in a text `\\` stands only in `\\"`, `\\\\`, `\\n` and `\\t`',
      hint: "write `\\\\` for a backslash",
    }),
  );
}

/** Offsets of backslashes that begin no known escape. */
function unknownEscapes(image: string): number[] {
  const found: number[] = [];
  for (let i = 1; i < image.length - 1; i++) {
    if (image[i] !== "\\") continue;
    if (!'"\\nt'.includes(image[i + 1]!)) found.push(i);
    i++;
  }
  return found;
}

/** A recognition exception; undefined where the layout has already told of it (a bracket that it put in). */
export function explainException(source: SourceFile, exception: IRecognitionException & { readonly previousToken?: IToken }): Mistake | undefined {
  const { token: found, previousToken: previous } = exception;
  const atEnd = found.tokenType === EOF;
  if (!atEnd && t.isVirtual(found)) return undefined;
  const rule = exception.context.ruleStack.at(-1) ?? "file";
  const expected = exception.message;
  const betweenMembers = expected === t.RCurly.name || expected === EOF.name || rule === "item" || rule === "statement";
  const hasPrevious = previous !== undefined && Number.isFinite(previous.startOffset);
  const end = hasPrevious ? previous.endOffset! + 1 : 0;
  // What is missing at the end of a line is marked there, and not at the word that begins the next.
  const belongsBefore = atEnd || (!betweenMembers && hasPrevious && previous.endLine !== found.startLine);
  const foundAt = atEnd ? source.text.length : found.startOffset;
  const span: Span = belongsBefore ? { file: source, start: end, end } : spanOf(source, found);
  const what = atEnd ? "the end of the file" : `\`${shorten(found.image)}\``;
  return {
    certainty: "lost",
    at: betweenMembers || !hasPrevious ? foundAt : previous.startOffset,
    foundAt,
    diagnostic: {
      code: "expected-token",
      severity: "error",
      message: `expected ${afterValue(expected, found, previous) ? "a new line" : expectedWords(rule, expected)}, found ${what}`,
      span,
      ...advice(exception.context.ruleStack, expected, found, previous),
    },
  };
}

const item = "`use`, `let`, `mixer`, `model`, `train` or `generate`";

/** By `rule`, or `rule.token` where a rule can miss several things; else the token itself. */
const expectations = new Map<string, string>([
  ["file.EOF", item],
  ["item", item],
  ["mixer.RCurly", "a statement or `}`"],
  ["model.RCurly", "a setting, `layers`, `encoder`, `decoder` or `}`"],
  ["side.RCurly", "a setting, `layers` or `}`"],
  ["layers.RCurly", "a sublayer or `}`"],
  ["block.RCurly", "a setting or `}`"],
  ["parameters.RParen", "a parameter or `)`"],
  ["parameter", "a parameter"],
  ["parameter.Name", "`axis`, `number`, `text` or `flag`"],
  ["typeMark", "`:` and `axis`, `number`, `text` or `flag`"],
  ["axes.RSquare", "the name of an axis or `]`"],
  ["axes.LSquare", "`[` and the axes"],
  ["arguments.RParen", "an argument or `)`"],
  ["arguments.LParen", "`(` and the arguments"],
  ["list.RSquare", "a value or `]`"],
  ["statement", "a statement"],
  ["setting", "`=`"],
  ["sublayer", "a sublayer"],
  ["operand", "a value"],
  ["operand.RParen", "an operator or `)`"],
  ["operator", "an operator"],
]);

function expectedWords(rule: string, expected: string): string {
  const words = expectations.get(expected === "" ? rule : `${rule}.${expected}`);
  if (words) return words;
  const type = expected === EOF.name ? EOF : t.allTokens.find((candidate) => candidate.name === expected);
  return type ? t.describeTokenType(type) : "something else";
}

/** Something follows a complete value on its line. */
function afterValue(expected: string, found: IToken, previous: IToken | undefined): boolean {
  return (expected === t.RCurly.name || expected === EOF.name) && previous !== undefined && isCompleteAfter(previous) && previous.endLine === found.startLine;
}

/** Why and a way out, by what people most often meant. */
function advice(rules: readonly string[], expected: string, found: IToken, previous: IToken | undefined): Pick<Diagnostic, "reason" | "hint"> {
  const rule = rules.at(-1) ?? "file";
  const type = found.tokenType;
  if (afterValue(expected, found, previous)) return { reason: "the value before it is complete", hint: "join the two with an operator, or remove one" };
  if (rule === "operand" && expected === t.RParen.name) return { reason: "an opened bracket holds one expression", hint: "join its parts with an operator; `[…]` makes a list" };
  if (rule === "operand") {
    if (type === t.Times && previous?.tokenType === t.Times) return { reason: "a value stands on both sides of `*`", hint: "a power is written `^`" };
    if (type === t.Equals) return { reason: "a value stands here", hint: "there is no comparison; `=` stands once, after the name" };
    if (type === t.LCurly && rules.at(-3) === "layers") return { reason: "`layers` is written `layers N { … }`", hint: "write how many times the sublayers repeat" };
    if (type === t.LCurly) return { reason: "lists are written in square brackets", hint: "write `[…]`" };
    return { reason: "a value is a number, a text, `true`, `false`, a name, a call, a list, or an expression in brackets", hint: "write the value here, or remove what asks for one" };
  }
  if (rule === "setting" && type === t.LParen) {
    return { reason: "a name that begins a line here is given a value", hint: `a sublayer such as \`${previous?.image ?? "memory"}(…)\` stands inside \`layers N { … }\`` };
  }
  if (rule === "setting") return { reason: "settings and statements are `name = value`", hint: "write `=` and the value after the name" };
  if (rule === "file" || rule === "item") {
    if (type === t.Binder) return { reason: "outside of braces only whole items stand", hint: `write \`let ${shorten(found.image)} = …\` for a constant, or move the setting into a model` };
    if (type === t.Layers || type === t.Encoder || type === t.Decoder) return { reason: `\`${found.image}\` is a part of a model`, hint: `move it into \`model Name { … }\`` };
    if (type === t.Axis || type === t.Param || type === t.State || type === t.Cache) return { reason: `\`${found.image}\` is a part of a mixer`, hint: "move it into `mixer name(…) { … }`" };
    return { reason: "a file is a list of items, each beginning with its keyword", hint: "remove it, or begin it with its keyword" };
  }
  if (expected === t.RCurly.name) {
    if (type === t.Binder && rule === "layers") return { reason: "a `layers` block holds sublayers only", hint: "move the setting before `layers`" };
    if (type === t.Axis || type === t.Param || type === t.State || type === t.Cache) return { reason: `\`${found.image}\` is a part of a mixer`, hint: "move it into `mixer name(…) { … }`" };
    if (type === t.Cross || type === t.SublayerName) return { reason: "sublayers stand inside `layers N { … }`", hint: "put `layers` around it" };
    return { reason: "nothing that may stand here begins like this", hint: "remove it, or begin a new line with `name = …`" };
  }
  if (rule === "layers") return { reason: "`layers` is written `layers N { … }`", hint: "write how many times the sublayers repeat, and then `{`" };
  if (rule === "typeMark" || rule === "parameter") return { reason: "each parameter says what it is", hint: "write `name: axis`, or `name: number = 1`" };
  if (rule === "tensor" || rule === "axes") return { reason: "`state` and `param` name their axes", hint: "write `state name[axis, …] = expression`" };
  if (expected === t.Name.name && rule === "mixer") return { reason: "a mixer is `mixer name(parameter: axis, …) { … }`", hint: "write its name after `mixer`" };
  if (rule === "mixer" || rule === "parameters") return { reason: "a mixer is `mixer name(parameter: axis, …) { … }`", hint: "write `()` where it has no parameters" };
  if (rule === "sublayer" || rule === "arguments") return { reason: "a sublayer is `mixer(arguments)`", hint: "write `()` where it has no arguments" };
  if (rule === "use") return { reason: "`use` names a file", hint: 'write `use "path.msz"`' };
  return { reason: `${ruleForms.get(rule) ?? "the parts of an item stand in a fixed order"}`, hint: "write what is missing" };
}

const ruleForms = new Map<string, string>([
  ["let", "a constant is `let name = expression`"],
  ["model", "a model is `model Name { … }`"],
  ["side", "one side of a model is `encoder { … }` or `decoder { … }`"],
  ["block", "these are `train { … }` and `generate { … }`"],
  ["declaration", "these are `axis name = expression` and `cache name = expression`"],
]);

function sure(at: number, diagnostic: Omit<Diagnostic, "severity">): Mistake {
  return { certainty: "sure", at, foundAt: at, diagnostic: { ...diagnostic, severity: "error" } };
}

function isFlawed(token: IToken): boolean {
  return (token.payload as t.TokenFlaw | undefined)?.flaw === "unterminated";
}

export function spanOf(source: SourceFile, token: IToken): Span {
  return { file: source, start: token.startOffset, end: token.endOffset! + 1 };
}

export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
