/** Values computed again for the backward pass: the same numbers, no dear op twice, less memory. */
import { describe, expect, test } from "vitest";
import { runMemoryPasses } from "../../compiler/4-passes/pipeline.js";
import { wgslTarget } from "../../compiler/5-schedule/target.js";
import { rematerialize } from "../../compiler/4-passes/remat.js";
import { schedule, type Schedule } from "../../compiler/5-schedule/index.js";
import type { Graph, Node } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { extentsOf, layoutArenas } from "../../src/plan/size.js";
import { Random } from "../helpers/random.js";
import type { Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { compilePath, compileText } from "../schedule/compile.js";
import { bytesAt } from "../schedule/run.js";

const spec = `model Small {
  vocabulary = 7, width = 8, padding = 0, dropout = 0.1
  layers 2 { memory(slots: 3, heads: 2)
    attention(heads: 2)
    feed_forward(hidden: 12, activation: gelu) }
}`;

function entryOf(graphs: readonly Graph[], name: string): Graph {
  return graphs.find((g) => g.entry === name)!;
}

describe("a model with all kinds of mixers", () => {
  const { graphs, model } = compileText(spec, { targets: [], training: ["gradients", "train"], chunk: 4 });

  test.each(["gradients", "train"])("%s gives the same numbers", (name) => {
    const graph = entryOf(graphs, name);
    const { graph: after, recomputed } = rematerialize(graph);
    verifyGraph(after);
    expect(recomputed.length).toBeGreaterThan(3);
    const random = new Random(5);
    const [B, T] = [2, 6];
    const parameters: Tensors = Object.fromEntries(model.parameters.map((p) => [p.name, random.normalTensor(p.shape, 0.3)]));
    const ids = (low: number) => random.integerTensor([B, T], low, 6);
    const one = (value: number) => ({ shape: [1], data: [value] });
    const inputs: Tensors = { tokens: ids(0), targets: ids(1), schedule: { shape: [3], data: [0.01, 0.1, 0.02] }, seed: one(3), counter: one(4), restart: one(1) };
    const given = { inputs, parameters, extents: { B, T } };
    expect(evaluate(after, given)).toEqual(evaluate(graph, given));
  });

  test("only maps, views, look-ups and reductions are there twice", () => {
    const cheap = new Set(["map", "reduce", "gather", "rename", "squeeze", "unsqueeze", "turn_half", "wave"]);
    const dear = (nodes: readonly Node[]): string[] => nodes.map((n) => n.op).filter((op) => !cheap.has(op)).sort();
    const graph = entryOf(graphs, "train");
    const after = rematerialize(graph).graph;
    expect(dear(after.nodes)).toEqual(dear(graph.nodes));
    expect(after.nodes.length).toBeGreaterThan(graph.nodes.length);
  });

  test("entries without a backward pass stay as they are", () => {
    const forward = entryOf(graphs, "forward");
    expect(rematerialize(forward)).toEqual({ graph: forward, recomputed: [] });
  });
});

test("the passes of targets that plan memory run in order, and what they give is verified", () => {
  const { graphs, model } = compileText(`${spec}\ntrain { precision = float16 }`, { targets: [], training: ["train"], chunk: 4 });
  const graph = entryOf(graphs, "train");
  const { graph: after, recomputed } = runMemoryPasses(graph, model, wgslTarget);
  expect(recomputed).toEqual(rematerialize(graph).recomputed);
  // Also what is computed again may be stored as float16.
  expect(after.nodes.some((n) => n.storage === "f16" && n.id > after.backward! && n.op === "map")).toBe(true);
  const [first, ...others] = graph.nodes;
  const broken = { ...graph, backward: undefined, nodes: [...others, first!] };
  expect(() => runMemoryPasses(broken, { ...model, train: { ...model.train, precision: "float32" } }, wgslTarget)).toThrow(/does not stand before it/);
});

test("shakespeare-small: arenas of a training step of 16 times 128 tokens fall by a fifth at least", () => {
  const { plan, graphs, model } = compilePath("specs/shakespeare-small.msz", { targets: ["wgsl"], training: ["train"] });
  const extents = extentsOf({ batch: 16, tokens: 128, chunk: graphs[0]!.chunk });
  const shapes = new Map(model.parameters.map((p) => [p.name, p.shape]));
  const without: Schedule = schedule(entryOf(graphs, "train"), { parameterShape: (name) => shapes.get(name) });
  const before = without.slots.reduce((sum, slot) => sum + bytesAt(slot.bytes, extents), 0);
  const entry = plan.targets.wgsl!.entries["train"]!;
  const after = layoutArenas(entry, extents).bytes.reduce((a, b) => a + b, 0);
  console.log(`arenas: ${(before / 1e6).toFixed(1)} MB without, ${(after / 1e6).toFixed(1)} MB with values computed again`);
  expect(after).toBeLessThan(0.8 * before);
  expect(entry.recomputed).toContain("layers.0.feed_forward.up");
});
