/**
 * Rebuilds a graph from its inputs up, with dense ids. Every node is offered to `rewrite` with its inputs already rebuilt; what
 * comes back must have the same type and dims, for the nodes above rely on them.
 */
import { assert } from "../../src/base/assert.js";
import type { Dim, Graph, Node } from "../../src/graph/graph.js";
import { Emitter } from "../3-graph/emit.js";

/** Returns the node to use instead, made with `emit` or found among the inputs; undefined keeps the node. */
export type Rewrite = (node: Node, emit: Emitter) => Node | undefined;

export function rewriteGraph(graph: Graph, rewrite: Rewrite): Graph {
  const emit = new Emitter(graph.nodes[0]?.span ?? { file: { path: "", text: "" }, start: 0, end: 0 });
  const rebuilt: Node[] = [];
  for (const node of graph.nodes) {
    // New nodes inherit the place of the one that they replace.
    emit.span = node.span;
    emit.label = node.label;
    const kept = withInputs(node, rebuilt);
    let result: Node | undefined;
    // What a rule made may suit another rule.
    for (let next = rewrite(kept, emit); next !== undefined && next !== result; next = rewrite(next, emit)) {
      assert(next.dtype === node.dtype && sameDims(next.dims, node.dims), `a rewrite of ${node.op} changed its dims`);
      result = next;
    }
    rebuilt.push(result ?? emit.builder.add(kept));
  }
  return withNodes(graph, emit.nodes, (node) => rebuilt[node.id]!);
}

/** The node on the inputs that stand for its own, `moved` by id; the node itself where those are the same. */
export function withInputs(node: Node, moved: readonly (Node | undefined)[]): Node {
  if (node.inputs.every((input) => moved[input.id] === input)) return node;
  return { ...node, inputs: node.inputs.map((input) => moved[input.id]!) };
}

/** The graph with other nodes; `moved` says which node stands for one of the old. */
export function withNodes(graph: Graph, nodes: readonly Node[], moved: (node: Node) => Node): Graph {
  return {
    ...graph,
    nodes,
    ...(graph.backward === undefined ? {} : { backward: firstBehind(graph.nodes.slice(0, graph.backward), moved) }),
    outputs: graph.outputs.map((output) => ({ ...output, node: moved(output.node) })),
    stateUpdates: graph.stateUpdates.map((update) => ({ ...update, node: moved(update.node) })),
    parameterUpdates: graph.parameterUpdates.map((update) => ({ ...update, node: moved(update.node) })),
  };
}

/** Nodes keep their order: where those end that stand for `nodes`. One that nothing uses may stand for none. */
function firstBehind(nodes: readonly Node[], moved: (node: Node) => Node | undefined): number {
  return nodes.reduce((end, node) => Math.max(end, (moved(node)?.id ?? -1) + 1), 0);
}

export function sameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a === b || (a.length === b.length && a.every((d, i) => d.name === b[i]!.name && d.size === b[i]!.size));
}
