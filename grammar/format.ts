import type { IToken } from "chevrotain";
import type { File } from "../src/ast/ast.js";
export function formatFile(file: File, comments: readonly IToken[]): string { return file.source.text + comments.length; }
