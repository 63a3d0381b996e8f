/**
 * What kind of work an op is to the scheduler, and the spaces that values live in. A value's rows are its dims of symbolic
 * size (batch, token, slots); its inner dims have sizes known now. Dims of size 1 count as absent.
 */
import type { Dim, Node, NodeOf } from "../../src/graph/graph.js";
import type { MapFn, Op } from "../../src/graph/ops.js";
import { sourceOf } from "../../src/kernel/view.js";

/**
 * `leaf`: lies in memory before the entry runs. `free`: costs nothing to compute again. `view`: an index map.
 * `fused`: computed inside a kernel with its neighbours. `special`: launches of its own.
 */
export type Work = "leaf" | "free" | "view" | "fused" | "special";

const works: { readonly [O in Op["op"]]: Work } = {
  input: "leaf", parameter: "leaf", table: "leaf", state: "leaf",
  scalar: "free", iota: "free", extent: "free", keep: "free",
  rename: "view", squeeze: "view", unsqueeze: "view",
  map: "fused", reduce: "fused", gather: "fused", turn_half: "fused", flip: "fused", wave: "fused",
  matmul: "special", count: "special", convolve: "special", convolve_state: "special", boundaries: "special", correction: "special", scan: "special", advance: "special",
  scan_read: "special", append: "special", attention: "special", last: "special", sample: "special",
  attention_log_sum: "special", attention_gradient: "special", weight_gradient: "special", scatter_add: "special",
  cross_entropy: "special", cross_entropy_gradient: "special", convolve_gradient: "special", convolve_weight_gradient: "special",
  join: "special", top: "special", rank_sum: "special",
};

export function workOf(node: Node): Work {
  return works[node.op];
}

/** Whether the op's kernel can go on with an elementwise chain instead of storing its value. */
export function takesEpilogue(node: Node): boolean {
  return node.op === "matmul" || node.op === "scan_read" || node.op === "attention" || node.op === "convolve";
}

/** Relative cost of computing an element again: 1 is an addition. */
const mapCosts: { readonly [F in MapFn]: number } = {
  negate: 1, abs: 1, relu: 1, square: 1, to_f32: 1, add: 1, subtract: 1, multiply: 1, maximum: 1, minimum: 1, equal: 1, not_equal: 1,
  less: 1, is_finite: 2, select: 1, sqrt: 2, reciprocal: 2, rsqrt: 2, divide: 2,
  exp: 6, log: 6, sin: 6, cos: 6, tanh: 8, sigmoid: 8, softplus: 10, elu: 8, silu: 8, gelu: 12, erf: 12, gelu_tanh: 10, power: 10,
};

/** Of an op alone, its inputs being there. */
export function costOf(node: Node): number {
  if (node.op === "map") return mapCosts[node.fn];
  if (node.op === "wave" || node.op === "keep") return 12;
  return node.op === "gather" ? 3 : 1;
}

export function isRow(d: Dim): boolean {
  return typeof d.size !== "number";
}

export function rowDims(node: Node): Dim[] {
  return node.dims.filter(isRow);
}

export function innerDims(node: Node): Dim[] {
  return node.dims.filter((d) => !isRow(d) && d.size !== 1);
}

export function innerCount(node: Node): number {
  let count = 1;
  for (const { size } of node.dims) if (typeof size === "number") count *= size;
  return count;
}

/** Elements behind each result of a reduction; over rows there may be any number. */
export function lengthOf(node: NodeOf<"reduce">): number {
  const over = node.inputs[0]!.dims.filter((d) => node.over.includes(d.name));
  return over.reduce((product, { size }) => product * (typeof size === "number" ? size : Infinity), 1);
}

/** Equal for values with the same rows. */
export function rowKey(node: Node): string {
  return keyOf(rowDims(node));
}

/** Equal for values with the same elements, in whatever order. */
export function spaceKey(node: Node): string {
  return keyOf(node.dims);
}

export function keyOf(dims: readonly Dim[]): string {
  return dims.filter((d) => d.size !== 1).map((d) => `${d.name}:${d.size}`).sort().join(" ");
}

/** The nodes behind a node's inputs, without views. */
export function sourcesOf(node: Node): Node[] {
  const sources: Node[] = [];
  for (const input of node.inputs) {
    const source = sourceOf(input);
    if (!sources.includes(source)) sources.push(source);
  }
  return sources;
}

/** The results and all that they are made of. */
export function reachable(results: readonly Node[]): Set<Node> {
  const live = new Set<Node>();
  const open = [...results];
  for (let node = open.pop(); node; node = open.pop()) {
    if (live.has(node)) continue;
    live.add(node);
    open.push(...node.inputs);
  }
  return live;
}
