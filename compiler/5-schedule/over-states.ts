/** Which elementwise work is over a whole recurrent state, and so wants a thread an element instead of a workgroup a row. */
import type { Node } from "../../src/graph/graph.js";
import { innerCount, innerDims, sourcesOf } from "./space.js";

/**
 * Maps over the elements of a state with several inner dims: what reads one (or such a map) and has its space, and what is
 * made for them in that space, such as key · value. One workgroup a row would be few threads for that much memory.
 */
export function overStates(nodes: readonly Node[], readers: ReadonlyMap<Node, readonly Node[]>): Set<Node> {
  const wide = new Set<Node>();
  const maps = nodes.filter((n) => n.op === "map" && innerDims(n).length > 0).sort((a, b) => a.id - b.id);
  const sameSpace = (a: Node, b: Node): boolean => innerCount(a) === innerCount(b);
  for (const node of maps) {
    if (sourcesOf(node).some((s) => ((s.op === "state" && innerDims(s).length > 1) || wide.has(s)) && sameSpace(s, node))) wide.add(node);
  }
  for (const node of maps.reverse()) {
    if (readers.get(node)?.some((r) => wide.has(r) && sameSpace(r, node))) wide.add(node);
  }
  return wide;
}
