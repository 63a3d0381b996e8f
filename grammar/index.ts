/**
 * Text to AST and text to canonical text. `parse` never throws for what a file contains: it returns the items that it
 * understood and a diagnostic for each mistake. Everything here is linear in the length of the text.
 */
import type { CstNode, IToken } from "chevrotain";
import type { File } from "../src/ast/ast.js";
import type { Diagnostic } from "../src/base/diagnostic.js";
import type { SourceFile } from "../src/base/source.js";
import { formatFile } from "./format.js";
import { explainFlaws, explainLexingError } from "./lexical-errors.js";
import { layOut } from "./layout.js";
import { Mistakes } from "./mistake.js";
import { SpecParser } from "./parser.js";
import { explainException, GaveUp, makeMessageProvider } from "./syntax-errors.js";
import { toAst } from "./to-ast.js";
import { commentGroup, makeLexer } from "./tokens.js";

export interface ParseResult {
  readonly file: File;
  readonly diagnostics: Diagnostic[];
}

export interface Grammar {
  parse(source: SourceFile): ParseResult;
  /** The canonical text; undefined when the file does not parse. */
  format(source: SourceFile): string | undefined;
}

/** In UTF-16 units. A spec is a few kilobytes; what is longer is another kind of file. */
const longestText = 4 * 1024 * 1024;

/**
 * chevrotain analyses a grammar when its parser is made, which takes longer than reading a spec: it is made at the first
 * text and kept in this closure. It holds nothing from one text to the next (its input is set anew each time), so keeping it
 * is not observable.
 */
export function makeGrammar(options: { readonly validate: boolean } = { validate: false }): Grammar {
  let made: ReturnType<typeof makeMachinery> | undefined;
  const machinery = (): ReturnType<typeof makeMachinery> => (made ??= makeMachinery(options));

  function read(source: SourceFile): ParseResult & { readonly comments: readonly IToken[] } {
    const { lexer, parser, messages } = machinery();
    const lexed = lexer.tokenize(source.text);
    const comments = lexed.groups[commentGroup] ?? [];
    const mistakes = new Mistakes();
    for (const error of lexed.errors) {
      if (!mistakes.isFull()) mistakes.add(explainLexingError(source, error));
    }
    explainFlaws(source, lexed.tokens, comments, mistakes);
    const layout = layOut(source, lexed.tokens, mistakes);

    messages.reset();
    parser.input = layout.tokens;
    let tree: CstNode | undefined;
    try {
      tree = parser.file();
    } catch (error) {
      if (error instanceof RangeError) {
        // A host with a far smaller call stack than usual; what chevrotain keeps of the broken run is thrown away with it.
        made = undefined;
        return { file: emptyFile(source), diagnostics: [outOfStack(source)], comments };
      }
      if (!(error instanceof GaveUp)) throw error;
      mistakes.setIncomplete();
    }
    for (const exception of parser.errors) {
      const mistake = explainException(source, exception, layout.tokens);
      if (mistake) mistakes.add(mistake);
    }
    const file = tree ? toAst(source, tree, comments, mistakes) : emptyFile(source);
    // Let go of the text's tokens.
    parser.input = [];
    return { file, diagnostics: mistakes.select(layout.memberStarts), comments };
  }

  return {
    parse(source) {
      if (source.text.length > longestText) return { file: emptyFile(source), diagnostics: [tooLarge(source)] };
      const { file, diagnostics } = read(source);
      return { file, diagnostics };
    },
    format(source) {
      if (source.text.length > longestText) return undefined;
      const { file, diagnostics, comments } = read(source);
      return diagnostics.length > 0 ? undefined : formatFile(file, comments);
    },
  };
}

export const { parse, format } = makeGrammar();

function makeMachinery(options: { readonly validate: boolean }) {
  const messages = makeMessageProvider();
  return { messages, lexer: makeLexer(options), parser: new SpecParser(messages, options) };
}

function emptyFile(source: SourceFile): File {
  return { kind: "file", source, items: [] };
}

function outOfStack(source: SourceFile): Diagnostic {
  return {
    code: "nesting-too-deep",
    severity: "error",
    message: "brackets are nested too deep for this machine",
    span: { file: source, start: 0, end: 0 },
    reason: "the call stack ended while the file was read",
    hint: "give parts of the deepest expression names of their own",
  };
}

function tooLarge(source: SourceFile): Diagnostic {
  return {
    code: "file-too-large",
    severity: "error",
    message: `the file is too large for a spec: ${source.text.length} characters`,
    span: { file: source, start: 0, end: 0 },
    reason: `a spec has at most ${longestText} characters`,
    hint: "is this the right file? Weights and corpora are named by a spec, not held in it",
  };
}
