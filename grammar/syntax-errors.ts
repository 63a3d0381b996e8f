/**
 * What the parser objects to, as mistakes in our words: what was expected, what was found, why, and a way out. In:
 * chevrotain's recognition exceptions, members in the wrong place. Out: `Mistake`s.
 */
import type { IParserErrorMessageProvider, IRecognitionException, IToken } from "chevrotain";
import type { Diagnostic } from "../src/base/diagnostic.js";
import type { SourceFile, Span } from "../src/base/source.js";
import { EOF } from "./chevrotain.js";
import { shorten, spanOf } from "./cst.js";
import type { Mistake } from "./mistake.js";
import { isCompleteAfter, type Body } from "./roles.js";
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

/**
 * A recognition exception; undefined where the layout has already told of it (a bracket that it put in).
 * @param all the tokens that were parsed; the exception's own previous token is where recovery ended, not what stood before
 */
export function explainException(source: SourceFile, exception: IRecognitionException, all: readonly IToken[]): Mistake | undefined {
  const { token: found } = exception;
  const atEnd = found.tokenType === EOF;
  if (!atEnd && t.isVirtual(found)) return undefined;
  const foundAt = atEnd ? source.text.length : found.startOffset;
  const previous = lastBefore(all, foundAt);
  const rules = exception.context.ruleStack;
  const expected = exception.message;
  const betweenMembers = expected === t.RCurly.name || expected === EOF.name;
  const end = previous ? previous.endOffset! + 1 : 0;
  // What is missing at the end of a line is marked there, and not at the word that begins the next.
  const belongsBefore = atEnd || (!betweenMembers && previous !== undefined && previous.endLine !== found.startLine);
  const span: Span = belongsBefore ? { file: source, start: end, end } : spanOf(source, found);
  const what = atEnd ? "the end of the file" : `\`${shorten(found.image)}\``;
  const words = afterValue(expected, found, previous) ? "a new line" : expectedWords(rules.at(-1) ?? "file", expected);
  return {
    certainty: "lost",
    at: betweenMembers || !previous ? foundAt : previous.startOffset,
    foundAt,
    diagnostic: { code: "expected-token", severity: "error", message: `expected ${words}, found ${what}`, span, ...advice(rules, expected, found, previous) },
  };
}

/** A member that is right in itself and stands in the wrong braces, or in none. */
export function explainMisplaced(source: SourceFile, first: IToken, body: Body): Mistake {
  const at = first.startOffset;
  return {
    certainty: "lost",
    at,
    foundAt: at,
    diagnostic: {
      code: "expected-token",
      severity: "error",
      message: `expected ${bodyMembers[body]}, found \`${shorten(first.image)}\``,
      span: spanOf(source, first),
      ...misplacedAdvice(first, body),
    },
  };
}

/** The last token that begins before `offset` and that the user wrote. */
function lastBefore(all: readonly IToken[], offset: number): IToken | undefined {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.startOffset < offset) low = middle + 1;
    else high = middle;
  }
  while (low > 0 && t.isVirtual(all[low - 1]!)) low--;
  return all[low - 1];
}

const item = "`use`, `let`, `mixer`, `model`, `train` or `generate`";

const bodyMembers: { readonly [B in Body]: string } = {
  file: item,
  mixer: "a statement",
  model: "a setting, `layers`, `encoder` or `decoder`",
  side: "a setting or `layers`",
  layers: "a sublayer",
  settings: "a setting",
  unknown: "a member",
};

