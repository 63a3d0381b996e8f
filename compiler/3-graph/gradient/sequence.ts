/** Cotangents through the causal convolution. */
import { bug } from "../../../src/base/assert.js";
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { Backward } from "./backward.js";
import { exactly } from "./shapes.js";

export function convolve(node: NodeOf<"convolve">, g: Node, back: Backward): void {
  if (node.started) bug("a convolution that goes on from a state is not in a graph for training");
  const { emit } = back;
  const [x, weight, bias, mask] = node.inputs as [Node, Node, Node, Node | undefined];
  // At padding the result is undefined, and so is what it gives.
  const real = mask ? emit.select(mask, g, emit.scalar(0)) : g;
  const full = exactly(emit, real, x.dims);
  const tap = weight.dims.find((d) => !x.dims.some((own) => own.name === d.name))!;
  back.give(x, () => emit.convolveGradient(full, weight, node.size, mask));
  back.give(weight, () => emit.convolveWeightGradient(x, full, { name: tap.name, size: node.size }, mask));
  back.give(bias, () => real, node.dims);
}
