/** The elementwise chain behind a special op, as what its kernel does with each element (or four of them) instead of storing it. */
import { bug } from "../../src/base/assert.js";
import type { Node } from "../../src/graph/graph.js";
import { i, notEqual, select, vec4 } from "../../src/kernel/build.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";
import { resolveView, type Coordinates } from "../../src/kernel/view.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import type { FusedGroup } from "./fused.js";
import { Inliner, mapExpr } from "./inline.js";
import type { Epilogue } from "./kernels/types.js";
import { workOf } from "./space.js";
import { behind, layoutAlong, readVector, vectorOf, writesVectors, writeVector } from "./vector.js";

/** @param selects whether a choice that is the same for all four is made for four at a time */
export function epilogueOf(node: Node, group: FusedGroup, selects: boolean): Epilogue {
  const chain = group.nodes.slice(1);
  const result = chain.at(-1) ?? bug("an epilogue of nothing");
  const inlinerAt = (w: KernelWriter, at: Coordinates): { inliner: Inliner; named: Map<string, KernelExpr> } => {
    const inliner = new Inliner(w, { inMemory: group.inMemory, bind: (n) => w.operand(n, "read") });
    const named = new Map<string, KernelExpr>();
    for (const [name, place] of at) named.set(name, inliner.coordinate("at", place));
    return { inliner, named };
  };
  const inMemory = (n: Node): boolean => workOf(n) === "leaf" || group.inMemory(n);
  return {
    name: chain.slice(0, 3).map((n) => (n.op === "map" ? n.fn : n.op)).join("_"),
    write(w, value, at) {
      const { inliner, named } = inlinerAt(w, at);
      inliner.set(node, named, value);
      w.store(w.operand(result, "write"), inliner.index(result, named), inliner.value(result, named));
    },
    vectorWrite(dim) {
      if (!writesVectors(result, dim) || !goesByFours(result, dim, { op: node, inMemory, selects })) return undefined;
      return (w, value, at) => {
        const { inliner, named } = inlinerAt(w, at);
        writeVector(w, result, named, vectorValue(result, named, dim, { w, op: node, value, inMemory, inliner, known: [] }));
      };
    },
  };
}

interface Chain {
  readonly op: Node;
  readonly inMemory: (node: Node) => boolean;
  readonly selects: boolean;
}

/**
 * Whether all that `given` is made of, from `op` on, can be computed for four neighbours along `dim`. Values are shared, so each is
 * looked at once (`seen`).
 */
function goesByFours(given: Node, dim: string, chain: Chain, seen = new Set<string>()): boolean {
  const key = `${given.id} ${dim}`;
  if (seen.has(key)) return true;
  seen.add(key);
  const { node, dim: name } = behind(given, dim);
  if (node === chain.op || node.op === "scalar") return node.dtype === "f32";
  // One number for all four.
  if (name === undefined) return node.dtype === "f32";
  if (chain.inMemory(node)) return layoutAlong(given, dim) === "vector";
  if (node.op !== "map") return false;
  const chooses = node.fn === "select" && chain.selects && behind(node.inputs[0]!, name).dim === undefined;
  if (!chooses && !vectorMaps.has(node.fn)) return false;
  return node.inputs.slice(chooses ? 1 : 0).every((input) => goesByFours(input, name, chain, seen));
}

const vectorMaps: ReadonlySet<string> = new Set([
  "negate", "exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sigmoid", "softplus", "relu", "gelu", "gelu_tanh", "silu", "elu", "square", "reciprocal",
  "rsqrt", "erf", "add", "subtract", "multiply", "divide", "maximum", "minimum",
]);

interface Four {
  readonly w: KernelWriter;
  readonly op: Node;
  readonly value: KernelExpr;
  readonly inMemory: (node: Node) => boolean;
  readonly inliner: Inliner;
  /** What has a name already: its value at those coordinates, by fours along that dim. */
  readonly known: { readonly node: Node; readonly dim: string; readonly at: Coordinates; readonly value: KernelExpr }[];
}

function vectorValue(given: Node, at: Coordinates, dim: string, four: Four): KernelExpr {
  const { node, coordinates } = resolveView(given, at);
  if (node === four.op) return four.value;
  if (node.op === "scalar") return vectorOf(node.value);
  const name = behind(given, dim).dim;
  if (name === undefined) return vec4(four.inliner.value(given, at));
  const before = four.known.find((k) => k.node === node && k.dim === name && samePlace(k.at, coordinates));
  if (before) return before.value;
  const made = four.w.let_("v", four.inMemory(node) ? readVector(four.w, given, at, dim) : computed(node, coordinates, name, four));
  four.known.push({ node, dim: name, at: coordinates, value: made });
  return made;
}

function computed(node: Node, at: Coordinates, dim: string, four: Four): KernelExpr {
  if (node.op !== "map") return bug(`${node.op} by fours`);
  if (node.fn === "select") {
    const [condition, a, b] = node.inputs as [Node, Node, Node];
    return select(notEqual(four.inliner.value(condition, at), i(0)), vectorValue(a, at, dim, four), vectorValue(b, at, dim, four));
  }
  return mapExpr(node.fn, node.inputs.map((input) => vectorValue(input, at, dim, four)));
}

function samePlace(a: Coordinates, b: Coordinates): boolean {
  return a.size === b.size && [...a].every(([name, place]) => b.get(name) === place);
}
