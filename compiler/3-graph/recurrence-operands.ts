/** What a recurrence is made of, as nodes, and the inputs of the ops `boundaries`, `correction`, `scan_read` and `advance` by name. */
import { bug } from "../../src/base/assert.js";
import type { Dim, Node } from "../../src/graph/graph.js";
import type { Reverse } from "../../src/graph/ops.js";

export interface Recurrence {
  readonly start?: Node;
  readonly decay?: Node;
  readonly terms: readonly { readonly key: Node; readonly value: Node }[];
  /** The state's axes, without batch. */
  readonly axes: readonly Dim[];
  /** Each adds writer · u, u = Σ_over reader · (the state before the token). Those of a reverse one read what `corrections` in src/graph/ops.ts says. */
  readonly corrections?: readonly CorrectionNodes[];
  /** From the last token to the first: the last terms are the late ones. */
  readonly reverse?: Reverse;
}

export interface CorrectionNodes {
  readonly writer: Node;
  readonly reader: Node;
  readonly over: readonly string[];
}

/** The operands of a recurrence op by name, whatever flags it has. */
export function recurrenceOperands(node: Node): {
  first: Node | undefined; decay: Node | undefined; terms: { key: Node; value: Node }[]; corrections: CorrectionNodes[]; query: Node | undefined;
} {
  if (node.op !== "boundaries" && node.op !== "advance" && node.op !== "scan_read" && node.op !== "correction") bug(`${node.op} is no recurrence`);
  const queue = [...node.inputs];
  const first = node.op === "boundaries" && !node.started ? undefined : queue.shift();
  const decay = node.decayed ? queue.shift() : undefined;
  const terms = Array.from({ length: node.terms }, () => ({ key: queue.shift()!, value: queue.shift()! }));
  const overs = node.op === "boundaries" || node.op === "correction" ? (node.corrections ?? []) : [];
  const corrections = overs.map((over) => ({ writer: queue.shift()!, reader: queue.shift()!, over }));
  return { first, decay, terms, corrections, query: queue.shift() };
}

export function recurrenceInputs(r: Recurrence): Node[] {
  return [...(r.decay ? [r.decay] : []), ...r.terms.flatMap((t) => [t.key, t.value]), ...(r.corrections ?? []).flatMap((c) => [c.writer, c.reader])];
}

/** The recurrence once u of each correction is known: a term more for each, in reverse a late one. It is what states are read and advanced with. */
export function correctionsAsTerms(r: Recurrence, found: readonly Node[]): Recurrence {
  const { corrections = [], reverse, ...rest } = r;
  if (corrections.length === 0) return r;
  const terms = [...r.terms, ...corrections.map(({ writer }, i) => ({ key: writer, value: found[i] ?? bug(`u of correction ${i} is missing`) }))];
  return { ...rest, terms, ...(reverse ? { reverse: { late: reverse.late + corrections.length } } : {}) };
}

export function correctionsOf({ corrections = [] }: Recurrence): { corrections?: readonly (readonly string[])[] } {
  return corrections.length > 0 ? { corrections: corrections.map((c) => [...c.over]) } : {};
}
