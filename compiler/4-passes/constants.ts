/**
 * Values that are known now: which nodes have one, and maps over them. Computed in float64, finer than a target would; a
 * target rounds the result once.
 */
import type { Dim, Node, NodeOf } from "../../src/graph/graph.js";
import type { BinaryMapFn, UnaryMapFn } from "../../src/graph/ops.js";
import type { Emitter } from "../3-graph/emit.js";

/** A longer table costs more bytes in the plan than the few operations that make it. */
const longestTable = 1024;
const largestFloat = 3.4028234663852886e38;

const unaryFns: { readonly [F in UnaryMapFn]: ((x: number) => number) | undefined } = {
  negate: (x) => -x, exp: Math.exp, log: Math.log, sqrt: Math.sqrt, abs: Math.abs, sin: Math.sin, cos: Math.cos, tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x) => Math.max(x, 0),
  // JavaScript has no erf; a constant gelu is nothing that anyone writes.
  erf: undefined, gelu: undefined, gelu_tanh: undefined,
  silu: (x) => x / (1 + Math.exp(-x)),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  square: (x) => x * x, reciprocal: (x) => 1 / x, rsqrt: (x) => 1 / Math.sqrt(x), to_f32: (x) => x,
  is_finite: (x) => Number(Number.isFinite(x)),
};

const binaryFns: { readonly [F in BinaryMapFn]: (a: number, b: number) => number } = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b, power: (a, b) => a ** b,
  maximum: Math.max, minimum: Math.min, equal: (a, b) => Number(a === b), not_equal: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
};

/** The elements of a constant node, row-major; undefined for others. */
function constantData(node: Node): readonly number[] | undefined {
  switch (node.op) {
    case "scalar":
      return [node.value];
    case "table":
      return node.data;
    case "iota": {
      const size = node.dims[0]!.size;
      return typeof size === "number" ? Array.from({ length: size }, (_, i) => i) : undefined;
    }
    default:
      return undefined;
  }
}

/** The value of a map of constants as a scalar or a table; undefined when an input is none, or the result is no finite number. */
export function foldMap(node: NodeOf<"map">, emit: Emitter): Node | undefined {
  if (node.dims.some((d) => typeof d.size !== "number")) return undefined;
  const sizes = node.dims.map((d) => d.size as number);
  const total = sizes.reduce((a, b) => a * b, 1);
  if (total > longestTable) return undefined;
  const operands: { data: readonly number[]; dims: readonly Dim[] }[] = [];
  for (const input of node.inputs) {
    const data = constantData(input);
    if (!data) return undefined;
    operands.push({ data, dims: input.dims });
  }
  const apply = functionOf(node);
  if (!apply) return undefined;
  const data = Array.from({ length: total }, (_, place) => apply(operands.map((o) => o.data[placeIn(o.dims, node.dims, place)]!)));
  const limit = node.dtype === "f32" ? largestFloat : node.dtype === "i32" ? 2 ** 31 - 1 : 2 ** 32 - 1;
  // Infinity and overflow are left to the target: no number in its text can stand for them.
  if (!data.every((x) => Math.abs(x) <= limit)) return undefined;
  return node.dims.length === 0 ? emit.scalar(data[0]!, node.dtype) : emit.table(node.dtype, node.dims, data);
}

function functionOf(node: NodeOf<"map">): ((values: readonly number[]) => number) | undefined {
  if (node.fn === "select") return ([condition, a, b]) => (condition !== 0 ? a! : b!);
  if (node.inputs.length === 2) {
    const fn = binaryFns[node.fn as BinaryMapFn];
    return ([a, b]) => fn(a!, b!);
  }
  const fn = unaryFns[node.fn as UnaryMapFn];
  return fn && (([x]) => fn(x!));
}

/** Where, in a tensor of `inner`, the element lies that broadcasts to a row-major place of `outer`. */
function placeIn(inner: readonly Dim[], outer: readonly Dim[], place: number): number {
  const at = new Map<string, number>();
  for (const d of [...outer].reverse()) {
    at.set(d.name, place % (d.size as number));
    place = Math.floor(place / (d.size as number));
  }
  return inner.reduce((index, d) => index * (d.size as number) + at.get(d.name)!, 0);
}
