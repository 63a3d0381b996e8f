/** Drops what nothing uses. Inputs stay: they are the entry's signature, used or not. */
import type { Graph, Node } from "../../src/graph/graph.js";
import type { Pass } from "./pass.js";
import { withNodes } from "./rewrite.js";

export const dropUnused: Pass = {
  name: "drop-unused",
  sentence: "Drops nodes that no output and no state update needs, and updates that store a state's own value.",
  run(graph: Graph): Graph {
    const stateUpdates = graph.stateUpdates.filter(({ state, node }) => !(node.op === "state" && node.state === state));
    const used = new Set<number>();
    const waiting = [...graph.outputs, ...stateUpdates].map((root) => root.node);
    for (let node = waiting.pop(); node; node = waiting.pop()) {
      if (used.has(node.id)) continue;
      used.add(node.id);
      waiting.push(...node.inputs);
    }
    const moved = new Map<number, Node>();
    const nodes: Node[] = [];
    for (const node of graph.nodes) {
      if (!used.has(node.id) && node.op !== "input") continue;
      const kept = { ...node, id: nodes.length, inputs: node.inputs.map((input) => moved.get(input.id)!) };
      moved.set(node.id, kept);
      nodes.push(kept);
    }
    return withNodes({ ...graph, stateUpdates }, nodes, (node) => moved.get(node.id)!);
  },
};
