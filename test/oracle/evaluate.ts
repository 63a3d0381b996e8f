/**
 * The reference: a slow, obvious float64 interpreter of a graph, written from the words in `src/graph/ops.ts` and from nothing
 * else. Kept for ever; every backend and every pass is compared with it.
 */
import { tokenDim, type Graph, type Node, type NodeOf } from "../../src/graph/graph.js";
import type { Op } from "../../src/graph/ops.js";
import { elements, zeros, type Tensor, type Tensors } from "../helpers/tensors.js";
import { attentionGradient, attentionLogSum } from "./attention-gradient.js";
import { binaryFns, isBinary, isUnary, unaryFns } from "./maps.js";
import { build, forEachPlace, namedDims, reader, shapeOf, sizesOf, sumOver, type Symbols } from "./named.js";
import { advance, boundaries, correction, scanRead } from "./recurrence.js";
import { scan } from "./scan.js";
import { append, attention, convolve, convolveState, count, last, sample } from "./sequence.js";
import { convolveGradient, convolveWeightGradient, crossEntropy, crossEntropyGradient, keep, scatterAdd, weightGradient } from "./training.js";

export type { Tensor, Tensors } from "../helpers/tensors.js";

export interface Given {
  readonly inputs: Tensors;
  readonly parameters: Tensors;
  /** Missing ones are zeros; a cache that is given has room for this call's tokens. */
  readonly states?: Tensors;
  /** E: of the source texts; absent: there are none. */
  readonly extents: { readonly B: number; readonly T: number; readonly E?: number };
}

/** What a node sees beside its inputs. */
export interface Environment {
  readonly symbols: Symbols;
  readonly chunk: number;
  readonly inputs: Tensors;
  readonly parameters: Tensors;
  /** All states of the graph, as they are when the entry starts. */
  readonly states: Tensors;
}

export interface Evaluated {
  readonly outputs: Tensors;
  /** All states of the graph, as they are when the entry has run. */
  readonly states: Tensors;
  /** All parameters that were given, as they are when the entry has run, in the shape they were given in. */
  readonly parameters: Tensors;
}

export function evaluate(graph: Graph, given: Given): Evaluated {
  const environment = environmentOf(graph, given);
  const values = evaluateNodes(graph, environment);
  const outputs: Tensors = {};
  for (const { name, node } of graph.outputs) outputs[name] = values[node.id]!;
  const states = { ...environment.states };
  for (const { state, node } of graph.stateUpdates) states[state] = values[node.id]!;
  const parameters = { ...environment.parameters };
  for (const { parameter, node } of graph.parameterUpdates) {
    parameters[parameter] = { data: values[node.id]!.data, shape: named(parameters, parameter).shape };
  }
  return { outputs, states, parameters };
}

/** The value of every node, by id. */
export function evaluateNodes(graph: Pick<Graph, "nodes">, environment: Environment): Tensor[] {
  const values: Tensor[] = [];
  for (const node of graph.nodes) {
    values.push(evaluateNode(node, node.inputs.map((input) => values[input.id]!), environment));
  }
  return values;
}

export function environmentOf(graph: Graph, given: Given): Environment {
  const { B, T, E = 0 } = given.extents;
  const length = given.states?.length?.data[0] ?? 0;
  let room = length + T;
  for (const spec of graph.states) {
    const at = spec.dims.findIndex((d) => d.size === "C");
    const value = given.states?.[spec.name];
    if (at >= 0 && value) room = value.shape[at]!;
  }
  const symbols: Symbols = { B, T, N: Math.ceil(T / graph.chunk), S: length + T, C: room, E, M: Math.ceil(E / graph.chunk) };
  const states: Tensors = {};
  for (const spec of graph.states) states[spec.name] = given.states?.[spec.name] ?? zeros(shapeOf(spec.dims, symbols));
  return { symbols, chunk: graph.chunk, inputs: given.inputs, parameters: given.parameters, states };
}

export function evaluateNode(node: Node, inputs: readonly Tensor[], environment: Environment): Tensor {
  const evaluateOp = evaluators[node.op] as Evaluator;
  const value = evaluateOp(node, inputs, environment);
  const shape = shapeOf(node.dims, environment.symbols);
  if (value.data.length !== elements(shape) || value.shape.join() !== shape.join()) {
    throw new Error(`${node.op} %${node.id}: value [${value.shape.join(", ")}] of ${value.data.length}, node says [${shape.join(", ")}]`);
  }
  return value;
}

type Evaluator = (node: Node, inputs: readonly Tensor[], environment: Environment) => Tensor;

