/** Cotangents through attention: the weights are computed again from their logarithmic sum, not kept. */
import { bug } from "../../../src/base/assert.js";
import { hasDim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Backward } from "./backward.js";
import { exactly, namesOf } from "./shapes.js";

export function attention(node: NodeOf<"attention">, g: Node, back: Backward): void {
  if (node.started) bug("attention to a cache is not in a graph for training");
  const { emit } = back;
  const [query, key, value, valid] = node.inputs as [Node, Node, Node, Node | undefined];
  const full = exactly(emit, g, node.dims);
  const logSum = emit.attentionLogSum(query, key, node.over, valid, node.full);
  const product = emit.multiply(full, node);
  const summed = namesOf(node.dims).filter((name) => !hasDim(logSum, name));
  const dot = summed.length > 0 ? emit.reduce("sum", product, summed) : product;
  const operands = { query, key, value };
  for (const of of ["query", "key", "value"] as const) {
    back.give(operands[of], () => emit.attentionGradient(of, operands, node.over, [logSum, full, dot], valid, node.full));
  }
}
