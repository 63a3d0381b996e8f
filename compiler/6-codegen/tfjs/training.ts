/**
 * Ops and patterns that only training has: gradients of weights, look-ups, convolutions and softmax, the loss, dropout's mask. In: a node and its
 * operands; out: one step each, its operands laid out as the step wants them.
 */
import { batchDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Layout } from "./contraction.js";
import { has } from "./dims.js";
import { shapeOf, type ProgramBuilder, type Value } from "./program.js";

/** The factor whose own dims come first in the result gives its rows, so that the product need not be transposed. */
export function emitWeightGradient(builder: ProgramBuilder, node: NodeOf<"weight_gradient">, operands: readonly [Value, Value]): Value {
  const own = ([x, other]: readonly [Value, Value]): Dim[] => axesOf(x.dims).filter((d) => !has(other.dims, d));
  const first = node.dims.find((d) => !(has(operands[0].dims, d) && has(operands[1].dims, d)));
  const [a, b] = first && !has(operands[0].dims, first) ? [operands[1], operands[0]] : operands;
  const ordered = (dims: readonly Dim[]): Dim[] => node.dims.filter((d) => has(dims, d));
  const shared = ordered(axesOf(a.dims).filter((d) => has(b.dims, d)));
  const [rows, columns] = [ordered(own([a, b])), ordered(own([b, a]))];
  const summed = a.dims.filter(isOuter);
  const parts = shared.length > 0 ? [shared] : [];
  const id = builder.step("weight_gradient", [builder.arrange(a, [summed, ...parts, rows]), builder.arrange(b, [summed, ...parts, columns])]);
  const made = { id, dims: [...shared, ...rows, ...columns], cuts: [...parts.map((part) => part.length), rows.length, columns.length] };
  return builder.reorder(made, node.dims);
}

export function emitScatterAdd(builder: ProgramBuilder, node: NodeOf<"scatter_add">, ids: Value, x: Value): Value {
  const rest = x.dims.filter((d) => !has(ids.dims, d));
  const id = builder.step("scatter_add", [builder.arrange(ids, [ids.dims]), builder.arrange(x, [ids.dims, rest])], { rows: node.size });
  return builder.reorder({ id, dims: [node.dims[0]!, ...rest], cuts: [1, rest.length] }, node.dims);
}

export function emitCrossEntropy(builder: ProgramBuilder, node: NodeOf<"cross_entropy">, [logits, targets]: readonly [Value, Value]): Value {
  const rows = targets.dims;
  const scored = logits.dims.filter((d) => d.name === node.dim);
  const inputs = [builder.arrange(logits, [rows, scored]), builder.arrange(targets, [rows])];
  const id = builder.step("cross_entropy", inputs, { smoothing: node.smoothing });
  return builder.reorder({ id, dims: rows, cuts: [rows.length] }, node.dims);
}

export function emitCrossEntropyGradient(
  builder: ProgramBuilder, node: NodeOf<"cross_entropy_gradient">, [logits, targets, weight]: readonly [Value, Value, Value],
): Value {
  const rows = targets.dims;
  const scored = logits.dims.filter((d) => d.name === node.dim);
  // The weight may be one number for all.
  const inputs = [builder.arrange(logits, [rows, scored]), builder.arrange(targets, [rows]), builder.arrange(weight, [rows])];
  const id = builder.step("cross_entropy_gradient", inputs, { smoothing: node.smoothing });
  return builder.reorder({ id, dims: [...rows, ...scored], cuts: [rows.length, 1] }, node.dims);
}

/** y · (g - Σ_over g · y) */
export function emitSoftmaxGradient(builder: ProgramBuilder, y: Value, g: Value, over: readonly string[], dims: readonly Dim[]): Value {
  const summed = y.dims.filter((d) => over.includes(d.name));
  const kept = y.dims.filter((d) => !over.includes(d.name));
  const id = builder.step("softmax_gradient", [builder.arrange(y, [kept, summed]), builder.arrange(g, [kept, summed])]);
  return builder.reorder({ id, dims: [...kept, ...summed], cuts: [kept.length, summed.length] }, dims);
}

/** g where x is above 0, both of all dims. */
export function emitReluGradient(builder: ProgramBuilder, x: Value, g: Value, dims: readonly Dim[]): Value {
  // As x lies most often: rows of tokens.
  const outer = dims.filter(isOuter).length;
  const groups = [dims.slice(0, outer), dims.slice(outer)];
  return { id: builder.step("relu_gradient", [builder.arrange(x, groups), builder.arrange(g, groups)]), dims, cuts: groups.map((part) => part.length) };
}

/** x · Φ(x), sharing Φ(x) with the slope. */
export function emitGatedGelu(builder: ProgramBuilder, x: Value): Value {
  return { ...x, id: builder.step("multiply", [x.id, builder.step("gelu_gate", [x.id])]) };
}

export function emitGeluSlope(builder: ProgramBuilder, x: Value): Value {
  return { ...x, id: builder.step("gelu_slope", [x.id, builder.step("gelu_gate", [x.id])]) };
}

export function emitKeep(builder: ProgramBuilder, node: NodeOf<"keep">, operands: readonly Value[]): Value {
  const { stream, rate, kept } = node;
  // As what it multiplies lies most often: rows of tokens.
  const outer = node.dims.filter(isOuter).length;
  const cuts = [outer, node.dims.length - outer].filter((n) => n > 0);
  const shape = shapeOf({ dims: node.dims, cuts });
  return { id: builder.step("keep", operands.map((o) => o.id), { stream, rate, kept, shape }), dims: node.dims, cuts };
}

export function emitConvolveGradient(builder: ProgramBuilder, node: NodeOf<"convolve_gradient">, valueOf: (node: Node) => Value, weight: Layout): Value {
  const [g, taps, mask] = node.inputs as [Node, Node, Node?];
  const { outer, axes } = frameOf(g);
  const tap = taps.dims.filter((d) => !has(axes, d));
  const inputs = [builder.arrange(valueOf(g), [...outer, axes]), weight([tap, axes]), ...(mask ? [builder.arrange(valueOf(mask), outer)] : [])];
  const id = builder.step("convolve_gradient", inputs, { size: node.size, masked: node.masked });
  return builder.reorder({ id, dims: [...outer.flat(), ...axes], cuts: [1, 1, axes.length] }, node.dims);
}

export function emitConvolveWeightGradient(builder: ProgramBuilder, node: NodeOf<"convolve_weight_gradient">, valueOf: (node: Node) => Value): Value {
  const [x, g, mask] = node.inputs as [Node, Node, Node?];
  const { outer, axes } = frameOf(x);
  const inputs = [
    builder.arrange(valueOf(x), [...outer, axes]), builder.arrange(valueOf(g), [...outer, axes]), ...(mask ? [builder.arrange(valueOf(mask), outer)] : []),
  ];
  const id = builder.step("convolve_weight_gradient", inputs, { size: node.size, masked: node.masked });
  const tap = node.dims.filter((d) => d.name === node.tap);
  return builder.reorder({ id, dims: [...tap, ...axes], cuts: [1, axes.length] }, node.dims);
}

/** [batch], [token] and the other dims of a tensor of tokens. */
function frameOf(x: Node): { outer: Dim[][]; axes: Dim[] } {
  return { outer: [batchDim, tokenDim].map((name) => x.dims.filter((d) => d.name === name)), axes: axesOf(x.dims) };
}

function axesOf(dims: readonly Dim[]): Dim[] {
  return dims.filter((d) => !isOuter(d));
}

function isOuter(d: Dim): boolean {
  return d.name === batchDim || d.name === tokenDim;
}
