/**
 * The tfjs target. In: the graph of one entry. Out: a linear program of positional calls (`src/plan/tfjs-ops.ts` lists them):
 * named dims become reshapes, transposes and places; symbols stay in the attrs and get their values at each call.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, tokenDim, type Dim, type Graph, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Op } from "../../../src/graph/ops.js";
import type { TfjsEntry } from "../../../src/plan/plan.js";
import {
  emitAppend, emitAttention, emitAttentionGradient, emitAttentionLogSum, emitReadCache, plainLayout, wantedLayout, type CacheLayout, type CacheView,
} from "./attention.js";
import { emitContraction, emitGather, emitMatmul, parameterStep, type Layout, type ParameterView } from "./contraction.js";
import { emitCorrectedBoundaries, emitCorrection } from "./corrections.js";
import { emitMap, emitNorm, emitReduce, emitSoftmax } from "./elementwise.js";
import { fullCuts, ProgramBuilder, type Value } from "./program.js";
import { emitRecurrence } from "./recurrence.js";
import { findPatterns, type Pattern } from "./patterns.js";
import { bodyGraph, emitScan } from "./scan.js";
import {
  emitConvolveGradient, emitConvolveWeightGradient, emitCrossEntropy, emitCrossEntropyGradient, emitGatedGelu, emitGeluSlope, emitKeep, emitReluGradient, emitScatterAdd,
  emitSoftmaxGradient, emitWeightGradient,
} from "./training.js";

/** Names in the order in which steps number them: those of the plan. */
export interface TfjsContext {
  readonly states: readonly string[];
  readonly parameters: readonly string[];
}

export function emitTfjs(graph: Graph, context: TfjsContext): TfjsEntry {
  const emission = new Emission(graph, context);
  const { needed, patterns } = findPatterns(graph);
  for (const node of graph.nodes) if (needed.has(node)) emission.emit(node, patterns.get(node));
  const outputs = graph.outputs.map(({ name, node }) => ({ name, value: emission.stored(node, node.dims) }));
  const stateUpdates = graph.stateUpdates.map(({ state, node }) => {
    const spec = graph.states.find((s) => s.name === state) ?? bug(`the graph updates ${state}, which it has no state of`);
    return { state: emission.stateIndex(state), value: emission.stored(node, spec.dims) };
  });
  const parameterUpdates = graph.parameterUpdates.map(({ parameter, node }) => ({
    parameter: emission.parameterIndex(parameter), value: emission.builder.reorder(emission.valueOf(node), node.dims).id,
  }));
  return emission.builder.finish(outputs, stateUpdates, parameterUpdates);
}

type Rule<O extends Op["op"]> = (emission: Emission, node: NodeOf<O>) => void;

/** What has been emitted so far: a node is a value, or a view of a parameter or of a cache that is laid out where it is used. */
class Emission {
  readonly builder = new ProgramBuilder();
  private readonly values = new Map<number, Value>();
  private readonly parameters = new Map<number, ParameterView>();
  private readonly caches = new Map<number, CacheView>();

  private readonly parameterNumbers: ReadonlyMap<string, number>;

  constructor(
    readonly graph: Graph,
    private readonly context: TfjsContext,
  ) {
    this.parameterNumbers = new Map(context.parameters.map((name, i) => [name, i]));
  }

  emit(node: Node, pattern: Pattern | undefined): void {
    if (pattern) return this.set(node, this.patternValue(node, pattern));
    const rule = rules[node.op] as Rule<Op["op"]>;
    rule(this, node);
  }

  private patternValue(node: Node, pattern: Pattern): Value {
    const { builder } = this;
    switch (pattern.kind) {
      case "softmax": return emitSoftmax(builder, this.valueOf(pattern.x), pattern.over, node.dims);
      case "norm": return emitNorm(builder, pattern, (n) => this.valueOf(n), (n) => this.layoutOf(n), node.dims);
      case "softmax_gradient": return emitSoftmaxGradient(builder, this.valueOf(pattern.y), this.valueOf(pattern.g), pattern.over, node.dims);
      case "relu_gradient": return emitReluGradient(builder, this.valueOf(pattern.x), this.valueOf(pattern.g), node.dims);
      case "gated_gelu": return emitGatedGelu(builder, this.valueOf(pattern.x));
      case "gelu_slope": return emitGeluSlope(builder, this.valueOf(pattern.x));
      case "contraction": return emitContraction(builder, this.valueOf(pattern.a), this.valueOf(pattern.b), pattern.over, node.dims);
      default: return pattern satisfies never;
    }
  }

