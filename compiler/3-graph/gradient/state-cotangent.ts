/** Reads of a recurrence's states and of their cotangent, with which `recurrence.ts` and `decay.ts` are written. */
import { bug } from "../../../src/base/assert.js";
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Emitter } from "../emit.js";
import { recurrenceOperands, type Recurrence } from "../recurrence-operands.js";
import type { Read } from "./backward.js";
import { namesOf, sumOver, without } from "./shapes.js";

/** [B, T, dims of g that are no state's, the query's axes of the state]: what g reads of the states, where the query read them. */
export function queryCotangent(emit: Emitter, node: NodeOf<"scan_read">, g: Node): Node {
  const boundaries = node.inputs[0]!;
  const forward = recurrenceOf(boundaries);
  const { query } = recurrenceOperands(node);
  return emit.scanRead(boundaries, forward, g, namesOf(without(forward.axes, namesOf(query!.dims))), node.when, tokenOf(node));
}

/**
 * G_t, the cotangent of S_t: G_t = R_t + Σ_new q_j ⊗ g_j, R_{t-1} = D_t ∘ G_t + Σ_old q_j ⊗ g_j.
 *
 * A query may have dims E that are no axes of the state (heads that read one state): then q ⊗ g is a sum over E of products, and no term of
 * two factors. As all is linear in the state, the recurrence gets E as axes, and its reads sum over them: larger by E, where the sum itself
 * would be a whole state for each token. Reads with other dims E have a recurrence of their own, and the cotangent is the sum.
 */
export class StateCotangent {
  private readonly parts: readonly { readonly boundaries: Node; readonly recurrence: Recurrence; readonly extra: readonly string[] }[];

  constructor(
    private readonly emit: Emitter, of: NodeOf<"boundaries">, private readonly forward: Recurrence, reads: readonly Read[],
    private readonly token: Dim,
  ) {
    const groups = new Map<string, { extra: readonly Dim[]; early: Term[]; late: Term[] }>();
    for (const { node, g } of reads) {
      const { term, extra } = termOf(emit, node, g, forward.axes);
      const id = namesOf(extra).sort().join();
      let group = groups.get(id);
      if (!group) groups.set(id, (group = { extra, early: [], late: [] }));
      (node.when === "new" ? group.early : group.late).push(term);
    }
    this.parts = [...groups.values()].map(({ extra, early, late }) => {
      const axes = [...extra, ...forward.axes];
      const recurrence = { decay: forward.decay, terms: [...early, ...late], axes, reverse: { late: late.length } };
      return { boundaries: emit.boundaries(recurrence, of.dims[0]!.size), recurrence, extra: namesOf(extra) };
    });
  }

  /** Σ_over query · G_t, [B, T, axes that are not in `over`]. */
  read(query: Node, over: readonly string[]): Node {
    const { emit, token } = this;
    return this.parts
      .map((p) => emit.scanRead(p.boundaries, p.recurrence, query, [...p.extra, ...over], "new", token))
      .reduce((sum, part) => emit.add(sum, part));
  }

  /** The cotangent of one factor of a term, whose other factor is `other`: [B, T, the factor's axes]. */
  factor(one: Node, other: Node): Node {
    return this.read(other, namesOf(without(this.forward.axes, namesOf(one.dims))));
  }
}

type Term = Recurrence["terms"][number];

/** q ⊗ g, and the dims that both have and the state lacks. Where only the query has one, g is the same along it. */
function termOf(emit: Emitter, read: NodeOf<"scan_read">, g: Node, axes: readonly Dim[]): { term: Term; extra: readonly Dim[] } {
  const query = recurrenceOperands(read).query!;
  const beyond = without(query.dims, [batchDim, tokenDim, ...namesOf(axes)]);
  const extra = beyond.filter((d) => g.dims.some((other) => other.name === d.name));
  return { term: { key: sumOver(emit, query, namesOf(without(beyond, namesOf(extra)))), value: g }, extra };
}

/** The recurrence of a `boundaries` node. */
export function recurrenceOf(node: Node): Recurrence {
  if (node.op !== "boundaries" || node.started || node.reverse) bug("a recurrence that goes on or runs backwards has no cotangent");
  const { decay, terms } = recurrenceOperands(node);
  return { decay, terms, axes: without(node.dims, [batchDim, chunkDim]) };
}

export function tokenOf(read: NodeOf<"scan_read">): Dim {
  return read.dims.find((d) => d.name === tokenDim) ?? bug("a read without tokens");
}
