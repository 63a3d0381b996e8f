/**
 * Patterns of the backward pass: the gradient of a softmax without its exponentials, that of relu without a choice for every number, and the slope of gelu,
 * which shares the costly half of its work with gelu itself.
 */
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import { matchSoftmax, operandPairs, type Pattern } from "./patterns.js";

/** y · (g - Σ g · y) */
export interface SoftmaxGradient {
  readonly kind: "softmax_gradient";
  /** The softmax. */
  readonly y: Node;
  readonly g: Node;
  readonly over: readonly string[];
}

/** e · (g / s - Σ g / s · y) of the softmax y = e / s: as differentiation spells it. */
export function matchSoftmaxGradient(node: NodeOf<"map">): SoftmaxGradient | undefined {
  for (const [both, e] of operandPairs(node, "multiply")) {
    for (const [share, shared] of operandPairs(both, "add")) {
      const sum = unaryOf(shared, "negate");
      if (sum?.op !== "reduce" || sum.fn !== "sum" || share.op !== "map" || share.fn !== "divide") continue;
      const [g, s] = share.inputs as [Node, Node];
      for (const [first, y] of operandPairs(sum.inputs[0]!, "multiply")) {
        if (first !== share || y.op !== "map" || y.inputs[0] !== e || y.inputs[1] !== s) continue;
        const softmax = matchSoftmax(y);
        if (softmax && softmax.over.length === sum.over.length && softmax.over.every((name) => sum.over.includes(name))) {
          return { kind: "softmax_gradient", y, g, over: softmax.over };
        }
      }
    }
  }
  return undefined;
}

/** g where x is above 0, else 0. */
export interface ReluGradient {
  readonly kind: "relu_gradient";
  readonly x: Node;
  readonly g: Node;
}

export function matchReluGradient(node: NodeOf<"map">): ReluGradient | undefined {
  if (node.fn !== "select") return undefined;
  const [above, g, otherwise] = node.inputs as [Node, Node, Node];
  if (above.op !== "map" || above.fn !== "less" || !isNumber(otherwise, 0)) return undefined;
  const [zero, x] = above.inputs as [Node, Node];
  return isNumber(zero, 0) && x.dtype === "f32" ? { kind: "relu_gradient", x, g } : undefined;
}

/** gelu(x) as x · Φ(x), where the backward pass wants Φ(x) too. */
export interface GatedGelu {
  readonly kind: "gated_gelu";
  readonly x: Node;
}

export function matchGatedGelu(node: NodeOf<"map">, behind: ReadonlyMap<Node, Pattern>): GatedGelu | undefined {
  if (node.fn !== "gelu") return undefined;
  const x = node.inputs[0]!;
  for (const pattern of behind.values()) if (pattern.kind === "gelu_slope" && pattern.x === x) return { kind: "gated_gelu", x };
  return undefined;
}

/** Φ(x) + x · φ(x) */
export interface GeluSlope {
  readonly kind: "gelu_slope";
  readonly x: Node;
}

/** (erf(x / √2) + 1) / 2 + x · exp(-x² / 2) / √(2π) */
export function matchGeluSlope(node: NodeOf<"map">): GeluSlope | undefined {
  for (const [below, rest] of operandPairs(node, "add")) {
    const raised = timesNumber(below, 0.5);
    for (const [wave, one] of raised ? operandPairs(raised, "add") : []) {
      const scaled = unaryOf(wave, "erf");
      const x = scaled && timesNumber(scaled, Math.SQRT1_2);
      if (!x || !isNumber(one, 1)) continue;
      for (const [factor, density] of operandPairs(rest, "multiply")) {
        const bell = timesNumber(density, 1 / Math.sqrt(2 * Math.PI));
        const exponent = bell && unaryOf(bell, "exp");
        const half = exponent && unaryOf(exponent, "negate");
        const square = half && timesNumber(half, 0.5);
        if (factor === x && square && unaryOf(square, "square") === x) return { kind: "gelu_slope", x };
      }
    }
  }
  return undefined;
}

function unaryOf(node: Node, fn: NodeOf<"map">["fn"]): Node | undefined {
  return node.op === "map" && node.fn === fn ? node.inputs[0] : undefined;
}

/** The x of x · value. */
function timesNumber(node: Node, value: number): Node | undefined {
  return operandPairs(node, "multiply").find(([, factor]) => isNumber(factor, value))?.[0];
}

function isNumber(node: Node, value: number): boolean {
  return node.op === "scalar" && Math.abs(node.value - value) < 1e-7;
}
