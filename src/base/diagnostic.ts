/**
 * What a user is told. Three layers: facts and words are made where the mistake is found
 * (`code`, `message`, `reason`, `hint`); ink is `render.ts`.
 */
import type { Span } from "./source.js";

export type Severity = "error" | "warning" | "note";

/** A second place that helps to understand the first. */
export interface Label {
  readonly span: Span;
  readonly message: string;
}

export interface Diagnostic {
  /** Stable kebab-case id, for example `unknown-setting`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** Where; absent only when no source text is concerned. */
  readonly span?: Span;
  readonly labels?: readonly Label[];
  /** Why it is wrong: the property that is broken. */
  readonly reason?: string;
  /** The way out: "did you mean `slots`?" */
  readonly hint?: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}

/** By file, then position, then severity; stable. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const rank = { error: 0, warning: 1, note: 2 } as const;
  return [...diagnostics].sort(
    (a, b) =>
      (a.span?.file.path ?? "").localeCompare(b.span?.file.path ?? "") ||
      (a.span?.start ?? 0) - (b.span?.start ?? 0) ||
      rank[a.severity] - rank[b.severity],
  );
}
