/**
 * Folds what is known now: maps of constants, neutral operands, views of views. Every rule keeps each value to its last bit
 * or comes closer to the exact one, but for a zero's sign: x + 0 becomes x, which may be −0 where the sum would be 0. None makes a
 * finite value infinite.
 */
import type { Graph, Node, NodeOf } from "../../src/graph/graph.js";
import type { UnaryMapFn } from "../../src/graph/ops.js";
import type { Emitter } from "../3-graph/emit.js";
import { foldMap } from "./constants.js";
import type { Pass } from "./pass.js";
import { rewriteGraph, sameDims } from "./rewrite.js";

export const foldConstants: Pass = {
  name: "fold-constants",
  sentence: "Computes constants now and drops operations that change nothing.",
  run(graph: Graph): Graph {
    return rewriteGraph(graph, foldNode);
  },
};

function foldNode(node: Node, emit: Emitter): Node | undefined {
  switch (node.op) {
    case "map":
      return foldMap(node, emit) ?? foldNeutral(node) ?? foldFunction(node, emit);
    case "reduce":
      return foldReduce(node, emit);
    case "rename":
      return foldRename(node, emit);
    case "squeeze":
      return foldSqueeze(node, emit);
    case "unsqueeze":
      return foldUnsqueeze(node, emit);
    default:
      return undefined;
  }
}

/** x + 0, x − 0, x · 1, x / 1, x ^ 1, −(−x), a selection that is decided: one of the inputs, where it has all the dims. */
function foldNeutral(node: NodeOf<"map">): Node | undefined {
  const [a, b, c] = node.inputs as [Node, Node | undefined, Node | undefined];
  const found = ((): Node | undefined => {
    switch (node.fn) {
      case "add":
        return isScalar(b, 0) ? a : isScalar(a, 0) ? b : undefined;
      case "subtract":
        return isScalar(b, 0) ? a : undefined;
      case "multiply":
        return isScalar(b, 1) ? a : isScalar(a, 1) ? b : undefined;
      case "divide":
      case "power":
        return isScalar(b, 1) ? a : undefined;
      case "negate":
        return a.op === "map" && a.fn === "negate" ? a.inputs[0] : undefined;
      case "select":
        return a.op === "scalar" ? (a.value !== 0 ? b : c) : undefined;
      default:
        return undefined;
    }
  })();
  return found && sameDims(found.dims, node.dims) ? found : undefined;
}

/** Powers that have a function of their own: more exact, and defined for negative bases where a target's `pow` is not. */
const powerFns: ReadonlyMap<number, UnaryMapFn> = new Map([[2, "square"], [0.5, "sqrt"], [-1, "reciprocal"], [-0.5, "rsqrt"]]);

function foldFunction(node: NodeOf<"map">, emit: Emitter): Node | undefined {
  const [a, b] = node.inputs as [Node, Node | undefined];
  if (!sameDims(a.dims, node.dims) || node.dtype !== "f32") return undefined;
  if (node.fn === "power" && b?.op === "scalar") {
    const fn = powerFns.get(b.value);
    return fn && emit.unary(fn, a);
  }
  if (node.fn === "multiply" && isScalar(b, -1)) return emit.unary("negate", a);
  // A division by a power of two is a multiplication by its reciprocal, exactly; by another number it would round twice.
  if (node.fn === "divide" && b?.op === "scalar" && isPowerOfTwo(b.value)) return emit.multiply(a, emit.scalar(1 / b.value));
  return undefined;
}

/** A sum or maximum over an axis of one element is that element. */
function foldReduce(node: NodeOf<"reduce">, emit: Emitter): Node | undefined {
  const x = node.inputs[0]!;
  const single = node.over.filter((name) => x.dims.some((d) => d.name === name && d.size === 1));
  if (single.length === 0 && node.over.length > 0) return undefined;
  const rest = node.over.filter((name) => !single.includes(name));
  const squeezed = single.reduce((value, name) => {
    const view = emit.squeeze(value, name);
    return foldNode(view, emit) ?? view;
  }, x);
  return rest.length === 0 ? squeezed : emit.reduce(node.fn, squeezed, rest);
}

function foldRename(node: NodeOf<"rename">, emit: Emitter): Node | undefined {
  const x = node.inputs[0]!;
  if (sameDims(x.dims, node.dims)) return x;
  if (x.op === "table") return emit.table(x.dtype, node.dims, x.data);
  if (x.op !== "rename") return undefined;
  const inner = x.inputs[0]!;
  const changed = inner.dims.map((d, i) => [d.name, node.dims[i]!.name] as const).filter(([from, to]) => from !== to);
  return emit.rename(inner, Object.fromEntries(changed));
}

function foldSqueeze(node: NodeOf<"squeeze">, emit: Emitter): Node | undefined {
  const x = node.inputs[0]!;
  if (x.op === "table") return node.dims.length === 0 ? emit.scalar(x.data[0]!, x.dtype) : emit.table(x.dtype, node.dims, x.data);
  return x.op === "unsqueeze" && x.dim === node.dim ? x.inputs[0] : undefined;
}

function foldUnsqueeze(node: NodeOf<"unsqueeze">, emit: Emitter): Node | undefined {
  const x = node.inputs[0]!;
  if (x.op === "table") return emit.table(x.dtype, node.dims, x.data);
  return x.op === "squeeze" && sameDims(x.inputs[0]!.dims, node.dims) ? x.inputs[0] : undefined;
}

function isScalar(node: Node | undefined, value: number): boolean {
  return node?.op === "scalar" && node.value === value;
}

/** Within the range where the reciprocal is a normal float32 too. */
function isPowerOfTwo(value: number): boolean {
  const exponent = Math.round(Math.log2(Math.abs(value)));
  return Math.abs(exponent) <= 126 && 2 ** exponent === Math.abs(value);
}
