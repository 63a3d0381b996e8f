/**
 * Recurrences, forward and reverse. In: a boundaries, advance or scan_read node; out: one composite step in its matmul form where
 * each term is a key times a value and the decay allows it, else in its token-by-token form.
 *
 * The matmul form sorts the state's axes: O (only the key's; what a read sums over), W (only the value's), G (the rest:
 * one small matrix product for each).
 */
import { recurrenceOperands } from "../../3-graph/recurrence-operands.js";
import { assert } from "../../../src/base/assert.js";
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { has, volume } from "./dims.js";
import type { ProgramBuilder, Value } from "./program.js";

export type RecurrenceNode = NodeOf<"boundaries" | "correction" | "advance" | "scan_read">;

export interface Operands {
  readonly first?: Value;
  readonly decay?: Value;
  readonly terms: readonly { readonly key: Value; readonly value: Value }[];
  readonly corrections: readonly { readonly writer: Value; readonly reader: Value; readonly over: readonly string[] }[];
  readonly query?: Value;
}

export interface Roles {
  readonly G: readonly Dim[];
  readonly O: readonly Dim[];
  readonly W: readonly Dim[];
  /** Key (the factor with O) and value of each term. */
  readonly terms: readonly { readonly key: Value; readonly value: Value }[];
}

/** More small products than this a chunk, and walking the tokens costs less. */
const mostGroups = 64;

/** Without corrections: `corrections.ts` has those. */
export function emitRecurrence(
  builder: ProgramBuilder, node: NodeOf<"boundaries" | "advance" | "scan_read">, chunk: number, valueOf: (node: Node) => Value,
): Value {
  const operands = operandsOf(node, valueOf);
  const frame = frameOf(node, operands);
  return node.op === "scan_read" ? emitRead(builder, node, chunk, operands, frame) : emitWalk(builder, node, chunk, operands, frame);
}

export function operandsOf(node: RecurrenceNode, valueOf: (node: Node) => Value): Operands {
  const named = recurrenceOperands(node);
  return {
    ...(named.first ? { first: valueOf(named.first) } : {}),
    ...(named.decay ? { decay: valueOf(named.decay) } : {}),
    terms: named.terms.map((t) => ({ key: valueOf(t.key), value: valueOf(t.value) })),
    corrections: named.corrections.map((c) => ({ writer: valueOf(c.writer), reader: valueOf(c.reader), over: c.over })),
    ...(named.query ? { query: valueOf(named.query) } : {}),
  };
}

export interface Frame {
  readonly batch: Dim;
  readonly token: Dim;
  /** The state's axes in order. */
  readonly axes: readonly Dim[];
}

export function frameOf(node: RecurrenceNode, operands: Operands): Frame {
  const state = node.op === "boundaries" ? node.dims : operands.first!.dims;
  const { decay, query, terms, corrections } = operands;
  const given = [decay, query, ...terms.flatMap((t) => [t.key, t.value]), ...corrections.flatMap((c) => [c.writer, c.reader])];
  const all = [node.dims, ...given.flatMap((v) => (v ? [v.dims] : []))].flat();
  // Where every token writes the same, only the chunks say whose tokens they are.
  const chunks = node.op === "boundaries" ? chunkOf(node) : chunkOf(operands.first!);
  return {
    batch: state.find((d) => d.name === batchDim) ?? { name: batchDim, size: "B" },
    token: all.find((d) => d.name === tokenDim) ?? { name: tokenDim, size: chunks.size === "M" ? "E" : "T" },
    axes: state.filter((d) => d.name !== batchDim && d.name !== chunkDim),
  };
}

function emitWalk(builder: ProgramBuilder, node: NodeOf<"boundaries" | "advance">, chunk: number, operands: Operands, frame: Frame): Value {
  const { batch, token, axes } = frame;
  const { first, decay } = operands;
  const roles = walkRoles(axes, operands);
  const parts = roles ? [roles.G, roles.O, roles.W] : axes.map((d) => [d]);
  const step = (op: "boundaries" | "advance"): "boundaries" | "boundaries_by_step" | "advance" | "advance_by_step" => (roles ? op : `${op}_by_step`);
  const lead = first?.dims.some((d) => d.name === chunkDim) ? [[batch], [chunkOf(first)]] : [[batch]];
  const inputs = [
    ...(first ? [builder.arrange(first, [...lead, ...parts])] : []),
    ...(decay ? [builder.arrange(decay, [[batch], [token], ...parts])] : []),
    ...(roles ? factors(builder, frame, roles) : plainFactors(builder, frame, parts, operands)),
  ];
  const common = { chunk, decayed: !!decay, terms: operands.terms.length, ...directionOf(node), ...sideOf(token) };
  if (node.op === "advance") {
    const id = builder.step(step("advance"), inputs, common);
    return builder.reorder({ id, dims: [batch, ...parts.flat()], cuts: [1, ...parts.map((p) => p.length)] }, node.dims);
  }
  // Without a start and with no term of full size the step must still know the state's size.
  const sizes = parts.map(volume);
  const id = builder.step(step("boundaries"), inputs, { ...common, started: node.started, sizes });
  const dims = [batch, node.dims.find((d) => d.name === chunkDim)!, ...parts.flat()];
  return builder.reorder({ id, dims, cuts: [1, 1, ...parts.map((p) => p.length)] }, node.dims);
}