  set(node: Node, value: Value): void {
    this.values.set(node.id, value);
  }

  /** The node's value; a parameter or a cache becomes a plain tensor. */
  valueOf(node: Node): Value {
    const known = this.values.get(node.id);
    if (known) return known;
    const view = this.parameters.get(node.id);
    const cache = this.caches.get(node.id);
    const made = view
      ? { id: parameterStep(this.builder, view, view.dims.map((d) => [d])), dims: view.dims, cuts: fullCuts(view.dims) }
      : cache
        ? emitReadCache(this.builder, cache)
        : bug(`node ${node.id} (${node.op}) is used before it is emitted`);
    this.values.set(node.id, made);
    return made;
  }

  valuesOf(node: Node): Value[] {
    return node.inputs.map((input) => this.valueOf(input));
  }

  cacheOf(node: Node): CacheView | undefined {
    return this.caches.get(node.id);
  }

  setCache(node: Node, view: CacheView): void {
    this.caches.set(node.id, view);
  }

  isParameter(node: Node): boolean {
    return this.parameters.has(node.id);
  }

  setParameter(node: NodeOf<"parameter">): void {
    this.parameters.set(node.id, { parameter: this.parameterIndex(node.parameter), dims: node.dims });
  }

  parameterIndex(parameter: string): number {
    return this.parameterNumbers.get(parameter) ?? bug(`the plan has no parameter ${parameter}`);
  }

  /** The same tensor under other dims, one for one and in the same order. */
  view(node: Node, source: Node, cuts: (value: Value) => readonly number[]): void {
    const parameter = this.parameters.get(source.id);
    const cache = this.caches.get(source.id);
    if (parameter && node.op === "rename") this.parameters.set(node.id, { ...parameter, dims: node.dims });
    else if (cache && node.op === "rename") this.caches.set(node.id, { ...cache, dims: node.dims });
    else {
      const value = this.valueOf(source);
      this.values.set(node.id, { id: value.id, dims: renamedDims(node, value), cuts: cuts(value) });
    }
  }

  layoutOf(node: Node): Layout {
    const view = this.parameters.get(node.id);
    if (view) return (groups, part) => parameterStep(this.builder, view, groups, part);
    const value = this.valueOf(node);
    return (groups) => this.builder.arrange(value, groups);
  }

  stateIndex(state: string): number {
    const index = this.context.states.indexOf(state);
    return index < 0 ? bug(`the plan has no state ${state}`) : index;
  }

  /** The value number of a result with one axis a dim; a cache stays a cache. */
  stored(node: Node, dims: readonly Dim[]): number {
    const cache = this.caches.get(node.id);
    if (cache) return cache.id;
    const value = this.valueOf(node);
    const same = dims.every((d) => value.dims.some((own) => own.name === d.name));
    return this.builder.arrange(value, (same ? dims : node.dims).map((d) => [d]));
  }

  /** As the first attention that reads this cache wants it. */
  cacheLayout(append: NodeOf<"append">): CacheLayout {
    const views = new Set<Node>([append]);
    for (const node of this.graph.nodes) {
      if (node.op === "rename" && views.has(node.inputs[0]!)) views.add(node);
      if (node.op !== "attention") continue;
      const last = node.masked ? node.inputs.length - 1 : -1;
      const place = node.inputs.findIndex((input, i) => views.has(input) && (i === 1 || i === 2 || i === last));
      const layout = place < 0 ? undefined : wantedLayout(node, place, node.inputs[place]!.dims);
      if (layout) return layout;
    }
    return plainLayout(append.dims);
  }
}

/** A body has neither states nor parameters of the plan's. */
const noNames: TfjsContext = { states: [], parameters: [] };

