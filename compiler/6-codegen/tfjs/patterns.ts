/**
 * Finds what a graph has spelled out in maps and reductions and tfjs does in one step: softmax, the norms, contractions, and of the
 * backward pass what `gradient-patterns.ts` knows. The nodes in between are needed only where something else uses them.
 */
import type { Dim, Graph, Node, NodeOf } from "../../../src/graph/graph.js";
import type { BinaryMapFn } from "../../../src/graph/ops.js";
import {
  matchGatedGelu, matchGeluSlope, matchReluGradient, matchSoftmaxGradient, type GatedGelu, type GeluSlope, type ReluGradient, type SoftmaxGradient,
} from "./gradient-patterns.js";

export type Pattern = Softmax | Norm | Contraction | SoftmaxGradient | ReluGradient | GatedGelu | GeluSlope;

/** What the entry's results are made of, and which nodes of it are the ends of patterns. */
export function findPatterns(graph: Graph): { readonly needed: ReadonlySet<Node>; readonly patterns: ReadonlyMap<Node, Pattern> } {
  const patterns = new Map<Node, Pattern>();
  const needed = new Set<Node>([...graph.outputs, ...graph.stateUpdates, ...graph.parameterUpdates].map((result) => result.node));
  // Users stand behind their inputs.
  for (const node of [...graph.nodes].reverse()) {
    if (!needed.has(node)) continue;
    const pattern = matchPattern(node, needed, patterns);
    if (pattern) patterns.set(node, pattern);
    for (const operand of pattern ? operandsOf(pattern) : node.inputs) needed.add(operand);
  }
  return { needed, patterns };
}

/** `needed` and `patterns`: of the nodes behind this one. */
function matchPattern(node: Node, needed: ReadonlySet<Node>, patterns: ReadonlyMap<Node, Pattern>): Pattern | undefined {
  if (node.op === "reduce") return matchContraction(node);
  if (node.op !== "map") return undefined;
  return matchSoftmax(node) ?? matchSoftmaxGradient(node) ?? matchReluGradient(node) ?? matchGeluSlope(node) ?? matchGatedGelu(node, patterns) ?? matchNorm(node, needed);
}

function operandsOf(pattern: Pattern): readonly Node[] {
  switch (pattern.kind) {
    case "softmax": return [pattern.x];
    case "norm": return [pattern.x, pattern.scale, pattern.shift].filter((n) => n !== undefined);
    case "contraction": return [pattern.a, pattern.b];
    case "softmax_gradient": return [pattern.y, pattern.g];
    case "relu_gradient": return [pattern.x, pattern.g];
    case "gated_gelu": case "gelu_slope": return [pattern.x];
    default: return pattern satisfies never;
  }
}

export interface Softmax {
  readonly kind: "softmax";
  readonly x: Node;
  readonly over: readonly string[];
}

/** exp(x - max x) / sum(exp(x - max x)) */
export function matchSoftmax(node: NodeOf<"map">): Softmax | undefined {
  if (node.fn !== "divide") return undefined;
  const [top, total] = node.inputs as [Node, Node];
  if (top.op !== "map" || top.fn !== "exp" || total.op !== "reduce" || total.fn !== "sum" || total.inputs[0] !== top) return undefined;
  const shifted = top.inputs[0]!;
  if (shifted.op !== "map" || shifted.fn !== "subtract") return undefined;
  const [x, highest] = shifted.inputs as [Node, Node];
  if (highest.op !== "reduce" || highest.fn !== "max" || highest.inputs[0] !== x) return undefined;
  return sameNames(highest.over, total.over) ? { kind: "softmax", x, over: total.over } : undefined;
}

export interface Norm {
  readonly kind: "norm";
  readonly x: Node;
  /** The normalised dims, in x's order. */
  readonly over: readonly Dim[];
  readonly epsilon: number;
  /** Whether the mean is taken off (layer_norm) or not (rms_norm). */
  readonly centered: boolean;
  readonly scale?: Node;
  readonly shift?: Node;
}