/** By `rule`, or `rule.token` where a rule can miss several things; else the token itself. */
const expectations = new Map<string, string>([
  ["file.EOF", item],
  ["body.RCurly", "a name, a keyword or `}`"],
  ["parameters.LParen", "`(` and the parameters"],
  ["parameters.RParen", "a parameter or `)`"],
  ["parameter", "a parameter"],
  ["parameter.Name", "`axis`, `number`, `text` or `flag`"],
  ["typeMark", "`:` and `axis`, `number`, `text` or `flag`"],
  ["axes.RSquare", "the name of an axis or `]`"],
  ["axes.LSquare", "`[` and the axes"],
  ["arguments.RParen", "an argument or `)`"],
  ["arguments.LParen", "`(` and the arguments"],
  ["list.RSquare", "a value or `]`"],
  ["setting", "`=`"],
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
    if (type === t.LCurly && rules.at(-3) === "nestedHeader") return { reason: "`layers` is written `layers N { … }`", hint: "write how many times the sublayers repeat" };
    if (type === t.LCurly) return { reason: "lists are written in square brackets", hint: "write `[…]`" };
    return { reason: "a value is a number, a text, `true`, `false`, a name, a call, a list, or an expression in brackets", hint: "write the value here, or remove what asks for one" };
  }
  if (rule === "setting" && type === t.LParen) {
    return { reason: "a name that begins a line here is given a value", hint: `a sublayer such as \`${previous?.image ?? "mixer"}(…)\` stands inside \`layers N { … }\`` };
  }
  if (rule === "setting") return { reason: "settings and statements are `name = value`", hint: "write `=` and the value after the name" };
  if (expected === EOF.name) return { reason: "a file is a list of items, each beginning with its keyword", hint: "remove it, or begin it with its keyword" };
  if (expected === t.RCurly.name) return { reason: "nothing that may stand here begins like this", hint: "remove it, or begin a new line with `name = …`" };
  if (rule === "typeMark" || rule === "parameter") return { reason: "each parameter says what it is", hint: "write `name: axis`, or `name: number = 1`" };
  if (rule === "tensor" || rule === "axes") return { reason: "`state` and `param` name their axes", hint: "write `state name[axis, …] = expression`" };
  if (rule === "header") return { reason: "a mixer is `mixer name(parameter: axis, …) { … }`, a model `model Name { … }`", hint: "write its name after the keyword" };
  if (rule === "body") return { reason: "its contents stand in braces", hint: "write `{` after the header, and `}` behind the contents" };
  if (rule === "parameters") return { reason: "a mixer is `mixer name(parameter: axis, …) { … }`", hint: "write `()` where it has no parameters" };
  if (rule === "sublayer" || rule === "arguments") return { reason: "a sublayer is `mixer(arguments)`", hint: "write `()` where it has no arguments" };
  if (rule === "use") return { reason: "`use` names a file", hint: 'write `use "path.msz"`' };
  return { reason: `${ruleForms.get(rule) ?? "the parts of an item stand in a fixed order"}`, hint: "write what is missing" };
}

const ruleForms = new Map<string, string>([
  ["let", "a constant is `let name = expression`"],
  ["declaration", "these are `axis name = expression` and `cache name = expression`"],
]);

function misplacedAdvice(first: IToken, body: Body): Pick<Diagnostic, "reason" | "hint"> {
  switch (first.tokenType) {
    case t.Axis:
    case t.Param:
    case t.State:
    case t.Cache:
      return { reason: `\`${first.image}\` is a part of a mixer`, hint: "move it into `mixer name(…) { … }`" };
    case t.Layers:
      return { reason: "`layers` is a part of a model, or of one side of it", hint: "move it into `model Name { … }`" };
    case t.Encoder:
    case t.Decoder:
      return { reason: `\`${first.image}\` is a part of a model`, hint: "move it into `model Name { … }`" };
    case t.Cross:
    case t.SublayerName:
      return { reason: "sublayers stand inside `layers N { … }`", hint: "put `layers` around it" };
    case t.LCurly:
      return { reason: "braces stand behind a keyword that says what they hold", hint: "write the keyword, such as `layers 6`, before `{`" };
    default:
      return body === "layers"
        ? { reason: "a `layers` block holds sublayers only", hint: "move the setting before `layers`" }
        : { reason: "outside of braces only whole items stand", hint: `write \`let ${shorten(first.image)} = …\` for a constant, or move the setting into a model` };
  }
}
