/** Common sub-expressions: two nodes that say the same become one. Every op is pure, so equal words mean equal values. */
import { GraphBuilder, type Graph, type Node } from "../../src/graph/graph.js";
import type { BinaryMapFn } from "../../src/graph/ops.js";
import { dimsWords, opWords } from "../../src/graph/words.js";
import type { Pass } from "./pass.js";
import { withInputs, withNodes } from "./rewrite.js";

/** a ∘ b = b ∘ a to the last bit. */
const commutes: { readonly [F in BinaryMapFn]: boolean } = {
  add: true, multiply: true, maximum: true, minimum: true, equal: true, not_equal: true,
  subtract: false, divide: false, power: false, less: false,
};

export const shareEqual: Pass = {
  name: "share-equal",
  sentence: "Computes once what is written twice.",
  run(graph: Graph): Graph {
    const known = new Map<string, Node>();
    const builder = new GraphBuilder();
    const moved: Node[] = [];
    for (const node of graph.nodes) {
      const kept = withInputs(node, moved);
      const words = wordsOf(kept);
      let found = known.get(words);
      if (!found) known.set(words, (found = builder.add(kept)));
      moved.push(found);
    }
    return withNodes(graph, builder.nodes, (node) => moved[node.id]!);
  },
};

/** Everything that decides a node's value and its layout: not its place in the text. */
function wordsOf(node: Node): string {
  const { inputs, dtype, dims } = node;
  let words = `${dtype} ${opWords(node)}${dimsWords(dims)}`;
  const [a, b] = inputs;
  if (a && b && inputs.length === 2 && a.id > b.id && node.op === "map" && commutes[node.fn as BinaryMapFn]) return `${words} ${b.id} ${a.id}`;
  for (const input of inputs) words += ` ${input.id}`;
  return words;
}
