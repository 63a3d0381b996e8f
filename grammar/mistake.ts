/**
 * A syntax mistake before it is decided whether it is told: stages report all they see, `selectMistakes` leaves out what
 * only follows from an earlier one.
 */
import type { Diagnostic } from "../src/base/diagnostic.js";
import { spanText } from "../src/base/source.js";

export interface Mistake {
  readonly diagnostic: Diagnostic;
  /** Offset of the member that is broken. */
  readonly at: number;
  /** Offset of the token that shows it; behind an unterminated comment nothing can be believed. */
  readonly foundAt: number;
  /**
   * `sure`: wrong whatever stands around it (a bad character). `slip`: wrong, and what follows can be read on (a missing
   * comma). `lost`: the rest of the member is not understood.
   */
  readonly certainty: "sure" | "slip" | "lost";
}

const mostShown = 50;
/** What is kept of a text that is nothing but mistakes; the rest is not even worded. */
const mostKept = 2_000;

/** Collects mistakes up to a limit, so that a hostile text costs no more than an honest one. */
export class Mistakes {
  private readonly list: Mistake[] = [];
  private dropped = false;

  add(mistake: Mistake): void {
    if (this.isFull()) this.dropped = true;
    else this.list.push(mistake);
  }

  isFull(): boolean {
    return this.list.length >= mostKept;
  }

  /** The parser stopped before the end of the text. */
  setIncomplete(): void {
    this.dropped = true;
  }

  /** What to tell; `memberStarts` are the offsets at which members begin, ascending. */
  select(memberStarts: readonly number[]): Diagnostic[] {
    return selectMistakes(this.list, memberStarts, !this.dropped && !this.isFull());
  }
}

/**
 * One mistake, one diagnostic: a `slip` or `lost` is left out when its member already has a mistake that may have caused it.
 * @param memberStarts ascending offsets at which a member (item, setting, statement, sublayer) begins
 * @param complete false when not all mistakes were kept, so that the number left out is a lower bound
 */
function selectMistakes(mistakes: readonly Mistake[], memberStarts: readonly number[], complete: boolean): Diagnostic[] {
  const ordered = [...mistakes].sort((a, b) => a.foundAt - b.foundAt || rank[a.certainty] - rank[b.certainty]);
  const spoiled = new Set<number>();
  let silentFrom = Infinity;
  let swallowedBrace = false;
  const kept: Diagnostic[] = [];
  for (const mistake of ordered) {
    const member = memberAt(memberStarts, mistake.at);
    const { code, span } = mistake.diagnostic;
    if (mistake.foundAt >= silentFrom) continue;
    if (mistake.certainty !== "sure" && spoiled.has(member)) continue;
    if (code === "unclosed-brace" && swallowedBrace) continue;
    if (mistake.certainty !== "slip") spoiled.add(member);
    if (code === "unterminated-comment") silentFrom = mistake.foundAt;
    if (code === "unterminated-string" && span && spanText(span).includes("}")) swallowedBrace = true;
    kept.push(mistake.diagnostic);
  }
  kept.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  if (kept.length <= mostShown) return kept;
  const more = kept.length - mostShown;
  const last = kept[mostShown - 1]!;
  return [
    ...kept.slice(0, mostShown),
    {
      code: "more-mistakes",
      severity: "note",
      message: `${complete ? "" : "at least "}${more} more syntax ${more === 1 ? "mistake is" : "mistakes are"} not shown`,
      ...(last.span ? { span: { file: last.span.file, start: last.span.end, end: last.span.end } } : {}),
      hint: "mend the ones above first; many of the rest may go with them",
    },
  ];
}

const rank = { sure: 0, lost: 1, slip: 2 } as const;

/** Index of the last member that begins at or before `offset`. */
function memberAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
