/**
 * A node's op with all that decides its value beside operands, type and dims, as text: what two nodes must have in common to be one,
 * and two groups to share a kernel.
 */
import type { Dim, Node } from "./graph.js";
import type { Reverse, ScanBody } from "./ops.js";

export function opWords(node: Node): string {
  switch (node.op) {
    case "input": return `input ${node.name}`;
    case "parameter": return `parameter ${node.parameter}`;
    case "state": return `state ${node.state}`;
    case "table": return `table ${node.data.map(numberWord).join()}`;
    case "scalar": return `scalar ${numberWord(node.value)}`;
    case "extent": return `extent ${node.symbol}`;
    case "map": return node.fn;
    case "reduce": return `${node.fn} over ${node.over.join(",")}`;
    case "matmul": return `matmul over ${node.over.join(",")}`;
    case "gather": case "join": case "squeeze": case "turn_half": return `${node.op} ${node.dim}`;
    case "unsqueeze": return `unsqueeze ${node.dim} ${node.at}`;
    case "top": return `top ${node.count}`;
    case "rename": return `rename ${JSON.stringify(node.names)}`;
    case "iota": case "wave": case "append": case "sample": case "rank_sum": return node.op;
    case "count": return `count ${node.masked} ${node.started}`;
    case "convolve": return `convolve ${node.size} ${node.started} ${node.masked}`;
    case "convolve_state": return `convolve_state ${node.size} ${node.masked}`;
    case "boundaries": return `boundaries ${node.started} ${node.decayed} ${node.terms}${reverseWords(node.reverse)}${correctionWords(node.corrections)}`;
    case "correction": return `correction ${node.of} ${node.decayed} ${node.terms}${reverseWords(node.reverse)}${correctionWords(node.corrections)}`;
    case "scan": return `scan ${node.of} ${node.started} ${node.reverse} ${bodyWords(node.body)}`;
    case "flip": return node.op;
    case "advance": return `advance ${node.decayed} ${node.terms}`;
    case "scan_read": return `scan_read ${node.decayed} ${node.terms} ${node.over.join(",")} ${node.when}${reverseWords(node.reverse)}`;
    case "attention": return `attention ${node.over.join(",")} ${node.result.join(",")} ${node.started} ${node.masked}${node.full ? " full" : ""}`;
    case "attention_log_sum": return `attention_log_sum ${node.over.join(",")} ${node.result.join(",")} ${node.masked}${node.full ? " full" : ""}`;
    case "attention_gradient": return `attention_gradient ${node.of} ${node.over.join(",")} ${node.masked}${node.full ? " full" : ""}`;
    case "weight_gradient": return `weight_gradient ${node.result.join(",")}`;
    case "scatter_add": return `scatter_add ${node.dim} ${node.size}`;
    case "cross_entropy": case "cross_entropy_gradient": return `${node.op} ${node.dim} ${node.smoothing}`;
    case "keep": return `keep ${node.stream} ${node.rate} ${node.kept}`;
    case "convolve_gradient": return `convolve_gradient ${node.size} ${node.masked}`;
    case "convolve_weight_gradient": return `convolve_weight_gradient ${node.size} ${node.tap} ${node.masked}`;
    case "last": return `last ${node.masked}`;
    default: return node satisfies never;
  }
}

function correctionWords(corrections: readonly (readonly string[])[] | undefined): string {
  return corrections ? ` corrected ${corrections.map((over) => over.join(",")).join(" ")}` : "";
}

function bodyWords({ nodes, inputs, states }: ScanBody): string {
  const lines = nodes.map((n) => `${n.dtype} ${opWords(n)}${dimsWords(n.dims)} of ${n.inputs.map((i) => i.id).join(",")}`);
  return `{ ${[...lines, `in ${inputs.map((n) => n.id).join(",")}`, `carries ${states.map((s) => `${s.before.id}:${s.after.id}`).join(",")}`].join("; ")} }`;
}

function reverseWords(reverse: Reverse | undefined): string {
  return reverse ? ` reverse ${reverse.late}` : "";
}

export function dimsWords(dims: readonly Dim[]): string {
  let words = "";
  for (const d of dims) words += ` ${d.name}:${d.size}`;
  return words;
}

/** -0 is another number than 0: 1 / -0 is. */
function numberWord(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
