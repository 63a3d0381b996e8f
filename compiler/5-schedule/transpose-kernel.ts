/** Makes a parameter's transposed copy again after an update: [rows, columns] as stored in, columns outermost out. A thread an element. */
import type { Span } from "../../src/base/source.js";
import type { Node } from "../../src/graph/graph.js";
import { add, div, flatIndex, less, mod, mul, u } from "../../src/kernel/build.js";
import type { Launch } from "../../src/kernel/kernel.js";
import { KernelWriter } from "../../src/kernel/writer.js";

const threads = 64;

/** Operands: the stored form, the transposed form. */
export function buildTranspose(parameter: string, rows: number, columns: number, span: Span): Launch {
  const w = new KernelWriter("transpose", threads, span);
  const form = (id: number): Node => ({ op: "parameter", parameter, id, dtype: "f32", dims: [{ name: "rows", size: rows }, { name: "columns", size: columns }], inputs: [], span });
  const [stored, turned] = [w.operand(form(0), "read"), w.operand(form(1), "write", { transposed: true })];
  // Neighbours in the result are neighbours in the group, for writes that lie apart cost more than such reads.
  const at = w.let_("at", flatIndex(threads));
  w.if_(less(at, u(rows * columns)), () => w.store(turned, at, w.load(stored, add(mul(mod(at, u(rows)), u(columns)), div(at, u(rows))))));
  return w.launch([rows, columns], threads, parameter);
}
