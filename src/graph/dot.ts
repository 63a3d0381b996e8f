/**
 * A graph as a picture, in Graphviz's language: one box a node, a frame around the nodes of each sublayer, views drawn small, numbers written where they are used. What goes from
 * call to call (states) and what is trained (parameters) has a shape of its own.
 */
import type { Graph, Node } from "./graph.js";
import { printDims, printOp } from "./print.js";

/** `title` stands above the picture. Lay it out with `dot -Tsvg`. */
export function dotGraph(graph: Graph, title: string): string {
  const frames = new Map<string, Node[]>();
  const drawn = graph.nodes.filter((n) => n.op !== "scalar");
  for (const node of drawn) {
    const frame = frameOf(node);
    const nodes = frames.get(frame) ?? [];
    frames.set(frame, [...nodes, node]);
  }
  const lines = [
    "digraph {",
    `  label=${quoted(`${title}: ${graph.entry}, chunks of ${graph.chunk}`)}; labelloc=t; rankdir=TB; fontname="Helvetica";`,
    '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica", fontsize=10]; edge [arrowsize=0.6];',
  ];
  let count = 0;
  for (const [frame, nodes] of frames) {
    const inside = nodes.map(drawNode);
    if (frame === "") lines.push(...inside.map((line) => `  ${line}`));
    else lines.push(`  subgraph cluster_${count++} {`, `    label=${quoted(frame)}; style=rounded; color=gray60;`, ...inside.map((line) => `    ${line}`), "  }");
  }
  for (const node of drawn) for (const input of new Set(node.inputs)) if (input.op !== "scalar") lines.push(`  n${input.id} -> n${node.id};`);
  const results = [
    ...graph.outputs.map(({ name, node }) => [`output ${name}`, node] as const),
    ...graph.stateUpdates.map(({ state, node }) => [`state ${state}`, node] as const),
    ...graph.parameterUpdates.map(({ parameter, node }) => [`parameter ${parameter}`, node] as const),
  ];
  results.forEach(([name, node], i) => lines.push(`  r${i} [label=${quoted(name)}, shape=cds, fillcolor=lightyellow];`, `  n${node.id} -> r${i};`));
  return `${[...lines, "}"].join("\n")}\n`;
}

/** `layers.3.memory.read` stands in the frame `layers.3.memory`; what belongs to no sublayer in none. */
function frameOf({ label }: Node): string {
  const place = label === undefined ? null : /^((?:encoder\.|decoder\.)?layers\.\d+\.[a-z0-9_]+)(?:\.|$)/.exec(label);
  return place?.[1] ?? "";
}

function drawNode(node: Node): string {
  const name = node.label === undefined ? "" : `${node.label.slice(node.label.lastIndexOf(".") + 1)}\\n`;
  // A number is written where it is used: shared ones would draw lines across the whole picture.
  const numbers = node.inputs.flatMap((input) => (input.op === "scalar" ? [String(input.value)] : []));
  const text = `${name}${[printOp(node), ...numbers].join(" ")}\\n[${printDims(node.dims)}]`;
  return `n${node.id} [label=${quoted(text)}${looks(node)}];`;
}

function looks(node: Node): string {
  switch (node.op) {
    case "parameter": case "table": return ", shape=note, fillcolor=aliceblue";
    case "input": return ", shape=cds, fillcolor=lightyellow";
    case "state": return ", shape=cylinder, fillcolor=honeydew";
    case "boundaries": case "correction": case "scan_read": case "advance": case "scan": return ", fillcolor=mistyrose";
    case "matmul": case "attention": return ", fillcolor=lavender";
    case "iota": case "extent": case "rename": case "squeeze": case "unsqueeze": return ", fontsize=8, color=gray60";
    default: return "";
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}
