/** A graph that does not hold together is caught between the stages. */
import { expect, test } from "vitest";
import type { Graph, Node } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { graphsOf, modelOf } from "./session.js";

const graphs = graphsOf(modelOf(`
model Small {
  vocabulary = 11
  padding = 1
  width = 8
  layers 1 {
    attention(heads: 2)
    retention(heads: 2)
    gated_delta(heads: 2)
  }
}`));

/** The graph with one node changed, in its users too. */
function changed(graph: Graph, which: (node: Node) => boolean, change: (node: Node) => Partial<Node>): Graph {
  const at = graph.nodes.findIndex(which);
  expect(at).toBeGreaterThanOrEqual(0);
  const made: Node[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => made[input.id]!);
    made.push({ ...node, inputs, ...(node.id === at ? change({ ...node, inputs } as Node) : {}) } as Node);
  }
  const moved = <T extends { node: Node }>(ends: readonly T[]): T[] => ends.map((e) => ({ ...e, node: made[e.node.id]! }));
  return { ...graph, nodes: made, outputs: moved(graph.outputs), stateUpdates: moved(graph.stateUpdates), parameterUpdates: moved(graph.parameterUpdates) };
}

test("copies of good graphs are good", () => {
  for (const graph of Object.values(graphs)) verifyGraph(changed(graph, (n) => n.id === 0, () => ({})));
});

const faults: [string, string, (graph: Graph) => Graph, RegExp][] = [
  ["a wrong id", "forward", (g) => changed(g, (n) => n.op === "matmul", () => ({ id: 3 })), /has id 3/],
  ["a lost dim", "forward", (g) => changed(g, (n) => n.op === "matmul", (n) => ({ dims: n.dims.slice(1) })), /dims should be/],
  ["a wrong size", "forward", (g) => changed(g, (n) => n.op === "gather", (n) => ({ dims: n.dims.map((d) => ({ ...d, size: 5 })) })), /dims should be/],
  ["a lost input", "forward", (g) => changed(g, (n) => n.op === "scan_read", (n) => ({ inputs: n.inputs.slice(1) })), /inputs where there should be/],
  ["a correction that is none", "forward", (g) => changed(g, (n) => n.op === "correction", () => ({ of: 1 })), /no correction 1/],
  ["a correction with the axis that it reads over", "forward", (g) => changed(g, (n) => n.op === "correction", (n) => ({ dims: [...n.dims, { name: "feature", size: 4 }] })), /dims should be/],
  ["a correction without its reader", "prefill", (g) => changed(g, (n) => n.op === "boundaries" && n.corrections !== undefined, (n) => ({ inputs: n.inputs.slice(0, -1) })), /inputs where there should be/],
  ["a largest of all tokens", "forward", (g) => changed(g, (n) => n.op === "reduce", () => ({ fn: "max", over: ["@token"] })), /not a reduction over axes/],
  ["a reduction over what is not there", "forward", (g) => changed(g, (n) => n.op === "reduce", () => ({ over: ["nowhere"] })), /nowhere is missing/],
  ["ids that are no integers", "forward", (g) => changed(g, (n) => n.op === "input", () => ({ dtype: "f32" })), /is not i32/],
  ["an unknown state", "decode", (g) => ({ ...g, states: g.states.slice(1) }), /count/],
  ["a state of another shape", "decode", (g) => ({ ...g, states: g.states.map((s) => ({ ...s, dims: [...s.dims].reverse() })) }), /is updated by/],
  ["an append that is no update", "decode", (g) => ({ ...g, stateUpdates: g.stateUpdates.filter((u) => u.node.op !== "append") }), /is no state update/],
  ["a state updated twice", "prefill", (g) => ({ ...g, stateUpdates: [...g.stateUpdates, g.stateUpdates[0]!] }), /updated twice/],
  ["an output of another graph", "forward", (g) => ({ ...g, outputs: graphs.decode!.outputs }), /no node of the graph/],
  ["an input that comes later", "forward", (g) => ({ ...g, nodes: g.nodes.map((n) => (n.op === "reduce" ? { ...n, inputs: [g.nodes.at(-1)!] } : n)) }), /does not stand before it/],
];

test.each(faults)("%s", (_, entry, spoil, message) => {
  expect(() => verifyGraph(spoil(graphs[entry]!))).toThrow(message);
});