const evaluators: { readonly [O in Op["op"]]: (node: NodeOf<O>, inputs: readonly Tensor[], environment: Environment) => Tensor } = {
  input: (node, _, { inputs }) => named(inputs, node.name),
  // A parameter's stored shape may merge neighbouring dims.
  parameter: (node, _, { parameters, symbols }) => ({ ...named(parameters, node.parameter), shape: shapeOf(node.dims, symbols) }),
  table: (node, _, { symbols }) => ({ shape: shapeOf(node.dims, symbols), data: node.data }),
  scalar: (node) => ({ shape: [], data: [node.value] }),
  iota: (node, _, { symbols }) => build(shapeOf(node.dims, symbols), ([i]) => i!),
  extent: (node, _, { symbols }) => ({ shape: [1], data: [symbols[node.symbol]] }),
  state: (node, _, { states }) => named(states, node.state),
  map: (node, inputs, { symbols }) => map(node, inputs, symbols),
  reduce: (node, inputs, { symbols }) => reduce(node, inputs, symbols),
  matmul: (node, inputs, { symbols }) => matmul(node, inputs, symbols),
  gather: (node, inputs, { symbols }) => gather(node, inputs, symbols),
  join: (node, inputs, { symbols }) => join(node, inputs, symbols),
  top: (node, inputs, { symbols }) => top(node, inputs, symbols),
  rename: (_, [x]) => x!,
  squeeze: (node, [x], { symbols }) => ({ ...x!, shape: shapeOf(node.dims, symbols) }),
  unsqueeze: (node, [x], { symbols }) => ({ ...x!, shape: shapeOf(node.dims, symbols) }),
  turn_half: (node, inputs, { symbols }) => turnHalf(node, inputs, symbols),
  flip: (node, inputs, { symbols }) => flip(node, inputs, symbols),
  wave: (_, [position, rate, offset]) => wave(position!, rate!, offset!),
  count: (node, inputs, { symbols }) => count(node, inputs, symbols),
  convolve: (node, inputs, { symbols }) => convolve(node, inputs, symbols),
  convolve_state: (node, inputs) => convolveState(node, inputs),
  boundaries,
  correction,
  advance,
  scan_read: scanRead,
  scan: (node, inputs, environment) => scan(node, inputs, environment, evaluateNodes),
  append: (node, inputs, { symbols }) => append(node, inputs, symbols),
  attention: (node, inputs, { symbols }) => attention(node, inputs, symbols),
  attention_log_sum: (node, inputs, { symbols }) => attentionLogSum(node, inputs, symbols),
  attention_gradient: (node, inputs, { symbols }) => attentionGradient(node, inputs, symbols),
  weight_gradient: (node, inputs, { symbols }) => weightGradient(node, inputs, symbols),
  scatter_add: (node, inputs, { symbols }) => scatterAdd(node, inputs, symbols),
  cross_entropy: (node, inputs, { symbols }) => crossEntropy(node, inputs, symbols),
  cross_entropy_gradient: (node, inputs, { symbols }) => crossEntropyGradient(node, inputs, symbols),
  keep: (node, inputs, { symbols }) => keep(node, inputs, symbols),
  convolve_gradient: (node, inputs, { symbols }) => convolveGradient(node, inputs, symbols),
  convolve_weight_gradient: (node, inputs, { symbols }) => convolveWeightGradient(node, inputs, symbols),
  rank_sum: (_, [x]) => x!,
  last: (node, inputs, { symbols }) => last(node, inputs, symbols),
  sample: (node, inputs, { symbols }) => sample(node, inputs, symbols),
};

function named(tensors: Tensors, name: string): Tensor {
  const found = tensors[name];
  if (!found) throw new Error(`no tensor ${name} is given (there are ${Object.keys(tensors).join(", ")})`);
  return found;
}

function map(node: NodeOf<"map">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const names = node.dims.map((d) => d.name);
  const read = node.inputs.map((input, i) => reader(inputs[i]!, namedDims(input, symbols), names));
  const { fn } = node;
  const apply = (at: readonly number[]): number => {
    const values = read.map((r) => r(at));
    if (isUnary(fn)) return unaryFns[fn](values[0]!);
    if (isBinary(fn)) return binaryFns[fn](values[0]!, values[1]!);
    return values[0] !== 0 ? values[1]! : values[2]!;
  };
  const whole = node.dtype === "i32" ? (x: number) => x | 0 : node.dtype === "u32" ? (x: number) => x >>> 0 : (x: number) => x;
  return build(shapeOf(node.dims, symbols), (at) => whole(apply(at)));
}

function reduce(node: NodeOf<"reduce">, [x]: readonly Tensor[], symbols: Symbols): Tensor {
  const dims = namedDims(node.inputs[0]!, symbols);
  const xAt = reader(x!, dims, [...node.dims.map((d) => d.name), ...node.over]);
  const over = sizesOf(node.over, dims);
  return build(shapeOf(node.dims, symbols), (at) => {
    if (node.fn === "sum") return sumOver(over, (inner) => xAt(at, inner));
    let highest = -Infinity;
    forEachPlace(over, (inner) => {
      highest = Math.max(highest, xAt(at, inner));
    });
    return highest;
  });
}

