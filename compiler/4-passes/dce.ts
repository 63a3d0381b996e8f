/** Drops what nothing uses. Inputs stay: they are the entry's signature, used or not. */
import { GraphBuilder, type Graph, type Node } from "../../src/graph/graph.js";
import type { Pass } from "./pass.js";
import { withInputs, withNodes } from "./rewrite.js";

export const dropUnused: Pass = {
  name: "drop-unused",
  sentence: "Drops nodes that no output and no state update needs, and updates that store a state's own value.",
  run(graph: Graph): Graph {
    const stateUpdates = graph.stateUpdates.filter(({ state, node }) => !(node.op === "state" && node.state === state));
    const used = new Uint8Array(graph.nodes.length);
    for (const { node } of [...graph.outputs, ...stateUpdates, ...graph.parameterUpdates]) used[node.id] = 1;
    // Users stand behind their inputs.
    for (const node of [...graph.nodes].reverse()) if (used[node.id]) for (const input of node.inputs) used[input.id] = 1;
    const builder = new GraphBuilder();
    const moved: Node[] = [];
    for (const node of graph.nodes) if (used[node.id] || node.op === "input") moved[node.id] = builder.add(withInputs(node, moved));
    return withNodes({ ...graph, stateUpdates }, builder.nodes, (node) => moved[node.id]!);
  },
};
