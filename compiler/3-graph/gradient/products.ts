/** Cotangents through matrix products, rows of a table, and the loss. */
import { batchDim, hasDim, tokenDim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Backward } from "./backward.js";
import { exactly, namesOf, sumOver, unbroadcast, withDims, without } from "./shapes.js";

export function matmul(node: NodeOf<"matmul">, g: Node, back: Backward): void {
  const { emit } = back;
  const [x, w] = node.inputs as [Node, Node];
  const outputs = without(w.dims, [...node.over, ...namesOf(x.dims)]);
  // With w's dims that x lacks summed over, a matrix product too: w goes in as it lies.
  back.give(x, () => (outputs.length > 0 ? emit.matmul(withDims(emit, g, outputs), w, namesOf(outputs)) : emit.multiply(g, w)));
  back.give(w, () => weightCotangent(node, g, back));
}

function weightCotangent(node: NodeOf<"matmul">, g: Node, back: Backward): Node {
  const { emit } = back;
  const [x, w] = node.inputs as [Node, Node];
  const along = [...x.dims, ...without(node.dims, namesOf(x.dims))];
  if (![x, g].every(isPerToken)) return unbroadcast(emit, emit.multiply(x, g), along, w.dims);
  const full = withDims(emit, g, without(w.dims, namesOf(x.dims)));
  // Dims that x and g have beside those of w (the same weights at each place of an axis) stay in the product and are summed after it.
  const places = namesOf(without([...x.dims, ...without(full.dims, namesOf(x.dims))], [batchDim, tokenDim, ...namesOf(w.dims)]));
  const product = emit.weightGradient(x, full, [...places, ...namesOf(w.dims)]);
  return sumOver(emit, product, places);
}

function isPerToken(node: Node): boolean {
  return hasDim(node, batchDim) && hasDim(node, tokenDim);
}

export function gather(node: NodeOf<"gather">, g: Node, back: Backward): void {
  const { emit } = back;
  const [table, ids] = node.inputs as [Node, Node];
  const size = table.dims.find((d) => d.name === node.dim)!.size as number;
  back.give(table, () => emit.scatterAdd(ids, withDims(emit, g, ids.dims), node.dim, size));
}

export function crossEntropy(node: NodeOf<"cross_entropy">, g: Node, back: Backward): void {
  const { emit } = back;
  const [logits, targets] = node.inputs as [Node, Node];
  back.give(logits, () => emit.crossEntropyGradient(logits, targets, exactly(emit, g, targets.dims), node.dim, node.smoothing));
}
