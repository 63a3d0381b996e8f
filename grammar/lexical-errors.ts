/** Mistakes inside of a token: characters, numbers, texts and comments that are not right in themselves. */
import type { ILexingError, IToken } from "chevrotain";
import type { Diagnostic } from "../src/base/diagnostic.js";
import type { SourceFile } from "../src/base/source.js";
import { shorten, spanOf } from "./cst.js";
import type { Mistake, Mistakes } from "./mistake.js";
import * as t from "./tokens.js";

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

function sure(at: number, diagnostic: Omit<Diagnostic, "severity">): Mistake {
  return { certainty: "sure", at, foundAt: at, diagnostic: { ...diagnostic, severity: "error" } };
}

function isFlawed(token: IToken): boolean {
  return (token.payload as t.TokenFlaw | undefined)?.flaw === "unterminated";
}
