/**
 * What the backward pass reads of the forward pass is kept in memory until then. This gives it values of its own instead, computed again just
 * before they are read, where that takes only maps, views and short reductions of what is kept anyway. For targets that plan memory; nothing may
 * share equal nodes after it. Out: the graph, and the places in the model whose values are computed again.
 */
import { assert, bug } from "../../src/base/assert.js";
import { GraphBuilder, type Graph, type Node } from "../../src/graph/graph.js";
import type { Op } from "../../src/graph/ops.js";
import { isView, sourceOf } from "../../src/kernel/view.js";
import { dropUnused } from "./dce.js";
import { withNodes } from "./rewrite.js";

export interface Rematerialized {
  readonly graph: Graph;
  readonly recomputed: readonly string[];
}

/** Nodes computed again for one value, at most: a long chain through many layers is no saving. */
const mostNodes = 24;
/** A reduction whose result is so much smaller than what it reduces is kept: reading it is cheaper than another walk. */
const shrinking = 4;

/** `given`: in memory, or costs nothing, whoever reads it. `cheap`: may be computed again. `dear`: never. */
const costs: { readonly [O in Op["op"]]: "given" | "cheap" | "dear" } = {
  input: "given", parameter: "given", table: "given", state: "given", scalar: "given", iota: "given", extent: "given", keep: "given",
  rename: "cheap", squeeze: "cheap", unsqueeze: "cheap", map: "cheap", reduce: "cheap", gather: "cheap", turn_half: "cheap", flip: "cheap", wave: "cheap",
  join: "dear", top: "dear",
  matmul: "dear", count: "dear", convolve: "dear", convolve_state: "dear", boundaries: "dear", correction: "dear", scan: "dear", advance: "dear", scan_read: "dear", append: "dear", rank_sum: "dear",
  attention: "dear", last: "dear", sample: "dear", attention_log_sum: "dear", attention_gradient: "dear", weight_gradient: "dear", scatter_add: "dear",
  cross_entropy: "dear", cross_entropy_gradient: "dear", convolve_gradient: "dear", convolve_weight_gradient: "dear",
};

export function rematerialize(graph: Graph): Rematerialized {
  const { backward } = graph;
  if (backward === undefined) return { graph, recomputed: [] };
  const again = chooseAgain(graph, backward);
  if (again.size === 0) return { graph, recomputed: [] };
  const labels = [...again].flatMap((n) => (n.label === undefined ? [] : [n.label]));
  return { graph: dropUnused.run(rebuild(graph, backward, again)), recomputed: [...new Set(labels)] };
}

/** Values of the forward pass, behind views, that the backward pass is to compute again. In the graph's order, so that a value may count on those kept before it. */
function chooseAgain(graph: Graph, backward: number): Set<Node> {
  const wanted = new Set<Node>();
  for (const node of graph.nodes.slice(backward)) for (const input of node.inputs) if (input.id < backward) wanted.add(sourceOf(input));
  const results = [...graph.outputs, ...graph.stateUpdates, ...graph.parameterUpdates].map((r) => sourceOf(r.node));
  const kept = new Set([...wanted].filter((n) => costs[n.op] === "dear"));
  const again = new Set<Node>();
  for (const node of [...wanted].sort((a, b) => a.id - b.id)) {
    if (costs[node.op] !== "cheap" || isSmall(node)) continue;
    if (!results.includes(node) && comesFrom(node, kept)) again.add(node);
    else kept.add(node);
  }
  return again;
}

/** Whether `node` follows from what is kept, in few steps. */
function comesFrom(node: Node, kept: ReadonlySet<Node>): boolean {
  const seen = new Set<Node>();
  const visit = (n: Node): boolean => {
    if (seen.has(n) || (n !== node && isThere(n, kept))) return true;
    if (costs[n.op] === "dear" || seen.size >= mostNodes) return false;
    seen.add(n);
    return n.inputs.every(visit);
  };
  return visit(node);
}

function isThere(node: Node, kept: ReadonlySet<Node>): boolean {
  return costs[node.op] === "given" || kept.has(node) || (!isView(node) && isSmall(node));
}

/** One number a token, or none of the tokens' at all; or the result of a reduction of much. */
function isSmall(node: Node): boolean {
  const count = innerCount(node);
  if (count === 1 || node.dims.every((d) => typeof d.size === "number")) return true;
  return node.op === "reduce" && count * shrinking <= innerCount(node.inputs[0]!);
}

function innerCount(node: Node): number {
  return node.dims.reduce((product, d) => (typeof d.size === "number" ? product * d.size : product), 1);
}

/** The nodes of the backward pass get values of their own, each made where it is first read. */
function rebuild(graph: Graph, backward: number, again: ReadonlySet<Node>): Graph {
  const builder = new GraphBuilder();
  const moved: Node[] = [];
  const made = new Map<Node, Node>();
  const kept = keptBy(graph, backward, again);
  /** What a node of the backward pass reads instead of `node`; `inside` a value that is computed again. */
  const late = (node: Node, inside: boolean): Node => {
    if (node.id >= backward) return moved[node.id] ?? bug("a node that stands behind its reader");
    const source = sourceOf(node);
    if (!(isView(node) ? again.has(source) || inside : again.has(node) || inside) || isThere(node, kept)) return moved[node.id]!;
    const known = made.get(node);
    if (known) return known;
    const fresh = builder.add({ ...node, id: -1, inputs: node.inputs.map((input) => late(input, !isView(node) || inside)) });
    made.set(node, fresh);
    return fresh;
  };
  for (const node of graph.nodes) {
    if (node.id < backward) moved.push(builder.add(node));
    else {
      const inputs = node.inputs.map((input) => late(input, false));
      moved.push(builder.add(inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, id: -1, inputs }));
    }
  }
  assert(made.size > 0, "values to compute again that nobody reads");
  return { ...withNodes(graph, builder.nodes, (node) => moved[node.id]!), backward };
}

function keptBy(graph: Graph, backward: number, again: ReadonlySet<Node>): Set<Node> {
  const kept = new Set<Node>();
  for (const node of graph.nodes.slice(backward)) {
    for (const input of node.inputs) if (input.id < backward && !again.has(sourceOf(input))) kept.add(sourceOf(input));
  }
  return kept;
}
