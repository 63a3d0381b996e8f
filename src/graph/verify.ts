/**
 * What must hold of a graph between two stages: inputs come before their users, dims follow from the op and its inputs as `ops.ts`
 * says, outputs and states exist. A broken graph is our own fault.
 */
import { bug } from "../base/assert.js";
import { batchDim, chunkDim, pairDim, timeDim, tokenDim, topDim, type Dim, type DType, type Graph, type Node, type NodeOf } from "./graph.js";
import type { Op } from "./ops.js";
import { printDims, printNode } from "./print.js";

export function verifyGraph(graph: Graph): void {
  const { nodes } = graph;
  // Most nodes share their list of dims with another.
  const distinct = new Set<readonly Dim[]>();
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    let message = node.id === i ? checkOp(node) : `node ${i} has id ${node.id}`;
    if (node.storage !== undefined && node.dtype !== "f32") message = `${node.dtype} stored as ${node.storage}`;
    for (const input of node.inputs) if (input.id >= i || nodes[input.id] !== input) message = `input %${input.id} does not stand before it`;
    if (!distinct.has(node.dims)) {
      if (node.dims.some((d, at) => node.dims.findIndex((other) => other.name === d.name) !== at)) message = "a dim stands twice";
      distinct.add(node.dims);
    }
    if (message !== undefined) bug(`${graph.entry}: ${message}, in ${printNode(node)}`);
  }
  verifyEnds(graph);
}

function verifyEnds(graph: Graph): void {
  const wrong = (message: string): never => bug(`${graph.entry}: ${message}`);
  const specs = new Map(graph.states.map((s) => [s.name, s]));
  if (specs.size !== graph.states.length) wrong("two states have one name");
  const here = (node: Node): boolean => graph.nodes[node.id] === node;
  for (const { name, node } of graph.outputs) if (!here(node)) wrong(`output ${name} is no node of the graph`);
  const updated = new Set<string>();
  for (const { state, node } of graph.stateUpdates) {
    const spec = specs.get(state) ?? wrong(`update of ${state}, which is no state`);
    if (updated.has(state)) wrong(`${state} is updated twice`);
    updated.add(state);
    if (!here(node)) wrong(`the update of ${state} is no node of the graph`);
    if (node.dtype !== spec.dtype || !sameInOrder(node.dims, spec.dims)) wrong(`${state} [${printDims(spec.dims)}] is updated by ${printNode(node)}`);
  }
  const trained = new Set<string>();
  for (const { parameter, node } of graph.parameterUpdates) {
    if (trained.has(parameter)) wrong(`${parameter} is updated twice`);
    trained.add(parameter);
    if (!here(node)) wrong(`the update of ${parameter} is no node of the graph`);
    if (node.dtype !== "f32" || product(node.dims) !== product(graph.nodes.find((n) => n.op === "parameter" && n.parameter === parameter)?.dims ?? [])) {
      wrong(`${parameter} is updated by ${printNode(node)}`);
    }
  }
  for (const node of graph.nodes) {
    if (node.op === "append" && !graph.stateUpdates.some((u) => u.node === node)) wrong(`${printNode(node)} is no state update`);
    if (node.op !== "state") continue;
    const spec = specs.get(node.state) ?? wrong(`${printNode(node)} is no state`);
    if (node.dtype !== spec.dtype || !sameInOrder(node.dims, spec.dims)) wrong(`${printNode(node)} is declared [${printDims(spec.dims)}]`);
  }
}

/** Undefined, or what is wrong. */
type Check<K extends Op["op"]> = (node: NodeOf<K>, x: Node, y: Node) => string | undefined;

function checkOp(node: Node): string | undefined {
  const check = checks[node.op] as (node: Node, x: Node, y: Node) => string | undefined;
  const [x, y] = node.inputs;
  const wanted = inputCount(node);
  if (node.inputs.length !== wanted) return `${node.inputs.length} inputs where there should be ${wanted}`;
  return check(node, x!, y!);
}

