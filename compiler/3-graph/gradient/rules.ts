/** THE table of rules: how the cotangent of a node goes on to its inputs, for every op. */
import { bug } from "../../../src/base/assert.js";
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { Op } from "../../../src/graph/ops.js";
import { attention } from "./attention.js";
import type { Backward, Read } from "./backward.js";
import { map } from "./elementwise.js";
import { crossEntropy, gather, matmul } from "./products.js";
import { advance, boundaries, scanRead } from "./recurrence.js";
import { reduce } from "./reduce.js";
import { arrivedAtScans, scan } from "./scan.js";
import { convolve } from "./sequence.js";
import { flip, rename, squeeze, turnHalf, unsqueeze } from "./views.js";

/** What arrives at a node: the cotangent of its value; at `boundaries`, whose value only reads see, the reads; at a `scan` that of each state. */
type Arrived<O extends Op["op"]> = O extends "boundaries" ? readonly Read[] : O extends "scan" ? readonly (Node | undefined)[] : Node;

/** Gives each input that needs one its cotangent. */
export type VjpRule<O extends Op["op"]> = (node: NodeOf<O>, g: Arrived<O>, back: Backward) => void;

export function backThrough(node: Node, back: Backward): void {
  const arrived = node.op === "boundaries" ? back.readsOf(node) : node.op === "scan" ? arrivedAtScans(node, back) : back.cotangent(node);
  if (arrived === undefined || (node.op === "boundaries" && !back.needs(node))) return;
  (rules[node.op] as (node: Node, arrived: Node | readonly Read[] | readonly (Node | undefined)[], back: Backward) => void)(node, arrived, back);
}

const rules: { readonly [O in Op["op"]]: VjpRule<O> } = {
  // The end of the walk: what has arrived is the gradient.
  parameter: () => undefined,
  map, reduce, matmul, gather, rename, squeeze, unsqueeze, turn_half: turnHalf, convolve, boundaries, scan_read: scanRead, scan, flip, attention,
  cross_entropy: crossEntropy, advance,
  // Of these nothing depends on a parameter, or they are integers.
  input: constant, table: constant, scalar: constant, iota: constant, extent: constant, state: constant, wave: constant, count: constant,
  keep: constant,
  // Their cotangent is found at `boundaries`, like those of all terms.
  correction: onlyTerm,
  // These belong to entries that go on from states, or choose, or say what becomes of every id.
  convolve_state: notTrained, append: notTrained, rank_sum: notTrained, last: notTrained, sample: notTrained, join: notTrained, top: notTrained,
  attention_log_sum: onlyOnce, attention_gradient: onlyOnce, weight_gradient: onlyOnce, scatter_add: onlyOnce, cross_entropy_gradient: onlyOnce,
  convolve_gradient: onlyOnce, convolve_weight_gradient: onlyOnce,
};

function constant(node: Node): never {
  return bug(`a cotangent arrived at ${node.op}, which depends on no parameter`);
}

function onlyTerm(node: Node): never {
  return bug(`a cotangent arrived at ${node.op}, which only reads of its recurrence see`);
}

function notTrained(node: Node): never {
  return bug(`${node.op} has no cotangent: it is not in a graph for training`);
}

function onlyOnce(node: Node): never {
  return bug(`${node.op} has no cotangent: a backward pass is not differentiated again`);
}
