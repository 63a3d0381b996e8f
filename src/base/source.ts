/** Where text came from, and places in it. Offsets count UTF-16 units, lines and columns start at 1. */

export interface SourceFile {
  /** As the user wrote it on the command line or in `use`; used in messages. */
  readonly path: string;
  readonly text: string;
}

/** A half-open range of a source file. Every node down to a kernel keeps the span it came from. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column (both from 1) of an offset. */
export function positionAt(file: SourceFile, offset: number): Position {
  const before = file.text.slice(0, Math.max(0, offset));
  const line = before.split("\n").length;
  return { line, column: before.length - before.lastIndexOf("\n") };
}

/** The text of one line (from 1), without its line break. */
export function lineText(file: SourceFile, line: number): string {
  return (file.text.split("\n")[line - 1] ?? "").replace(/\r$/, "");
}

export function spanText(span: Span): string {
  return span.file.text.slice(span.start, span.end);
}
