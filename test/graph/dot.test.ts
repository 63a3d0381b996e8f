/** `dotGraph`: every node that is no number is one box, every edge leads between boxes, and the text is Graphviz's language. */
import { describe, expect, test } from "vitest";
import { compile } from "../../compiler/index.js";
import { dotGraph } from "../../src/graph/dot.js";
import { readLibrary } from "../../cli/spec.js";

const text = 'model Two {\n  vocabulary = bytes\n  width = 16\n  layers 2 {\n    retention(heads: 2)\n    feed_forward(hidden: 32)\n  }\n}\n';
const { graphs = [] } = compile({ path: "two.msz", text }, { targets: [], training: ["train"], library: readLibrary() });

// A statement a line: a box, an edge, a frame's beginning or end, or attributes.
const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const attributes = String.raw`\[\w+=(?:${quoted}|[\w.]+)(?:, ?\w+=(?:${quoted}|[\w.]+))*\]`;
const statement = new RegExp(String.raw`^ *(?:digraph \{|\}|subgraph cluster_\d+ \{|[nr]\d+ ${attributes};|n\d+ -> [nr]\d+;|(?:\w+=(?:${quoted}|\w+); ?)+|(?:node|edge) ${attributes};(?: edge ${attributes};)?)$`);

describe.each(graphs.map((graph) => [graph.entry, graph] as const))("%s", (_, graph) => {
  const lines = dotGraph(graph, "Two").trimEnd().split("\n");

  test("is Graphviz's language", () => {
    expect(lines.filter((line) => !statement.test(line))).toEqual([]);
    expect(lines.filter((line) => line.endsWith("{")).length).toBe(lines.filter((line) => line.trim() === "}").length);
  });

  test("draws every node once, and edges between what is drawn", () => {
    const boxes = lines.flatMap((line) => /^ *([nr]\d+) \[/.exec(line)?.[1] ?? []);
    expect(new Set(boxes).size).toBe(boxes.length);
    expect(boxes.filter((b) => b.startsWith("n")).sort()).toEqual(graph.nodes.filter((n) => n.op !== "scalar").map((n) => `n${n.id}`).sort());
    const edges = lines.flatMap((line) => /^ *(n\d+) -> ([nr]\d+);$/.exec(line)?.slice(1) ?? []);
    expect(edges.filter((end) => !boxes.includes(end))).toEqual([]);
    const results = graph.outputs.length + graph.stateUpdates.length + graph.parameterUpdates.length;
    expect(boxes.filter((b) => b.startsWith("r")).length).toBe(results);
  });

  test("frames each sublayer", () => {
    for (const place of ["layers.0.retention", "layers.1.feed_forward"]) expect(lines.join("\n")).toContain(`label="${place}"`);
  });
});