const rules: { readonly [O in Op["op"]]: Rule<O> } = {
  input: (e, node) => e.set(node, { id: e.builder.step("input", [], { name: node.name }), dims: node.dims, cuts: fullCuts(node.dims) }),
  parameter: (e, node) => e.setParameter(node),
  table: (e, node) => e.set(node, constant(e.builder, node, node.data)),
  scalar: (e, node) => e.set(node, constant(e.builder, node, [node.value])),
  scan: (e, node) => e.set(node, emitScan(e.builder, node, emitTfjs(bodyGraph(node, e.graph.chunk), noNames), (n) => e.valueOf(n))),
  iota: (e, node) => {
    const size = node.dims[0]!.size;
    if (typeof size === "number") e.set(node, constant(e.builder, node, Array.from({ length: size }, (_, i) => i)));
    else e.set(node, { id: e.builder.step("range", [], { size: [size] }), dims: node.dims, cuts: [1] });
  },
  extent: (e, node) => e.set(node, { id: e.builder.step("extent", [], { symbol: node.symbol }), dims: node.dims, cuts: [1] }),
  state: (e, node) => {
    const id = e.builder.step("state", [], { state: e.stateIndex(node.state) });
    const spec = e.graph.states.find((s) => s.name === node.state);
    if (spec?.class === "growing") e.setCache(node, { id, dims: node.dims, layout: undefined });
    else e.set(node, { id, dims: node.dims, cuts: fullCuts(node.dims) });
  },
  map: (e, node) => e.set(node, emitMap(e.builder, node, e.valuesOf(node))),
  reduce: (e, node) => e.set(node, emitReduce(e.builder, node, e.valueOf(node.inputs[0]!))),
  matmul: (e, node) => {
    const [x, w] = node.inputs as [Node, Node];
    e.set(node, emitMatmul(e.builder, node, e.valueOf(x), w.dims, e.layoutOf(w), e.isParameter(w)));
  },
  gather: (e, node) => {
    const [table, ids] = node.inputs as [Node, Node];
    e.set(node, emitGather(e.builder, node, table.dims, e.layoutOf(table), e.valueOf(ids)));
  },
  join: (e, node) => {
    const before = node.dims.findIndex((d) => d.name === node.dim);
    const cuts = [before, node.dims.length - before];
    // Each as rows, of which those of the result are the parts' behind one another.
    const parts = e.valuesOf(node).map((value) => {
      const dims = node.dims.map((d) => value.dims.find((own) => own.name === d.name) ?? bug(`a join along ${node.dim}: a part lacks ${d.name}`));
      return e.builder.recut(e.builder.reorder(value, dims), cuts).id;
    });
    e.set(node, { id: e.builder.step("join", parts), dims: node.dims, cuts });
  },
  top: (e, node) => {
    const value = e.valueOf(node.inputs[0]!);
    const kept = value.dims.length - 1;
    const id = e.builder.step("top", [e.builder.recut(value, [kept, 1]).id], { count: node.count });
    e.set(node, { id, dims: node.dims, cuts: [kept, 1, 1] });
  },
  rename: (e, node) => e.view(node, node.inputs[0]!, (value) => value.cuts),
  squeeze: (e, node) => e.view(node, node.inputs[0]!, (value) => withoutDim(value, value.dims.findIndex((d) => d.name === node.dim))),
  unsqueeze: (e, node) => {
    const value = e.valueOf(node.inputs[0]!);
    // A number has no axis that the new dim could join.
    if (value.cuts.length === 0) e.set(node, { id: e.builder.step("reshape", [value.id], { shape: [1] }), dims: node.dims, cuts: [1] });
    else e.view(node, node.inputs[0]!, () => withDim(value, node.at));
  },
  turn_half: (e, node) => {
    const value = e.valueOf(node.inputs[0]!);
    const axis = value.dims.findIndex((d) => d.name === node.dim);
    const cut = e.builder.recut(value, [axis, 1, value.dims.length - axis - 1].filter((n, i) => i === 1 || n > 0));
    e.set(node, { ...cut, id: e.builder.step("turn_half", [cut.id], { axis: axis > 0 ? 1 : 0 }) });
  },
  flip: (e, node) => {
    const value = e.valueOf(node.inputs[0]!);
    const at = value.dims.findIndex((d) => d.name === tokenDim);
    const cut = e.builder.recut(value, [at, 1, value.dims.length - at - 1]);
    e.set(node, e.builder.reorder({ ...cut, id: e.builder.step("flip", [cut.id], { axis: 1 }) }, node.dims));
  },
  wave: (e, node) => {
    const [position, rate, offset] = e.valuesOf(node) as [Value, Value, Value];
    const inputs = [e.builder.arrange(position, [position.dims]), rate.id, offset.id];
    e.set(node, { id: e.builder.step("wave", inputs), dims: node.dims, cuts: [position.dims.length, 1] });
  },
  count: (e, node) => {
    const given = node.inputs.slice(1).map((input) => e.valueOf(input));
    const inputs = given.map((value) => e.builder.arrange(value, value.dims.map((d) => [d])));
    // Only the symbols say how many rows and tokens there are when there is neither mask nor start.
    const shape = node.dims.map((d) => d.size);
    e.set(node, { id: e.builder.step("count", inputs, { masked: node.masked, started: node.started, shape }), dims: node.dims, cuts: [1, 1] });
  },
  convolve: (e, node) => {
    const [x, weight, bias, ...rest] = node.inputs as [Node, Node, Node, ...Node[]];
    const { outer, axes } = split(x);
    const tap = weight.dims.filter((d) => !axes.some((a) => a.name === d.name));
    const state = node.started ? rest.shift() : undefined;
    const inputs = [
      e.builder.arrange(e.valueOf(x), [...outer, axes]),
      e.layoutOf(weight)([tap, axes]),
      e.layoutOf(bias)([axes]),
      ...(state ? [history(e, state, axes)] : []),
      ...rest.map((mask) => e.builder.arrange(e.valueOf(mask), outer)),
    ];
    const id = e.builder.step("convolve", inputs, { size: node.size, started: node.started, masked: node.masked });
    const made = { id, dims: [...outer.flat(), ...axes], cuts: [1, 1, axes.length] };
    e.set(node, e.builder.reorder(made, node.dims));
  },
  convolve_state: (e, node) => {
    const [x, state, mask] = node.inputs as [Node, Node, Node?];
    const { outer, axes } = split(x);
    const inputs = [
      e.builder.arrange(e.valueOf(x), [...outer, axes]),
      history(e, state, axes),
      ...(mask ? [e.builder.arrange(e.valueOf(mask), outer)] : []),
    ];
    const id = e.builder.step("convolve_state", inputs, { size: node.size, masked: node.masked });
    const past = state.dims.filter((d) => d.name !== batchDim && !axes.some((a) => a.name === d.name));
    const made = { id, dims: [...outer[0]!, ...past, ...axes], cuts: [1, 1, axes.length] };
    e.set(node, e.builder.reorder(made, node.dims));
  },
  boundaries: (e, node) => {
    const emit = node.corrections ? emitCorrectedBoundaries : emitRecurrence;
    e.set(node, emit(e.builder, node, e.graph.chunk, (n) => e.valueOf(n)));
  },
  correction: (e, node) => e.set(node, emitCorrection(e.builder, node, e.graph.chunk, (n) => e.valueOf(n))),
  advance: (e, node) => e.set(node, emitRecurrence(e.builder, node, e.graph.chunk, (n) => e.valueOf(n))),
  scan_read: (e, node) => e.set(node, emitRecurrence(e.builder, node, e.graph.chunk, (n) => e.valueOf(n))),
  append: (e, node) => {
    const [cache, x] = node.inputs as [Node, Node, Node];
    const view = e.cacheOf(cache) ?? bug("append to what is no cache");
    e.setCache(node, emitAppend(e.builder, node, view.id, e.valueOf(x), e.cacheLayout(node)));
  },
  attention: (e, node) => e.set(node, emitAttention(e.builder, node, (n) => e.valueOf(n), (n) => e.cacheOf(n))),
  attention_log_sum: (e, node) => e.set(node, emitAttentionLogSum(e.builder, node, (n) => e.valueOf(n))),
  attention_gradient: (e, node) => e.set(node, emitAttentionGradient(e.builder, node, (n) => e.valueOf(n))),
  weight_gradient: (e, node) => e.set(node, emitWeightGradient(e.builder, node, e.valuesOf(node) as [Value, Value])),
  scatter_add: (e, node) => e.set(node, emitScatterAdd(e.builder, node, ...(e.valuesOf(node) as [Value, Value]))),
  cross_entropy: (e, node) => e.set(node, emitCrossEntropy(e.builder, node, e.valuesOf(node) as [Value, Value])),
  cross_entropy_gradient: (e, node) => e.set(node, emitCrossEntropyGradient(e.builder, node, e.valuesOf(node) as [Value, Value, Value])),
  keep: (e, node) => e.set(node, emitKeep(e.builder, node, e.valuesOf(node))),
  convolve_gradient: (e, node) => e.set(node, emitConvolveGradient(e.builder, node, (n) => e.valueOf(n), e.layoutOf(node.inputs[1]!))),
  convolve_weight_gradient: (e, node) => e.set(node, emitConvolveWeightGradient(e.builder, node, (n) => e.valueOf(n))),
  rank_sum: (e, node) => e.set(node, e.valueOf(node.inputs[0]!)),
  last: (e, node) => {
    const [x, mask] = node.inputs as [Node, Node?];
    const { outer, axes } = split(x);
    const inputs = [e.builder.arrange(e.valueOf(x), [...outer, axes]), ...(mask ? [e.builder.arrange(e.valueOf(mask), outer)] : [])];
    const id = e.builder.step("last", inputs, { masked: node.masked });
    const token = node.dims.filter((d) => d.name === tokenDim);
    const made = { id, dims: [...outer[0]!, ...token, ...axes], cuts: [outer[0]!.length + token.length, axes.length] };
    e.set(node, e.builder.reorder(made, node.dims));
  },
  sample: (e, node) => {
    const [logits, ...rest] = e.valuesOf(node) as [Value, Value, Value, Value];
    const inputs = [e.builder.arrange(logits, [node.dims, logits.dims.slice(node.dims.length)]), ...rest.map((value) => value.id)];
    e.set(node, { id: e.builder.step("sample", inputs), dims: node.dims, cuts: [node.dims.length] });
  },
};

