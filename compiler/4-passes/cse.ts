/** Common sub-expressions: two nodes that say the same become one. Every op is pure, so equal words mean equal values. */
import type { Graph, Node } from "../../src/graph/graph.js";
import type { BinaryMapFn } from "../../src/graph/ops.js";
import type { Pass } from "./pass.js";
import { rewriteGraph } from "./rewrite.js";

/** a ∘ b = b ∘ a to the last bit. */
const commutes: { readonly [F in BinaryMapFn]: boolean } = {
  add: true, multiply: true, maximum: true, minimum: true, equal: true, not_equal: true,
  subtract: false, divide: false, power: false,
};

export const shareEqual: Pass = {
  name: "share-equal",
  sentence: "Computes once what is written twice.",
  run(graph: Graph): Graph {
    const known = new Map<string, Node>();
    return rewriteGraph(graph, (node, emit) => {
      const key = wordsOf(node);
      const found = known.get(key) ?? emit.builder.add(node);
      known.set(key, found);
      return found;
    });
  },
};

/** Everything that decides a node's value and its layout: not its place in the text. */
function wordsOf(node: Node): string {
  const { id, span, label, inputs, dtype, dims, ...words } = node;
  const ids = inputs.map((input) => input.id);
  if (node.op === "map" && commutes[node.fn as BinaryMapFn]) ids.sort((a, b) => a - b);
  const layout = dims.map((d) => `${d.name}:${d.size}`);
  return `${dtype} ${layout.join()} ${ids.join()} ${JSON.stringify(words)}`;
}
