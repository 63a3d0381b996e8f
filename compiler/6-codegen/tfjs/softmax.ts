/** Finds a softmax that the graph has spelled out: exp(x - max x) / sum(exp(x - max x)). One kernel instead of five. */
import type { Node, NodeOf } from "../../../src/graph/graph.js";

export function matchSoftmax(node: NodeOf<"map">): { readonly x: Node; readonly over: readonly string[] } | undefined {
  if (node.fn !== "divide") return undefined;
  const [top, total] = node.inputs as [Node, Node];
  if (top.op !== "map" || top.fn !== "exp" || total.op !== "reduce" || total.fn !== "sum" || total.inputs[0] !== top) return undefined;
  const shifted = top.inputs[0]!;
  if (shifted.op !== "map" || shifted.fn !== "subtract") return undefined;
  const [x, highest] = shifted.inputs as [Node, Node];
  if (highest.op !== "reduce" || highest.fn !== "max" || highest.inputs[0] !== x) return undefined;
  const same = highest.over.length === total.over.length && highest.over.every((name) => total.over.includes(name));
  return same ? { x, over: total.over } : undefined;
}
