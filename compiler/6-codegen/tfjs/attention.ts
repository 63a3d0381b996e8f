/**
 * Attention, its backward pass, and the caches it reads. In: an attention or append node; out: one composite step. A cache is kept
 * in the layout [B, G, S, O] that the attention which reads it wants, so that no token moves the whole cache.
 *
 * Axes: O summed over in the score (query and key), G in the key, or in query and value (heads), E only in the query, W only
 * in the value.
 */
import { batchDim, timeDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { groupsOf } from "./elementwise.js";
import { has } from "./dims.js";
import { product, type ProgramBuilder, type Value } from "./program.js";

export interface AttentionRoles {
  readonly E: readonly Dim[];
  readonly G: readonly Dim[];
  readonly O: readonly Dim[];
  readonly W: readonly Dim[];
}

/** Order of the kept axes by their place among the cache's own (batch and time left out); the first `split` are groups. */
export interface CacheLayout {
  readonly perm: readonly number[];
  readonly sizes: readonly number[];
  readonly split: number;
}

/** An `append` or growing `state` under the names that a chain of renames gave its dims. */
export interface CacheView {
  readonly id: number;
  readonly dims: readonly Dim[];
  /** Undefined: as it was left by the last call, whose layout a program does not know. */
  readonly layout: CacheLayout | undefined;
}

/** Queries of one block: memory is this times the slots. */
const block = 256;
/** In the backward pass fewer: there are five products of a block's size, and slots behind a block are left out of all. */
const gradientBlock = 128;

export function attentionRoles(node: NodeOf<"attention">): AttentionRoles {
  return rolesOf(node.inputs as [Node, Node, Node], node.over);
}

/** Without a value, as far as the score goes. */
function rolesOf(operands: readonly [Node, Node, Node?], over: readonly string[]): AttentionRoles {
  const [query, key, value = []] = operands.map((input) => axesOf(input!.dims)) as [Dim[], Dim[], Dim[]?];
  const scored = (d: Dim): boolean => over.includes(d.name);
  const O = unique([...query.filter(scored), ...key.filter(scored)]);
  const G = unique([...key.filter((d) => !scored(d)), ...value.filter((d) => !scored(d) && has(query, d))]);
  return {
    E: query.filter((d) => !scored(d) && !has(G, d)),
    G,
    O,
    // A value's own dim may have a name that is summed over in the score.
    W: value.filter((d) => !has(G, d)),
  };
}

/** How the operand of an attention at this place wants its cache kept; undefined if a cache cannot be kept so. */
export function wantedLayout(node: NodeOf<"attention">, place: number, dims: readonly Dim[]): CacheLayout | undefined {
  const { G, O, W } = attentionRoles(node);
  const own = axesOf(dims);
  if (place > 2) return layoutOf(own, [], own);
  const groups = G.filter((d) => has(own, d));
  // Some groups and not others would have to be repeated in every slot.
  if (groups.length > 0 && groups.length < G.length) return undefined;
  const inner = place === 1 ? O : W;
  if (place === 1 && inner.some((d) => !has(own, d))) return undefined;
  return layoutOf(own, groups, inner);
}

export function plainLayout(dims: readonly Dim[]): CacheLayout {
  return layoutOf(axesOf(dims), [], axesOf(dims));
}

export function emitAppend(builder: ProgramBuilder, node: NodeOf<"append">, cache: number, x: Value, layout: CacheLayout): CacheView {
  const own = axesOf(node.dims);
  const axes = layout.perm.map((i) => own[i]!);
  const batch = node.dims.filter((d) => d.name === batchDim);
  const token = x.dims.filter((d) => d.name === tokenDim);
  const arranged = builder.arrange(x, [batch, axes.slice(0, layout.split), token, axes.slice(layout.split)]);
  const id = builder.step("append", [cache, arranged], { perm: layout.perm, sizes: layout.sizes, split: layout.split });
  return { id, dims: node.dims, layout };
}

/** The cache as a plain tensor over its dims, cut to the slots in use. */
export function emitReadCache(builder: ProgramBuilder, view: CacheView): Value {
  const dims = view.dims.map((d) => (d.name === timeDim ? { ...d, size: "S" as const } : d));
  return { id: builder.step("read_cache", [view.id]), dims, cuts: dims.map(() => 1) };
}

export function emitAttention(
  builder: ProgramBuilder,
  node: NodeOf<"attention">,
  valueOf: (node: Node) => Value,
  cacheOf: (node: Node) => CacheView | undefined,
): Value {
  const roles = attentionRoles(node);
  const { E, G, O, W } = roles;
  const [query, key, value] = node.inputs as [Node, Node, Node];
  const q = valueOf(query);
  const outer = [batchDim, tokenDim].map((name) => q.dims.filter((d) => d.name === name));
  const kept = (input: Node, place: number, groups: (time: Dim[], batch: Dim[]) => (readonly Dim[])[]): number => {
    const cache = cacheOf(input);
    if (cache?.layout && sameLayout(cache.layout, wantedLayout(node, place, cache.dims))) return cache.id;
    const plain = valueOf(input);
    return builder.arrange(plain, groups(plain.dims.filter((d) => d.name === timeDim), plain.dims.filter((d) => d.name === batchDim)));
  };
  const inputs = [
    builder.arrange(q, [...outer, E, G, O]),
    kept(key, 1, (time, batch) => [batch, G, time, O]),
    kept(value, 2, (time, batch) => [batch, G, time, W]),
    ...(node.masked ? [kept(node.inputs.at(-1)!, 3, (time, batch) => [batch, time])] : []),
  ];
  const id = builder.step("attention", inputs, { masked: node.masked, started: node.started, block, ...fully(node) });
  const dims = [...outer.flat(), ...E, ...G, ...W];
  return builder.reorder({ id, dims, cuts: [1, 1, E.length, G.length, W.length] }, node.dims);
}

/** Not started: keys and values are tensors of this call. */
export function emitAttentionLogSum(builder: ProgramBuilder, node: NodeOf<"attention_log_sum">, valueOf: (node: Node) => Value): Value {
  const [query, key, valid] = node.inputs as [Node, Node, Node?];
  const { E, G, O } = rolesOf([query, key], node.over);
  const { outer, batch, time } = frameOf(query, key);
  const inputs = [
    builder.arrange(valueOf(query), [...outer, E, G, O]),
    builder.arrange(valueOf(key), [batch, G, time, O]),
    ...(valid ? [builder.arrange(valueOf(valid), [batch, time])] : []),
  ];
  const id = builder.step("attention_log_sum", inputs, { masked: node.masked, block, ...fully(node) });
  return builder.reorder({ id, dims: [...outer.flat(), ...E, ...G], cuts: [1, 1, E.length, G.length] }, node.dims);
}

/** All three cotangents are one step, the same for the three nodes of an attention, since they share most of the work; then this node's part. */
export function emitAttentionGradient(builder: ProgramBuilder, node: NodeOf<"attention_gradient">, valueOf: (node: Node) => Value): Value {
  const [query, key, value, logSum, g, dot, valid] = node.inputs as [Node, Node, Node, Node, Node, Node, Node?];
  const { E, G, O, W } = rolesOf([query, key, value], node.over);
  const { outer, batch, time } = frameOf(query, key);
  const rows = [...outer, E, G];
  const inputs = [
    builder.arrange(valueOf(query), [...rows, O]),
    builder.arrange(valueOf(key), [batch, G, time, O]),
    builder.arrange(valueOf(value), [batch, G, time, W]),
    builder.arrange(valueOf(logSum), rows),
    builder.arrange(valueOf(g), [...rows, W]),
    builder.arrange(valueOf(dot), rows),
    ...(valid ? [builder.arrange(valueOf(valid), [batch, time])] : []),
  ];
  const all = builder.step("attention_gradients", inputs, { masked: node.masked, block: gradientBlock, ...fully(node) });
  const parts = { query: [...rows, O], key: [batch, G, time, O], value: [batch, G, time, W] };
  const groups = parts[node.of];
  const id = builder.step("attention_gradient", [all, ...inputs.slice(0, 3)], { of: node.of });
  return sumTo(builder, { id, dims: groups.flat(), cuts: groups.map((part) => part.length) }, node.dims);
}

function fully({ full }: { readonly full?: true }): { full?: true } {
  return full ? { full } : {};
}

function frameOf(query: Node, key: Node): { outer: Dim[][]; batch: Dim[]; time: Dim[] } {
  const named = (node: Node, name: string): Dim[] => node.dims.filter((d) => d.name === name);
  return { outer: [named(query, batchDim), named(query, tokenDim)], batch: named(query, batchDim), time: named(key, timeDim) };
}

/** An operand was repeated along the dims that it lacks; its cotangent is summed over them. */
function sumTo(builder: ProgramBuilder, x: Value, dims: readonly Dim[]): Value {
  const lacking = x.dims.filter((d) => !has(dims, d));
  if (lacking.every((d) => d.size === 1)) return builder.reorder({ ...x, dims: x.dims.filter((d) => has(dims, d)), cuts: groupsOf(x).map((part) => part.filter((d) => has(dims, d)).length) }, dims);
  const fine = builder.recut(x, x.dims.map(() => 1));
  const axes = x.dims.flatMap((d, i) => (has(dims, d) ? [] : [i]));
  const kept = x.dims.filter((d) => has(dims, d));
  return builder.reorder({ id: builder.step("sum", [fine.id], { axes }), dims: kept, cuts: kept.map(() => 1) }, dims);
}

function layoutOf(own: readonly Dim[], groups: readonly Dim[], inner: readonly Dim[]): CacheLayout {
  const order = [...groups, ...inner];
  const perm = order.map((d) => own.findIndex((o) => o.name === d.name));
  return { perm, sizes: order.map((d) => product([d.size]) as number), split: groups.length };
}

function sameLayout(a: CacheLayout, b: CacheLayout | undefined): boolean {
  return b !== undefined && a.split === b.split && a.perm.join() === b.perm.join();
}

function axesOf(dims: readonly Dim[]): Dim[] {
  return dims.filter((d) => d.name !== batchDim && d.name !== tokenDim && d.name !== timeDim);
}

function unique(dims: readonly Dim[]): Dim[] {
  return [...new Map(dims.map((d) => [d.name, d])).values()];
}
