/**
 * Makes another form of a parameter again after an update: its transposed copy ([rows, columns] as stored in, columns outermost out), its narrow one, rounded to
 * nearest even, or one that is both. A thread an element, or four where they stay neighbours.
 */
import type { Span } from "../../src/base/source.js";
import type { Node } from "../../src/graph/graph.js";
import { add, div, flatIndex, less, mod, mul, u } from "../../src/kernel/build.js";
import type { Launch, NarrowType } from "../../src/kernel/kernel.js";
import { KernelWriter } from "../../src/kernel/writer.js";

const threads = 64;

export interface WeightForm {
  readonly transposed: boolean;
  readonly narrow?: NarrowType;
}

/** Operands: the stored form, the other one. */
export function buildForm(parameter: string, shape: readonly number[], { transposed, narrow }: WeightForm, span: Span): Launch {
  const w = new KernelWriter(transposed ? "transpose" : "narrow", threads, span);
  const form = (id: number): Node => ({ op: "parameter", parameter, id, dtype: "f32", dims: shape.map((size, at) => ({ name: `dim${at}`, size })), inputs: [], span });
  const count = shape.reduce((product, size) => product * size, 1);
  const vector = !transposed && count % 4 === 0;
  const [stored, made] = [
    w.operand(form(0), "read", { vector }),
    w.operand(form(1), "write", { vector, ...(transposed ? { transposed } : {}), ...(narrow ? { narrow } : {}) }),
  ];
  const turns = vector ? count / 4 : count;
  const at = w.let_("at", flatIndex(threads));
  const [rows = 1, columns = 1] = shape;
  // Neighbours in the result are neighbours in the group, for writes that lie apart cost more than such reads.
  const from = transposed ? add(mul(mod(at, u(rows)), u(columns)), div(at, u(rows))) : at;
  w.if_(less(at, u(turns)), () => w.store(made, at, w.load(stored, from)));
  return w.launch([turns], threads, parameter);
}