/**
 * x / sqrt(mean(x²) + epsilon), with x - mean(x) for x, then times a scale, then plus a shift; as much of it as is there. Where
 * the backward pass needs the parts, they are made once, and nothing is made again as a whole.
 */
function matchNorm(node: NodeOf<"map">, needed: ReadonlySet<Node>): Norm | undefined {
  if (node.fn !== "multiply" && node.fn !== "add") return undefined;
  const core = matchRescale(node);
  if (core) return needed.has(core.root) ? undefined : core.norm;
  for (const [part, other] of operandPairs(node, "multiply")) {
    const found = matchRescale(part);
    if (found && spans(other, found.norm.over)) return needed.has(part) || needed.has(found.root) ? undefined : { ...found.norm, scale: other };
  }
  for (const [part, other] of operandPairs(node, "add")) {
    // Only a product is a norm with a scale.
    const norm = part.op === "map" && part.fn === "multiply" && !needed.has(part) ? matchNorm(part, needed) : undefined;
    if (norm?.scale && !norm.shift && spans(other, norm.over)) return { ...norm, shift: other };
  }
  return undefined;
}

export interface Contraction {
  readonly kind: "contraction";
  readonly a: Node;
  readonly b: Node;
  readonly over: readonly string[];
}

/** sum over dims that both have of a · b, where a product with all dims need not be made. */
function matchContraction(node: NodeOf<"reduce">): Contraction | undefined {
  const [product] = node.inputs as [Node];
  if (node.fn !== "sum" || node.dtype !== "f32" || product.op !== "map" || product.fn !== "multiply") return undefined;
  const [a, b] = product.inputs as [Node, Node];
  if (!node.over.every((name) => hasName(a, name) && hasName(b, name))) return undefined;
  const own = (x: Node, other: Node): boolean => x.dims.some((d) => d.size !== 1 && !hasName(other, d.name));
  return own(a, b) || own(b, a) ? { kind: "contraction", a, b, over: node.over } : undefined;
}

function matchRescale(node: Node): { readonly norm: Norm; readonly root: Node } | undefined {
  for (const [x, root] of operandPairs(node, "multiply")) {
    if (root.op !== "map" || root.fn !== "rsqrt") continue;
    for (const [mean, epsilon] of operandPairs(root.inputs[0]!, "add")) {
      const square = matchMean(mean);
      if (epsilon.op !== "scalar" || !square || square.x.op !== "map" || square.x.fn !== "square" || square.x.inputs[0] !== x) continue;
      const over = x.dims.filter((d) => square.over.includes(d.name));
      const source = matchCentered(x, square.over);
      return { norm: { kind: "norm", x: source ?? x, over, epsilon: epsilon.value, centered: source !== undefined }, root };
    }
  }
  return undefined;
}

/** The x of x - mean(x). */
function matchCentered(node: Node, over: readonly string[]): Node | undefined {
  if (node.op !== "map" || node.fn !== "subtract") return undefined;
  const mean = matchMean(node.inputs[1]!);
  return mean && mean.x === node.inputs[0] && sameNames(mean.over, over) ? mean.x : undefined;
}

function matchMean(node: Node): { readonly x: Node; readonly over: readonly string[] } | undefined {
  for (const [sum, share] of operandPairs(node, "multiply")) {
    if (sum.op !== "reduce" || sum.fn !== "sum" || share.op !== "scalar") continue;
    const x = sum.inputs[0]!;
    const count = x.dims.reduce((n, d) => (sum.over.includes(d.name) ? n * Number(d.size) : n), 1);
    if (Math.abs(share.value * count - 1) < 1e-6) return { x, over: sum.over };
  }
  return undefined;
}

/** Both orders of the operands of a commutative map. */
export function operandPairs(node: Node, fn: BinaryMapFn): (readonly [Node, Node])[] {
  if (node.op !== "map" || node.fn !== fn) return [];
  const [a, b] = node.inputs as [Node, Node];
  return [[a, b], [b, a]];
}

function spans(node: Node, over: readonly Dim[]): boolean {
  return node.dims.length === over.length && over.every((d) => hasName(node, d.name));
}

function hasName(node: Node, name: string): boolean {
  return node.dims.some((d) => d.name === name);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
