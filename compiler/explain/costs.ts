/** What one token costs, counted on the decode graph or on that of `encode` for one sequence: floating-point operations and bytes moved. */
import { batchDim, timeDim, type Dim, type Graph, type Node } from "../../src/graph/graph.js";

export interface TokenCost {
  /** Multiplications and additions; for a cache, without what grows with its length. */
  readonly flops: number;
  /** Parameters and states read, states written: 4 bytes each. */
  readonly bytes: number;
  /** What a slot already in a cache adds to both. */
  readonly flopsPerSlot: number;
  readonly bytesPerSlot: number;
  /** What a token of the source adds to both when one is decoded. */
  readonly flopsPerSource: number;
  readonly bytesPerSource: number;
}

/** @param place counts what has this place in its label, `layers.0.memory`; absent: everything */
export function costOf(graph: Graph, place?: string): TokenCost {
  let flops = 0;
  let flopsPerSlot = 0;
  let flopsPerSource = 0;
  let words = 0;
  const gathered = new Set(graph.nodes.flatMap((n) => (n.op === "gather" ? [source(n.inputs[0]!)] : [])));
  const multiplied = new Set(graph.nodes.flatMap((n) => (n.op === "matmul" ? [source(n.inputs[1]!)] : [])));
  const isThere = (name: string | undefined): boolean => place === undefined || name === place || (name?.startsWith(`${place}.`) ?? false);
  for (const node of graph.nodes) {
    if (!isThere(node.label)) continue;
    switch (node.op) {
      case "matmul": flops += 2 * elements(node.dims) * elements(node.inputs[0]!.dims.filter((d) => node.over.includes(d.name))); break;
      case "map": flops += elements(node.dims); break;
      case "reduce": flops += elements(node.inputs[0]!.dims); break;
      case "convolve": flops += 2 * node.size * elements(node.dims); break;
      case "attention": {
        const query = elements(node.inputs[0]!.dims);
        const perSlot = 2 * query + 2 * elements(node.dims);
        if (isOfSource(node.inputs[1]!.dims, graph)) flopsPerSource += perSlot;
        else flopsPerSlot += perSlot;
        break;
      }
      // Of each token what it adds to the state, and what it asks.
      case "boundaries": flops += 2 * node.terms * elements(node.dims); break;
      case "scan_read": flops += 2 * elements(node.inputs[0]!.dims); break;
      case "gather": words += elements(node.dims); break;
      // A table of which one row is gathered is not read whole.
      case "parameter": words += gathered.has(node) && !multiplied.has(node) ? 0 : elements(node.dims); break;
      default: break;
    }
  }
  let wordsPerSlot = 0;
  let wordsPerSource = 0;
  for (const state of graph.states) {
    if (!isThere(state.name)) continue;
    if (state.class === "growing") wordsPerSlot += elements(state.dims.filter((d) => d.name !== timeDim));
    else if (isOfSource(state.dims, graph)) wordsPerSource += elements(state.dims.filter((d) => d.name !== timeDim));
    else words += (graph.stateUpdates.some((u) => u.state === state.name) ? 2 : 1) * elements(state.dims);
  }
  return { flops, bytes: 4 * words, flopsPerSlot, bytesPerSlot: 4 * wordsPerSlot, flopsPerSource, bytesPerSource: 4 * wordsPerSource };
}

/** Slots of the source, where it is not the text at hand. */
function isOfSource(dims: readonly Dim[], { entry }: Graph): boolean {
  return entry !== "encode" && dims.some((d) => d.name === timeDim && d.size === "E");
}

/** Elements for one sequence. */
export function elements(dims: readonly Dim[]): number {
  return dims.reduce((n, d) => n * (d.name === batchDim ? 1 : typeof d.size === "number" ? d.size : 1), 1);
}

function source(node: Node): Node {
  return node.op === "rename" || node.op === "squeeze" || node.op === "unsqueeze" ? source(node.inputs[0]!) : node;
}
