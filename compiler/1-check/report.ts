/**
 * The mistakes found so far. The same mistake found twice (a mixer is elaborated once for each place in the stack) is
 * kept once. After syntax errors parts of the file are missing, so what only says that something is absent is not told.
 */
import type { Diagnostic, Label, Severity } from "../../src/base/diagnostic.js";
import { spanText, type Span } from "../../src/base/source.js";
import { didYouMean } from "../../src/base/suggest.js";

export interface Details {
  readonly labels?: readonly Label[];
  readonly reason?: string;
  readonly hint?: string;
}

/** Codes that a part lost to a syntax error could have caused. */
const aboutAbsence = new Set([
  "no-model", "no-layers", "empty-layers", "empty-file", "missing-setting", "missing-argument", "missing-out",
  "unknown-name", "unknown-function", "unknown-mixer", "unknown-constant", "unused-name",
]);

export class Report {
  readonly #found = new Map<string, Diagnostic>();

  constructor(private readonly afterSyntaxErrors: boolean) {}

  error(code: string, span: Span | undefined, message: string, details: Details = {}): undefined {
    this.#add("error", code, span, message, details);
  }

  warning(code: string, span: Span, message: string, details: Details = {}): void {
    this.#add("warning", code, span, message, details);
  }

  note(code: string, span: Span, message: string, details: Details = {}): void {
    this.#add("note", code, span, message, details);
  }

  /** A name that nothing has; `known` are the names that would have done. */
  unknown(code: string, what: string, name: string, span: Span, known: Iterable<string>, details: Details = {}): undefined {
    const names = [...known];
    const hint = didYouMean(name, names) ?? details.hint ?? (names.length > 0 ? `known here: ${list(names)}` : undefined);
    this.error(code, span, `there is no ${what} \`${name}\``, { ...details, hint });
  }

  get errorCount(): number {
    return this.all.filter((d) => d.severity === "error").length;
  }

  get all(): readonly Diagnostic[] {
    return [...this.#found.values()];
  }

  #add(severity: Severity, code: string, span: Span | undefined, message: string, details: Details): void {
    if (this.afterSyntaxErrors && aboutAbsence.has(code)) return;
    const key = JSON.stringify([code, span?.file.path, span?.start, span?.end, message]);
    if (!this.#found.has(key)) this.#found.set(key, { code, severity, message, span, ...details });
  }
}

/** "`a`, `b` and `c`" */
export function list(names: readonly string[], last = "and"): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} ${last} ${quoted[quoted.length - 1]}`;
}

/** What the user wrote there, if it is short enough to repeat. */
export function quote(span: Span): string {
  const text = spanText(span);
  return text.length <= 48 && !text.includes("\n") ? `\`${text}\`` : "this expression";
}
