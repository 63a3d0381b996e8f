/**
 * Emits graph nodes and infers their dims: one method an op family. Dims of an elementwise result: batch, token, then the
 * axes in order of first appearance. Used by the graph builder, the passes and tests.
 */
import type { Span } from "../../src/base/source.js";
import { assert, bug } from "../../src/base/assert.js";
import {
  batchDim, chunkDim, GraphBuilder, oneDim, pairDim, timeDim, tokenDim, topDim, type Dim, type DType, type Extent, type Node,
} from "../../src/graph/graph.js";
import type { BinaryMapFn, Op, ScanBody, UnaryMapFn } from "../../src/graph/ops.js";
import { correctionsOf, recurrenceInputs, type Recurrence } from "./recurrence-operands.js";

const integerFns: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "maximum", "minimum"]);

export class Emitter {
  readonly builder = new GraphBuilder();
  /** Given to every node made until changed. */
  span: Span;
  label: string | undefined;

  constructor(span: Span) {
    this.span = span;
  }

  get nodes(): readonly Node[] {
    return this.builder.nodes;
  }

  /** Runs `make` with this label, where there is one, and span on all nodes that it makes. */
  within<R>(label: string | undefined, make: () => R, span: Span = this.span): R {
    const { span: outerSpan, label: outerLabel } = this;
    this.span = span;
    if (label !== undefined) this.label = label;
    const result = make();
    this.span = outerSpan;
    this.label = outerLabel;
    return result;
  }

  input(name: string, dtype: DType, dims: readonly Dim[]): Node {
    return this.make({ op: "input", name }, dtype, dims, []);
  }

  parameter(parameter: string, dims: readonly Dim[]): Node {
    return this.make({ op: "parameter", parameter }, "f32", dims, []);
  }

  table(dtype: DType, dims: readonly Dim[], data: readonly number[]): Node {
    return this.make({ op: "table", data }, dtype, dims, []);
  }

  scalar(value: number, dtype: DType = "f32"): Node {
    return this.make({ op: "scalar", value }, dtype, [], []);
  }

  iota(dim: Dim): Node {
    return this.make({ op: "iota" }, "f32", [dim], []);
  }

  /** i32 [1] */
  extent(symbol: Exclude<Extent, number>): Node {
    return this.make({ op: "extent", symbol }, "i32", [{ name: oneDim, size: 1 }], []);
  }

  state(state: string, dtype: DType, dims: readonly Dim[]): Node {
    return this.make({ op: "state", state }, dtype, dims, []);
  }

  unary(fn: UnaryMapFn, x: Node): Node {
    assert(x.dtype === "f32" || fn === "to_f32" || fn === "negate", `${fn} of ${x.dtype}`);
    return this.make({ op: "map", fn }, fn === "to_f32" ? "f32" : fn === "is_finite" ? "i32" : x.dtype, x.dims, [x]);
  }

  /** The result's dims stand as in `order`, where that is given: it has them all. */
  binary(fn: BinaryMapFn, a: Node, b: Node, order?: readonly Dim[]): Node {
    assert(a.dtype === b.dtype, `${fn} of ${a.dtype} and ${b.dtype}`);
    const compares = fn === "equal" || fn === "not_equal" || fn === "less";
    assert(a.dtype === "f32" || compares || integerFns.has(fn), `${fn} of ${a.dtype}`);
    return this.make({ op: "map", fn }, compares ? "i32" : a.dtype, inOrder(broadcastDims([a, b]), order), [a, b]);
  }

  add(a: Node, b: Node): Node {
    return this.binary("add", a, b);
  }

  multiply(a: Node, b: Node): Node {
    return this.binary("multiply", a, b);
  }

  select(condition: Node, a: Node, b: Node, order?: readonly Dim[]): Node {
    assert(condition.dtype === "i32" && a.dtype === b.dtype, "select wants an i32 condition and two values of one type");
    return this.make({ op: "map", fn: "select" }, a.dtype, inOrder(broadcastDims([condition, a, b]), order), [condition, a, b]);
  }

  reduce(fn: "sum" | "max", x: Node, over: readonly string[]): Node {
    for (const name of over) assert(x.dims.some((d) => d.name === name), `reduce over missing ${name}`);
    return this.make({ op: "reduce", fn, over: [...over] }, x.dtype, without(x.dims, over), [x]);
  }