function emitRead(builder: ProgramBuilder, node: NodeOf<"scan_read">, chunk: number, operands: Operands, frame: Frame): Value {
  const { batch, token, axes } = frame;
  const { decay } = operands;
  const [first, query] = [operands.first!, operands.query!];
  const extra = query.dims.filter((d) => d.name !== batchDim && d.name !== tokenDim && !has(axes, d));
  const roles = readRoles(axes, operands, query, node.over);
  const parts = roles ? [roles.G, roles.O, roles.W] : axes.map((d) => [d]);
  const queryParts = roles ? [roles.G, roles.O] : parts;
  const inputs = [
    builder.arrange(first, [[batch], [chunkOf(first)], ...parts]),
    ...(decay ? [builder.arrange(decay, [[batch], [token], ...(roles ? [roles.G] : parts)])] : []),
    ...(roles ? factors(builder, frame, roles) : plainFactors(builder, frame, parts, operands)),
    builder.arrange(query, [[batch], [token], extra, ...queryParts]),
  ];
  const common = { chunk, decayed: !!decay, terms: operands.terms.length, old: node.when === "old", ...directionOf(node), ...sideOf(token) };
  const rest = roles ? [roles.G, roles.W] : axes.filter((d) => !node.over.includes(d.name)).map((d) => [d]);
  const id = roles
    ? builder.step("scan_read", inputs, common)
    : builder.step("scan_read_by_step", inputs, { ...common, over: axes.flatMap((d, i) => (node.over.includes(d.name) ? [i] : [])) });
  const dims = [batch, token, ...extra, ...rest.flat()];
  return builder.reorder({ id, dims, cuts: [1, 1, extra.length, ...rest.map((p) => p.length)] }, node.dims);
}

/** Attrs of a recurrence that runs backwards; a forward one has none. */
export function directionOf(node: RecurrenceNode): { readonly reverse: true; readonly late: number } | undefined {
  return node.op !== "advance" && node.reverse ? { reverse: true, late: node.reverse.late } : undefined;
}

/** An attr of a recurrence over the source texts; one over the call's own tokens has none. */
export function sideOf(token: Dim): { readonly source: true } | undefined {
  return token.size === "E" ? { source: true } : undefined;
}

/** Which axes play which role in the state's update; undefined when the matmul form does not fit. */
function walkRoles(axes: readonly Dim[], { decay, terms }: Operands): Roles | undefined {
  const lead = terms[0];
  assert(lead, "a recurrence without terms");
  const O = axes.filter((d) => has(lead.key.dims, d) && !has(lead.value.dims, d));
  const W = axes.filter((d) => has(lead.value.dims, d) && !has(lead.key.dims, d));
  const G = axes.filter((d) => !has(O, d) && !has(W, d));
  const along = (part: readonly Dim[]): boolean => !!decay && part.some((d) => has(decay.dims, d));
  if (along(O) && along(W)) return undefined;
  return isMany(G) ? undefined : assignTerms({ G, O, W }, terms);
}

function readRoles(axes: readonly Dim[], { decay, terms }: Operands, query: Value, over: readonly string[]): Roles | undefined {
  const lead = terms[0];
  assert(lead, "a recurrence without terms");
  const O = axes.filter((d) => over.includes(d.name));
  if (decay && O.some((d) => has(decay.dims, d))) return undefined;
  const touches = (value: Value): boolean => O.some((d) => has(value.dims, d));
  const [key, value] = touches(lead.value) && !touches(lead.key) ? [lead.value, lead.key] : [lead.key, lead.value];
  const free = (d: Dim): boolean => !has(query.dims, d) && !(decay && has(decay.dims, d));
  const W = axes.filter((d) => !has(O, d) && has(value.dims, d) && !has(key.dims, d) && free(d));
  const G = axes.filter((d) => !has(O, d) && !has(W, d));
  return isMany(G) ? undefined : assignTerms({ G, O, W }, terms);
}

function isMany(groups: readonly Dim[]): boolean {
  return volume(groups) > mostGroups;
}

/** Which factor of each term has O; undefined where one has both O and W. */
export function assignTerms(parts: Pick<Roles, "G" | "O" | "W">, terms: Operands["terms"]): Roles | undefined {
  const without = (value: Value, part: readonly Dim[]): boolean => !part.some((d) => has(value.dims, d));
  const assigned = terms.map(({ key, value }) => {
    if (without(key, parts.W) && without(value, parts.O)) return { key, value };
    if (without(value, parts.W) && without(key, parts.O)) return { key: value, value: key };
    return undefined;
  });
  return assigned.every((t) => t !== undefined) ? { ...parts, terms: assigned } : undefined;
}

function factors(builder: ProgramBuilder, { batch, token }: Frame, { G, O, W, terms }: Roles): number[] {
  return terms.flatMap(({ key, value }) => [
    builder.arrange(key, [[batch], [token], G, O]),
    builder.arrange(value, [[batch], [token], G, W]),
  ]);
}

/** Of terms and corrections, in order. */
export function plainFactors(builder: ProgramBuilder, { batch, token }: Frame, parts: readonly (readonly Dim[])[], { terms, corrections }: Operands): number[] {
  const all = [...terms.flatMap((t) => [t.key, t.value]), ...corrections.flatMap((c) => [c.writer, c.reader])];
  return all.map((v) => builder.arrange(v, [[batch], [token], ...parts]));
}

export function chunkOf(boundaries: { readonly dims: readonly Dim[] }): Dim {
  return boundaries.dims.find((d) => d.name === chunkDim)!;
}
