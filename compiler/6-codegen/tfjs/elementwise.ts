/**
 * Elementwise maps and reductions. In: a node and its operands; out: one step, after as few reshapes as broadcasting by
 * place instead of by name needs.
 */
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import type { Layout } from "./contraction.js";
import type { Norm } from "./patterns.js";
import { product, sameShape, shapeOf, type ProgramBuilder, type Value } from "./program.js";

export function emitMap(builder: ProgramBuilder, node: NodeOf<"map">, operands: readonly Value[]): Value {
  const cuts = sharedCuts(node.dims, operands);
  // The usual case: all operands lie as the result does.
  if (cuts) return { id: builder.step(node.fn, operands.map((o) => o.id)), dims: node.dims, cuts };
  const ordered = operands.map((o) => builder.reorder(o, node.dims.filter((d) => !lacks(o, d))));
  const chosen = chooseCuts(node.dims, ordered);
  return { id: builder.step(node.fn, align(builder, node.dims, chosen, ordered)), dims: node.dims, cuts: chosen };
}

/** The cuts of all operands, where each has exactly these dims in this order and one merging, and `align` would change nothing. */
function sharedCuts(dims: readonly Dim[], operands: readonly Value[]): readonly number[] | undefined {
  const { cuts } = operands[0]!;
  const [lead] = cuts;
  // Of two operands, `align` takes a leading axis of size 1 off one.
  if (operands.length > 1 && lead !== undefined && dims.slice(0, lead).every((d) => d.size === 1)) return undefined;
  const fits = (o: Value): boolean =>
    (o.dims === dims || (o.dims.length === dims.length && o.dims.every((d, i) => d.name === dims[i]!.name))) &&
    (o.cuts === cuts || (o.cuts.length === cuts.length && o.cuts.every((n, i) => n === cuts[i])));
  return operands.every(fits) ? cuts : undefined;
}

/**
 * A sum of f32 over neighbouring axes is one step wherever they stand; any other reduction is along the last axis, after a
 * transpose where the dims are elsewhere.
 */
export function emitReduce(builder: ProgramBuilder, node: NodeOf<"reduce">, x: Value): Value {
  const goes = (d: Dim): boolean => node.over.includes(d.name);
  const kept = x.dims.filter((d) => !goes(d));
  const [first, last] = [x.dims.findIndex(goes), x.dims.findLastIndex(goes)];
  const neighbours = x.dims.every((d, i) => i < first || i > last || goes(d) || d.size === 1);
  if (node.fn === "sum" && node.dtype === "f32" && neighbours && first >= 0 && last < x.dims.length - 1) {
    const parts = [first, last + 1 - first, x.dims.length - 1 - last];
    const cut = builder.recut(x, parts);
    const id = builder.step("sum", [cut.id], { axes: [1] });
    return { id, dims: kept, cuts: [kept.length - parts[2]!, parts[2]!] };
  }
  const ordered = builder.reorder(x, [...kept, ...x.dims.filter(goes)]);
  const given = groupsOf(ordered);
  const split = given.every((group) => group.every(goes) || !group.some(goes));
  const cuts = split ? ordered.cuts : [...(kept.length > 0 ? [kept.length] : []), ordered.dims.length - kept.length];
  const cut = builder.recut(ordered, cuts);
  const axes = groupsOf(cut).flatMap((group, i) => (group.length > 0 && group.every(goes) ? [i] : []));
  const rest = cut.cuts.filter((_, i) => !axes.includes(i));
  return { id: builder.step(node.fn, [cut.id], { axes }), dims: node.dims, cuts: rest };
}

/** Softmax over the dims `over`. */
export function emitSoftmax(builder: ProgramBuilder, x: Value, over: readonly string[], dims: readonly Dim[]): Value {
  const kept = x.dims.filter((d) => !over.includes(d.name));
  const ordered = builder.reorder(x, [...kept, ...x.dims.filter((d) => over.includes(d.name))]);
  const cut = builder.recut(ordered, [kept.length, ordered.dims.length - kept.length]);
  return builder.reorder({ ...cut, id: builder.step("softmax", [cut.id]) }, dims);
}

/** layer_norm or rms_norm over `norm.over`. */
export function emitNorm(
  builder: ProgramBuilder, norm: Norm, valueOf: (node: Node) => Value, layoutOf: (node: Node) => Layout, dims: readonly Dim[],
): Value {
  const x = valueOf(norm.x);
  const over = x.dims.filter((d) => norm.over.some((o) => o.name === d.name));
  const kept = x.dims.filter((d) => !norm.over.some((o) => o.name === d.name));
  const affine = [norm.scale, norm.shift].flatMap((node) => (node ? [layoutOf(node)([over])] : []));
  const id = builder.step("normalize", [builder.arrange(x, [kept, over]), ...affine], { epsilon: norm.epsilon, centered: norm.centered });
  return builder.reorder({ id, dims: [...kept, ...over], cuts: [kept.length, over.length] }, dims);
}

/** How the result merges its dims: as the first operand that has them all does, else as few axes as possible. */
function chooseCuts(dims: readonly Dim[], operands: readonly Value[]): readonly number[] {
  const presence = dims.map((d) => (d.size === 1 ? undefined : operands.map((o) => (lacks(o, d) ? "0" : "1")).join("")));
  const uniform = (cuts: readonly number[]): boolean => {
    let at = 0;
    return cuts.every((n) => new Set(presence.slice(at, (at += n)).filter((p) => p !== undefined)).size <= 1);
  };
  const whole = operands.find((o) => o.dims.length === dims.length && uniform(o.cuts));
  if (whole) return whole.cuts;
  const cuts: number[] = [];
  let last: string | undefined;
  presence.forEach((p, i) => {
    if (i > 0 && (p === undefined || last === undefined || p === last)) cuts[cuts.length - 1]! += 1;
    else cuts.push(1);
    last = p ?? last;
  });
  return cuts;
}

/** Tensors that broadcast by place: size 1 where an operand lacks an axis, leading ones left out but in one operand. */
function align(builder: ProgramBuilder, dims: readonly Dim[], cuts: readonly number[], operands: readonly Value[]): number[] {
  const groups = groupsOf({ dims, cuts });
  const leads = (o: Value): boolean => groups.length > 0 && groups[0]!.some((d) => !lacks(o, d));
  const anchor = operands.find((o) => groups[0]?.some((d) => d.size !== 1 && !lacks(o, d))) ?? operands.find(leads) ?? operands[0]!;
  return operands.map((o) => {
    const present = groups.map((g) => g.filter((d) => !lacks(o, d)));
    const shape = present.map((g) => product(g.map((d) => d.size)));
    const first = o === anchor ? 0 : shape.findIndex((size) => size !== 1);
    const from = first < 0 ? shape.length : first;
    const wanted = shape.slice(from);
    if (sameShape(shapeOf(o), wanted)) return o.id;
    return builder.step("reshape", [o.id], { shape: wanted });
  });
}

export function groupsOf(value: Pick<Value, "dims" | "cuts">): Dim[][] {
  let at = 0;
  return value.cuts.map((n) => value.dims.slice(at, (at += n)));
}

function lacks(value: Value, dim: Dim): boolean {
  return !value.dims.some((d) => d.name === dim.name);
}