const checks: { readonly [K in Op["op"]]: Check<K> } = {
  input: () => undefined,
  parameter: (node) => fixed(node),
  table: (node) => fixed(node) ?? (product(node.dims) === node.data.length ? undefined : `${node.data.length} numbers`),
  scalar: (node) => dims(node, []),
  iota: (node) => (node.dims.length === 1 ? undefined : "not one dim"),
  extent: (node) => type(node, "i32") ?? (product(node.dims) === 1 ? undefined : "not one number"),
  state: () => undefined,
  map(node, x) {
    if (node.inputs.every((input) => input.dims === node.dims)) return undefined;
    if (node.inputs.some((a) => a !== x && node.inputs.some((b) => conflict(a.dims, b.dims)))) return "one axis has two sizes";
    return dims(node, union(node.inputs));
  },
  reduce(node, x) {
    if (node.over.length === 0 || node.over.some((n) => n.startsWith("@") && (node.fn === "max" || n === chunkDim || n === timeDim))) return "not a reduction over axes";
    return missing(node.over, x) ?? dims(node, less(x.dims, node.over));
  },
  matmul: (node, x, w) => missing(node.over, x) ?? missing(node.over, w) ?? dims(node, union([{ dims: less(x.dims, node.over) }, { dims: less(w.dims, node.over) }])),
  gather: (node, table, ids) => type(ids, "i32") ?? missing([node.dim], table) ?? dims(node, [...ids.dims, ...less(table.dims, [node.dim])]),
  join(node, x) {
    const sizes = node.inputs.map((input) => sizeIn(input, node.dim));
    if (!sizes.every((size) => typeof size === "number")) return `the sizes of ${node.dim} are not numbers`;
    const whole = { name: node.dim, size: sizes.reduce((sum, size) => sum + size, 0) };
    return node.inputs.map((input) => dims(input, less(x.dims, [node.dim]).concat(input.dims.filter((d) => d.name === node.dim)))).find((m) => m !== undefined) ??
      dims(node, x.dims.map((d) => (d.name === node.dim ? whole : d)), true);
  },
  top: (node, x) => (x.dims.length > 0 && node.count > 0 ? dims(node, [...x.dims.slice(0, -1), { name: topDim, size: node.count }, { name: pairDim, size: 2 }], true) : "nothing to choose from"),
  rename: (node, x) => missing(Object.keys(node.names), x) ?? dims(node, x.dims.map((d) => ({ ...d, name: node.names[d.name] ?? d.name })), true),
  squeeze: (node, x) => (sizeIn(x, node.dim) === 1 ? dims(node, less(x.dims, [node.dim]), true) : `${node.dim} is not of size 1`),
  unsqueeze: (node, x) => dims(node, [...x.dims.slice(0, node.at), { name: node.dim, size: 1 }, ...x.dims.slice(node.at)], true),
  turn_half(node, x) {
    const size = sizeIn(x, node.dim);
    return typeof size === "number" && size % 2 === 0 ? dims(node, x.dims) : `${node.dim} is not even`;
  },
  wave: (node, position, rate) => type(position, "i32") ?? type(rate, "u32") ?? dims(node, [...position.dims, ...rate.dims]),
  count: (node, tokens) => type(node, "i32") ?? dims(node, tokens.dims),
  convolve: (node, x) => missing([tokenDim], x) ?? dims(node, x.dims),
  convolve_state: (node, x, state) => missing([tokenDim], x) ?? dims(node, state.dims),
  boundaries: (node) => missing([batchDim, chunkDim], node) ?? withinState(node, less(node.dims, [chunkDim]), node.inputs.slice(node.started ? 1 : 0)),
  correction(node, boundaries) {
    const over = node.corrections[node.of];
    if (!over) return `no correction ${node.of}`;
    return missing(over, boundaries) ?? missing([batchDim, tokenDim], node) ?? dims({ dims: less(node.dims, [batchDim, tokenDim]) }, less(boundaries.dims, [batchDim, chunkDim, ...over])) ??
      withinState(node, less(boundaries.dims, [chunkDim]), node.inputs.slice(1));
  },
  scan(node) {
    const { states, inputs } = node.body;
    const state = states[node.of];
    if (!state) return `no state ${node.of}`;
    const broken = states.find((s) => !sameInOrder(s.before.dims, s.after.dims));
    if (broken) return `a state of the body is [${printDims(broken.before.dims)}] and becomes [${printDims(broken.after.dims)}]`;
    const given = node.inputs.slice(node.started ? states.length : 0);
    return missing([batchDim, tokenDim], node) ?? dims({ dims: less(node.dims, [tokenDim]) }, state.before.dims) ??
      inputs.map((input, i) => dims({ dims: less(given[i]!.dims, [tokenDim]) }, input.dims, true)).find((m) => m !== undefined);
  },
  flip: (node, x) => missing([tokenDim], x) ?? dims(node, x.dims, true),
  advance: (node, boundaries) => dims(node, less(boundaries.dims, [chunkDim])) ?? withinState(node, node.dims, node.inputs.slice(1)),
  scan_read(node, boundaries) {
    const query = node.inputs.at(-1)!;
    const state = less(boundaries.dims, [batchDim, chunkDim, ...node.over]);
    const extra = less(query.dims, [batchDim, tokenDim, ...node.over]);
    return missing(node.over, boundaries) ?? missing([batchDim, tokenDim], node) ??
      dims({ ...node, dims: less(node.dims, [batchDim, tokenDim]) }, union([{ dims: state }, { dims: extra }])) ??
      withinState(node, less(boundaries.dims, [chunkDim]), node.inputs.slice(1, -1));
  },
  append: (node, cache, x) => missing([tokenDim], x) ?? dims(node, cache.dims) ?? dims({ ...node, dims: less(cache.dims, [timeDim]) }, less(x.dims, [tokenDim])),
  attention(node, query, key) {
    if (node.full && node.started) return "full and started";
    const value = node.inputs[2]!;
    // A dim of the value stays, even where the score sums over one of that name.
    const scored = [query, key].map((n) => ({ dims: less(n.dims, [batchDim, tokenDim, timeDim, ...node.over]) }));
    const free = union([...scored, { dims: less(value.dims, [batchDim, tokenDim, timeDim]) }]);
    return missing([tokenDim], query) ?? missing([timeDim, ...node.over], key) ?? missing([timeDim], value) ??
      dims({ ...node, dims: less(node.dims, [batchDim, tokenDim]) }, free);
  },
  attention_log_sum(node, query, key) {
    const scored = [query, key].map((n) => ({ dims: less(n.dims, [batchDim, tokenDim, timeDim, ...node.over]) }));
    return missing([tokenDim], query) ?? missing([timeDim, ...node.over], key) ?? dims({ dims: less(node.dims, [batchDim, tokenDim]) }, union(scored));
  },
  attention_gradient: (node) => dims(node, node.inputs[["query", "key", "value"].indexOf(node.of)]!.dims, true),
  weight_gradient: (node, a, b) => missing([batchDim, tokenDim], a) ?? missing([batchDim, tokenDim], b) ??
    dims(node, less(union([a, b]), [batchDim, tokenDim])) ?? (node.dims.every((d, i) => d.name === node.result[i]) ? undefined : "not in the order of its result"),
  scatter_add: (node, ids, x) => type(ids, "i32") ?? missing(ids.dims.map((d) => d.name), x) ??
    dims(node, [{ name: node.dim, size: node.size }, ...less(x.dims, ids.dims.map((d) => d.name))], true),
  cross_entropy: (node, logits, targets) => type(targets, "i32") ?? missing([node.dim], logits) ?? dims(node, less(logits.dims, [node.dim])),
  cross_entropy_gradient: (node, logits, targets) => type(targets, "i32") ?? missing([node.dim], logits) ?? dims(node, logits.dims),
  keep: (node, seed, counter) => type(seed, "i32") ?? type(counter, "i32") ?? (node.rate >= 0 && node.rate < 1 ? undefined : `a rate of ${node.rate}`),
  convolve_gradient: (node, g) => missing([tokenDim], g) ?? dims(node, g.dims),
  convolve_weight_gradient: (node, x, g) => missing([tokenDim], x) ?? missing([tokenDim], g) ??
    dims(node, [...less(x.dims, [batchDim, tokenDim]), { name: node.tap, size: node.size }]),
  rank_sum: (node, x) => type(x, "f32") ?? (x.storage ? "summed in narrow numbers" : x.op === "rank_sum" ? "summed already" : dims(node, x.dims, true)),
  last: (node, x) => missing([tokenDim], x) ?? dims(node, x.dims.map((d) => (d.name === tokenDim ? { ...d, size: 1 } : d))),
  sample: (node, logits) => type(node, "i32") ?? dims(node, logits.dims.slice(0, 2)),
};