/** A cache's number of slots is known only as what is in use, so a view of it as a value keeps the value's sizes. */
function renamedDims(node: Node, value: Value): readonly Dim[] {
  return node.op === "rename" ? value.dims.map((d, i) => ({ name: node.dims[i]!.name, size: d.size })) : node.dims;
}

function constant(builder: ProgramBuilder, node: Node, data: readonly number[]): Value {
  const shape = node.dims.map((d) => d.size);
  const id = builder.step("constant", [], { dtype: node.dtype, shape, data: data.map((n) => (Number.isFinite(n) ? n : String(n))) });
  return { id, dims: node.dims, cuts: fullCuts(node.dims) };
}

/** [batch], [token] and the other dims of a tensor of tokens. */
function split(x: Node): { outer: Dim[][]; axes: Dim[] } {
  const outer = [batchDim, tokenDim].map((name) => x.dims.filter((d) => d.name === name));
  return { outer, axes: x.dims.filter((d) => d.name !== batchDim && d.name !== tokenDim) };
}

/** A convolution's past inputs as [B, size-1, A]. */
function history(e: Emission, state: Node, axes: readonly Dim[]): number {
  const batch = state.dims.filter((d) => d.name === batchDim);
  const past = state.dims.filter((d) => d.name !== batchDim && !axes.some((a) => a.name === d.name));
  return e.builder.arrange(e.valueOf(state), [batch, past, axes]);
}

function withoutDim(value: Value, place: number): number[] {
  const cuts = [...value.cuts];
  let at = 0;
  const group = cuts.findIndex((n) => (at += n) > place);
  cuts[group]! -= 1;
  return cuts;
}

/** The new dim joins the axis that holds the place. */
function withDim(value: Value, place: number): number[] {
  const cuts = [...value.cuts];
  let at = 0;
  const group = cuts.findIndex((n) => (at += n) >= place);
  cuts[group]! += 1;
  return cuts;
}
