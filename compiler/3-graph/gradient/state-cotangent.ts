/** Reads of a recurrence's states and of their cotangent, with which `recurrence.ts` and `decay.ts` are written. */
import { bug } from "../../../src/base/assert.js";
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Emitter } from "../emit.js";
import { correctionsAsTerms, recurrenceOperands, type CorrectionNodes, type Recurrence } from "../recurrence-operands.js";
import type { Read } from "./backward.js";
import { namesOf, sumOver, without } from "./shapes.js";

/** The states of a recurrence as its reads know them: each correction is a term. */
export interface States {
  readonly boundaries: NodeOf<"boundaries">;
  readonly recurrence: Recurrence;
  readonly token: Dim;
}

/** Σ_over query · S, by an op of its own or in a correction: what it gave, and the cotangent of that. */
export interface StateRead {
  readonly query: Node;
  readonly over: readonly string[];
  readonly when: "old" | "new";
  readonly result: Node;
  readonly g: Node;
}

export function statesOf(read: NodeOf<"scan_read">): States {
  const boundaries = read.inputs[0]!;
  if (boundaries.op !== "boundaries" || boundaries.started || boundaries.reverse) bug("a recurrence that goes on or runs backwards has no cotangent");
  const { decay, terms } = recurrenceOperands(read);
  const token = read.dims.find((d) => d.name === tokenDim) ?? bug("a read without tokens");
  return { boundaries, recurrence: { decay, terms, axes: without(boundaries.dims, [batchDim, chunkDim]) }, token };
}

export function stateReadOf({ node, g }: Read): StateRead {
  return { query: recurrenceOperands(node).query!, over: node.over, when: node.when, result: node, g };
}

/** [B, T, dims of g that are no state's, the query's axes of the state]: what g reads of the states, where the query read them. */
export function queryCotangent(emit: Emitter, { boundaries, recurrence, token }: States, { query, when, g }: StateRead): Node {
  return emit.scanRead(boundaries, recurrence, g, namesOf(without(recurrence.axes, namesOf(query.dims))), when, token);
}

/**
 * G_t, the cotangent of S_t: G_t = R_t + Σ_new q_j ⊗ g_j, R_{t-1} = D_t ∘ G_t + Σ_old q_j ⊗ g_j + Σ_i r_i ⊗ w_i, where w_i = Σ p_i · G_t is the cotangent
 * of u_i: a recurrence with corrections again, writer and reader having changed places.
 *
 * A query may have dims E that are no axes of the state (heads that read one state): then q ⊗ g is a sum over E of products, and no term of
 * two factors. As all is linear in the state, the recurrence gets E as axes, and its reads sum over them: larger by E, where the sum itself
 * would be a whole state for each token. Reads with other dims E have a recurrence of their own, and the cotangent is the sum.
 */
export class StateCotangent {
  private readonly parts: readonly {
    readonly boundaries: Node;
    /** Each correction is a term. */
    readonly recurrence: Recurrence;
    /** w of each correction, with E. */
    readonly corrected: readonly Node[];
    readonly extra: readonly string[];
  }[];
  private readonly axes: readonly Dim[];

  constructor(private readonly emit: Emitter, private readonly of: States, corrections: readonly CorrectionNodes[], reads: readonly StateRead[]) {
    const { axes, decay } = of.recurrence;
    this.axes = axes;
    const groups = new Map<string, { extra: readonly Dim[]; early: Term[]; late: Term[] }>();
    for (const read of reads) {
      const { term, extra } = termOf(emit, read, axes);
      const id = namesOf(extra).sort().join();
      let group = groups.get(id);
      if (!group) groups.set(id, (group = { extra, early: [], late: [] }));
      (read.when === "new" ? group.early : group.late).push(term);
    }
    const turned = corrections.map(({ writer, reader, over }) => ({ writer: reader, reader: writer, over }));
    this.parts = [...groups.values()].map(({ extra, early, late }) => {
      const recurrence = { decay, terms: [...early, ...late], corrections: turned, axes: [...extra, ...axes], reverse: { late: late.length } };
      const boundaries = emit.boundaries(recurrence, of.boundaries.dims[0]!.size, of.token.size);
      const corrected = turned.map((_, i) => emit.correction(boundaries, recurrence, i, of.token));
      return { boundaries, recurrence: correctionsAsTerms(recurrence, corrected), corrected, extra: namesOf(extra) };
    });
  }

  /** Σ_over query · G_t, [B, T, axes that are not in `over`]. */
  read(query: Node, over: readonly string[]): Node {
    const { emit, of } = this;
    return this.parts
      .map((p) => emit.scanRead(p.boundaries, p.recurrence, query, [...p.extra, ...over], "new", of.token))
      .reduce((sum, part) => emit.add(sum, part));
  }

  /** The cotangent of u of a correction. */
  ofCorrection(i: number): Node {
    const { emit } = this;
    return this.parts.map((p) => sumOver(emit, p.corrected[i]!, p.extra)).reduce((sum, part) => emit.add(sum, part));
  }

  /** The cotangent of one factor of a term, whose other factor is `other`: [B, T, the factor's axes]. */
  factor(one: Node, other: Node): Node {
    return this.read(other, namesOf(without(this.axes, namesOf(one.dims))));
  }
}

type Term = Recurrence["terms"][number];

/** q ⊗ g, and the dims that both have and the state lacks. Where only the query has one, g is the same along it. */
function termOf(emit: Emitter, { query, g }: StateRead, axes: readonly Dim[]): { term: Term; extra: readonly Dim[] } {
  const beyond = without(query.dims, [batchDim, tokenDim, ...namesOf(axes)]);
  const extra = beyond.filter((d) => g.dims.some((other) => other.name === d.name));
  return { term: { key: sumOver(emit, query, namesOf(without(beyond, namesOf(extra)))), value: g }, extra };
}
