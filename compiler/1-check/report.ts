/**
 * The mistakes found so far. The same mistake found twice (a mixer is elaborated once for each place in the stack) is
 * kept once. Where syntax errors have torn the text, what may only follow from them is not told.
 */
import type { Diagnostic, Label, Severity } from "../../src/base/diagnostic.js";
import { positionAt, spanText, type Span } from "../../src/base/source.js";
import { didYouMean } from "../../src/base/suggest.js";

export interface Details {
  readonly labels?: readonly Label[];
  readonly reason?: string;
  readonly hint?: string;
}

/** Codes that a part lost to a syntax error could have caused. */
const aboutAbsence = new Set([
  "no-model", "no-layers", "empty-layers", "empty-file", "missing-setting", "missing-argument", "missing-out",
  "missing-side", "unknown-name", "unknown-function", "unknown-mixer", "unknown-constant", "unused-name",
]);

/** Codes that a file which could not be used could have caused. */
const aboutNames = new Set(["unknown-name", "unknown-function", "unknown-mixer", "unknown-constant"]);

export class Report {
  readonly #found = new Map<string, Diagnostic>();
  #errors = 0;
  #namesAreLost = false;

  /**
   * @param torn places of syntax errors
   * @param mixers the spans of mixers, of which a torn one is left alone
   * @param lost whether a syntax error can have taken a part of the text with it, names that others use among it
   */
  constructor(private readonly torn: readonly Span[], private readonly mixers: readonly Span[], private readonly lost: boolean) {}

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
    const hint = didYouMean(name, names) ?? details.hint ?? (names.length > 0 ? `known: ${list(names)}` : undefined);
    this.error(code, span, `there is no ${what} \`${name}\``, { ...details, hint });
  }

  /** Errors so far, repeated ones too: whoever compares it before and after learns whether something was wrong. */
  get errorCount(): number {
    return this.#errors;
  }

  /** A `use` brought nothing in: from now on a name that is near to no other may have come from there. */
  loseNames(): void {
    this.#namesAreLost = true;
  }

  hasErrorIn(span: Span): boolean {
    return this.all.some((d) => d.severity === "error" && d.span !== undefined && isInside(d.span, span));
  }

  get all(): readonly Diagnostic[] {
    return [...this.#found.values()];
  }

  #isTorn(span: Span): boolean {
    const line = (s: Span): number => positionAt(s.file, s.start).line;
    if (this.torn.some((t) => t.file.path === span.file.path && line(t) === line(span))) return true;
    return this.mixers.some((mixer) => isInside(span, mixer) && this.torn.some((t) => isInside(t, mixer)));
  }

  #add(severity: Severity, code: string, span: Span | undefined, message: string, details: Details): void {
    if (severity === "error") this.#errors++;
    if ((this.lost && aboutAbsence.has(code)) || (span !== undefined && this.#isTorn(span))) return;
    if (this.#namesAreLost && aboutNames.has(code) && !details.hint?.startsWith("did you mean")) return;
    const key = JSON.stringify([code, span?.file.path, span?.start, span?.end, message]);
    if (!this.#found.has(key)) this.#found.set(key, { code, severity, message, span, ...details });
  }
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.file.path === outer.file.path && inner.start >= outer.start && inner.end <= outer.end;
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

/** A number as people write it: no more than six digits that matter. */
export function show(value: number): string {
  return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(6))}`;
}

/** The keyword at the head of something long. */
export function firstLetters(span: Span, count: number): Span {
  return { ...span, end: Math.min(span.end, span.start + count) };
}