  /** w's dims: those to keep (outputs), and `over`. */
  matmul(x: Node, w: Node, over: readonly string[]): Node {
    const kept = without(x.dims, over);
    const made = without(w.dims, over).filter((d) => !kept.some((k) => k.name === d.name));
    return this.make({ op: "matmul", over: [...over] }, "f32", [...kept, ...made], [x, w]);
  }

  gather(table: Node, ids: Node, dim: string): Node {
    return this.make({ op: "gather", dim }, table.dtype, [...ids.dims, ...without(table.dims, [dim])], [table, ids]);
  }

  /** Of sizes that are numbers. */
  join(parts: readonly Node[], dim: string): Node {
    const [first = bug("a join of nothing")] = parts;
    const size = parts.reduce((sum, part) => sum + fixedSize(part, dim), 0);
    return this.make({ op: "join", dim }, first.dtype, first.dims.map((d) => (d.name === dim ? { name: dim, size } : d)), parts);
  }

  top(x: Node, count: number): Node {
    return this.make({ op: "top", count }, "f32", [...x.dims.slice(0, -1), { name: topDim, size: count }, { name: pairDim, size: 2 }], [x]);
  }

  rename(x: Node, names: Readonly<Record<string, string>>): Node {
    return this.make({ op: "rename", names }, x.dtype, x.dims.map((d) => ({ ...d, name: names[d.name] ?? d.name })), [x]);
  }

  squeeze(x: Node, dim: string): Node {
    assert(x.dims.some((d) => d.name === dim && d.size === 1), `squeeze of ${dim}, which is not of size 1`);
    return this.make({ op: "squeeze", dim }, x.dtype, without(x.dims, [dim]), [x]);
  }

  unsqueeze(x: Node, dim: string, at: number): Node {
    const dims = [...x.dims.slice(0, at), { name: dim, size: 1 }, ...x.dims.slice(at)];
    return this.make({ op: "unsqueeze", dim, at }, x.dtype, dims, [x]);
  }

  turnHalf(x: Node, dim: string): Node {
    return this.make({ op: "turn_half", dim }, x.dtype, x.dims, [x]);
  }

  wave(position: Node, rate: Node, offset: Node): Node {
    return this.make({ op: "wave" }, "f32", [...position.dims, ...rate.dims], [position, rate, offset]);
  }

  count(tokens: Node, mask: Node | undefined, start: Node | undefined): Node {
    const inputs = [tokens, ...(mask ? [mask] : []), ...(start ? [start] : [])];
    return this.make({ op: "count", masked: !!mask, started: !!start }, "i32", tokens.dims, inputs);
  }

  convolve(x: Node, weight: Node, bias: Node, size: number, state: Node | undefined, mask: Node | undefined): Node {
    const inputs = [x, weight, bias, ...(state ? [state] : []), ...(mask ? [mask] : [])];
    return this.make({ op: "convolve", size, started: !!state, masked: !!mask }, "f32", x.dims, inputs);
  }

  convolveState(x: Node, state: Node, size: number, mask: Node | undefined): Node {
    return this.make({ op: "convolve_state", size, masked: !!mask }, "f32", state.dims, [x, state, ...(mask ? [mask] : [])]);
  }

  /** `batch` and `token` are the extents of those dims. */
  boundaries(r: Recurrence, batch: Extent, token: Extent = "T"): Node {
    const chunks = token === "E" ? "M" : "N";
    const dims: Dim[] = [{ name: batchDim, size: batch }, { name: chunkDim, size: chunks }, ...r.axes];
    const op = { op: "boundaries", started: !!r.start, decayed: !!r.decay, terms: r.terms.length, ...(r.reverse ? { reverse: r.reverse } : {}), ...correctionsOf(r) } as const;
    return this.make(op, "f32", dims, [...(r.start ? [r.start] : []), ...recurrenceInputs(r)]);
  }

  /** u of correction `of` for every token. */
  correction(boundaries: Node, r: Recurrence, of: number, token: Dim): Node {
    const corrections = (r.corrections ?? []).map((c) => [...c.over]);
    const batch = boundaries.dims.filter((d) => d.name === batchDim);
    const op = { op: "correction", of, decayed: !!r.decay, terms: r.terms.length, corrections, ...(r.reverse ? { reverse: r.reverse } : {}) } as const;
    return this.make(op, "f32", [...batch, token, ...without(r.axes, corrections[of] ?? bug(`no correction ${of}`))], [boundaries, ...recurrenceInputs(r)]);
  }

