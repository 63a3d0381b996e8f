/**
 * The one door to chevrotain. Its package entry imports some 200 single-function files of lodash-es, a quarter of a second
 * before the first character is read; the bundle that the same package ships (same version, same API, one file) loads in
 * about 15 ms. A host that cannot resolve that file (a bundler, another package layout) gets the ordinary entry.
 */
import type { createToken as CreateToken, CstParser as CstParserClass, EOF as EofToken, Lexer as LexerClass } from "chevrotain";

interface Chevrotain {
  readonly createToken: typeof CreateToken;
  readonly CstParser: typeof CstParserClass;
  readonly EOF: typeof EofToken;
  readonly Lexer: typeof LexerClass;
}

const packageEntry = "src/api.js";
const bundle = "chevrotain.mjs";

async function load(): Promise<Chevrotain> {
  try {
    const { resolve } = import.meta as { resolve?: (specifier: string) => string };
    const entry = resolve?.("chevrotain");
    if (entry?.endsWith(packageEntry)) {
      return (await import(/* @vite-ignore */ entry.slice(0, -packageEntry.length) + bundle)) as Chevrotain;
    }
  } catch {
    // The ordinary entry below has the same API; only the start is slower.
  }
  return import("chevrotain");
}

export const { createToken, CstParser, EOF, Lexer } = await load();
