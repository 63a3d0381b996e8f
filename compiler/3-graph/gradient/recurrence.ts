/**
 * Cotangents through S_t = D_t ∘ S_{t-1} + Σ_i p_i ⊗ u_i + Σ_i k_i ⊗ v_i, where u_i = Σ r_i · S_{t-1}, and its reads Σ_over q_j · S_t (or S_{t-1}).
 * A query's cotangent is a read of the same states; those of keys and values are reads of the states' cotangent, a recurrence from the last token
 * to the first. A correction goes back as what it is: u a read of old states by r, and (p, u) a term. `correction` nodes, which only reads see,
 * thus get no cotangent of their own: that of u is found here.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { recurrenceOperands } from "../recurrence-operands.js";
import type { Backward, Read } from "./backward.js";
import { decayCotangent } from "./decay.js";
import { queryCotangent, StateCotangent, stateReadOf, statesOf, type StateRead } from "./state-cotangent.js";

export function scanRead(node: NodeOf<"scan_read">, g: Node, back: Backward): void {
  const read = { node, g };
  back.addRead(node.inputs[0]!, read);
  const { query } = recurrenceOperands(node);
  back.give(query!, () => queryCotangent(back.emit, statesOf(node), stateReadOf(read)), node.dims.filter((d) => d.name === batchDim || d.name === tokenDim));
}

/** The state after all tokens of a recurrence without decay, where a text is read whole: a sum over them. */
export function advance(node: NodeOf<"advance">, g: Node, back: Backward): void {
  const { terms, decay } = recurrenceOperands(node);
  if (decay) bug("the state after all tokens of a decayed recurrence is not in a graph for training");
  // Every token writes, also what is the same at each.
  const chunks = node.inputs[0]!.dims.find((d) => d.name === chunkDim)!;
  const along: Dim[] = [...node.dims, { name: tokenDim, size: chunks.size === "M" ? "E" : "T" }];
  for (const { key, value } of terms) {
    back.give(key, () => back.emit.multiply(g, value), along);
    back.give(value, () => back.emit.multiply(g, key), along);
  }
}

export function boundaries(node: NodeOf<"boundaries">, reads: readonly Read[], back: Backward): void {
  if (reads.length === 0) return;
  const { emit } = back;
  const { terms, corrections, decay } = recurrenceOperands(node);
  const states = statesOf(reads[0]!.node);
  const stateReads = reads.map(stateReadOf);
  const cotangent = new StateCotangent(emit, states, corrections, stateReads);
  // Axes of the state are summed over already.
  const along = [node.dims.find((d) => d.name === batchDim)!, states.token];
  for (const { key, value } of terms) {
    back.give(key, () => cotangent.factor(key, value), along);
    back.give(value, () => cotangent.factor(value, key), along);
  }
  const found = states.recurrence.terms.slice(terms.length);
  const corrected = corrections.map(({ writer, reader, over }, i): StateRead => {
    const read = { query: reader, over, when: "old" as const, result: found[i]!.value, g: cotangent.ofCorrection(i) };
    back.give(writer, () => cotangent.factor(writer, read.result), along);
    back.give(reader, () => queryCotangent(emit, states, read), along);
    return read;
  });
  if (decay) back.give(decay, () => decayCotangent(emit, { states, decay, reads: [...stateReads, ...corrected], cotangent, needs: (n) => back.needs(n) }), along);
}