  /** `inputs`: the starts, if any, then the body's inputs. */
  scan(body: ScanBody, of: number, inputs: readonly Node[], token: Dim, options: { readonly started: boolean; readonly reverse: boolean }): Node {
    const [batch, ...axes] = body.states[of]!.before.dims;
    return this.make({ op: "scan", body, of, ...options }, "f32", [batch!, token, ...axes], inputs);
  }

  flip(x: Node): Node {
    return this.make({ op: "flip" }, x.dtype, x.dims, [x]);
  }

  /** `r` has no corrections any more: each is a term. */
  advance(boundaries: Node, r: Recurrence): Node {
    const op = { op: "advance", decayed: !!r.decay, terms: r.terms.length } as const;
    return this.make(op, "f32", without(boundaries.dims, [chunkDim]), [boundaries, ...recurrenceInputs(r)]);
  }

  scanRead(boundaries: Node, r: Recurrence, query: Node, over: readonly string[], when: "old" | "new", token: Dim): Node {
    const batch = boundaries.dims.filter((d) => d.name === batchDim);
    const state = without(r.axes, over);
    const extra = without(query.dims, [batchDim, tokenDim, ...over, ...state.map((d) => d.name)]);
    const op = { op: "scan_read", decayed: !!r.decay, terms: r.terms.length, over: [...over], when, ...(r.reverse ? { reverse: r.reverse } : {}) } as const;
    return this.make(op, "f32", [...batch, token, ...extra, ...state], [boundaries, ...recurrenceInputs(r), query]);
  }

  rankSum(x: Node): Node {
    return this.make({ op: "rank_sum" }, "f32", x.dims, [x]);
  }

  append(cache: Node, x: Node, length: Node): Node {
    return this.make({ op: "append" }, cache.dtype, cache.dims, [cache, x, length]);
  }

  /** `key` and `value` have `@time`. Result axes: those of query and key less `over`, then the value's (which may have a name in `over`). */
  attention(query: Node, key: Node, value: Node, over: readonly string[], length: Node | undefined, valid: Node | undefined, full = false): Node {
    const seen = new Map<string, Dim>();
    for (const d of [...without([...query.dims, ...key.dims], over), ...value.dims]) seen.set(d.name, d);
    const outer = query.dims.filter((d) => d.name === batchDim || d.name === tokenDim);
    const inner = without([...seen.values()], [batchDim, tokenDim, timeDim]);
    const inputs = [query, key, value, ...(length ? [length] : []), ...(valid ? [valid] : [])];
    const op = { op: "attention", over: [...over], result: inner.map((d) => d.name), started: !!length, masked: !!valid, ...fully(full) } as const;
    return this.make(op, "f32", [...outer, ...inner], inputs);
  }

  /** [B, T, axes of query and key less `over`] */
  attentionLogSum(query: Node, key: Node, over: readonly string[], valid: Node | undefined, full = false): Node {
    const seen = new Map([...query.dims, ...key.dims].map((d) => [d.name, d]));
    const outer = query.dims.filter(isOuter);
    const inner = without([...seen.values()], [batchDim, tokenDim, timeDim, ...over]);
    const op = { op: "attention_log_sum", over: [...over], result: inner.map((d) => d.name), masked: !!valid, ...fully(full) } as const;
    return this.make(op, "f32", [...outer, ...inner], [query, key, ...(valid ? [valid] : [])]);
  }

  /** `saved`: log_sum, the cotangent g of the result, and dot. */
  attentionGradient(
    of: "query" | "key" | "value", operands: { readonly query: Node; readonly key: Node; readonly value: Node }, over: readonly string[],
    saved: readonly [Node, Node, Node], valid: Node | undefined, full = false,
  ): Node {
    const { query, key, value } = operands;
    const op = { op: "attention_gradient", of, over: [...over], masked: !!valid, ...fully(full) } as const;
    return this.make(op, "f32", operands[of].dims, [query, key, value, ...saved, ...(valid ? [valid] : [])]);
  }

  /** Σ_{batch, token} a · b with its dims in the order of `result`. */
  weightGradient(a: Node, b: Node, result: readonly string[]): Node {
    const all = [...a.dims, ...b.dims];
    const dims = result.map((name) => all.find((d) => d.name === name) ?? bug(`${name} is in neither factor`));
    return this.make({ op: "weight_gradient", result: [...result] }, "f32", dims, [a, b]);
  }