function inputCount(node: Node): number {
  switch (node.op) {
    case "input": case "parameter": case "table": case "scalar": case "iota": case "extent": case "state": return 0;
    case "map": return node.fn === "select" ? 3 : binaryFns.has(node.fn) ? 2 : 1;
    case "reduce": case "rename": case "top": case "squeeze": case "unsqueeze": case "turn_half": case "flip": case "rank_sum": return 1;
    case "join": return Math.max(1, node.inputs.length);
    case "matmul": case "gather": return 2;
    case "wave": case "append": return 3;
    case "count": return 1 + Number(node.masked) + Number(node.started);
    case "convolve": return 3 + Number(node.started) + Number(node.masked);
    case "convolve_state": return 2 + Number(node.masked);
    case "boundaries": return Number(node.started) + Number(node.decayed) + 2 * node.terms + 2 * (node.corrections ?? []).length;
    case "correction": return 1 + Number(node.decayed) + 2 * node.terms + 2 * node.corrections.length;
    case "scan": return (node.started ? node.body.states.length : 0) + node.body.inputs.length;
    case "advance": return 1 + Number(node.decayed) + 2 * node.terms;
    case "scan_read": return 2 + Number(node.decayed) + 2 * node.terms;
    case "attention": return 3 + Number(node.started) + Number(node.masked);
    case "last": return 1 + Number(node.masked);
    case "attention_log_sum": return 2 + Number(node.masked);
    case "attention_gradient": return 6 + Number(node.masked);
    case "weight_gradient": case "scatter_add": case "cross_entropy": case "keep": return 2;
    case "cross_entropy_gradient": return 3;
    case "convolve_gradient": case "convolve_weight_gradient": return 2 + Number(node.masked);
    case "sample": return 4;
  }
}

