/** Dims of cotangents: sums over what an operand was broadcast along, and the other way round. */
import { batchDim, hasDim, oneDim, tokenDim, type Dim, type Extent, type Node } from "../../../src/graph/graph.js";
import type { Emitter } from "../emit.js";

/** Σ of g over the dims of `along` that `to` lacks. Along those that g lacks too it is the same, and the sum is a product. */
export function unbroadcast(emit: Emitter, g: Node, along: readonly Dim[], to: readonly Dim[]): Node {
  const gone = along.filter((d) => !to.some((kept) => kept.name === d.name));
  if (gone.length === 0) return g;
  // A sign costs less after the sum.
  if (g.op === "map" && g.fn === "negate") return emit.unary("negate", unbroadcast(emit, g.inputs[0]!, along, to));
  const sum = sumOver(emit, g, namesOf(gone).filter((name) => hasDim(g, name)));
  return multiplyBySizes(emit, sum, gone.filter((d) => !hasDim(g, d.name)));
}

/**
 * Axes first, then tokens, then sequences: a reduction has a thread for each element of its result, so that none is left to sum
 * over all tokens of all sequences alone.
 */
export function sumOver(emit: Emitter, x: Node, names: readonly string[]): Node {
  const single = names.filter((name) => x.dims.some((d) => d.name === name && d.size === 1));
  const rest = names.filter((name) => !single.includes(name));
  const axes = rest.filter((name) => name !== tokenDim && name !== batchDim);
  const steps = [axes, rest.filter((name) => name === tokenDim), rest.filter((name) => name === batchDim)];
  const squeezed = single.reduce((value, name) => emit.squeeze(value, name), x);
  return steps.reduce((sum, over) => (over.length > 0 ? emit.reduce("sum", sum, over) : sum), squeezed);
}

function multiplyBySizes(emit: Emitter, x: Node, dims: readonly Dim[]): Node {
  let known = 1;
  let product = x;
  for (const { size } of dims) {
    if (typeof size === "number") known *= size;
    else product = emit.multiply(product, extentAsNumber(emit, size));
  }
  return known === 1 ? product : emit.multiply(product, emit.scalar(known));
}

/** f32, no dims. */
function extentAsNumber(emit: Emitter, symbol: Exclude<Extent, number>): Node {
  return emit.squeeze(emit.unary("to_f32", emit.extent(symbol)), oneDim);
}

/** The value with those of the dims that it lacked, for ops that take no broader operand. */
export function withDims(emit: Emitter, x: Node, dims: readonly Dim[]): Node {
  return dims.reduce((value, d) => (hasDim(value, d.name) ? value : emit.add(value, zeroAlong(emit, d))), x);
}

/** The value with exactly these dims in this order. */
export function exactly(emit: Emitter, x: Node, dims: readonly Dim[]): Node {
  const missing = dims.filter((d) => !hasDim(x, d.name));
  if (missing.length === 0 && x.dims.every((d, i) => d.name === dims[i]!.name)) return x;
  const zero = missing.map((d) => zeroAlong(emit, d)).reduce((a, b) => emit.add(a, b), emit.scalar(0));
  return emit.binary("add", x, zero, dims);
}

/** Dims of `all` whose names are none of `names`. */
export function without(all: readonly Dim[], names: readonly string[]): Dim[] {
  return all.filter((d) => !names.includes(d.name));
}

export function namesOf(dims: readonly Dim[]): string[] {
  return dims.map((d) => d.name);
}

function zeroAlong(emit: Emitter, dim: Dim): Node {
  return emit.multiply(emit.iota(dim), emit.scalar(0));
}