  scatterAdd(ids: Node, x: Node, dim: string, size: number): Node {
    const rest = without(x.dims, ids.dims.map((d) => d.name));
    return this.make({ op: "scatter_add", dim, size }, x.dtype, [{ name: dim, size }, ...rest], [ids, x]);
  }

  crossEntropy(logits: Node, targets: Node, dim: string, smoothing: number): Node {
    return this.make({ op: "cross_entropy", dim, smoothing }, "f32", without(logits.dims, [dim]), [logits, targets]);
  }

  crossEntropyGradient(logits: Node, targets: Node, weight: Node, dim: string, smoothing: number): Node {
    return this.make({ op: "cross_entropy_gradient", dim, smoothing }, "f32", logits.dims, [logits, targets, weight]);
  }

  keep(seed: Node, counter: Node, dims: readonly Dim[], mask: { readonly stream: number; readonly rate: number; readonly kept: number }): Node {
    return this.make({ op: "keep", ...mask }, "f32", dims, [seed, counter]);
  }

  convolveGradient(g: Node, weight: Node, size: number, mask: Node | undefined): Node {
    return this.make({ op: "convolve_gradient", size, masked: !!mask }, "f32", g.dims, [g, weight, ...(mask ? [mask] : [])]);
  }

  convolveWeightGradient(x: Node, g: Node, tap: Dim & { size: number }, mask: Node | undefined): Node {
    const op = { op: "convolve_weight_gradient", size: tap.size, tap: tap.name, masked: !!mask } as const;
    return this.make(op, "f32", [...without(x.dims, [batchDim, tokenDim]), tap], [x, g, ...(mask ? [mask] : [])]);
  }

  last(x: Node, mask: Node | undefined): Node {
    const dims = x.dims.map((d) => (d.name === tokenDim ? { ...d, size: 1 } : d));
    return this.make({ op: "last", masked: !!mask }, x.dtype, dims, [x, ...(mask ? [mask] : [])]);
  }

  /** logits [B, 1, vocab] → i32 [B, 1] */
  sample(logits: Node, sampling: Node, seed: Node, drawn: Node): Node {
    return this.make({ op: "sample" }, "i32", logits.dims.slice(0, 2), [logits, sampling, seed, drawn]);
  }

  private make(op: Op, dtype: DType, dims: readonly Dim[], inputs: readonly Node[]): Node {
    return this.builder.add({ ...op, id: this.nodes.length, dtype, dims, inputs, span: this.span, label: this.label });
  }
}

/** Absent where each row looks back only. */
function fully(full: boolean): { readonly full?: true } {
  return full ? { full } : {};
}

/** Dims of an elementwise result; an axis met twice must have one size. */
export function broadcastDims(nodes: readonly Node[]): readonly Dim[] {
  const [first, ...others] = nodes;
  const own = first?.dims ?? [];
  let all: Dim[] | undefined;
  for (const { dims } of others) {
    if (dims === own) continue;
    for (const d of dims) {
      const known = (all ?? own).find((k) => k.name === d.name);
      if (!known) (all ??= [...own]).push(d);
      else if (known.size !== d.size) bug(`dim ${d.name} is ${known.size} and ${d.size}`);
    }
  }
  // Most often the first operand has them all, in order.
  if (!all && isOuterFirst(own)) return own;
  const found = all ?? own;
  return [...found.filter((d) => d.name === batchDim), ...found.filter((d) => d.name === tokenDim), ...found.filter((d) => !isOuter(d))];
}

function fixedSize(node: Node, name: string): number {
  const size = node.dims.find((d) => d.name === name)?.size;
  return typeof size === "number" ? size : bug(`${name} has no size that is a number`);
}

function inOrder(dims: readonly Dim[], order: readonly Dim[] | undefined): readonly Dim[] {
  if (!order || dims === order) return dims;
  const sorted = order.filter((d) => dims.some((own) => own.name === d.name));
  assert(sorted.length === dims.length, "a dim that has no place in the order");
  return sorted.length === order.length ? order : sorted;
}

function isOuter(d: Dim): boolean {
  return d.name === batchDim || d.name === tokenDim;
}

function isOuterFirst(dims: readonly Dim[]): boolean {
  const rank = (d: Dim): number => (d.name === batchDim ? 0 : d.name === tokenDim ? 1 : 2);
  return dims.every((d, i) => i === 0 || rank(dims[i - 1]!) <= rank(d));
}

function without(dims: readonly Dim[], names: readonly string[]): Dim[] {
  return dims.filter((d) => !names.includes(d.name));
}
