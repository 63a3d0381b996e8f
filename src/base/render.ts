/**
 * Ink: a diagnostic as text, in one shape for every command.
 *
 *   error[unknown-name]: `slot` is not defined
 *    --> shakespeare.msz:5:14
 *     |
 *   5 |   read = sum(slot, slots)
 *     |              ^^^^
 *     = why: …
 *     = help: did you mean `slots`?
 */
import type { Diagnostic, Severity } from "./diagnostic.js";
import { lineText, positionAt, type Span } from "./source.js";

export interface RenderOptions {
  readonly color?: boolean;
}

/** ANSI colours by severity. */
const colors: Record<Severity, string> = { error: "\x1b[31m", warning: "\x1b[33m", note: "\x1b[36m" };
const reset = "\x1b[0m";
const widestLine = 160;

export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const paint = (text: string): string => (options.color ? colors[diagnostic.severity] + text + reset : text);
  const lines = [`${paint(`${diagnostic.severity}[${diagnostic.code}]`)}: ${diagnostic.message}`];
  const labels = diagnostic.labels ?? [];
  const numbers = [diagnostic.span, ...labels.map((l) => l.span)].map((s) => (s ? positionAt(s.file, s.start).line : 0));
  const gutter = " ".repeat(String(Math.max(...numbers)).length);
  if (diagnostic.span) lines.push(...frame(diagnostic.span, gutter, "-->", "", paint));
  for (const label of labels) lines.push(...frame(label.span, gutter, ":::", ` ${label.message}`, paint));
  if (diagnostic.reason) lines.push(`${gutter} = why: ${diagnostic.reason}`);
  if (diagnostic.hint) lines.push(`${gutter} = help: ${diagnostic.hint}`);
  return lines.join("\n");
}

export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  return diagnostics.map((d) => `${renderDiagnostic(d, options)}\n`).join("\n");
}

/** Plain data for `--json`. */
export function diagnosticToJson(diagnostic: Diagnostic): Record<string, unknown> {
  const place = (span: Span): Record<string, unknown> => ({
    file: span.file.path,
    ...positionAt(span.file, span.start),
    start: span.start,
    end: span.end,
  });
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...(diagnostic.span ? { place: place(diagnostic.span) } : {}),
    ...(diagnostic.labels ? { labels: diagnostic.labels.map((l) => ({ message: l.message, place: place(l.span) })) } : {}),
    ...(diagnostic.reason ? { reason: diagnostic.reason } : {}),
    ...(diagnostic.hint ? { hint: diagnostic.hint } : {}),
  };
}

function frame(span: Span, gutter: string, arrow: string, note: string, paint: (text: string) => string): string[] {
  const { line, column } = positionAt(span.file, span.start);
  const number = String(line).padStart(gutter.length);
  const whole = lineText(span.file, line);
  // A very long line is cut around the place, so that the caret stays in sight.
  const from = column > widestLine - 20 ? column - 60 : 0;
  const text = whole.slice(from, from + widestLine).replace(/\t/g, " ");
  const carets = Math.max(1, Math.min(span.end - span.start, whole.length - column + 1, widestLine - (column - 1 - from)));
  return [
    `${gutter}${arrow} ${span.file.path}:${line}:${column}`,
    `${gutter} |`,
    `${number} | ${text}`,
    `${gutter} | ${" ".repeat(column - 1 - from)}${paint("^".repeat(carets))}${note}`,
  ];
}