const binaryFns: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "equal", "not_equal", "less"]);

interface HasDims {
  readonly dims: readonly Dim[];
}

/** The node's dims are those, in any order unless `ordered`. */
function dims(node: HasDims, wanted: readonly Dim[], ordered = false): string | undefined {
  const same = ordered ? sameInOrder(node.dims, wanted) : node.dims.length === wanted.length && node.dims.every((d) => wanted.some((w) => sameDim(d, w)));
  return same ? undefined : `dims should be [${wanted.map((d) => `${d.name}=${d.size}`).join(", ")}]`;
}

function type(node: Node, wanted: DType): string | undefined {
  return node.dtype === wanted ? undefined : `%${node.id} is not ${wanted}`;
}

function missing(names: readonly string[], node: HasDims): string | undefined {
  const name = names.find((n) => !node.dims.some((d) => d.name === n));
  return name === undefined ? undefined : `${name} is missing in [${printDims(node.dims)}]`;
}

/** Operands of a recurrence have no dims but the token and the state's. */
function withinState(node: Node, state: readonly Dim[], operands: readonly Node[]): string | undefined {
  for (const operand of operands) {
    const extra = less(operand.dims, [tokenDim]).find((d) => !state.some((s) => sameDim(s, d)));
    if (extra) return `%${operand.id} has ${extra.name}, which the state of %${node.id} lacks`;
  }
  return undefined;
}

function fixed(node: Node): string | undefined {
  return node.dims.every((d) => typeof d.size === "number") ? undefined : "its size is not a number";
}

/** An axis of two sizes stands twice. */
function union(nodes: readonly HasDims[]): Dim[] {
  const all: Dim[] = [];
  for (const node of nodes) for (const d of node.dims) if (!all.some((known) => sameDim(known, d))) all.push(d);
  return all;
}

function conflict(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a !== b && a.some((d) => b.some((e) => d.name === e.name && d.size !== e.size));
}

function less(all: readonly Dim[], names: readonly string[]): Dim[] {
  return all.filter((d) => !names.includes(d.name));
}

function sizeIn(node: HasDims, name: string): Dim["size"] | undefined {
  return node.dims.find((d) => d.name === name)?.size;
}

function sameDim(a: Dim, b: Dim): boolean {
  return a === b || (a.name === b.name && a.size === b.size);
}

function sameInOrder(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a === b || (a.length === b.length && a.every((d, i) => sameDim(d, b[i]!)));
}

function product(all: readonly Dim[]): number {
  return all.reduce((size, d) => size * (typeof d.size === "number" ? d.size : NaN), 1);
}
