/**
 * A graph as text, one line a node: `%3 f32[B, T, slots] = reduce sum over slots %2   // layers.0.memory.read`.
 * Batch, token, chunk and time dims print as their extent, axes as their name.
 */
import { batchDim, chunkDim, oneDim, timeDim, tokenDim, type Dim, type Graph, type Node } from "./graph.js";
import type { Reverse } from "./ops.js";

export function printGraph(graph: Graph): string {
  const lines = [`${graph.entry}, chunks of ${graph.chunk}`];
  const texts = graph.nodes.map(printNode);
  const width = Math.min(80, Math.max(0, ...texts.map((t) => t.length)));
  graph.nodes.forEach((node, i) => lines.push(node.label ? `  ${texts[i]!.padEnd(width)}  // ${node.label}` : `  ${texts[i]!}`));
  for (const { name, node } of graph.outputs) lines.push(`  output ${name} = %${node.id}`);
  for (const { state, node } of graph.stateUpdates) lines.push(`  state ${state} = %${node.id}`);
  for (const { parameter, node } of graph.parameterUpdates) lines.push(`  parameter ${parameter} = %${node.id}`);
  return `${lines.join("\n")}\n`;
}

export function printNode(node: Node): string {
  const operands = node.inputs.map((i) => ` %${i.id}`).join("");
  return `%${node.id} ${node.dtype}${node.storage ? ` as ${node.storage} ` : ""}[${printDims(node.dims)}] = ${printOp(node)}${operands}`;
}

export function printDims(dims: readonly Dim[]): string {
  const byExtent: readonly string[] = [batchDim, tokenDim, chunkDim, timeDim, oneDim];
  return dims.map((d) => (byExtent.includes(d.name) ? String(d.size) : d.name)).join(", ");
}

/** The op with what decides its value beside its operands. */
export function printOp(node: Node): string {
  switch (node.op) {
    case "input":
      return `input ${node.name}`;
    case "parameter":
      return `parameter ${node.parameter}`;
    case "table": {
      const shown = node.data.slice(0, 4).join(", ");
      return `table (${node.data.length > 4 ? `${shown}, … ${node.data.length} numbers` : shown})`;
    }
    case "scalar":
      return `scalar ${node.value}`;
    case "extent":
      return `extent ${node.symbol}`;
    case "state":
      return `state ${node.state}`;
    case "map":
      return node.fn;
    case "reduce":
      return `reduce ${node.fn} over ${node.over.join(", ")}`;
    case "matmul":
      return `matmul over ${node.over.join(", ")}`;
    case "gather":
      return `gather along ${node.dim}`;
    case "join":
      return `join along ${node.dim}`;
    case "top":
      return `top ${node.count}`;
    case "rename":
      return `rename ${Object.entries(node.names).map(([from, to]) => `${from} to ${to}`).join(", ")}`;
    case "flip":
      return node.op;
    case "correction":
      return `correction ${node.of} over ${(node.corrections[node.of] ?? []).join(", ")}, ${terms(node.terms)}${flags({ decayed: node.decayed, ...corrected(node.corrections), ...backwards(node.reverse) })}`;
    case "scan":
      return `scan ${node.of} of ${node.body.states.length} states, ${node.body.nodes.length} nodes a token${node.started ? ", started" : ""}${node.reverse ? ", reverse" : ""}`;
    case "squeeze":
    case "turn_half":
      return `${node.op} ${node.dim}`;
    case "unsqueeze":
      return `unsqueeze ${node.dim} at ${node.at}`;
    case "count":
      return `count${flags({ masked: node.masked, started: node.started })}`;
    case "convolve":
      return `convolve ${node.size} taps${flags({ started: node.started, masked: node.masked })}`;
    case "convolve_state":
      return `convolve_state ${node.size} taps${flags({ masked: node.masked })}`;
    case "boundaries":
      return `boundaries of ${terms(node.terms)}${flags({ started: node.started, decayed: node.decayed, ...corrected(node.corrections), ...backwards(node.reverse) })}`;
    case "advance":
      return `advance by ${terms(node.terms)}${flags({ decayed: node.decayed })}`;
    case "scan_read": {
      const over = node.over.length > 0 ? ` over ${node.over.join(", ")}` : "";
      return `scan_read ${node.when}${over}, ${terms(node.terms)}${flags({ decayed: node.decayed, ...backwards(node.reverse) })}`;
    }
    case "attention":
      return `attention${node.over.length > 0 ? ` over ${node.over.join(", ")}` : ""}${flags({ started: node.started, masked: node.masked, full: node.full ?? false })}`;
    case "attention_log_sum":
      return `attention_log_sum over ${node.over.join(", ")}${flags({ masked: node.masked, full: node.full ?? false })}`;
    case "attention_gradient":
      return `attention_gradient of ${node.of} over ${node.over.join(", ")}${flags({ masked: node.masked, full: node.full ?? false })}`;
    case "weight_gradient":
      return `weight_gradient [${node.result.join(", ")}]`;
    case "scatter_add":
      return `scatter_add to ${node.size} along ${node.dim}`;
    case "cross_entropy":
    case "cross_entropy_gradient":
      return `${node.op} over ${node.dim}${node.smoothing > 0 ? `, smoothing ${node.smoothing}` : ""}`;
    case "keep":
      return `keep, stream ${node.stream}, rate ${node.rate}, kept ${node.kept}`;
    case "convolve_gradient":
    case "convolve_weight_gradient":
      return `${node.op} ${node.size} taps${flags({ masked: node.masked })}`;
    case "last":
      return `last${flags({ masked: node.masked })}`;
    case "iota":
    case "wave":
    case "append":
    case "sample":
    case "rank_sum":
      return node.op;
  }
}

function backwards(reverse: Reverse | undefined): Record<string, boolean> {
  return reverse ? { reverse: true, [`${reverse.late} late`]: reverse.late > 0 } : {};
}

function corrected(corrections: readonly (readonly string[])[] | undefined): Record<string, boolean> {
  return Object.fromEntries((corrections ?? []).map((over, i) => [`correction ${i} over ${over.join(", ")}`, true]));
}

function terms(count: number): string {
  return count === 1 ? "1 term" : `${count} terms`;
}

/** ` (started, masked)`, of those that are set. */
function flags(set: Readonly<Record<string, boolean>>): string {
  const names = Object.keys(set).filter((name) => set[name]);
  return names.length > 0 ? ` (${names.join(", ")})` : "";
}
