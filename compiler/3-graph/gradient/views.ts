/** Cotangents through views, the half turn and the opposite order: the same value under the old names. */
import { hasDim, tokenDim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Backward } from "./backward.js";
import { withDims } from "./shapes.js";

export function rename(node: NodeOf<"rename">, g: Node, back: Backward): void {
  const x = node.inputs[0]!;
  const before = x.dims.map((d, i) => [node.dims[i]!.name, d.name] as const).filter(([now, old]) => now !== old && hasDim(g, now));
  back.give(x, () => (before.length > 0 ? back.emit.rename(g, Object.fromEntries(before)) : g));
}

/** The cotangent lacks the dim, whose one place makes that the same. */
export function squeeze(node: NodeOf<"squeeze">, g: Node, back: Backward): void {
  back.give(node.inputs[0]!, () => g);
}

export function unsqueeze(node: NodeOf<"unsqueeze">, g: Node, back: Backward): void {
  back.give(node.inputs[0]!, () => g, node.dims);
}

/** A cotangent that is the same at every token is so in the opposite order too. */
export function flip(node: NodeOf<"flip">, g: Node, back: Backward): void {
  back.give(node.inputs[0]!, () => (hasDim(g, tokenDim) ? back.emit.flip(g) : g));
}

/** A turn by a quarter has the opposite turn as its transpose. */
export function turnHalf(node: NodeOf<"turn_half">, g: Node, back: Backward): void {
  const { emit } = back;
  const along = node.dims.filter((d) => d.name === node.dim);
  back.give(node.inputs[0]!, () => emit.unary("negate", emit.turnHalf(withDims(emit, g, along), node.dim)));
}
