/**
 * With `precision = float16` or `bfloat16`: what a training step keeps a token, where it is as wide as the model, lies in memory in two bytes: activations and their
 * cotangents. Kernels compute in float32 all the same. States, sums, statistics, what the optimiser has and the entry's results are as they were.
 * In: the graph of an entry, after all passes that make nodes. Out: the same nodes, some with `storage`.
 */
import { batchDim, hasDim, tokenDim, type Graph, type Node, type Storage } from "../../src/graph/graph.js";
import { isView, sourceOf } from "../../src/kernel/view.js";
import { recurrenceOperands } from "../3-graph/recurrence-operands.js";
import { withInputs, withNodes } from "./rewrite.js";

/** `inspect` too: it is to find what became infinite in `train`. */
const entries: readonly string[] = ["accumulate", "train", "inspect"];

/** @param width of the model */
export function storeHalf(graph: Graph, width: number, storage: Storage): Graph {
  if (!entries.includes(graph.entry)) return graph;
  const exact = keptExact(graph);
  const moved: Node[] = [];
  for (const node of graph.nodes) {
    const same = withInputs(node, moved);
    moved.push(isWide(node, width) && !exact.has(node) ? { ...same, storage } : same);
  }
  return withNodes(graph, moved, (node) => moved[node.id]!);
}

function isWide(node: Node, width: number): boolean {
  if (node.dtype !== "f32" || node.inputs.length === 0 || isView(node)) return false;
  if (!hasDim(node, batchDim) || !hasDim(node, tokenDim)) return false;
  return node.dims.reduce((count, { size }) => (typeof size === "number" ? count * size : count), 1) >= width;
}

/** What must not be rounded, however wide it is. */
function keptExact(graph: Graph): Set<Node> {
  const exact = new Set([...graph.outputs, ...graph.stateUpdates, ...graph.parameterUpdates].map((result) => sourceOf(result.node)));
  for (const node of graph.nodes) {
    // A mask has one number for all that is kept, and its error would be in all of them.
    if (node.op === "keep") exact.add(node);
    // The slope of attention is exp(score - log_sum), where scores may be large.
    if (node.op === "attention_log_sum") exact.add(node);
    if (node.op !== "boundaries" && node.op !== "advance" && node.op !== "scan_read") continue;
    // A decay near 1 is multiplied with itself a thousand times: as float16, 0.9990 and 0.9992 are one number (as bfloat16, 0.996 and 0.999).
    const { decay } = recurrenceOperands(node);
    if (decay) exact.add(sourceOf(decay));
  }
  return exact;
}
