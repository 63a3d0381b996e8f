/** Cotangents through sums and maxima over dims. */
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { Backward } from "./backward.js";
import { Formulas } from "./formulas.js";

export function reduce(node: NodeOf<"reduce">, g: Node, back: Backward): void {
  const x = node.inputs[0]!;
  const f = new Formulas(back.emit, x.dims);
  back.give(x, () => {
    // The same along the dims that were summed over.
    if (node.fn === "sum") return g;
    const largest = f.equal(x, node);
    const ties = back.emit.reduce("sum", f.of("to_f32", largest), node.over);
    return f.select(largest, f.over(g, ties), 0);
  });
}