function matmul(node: NodeOf<"matmul">, [x, w]: readonly Tensor[], symbols: Symbols): Tensor {
  const [xDims, wDims] = node.inputs.map((input) => namedDims(input, symbols));
  const names = [...node.dims.map((d) => d.name), ...node.over];
  const xAt = reader(x!, xDims!, names);
  const wAt = reader(w!, wDims!, names);
  const over = sizesOf(node.over, xDims!);
  return build(shapeOf(node.dims, symbols), (at) => sumOver(over, (inner) => xAt(at, inner) * wAt(at, inner)));
}

function gather(node: NodeOf<"gather">, [table, ids]: readonly Tensor[], symbols: Symbols): Tensor {
  const [tableDims, idsDims] = node.inputs.map((input) => namedDims(input, symbols));
  const rows = tableDims!.find((d) => d.name === node.dim)!.size;
  const others = tableDims!.filter((d) => d.name !== node.dim).map((d) => d.name);
  const idAt = reader(ids!, idsDims!, idsDims!.map((d) => d.name));
  const tableAt = reader(table!, tableDims!, [node.dim, ...others]);
  return build(shapeOf(node.dims, symbols), (at) => {
    const id = Math.min(Math.max(idAt(at.slice(0, idsDims!.length)), 0), rows - 1);
    return tableAt([id], at.slice(idsDims!.length));
  });
}

function join(node: NodeOf<"join">, inputs: readonly Tensor[], symbols: Symbols): Tensor {
  const axis = node.dims.findIndex((d) => d.name === node.dim);
  const names = node.dims.map((d) => d.name);
  const parts = node.inputs.map((input, i) => ({ at: reader(inputs[i]!, namedDims(input, symbols), names), size: namedDims(input, symbols)[axis]!.size }));
  return build(shapeOf(node.dims, symbols), (at) => {
    let place = at[axis]!;
    const part = parts.find(({ size }) => place < size || ((place -= size), false))!;
    return part.at(at.map((coordinate, i) => (i === axis ? place : coordinate)));
  });
}

function top(node: NodeOf<"top">, [x]: readonly Tensor[], symbols: Symbols): Tensor {
  const size = x!.shape.at(-1)!;
  const rows = Array.from({ length: x!.data.length / size }, (_, row) => {
    const values = Array.from({ length: size }, (_, i) => ({ value: Number.isNaN(x!.data[row * size + i]!) ? -Infinity : x!.data[row * size + i]!, i }));
    // A sort that is stable leaves equals in their order.
    const best = values.sort((a, b) => (a.value === b.value ? 0 : b.value > a.value ? 1 : -1)).slice(0, node.count);
    return Array.from({ length: node.count }, (_, k) => (best[k] ? [best[k].value, best[k].i] : [-Infinity, 0]));
  });
  return { shape: shapeOf(node.dims, symbols), data: Float64Array.from(rows.flat(2)) };
}

function turnHalf(node: NodeOf<"turn_half">, [x]: readonly Tensor[], symbols: Symbols): Tensor {
  const dims = namedDims(node, symbols);
  const axis = dims.findIndex((d) => d.name === node.dim);
  const half = dims[axis]!.size / 2;
  const xAt = reader(x!, dims, dims.map((d) => d.name));
  return build(dims.map((d) => d.size), (at) => {
    const moved = at.map((coordinate, i) => (i !== axis ? coordinate : coordinate < half ? coordinate + half : coordinate - half));
    return at[axis]! < half ? -xAt(moved) : xAt(moved);
  });
}

function flip(node: NodeOf<"flip">, [x]: readonly Tensor[], symbols: Symbols): Tensor {
  const dims = namedDims(node, symbols);
  const token = dims.findIndex((d) => d.name === tokenDim);
  const xAt = reader(x!, dims, dims.map((d) => d.name));
  return build(dims.map((d) => d.size), (at) => xAt(at.map((coordinate, i) => (i === token ? dims[token]!.size - 1 - coordinate : coordinate))));
}

function wave(position: Tensor, rate: Tensor, offset: Tensor): Tensor {
  return build([...position.shape, ...rate.shape], (at) => {
    const i = at.at(-1)!;
    const place = at.slice(0, -1).reduce((index, coordinate, k) => index * position.shape[k]! + coordinate, 0);
    const turn = BigInt.asUintN(32, BigInt(position.data[place]!) * BigInt(rate.data[i]!) + BigInt(offset.data[i]!));
    return Math.sin((2 * Math.PI * Number(turn)) / 2 ** 32);
  });
}
