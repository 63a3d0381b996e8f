/**
 * Contractions and look-ups. In: a node and its operands; out: plain 2-D products of matrices, parameters laid out once at
 * load (transposed operands cost 10 to 50 times on the wasm backend), and rows gathered from 2-D tables.
 */
import type { Dim, NodeOf } from "../../../src/graph/graph.js";
import { has, volume } from "./dims.js";
import type { ProgramBuilder, Value } from "./program.js";

/** A parameter under other dims: what a chain of views on it comes to. */
export interface ParameterView {
  readonly parameter: number;
  readonly dims: readonly Dim[];
}

/** Lays the operand out as one axis for each group of dims: at load if it is a parameter, else by steps. */
export type Layout = (groups: readonly (readonly Dim[])[], part?: number) => number;

export function emitMatmul(builder: ProgramBuilder, node: NodeOf<"matmul">, x: Value, wDims: readonly Dim[], layout: Layout, constant: boolean): Value {
  const over = wDims.filter((d) => node.over.includes(d.name));
  const shared = wDims.filter((d) => !node.over.includes(d.name) && has(x.dims, d));
  const made = wDims.filter((d) => !node.over.includes(d.name) && !has(x.dims, d));
  const kept = x.dims.filter((d) => !node.over.includes(d.name));
  if (shared.length === 0) {
    const id = builder.step("matmul", [builder.arrange(x, [kept, over]), layout([over, made])]);
    return result(builder, { id, dims: [...kept, ...made], cuts: [kept.length, made.length] }, node.dims);
  }
  const rows = kept.filter((d) => !has(shared, d));
  const parts = shared.reduce((n, d) => n * (typeof d.size === "number" ? d.size : 0), 1);
  const left = builder.arrange(x, [rows, shared, over]);
  const groups = [shared, over, made];
  const id =
    constant && parts > 0
      ? builder.step("matmul_per", [left, ...Array.from({ length: parts }, (_, p) => layout(groups, p))], { stacked: false })
      : builder.step("matmul_per", [left, layout(groups)], { stacked: true });
  const dims = [...rows, ...shared, ...made];
  return result(builder, { id, dims, cuts: [rows.length, shared.length, made.length] }, node.dims);
}

/** Σ_over a · b of two values, with a product for each place of the dims that both keep. */
export function emitContraction(builder: ProgramBuilder, a: Value, b: Value, over: readonly string[], dims: readonly Dim[]): Value {
  const summed = a.dims.filter((d) => over.includes(d.name));
  const shared = a.dims.filter((d) => !has(summed, d) && has(b.dims, d));
  const [rows, columns] = [a, b].map((x) => x.dims.filter((d) => !has(summed, d) && !has(shared, d))) as [Dim[], Dim[]];
  const id = builder.step("matmul_batched", [builder.arrange(a, [shared, rows, summed]), builder.arrange(b, [shared, summed, columns])]);
  const made = [...shared, ...rows, ...columns];
  return builder.reorder({ id, dims: made, cuts: [shared.length, rows.length, columns.length] }, dims);
}

export function emitGather(builder: ProgramBuilder, node: NodeOf<"gather">, tableDims: readonly Dim[], layout: Layout, ids: Value): Value {
  const rest = tableDims.filter((d) => d.name !== node.dim);
  const table = layout([tableDims.filter((d) => d.name === node.dim), rest]);
  const id = builder.step("gather", [table, builder.arrange(ids, [ids.dims])]);
  return { id, dims: [...ids.dims, ...rest], cuts: [ids.dims.length, rest.length] };
}

/** The step that lays a parameter out. */
export function parameterStep(builder: ProgramBuilder, view: ParameterView, groups: readonly (readonly Dim[])[], part = -1): number {
  const shape = view.dims.map((d) => d.size);
  const perm = groups.flat().map((d) => view.dims.findIndex((own) => own.name === d.name));
  const to = groups.map(volume);
  return builder.step("parameter", [], { parameter: view.parameter, shape, perm, to, part });
}

function result(builder: ProgramBuilder, value: Value, dims: readonly Dim[]): Value {
  return builder.reorder(value, dims);
}
