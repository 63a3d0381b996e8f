/**
 * Cotangents through S_t = D_t ∘ S_{t-1} + Σ_i k_i ⊗ v_i and its reads r_j = Σ_over q_j · S_t (or S_{t-1}). A query's cotangent is a read of
 * the same states; those of keys and values are reads of the states' cotangent, a recurrence from the last token to the first.
 */
import { batchDim, tokenDim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { recurrenceOperands } from "../recurrence-operands.js";
import type { Backward, Read } from "./backward.js";
import { decayCotangent } from "./decay.js";
import { queryCotangent, recurrenceOf, StateCotangent, tokenOf } from "./state-cotangent.js";

export function scanRead(node: NodeOf<"scan_read">, g: Node, back: Backward): void {
  const boundaries = node.inputs[0]!;
  back.addRead(boundaries, { node, g });
  const { query } = recurrenceOperands(node);
  back.give(query!, () => queryCotangent(back.emit, node, g), node.dims.filter((d) => d.name === batchDim || d.name === tokenDim));
}

export function boundaries(node: NodeOf<"boundaries">, reads: readonly Read[], back: Backward): void {
  if (reads.length === 0) return;
  const { emit } = back;
  const forward = recurrenceOf(node);
  const token = tokenOf(reads[0]!.node);
  const cotangent = new StateCotangent(emit, node, forward, reads, token);
  // Axes of the state are summed over already.
  const along = [node.dims.find((d) => d.name === batchDim)!, token];
  for (const { key, value } of forward.terms) {
    back.give(key, () => cotangent.factor(key, value), along);
    back.give(value, () => cotangent.factor(value, key), along);
  }
  const { decay } = forward;
  if (decay) back.give(decay, () => decayCotangent(emit, { boundaries: node, forward, decay, reads, cotangent, token, needs: (n) => back.needs(n) }), along);
}
