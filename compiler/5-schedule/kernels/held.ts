/** Values of a thread by their place, from 0: in variables where they are few and written out, so that they become registers, in an array of the thread, or in memory. */
import { bug } from "../../../src/base/assert.js";
import type { Node } from "../../../src/graph/graph.js";
import { add, constantValue, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { indexIn, type Coordinates } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import { byFours } from "../vector.js";
import { withPlace } from "./elements.js";

/** Elements or vectors that are written out one by one: 128 floats at most. */
export const writtenOut = 32;

export interface Held {
  get(j: KernelExpr): KernelExpr;
  set(j: KernelExpr, value: KernelExpr): void;
}

/** The last dim of a value that `heldInMemory` takes. */
export const placeDim = "@place";

/** All `initial` at first; places must be constants. */
export function heldInVariables(w: KernelWriter, hint: string, count: number, initial: KernelExpr): Held {
  const held = Array.from({ length: count }, () => w.var_(hint, initial));
  return { get: (j) => held[writtenPlace(j)]!, set: (j, value) => w.assign(held[writtenPlace(j)]!, value) };
}

/** Anything at first. */
export function heldInArray(w: KernelWriter, hint: string, count: number, type: "f32" | "vec4f"): Held {
  const array = w.array(hint, type, count, "thread");
  return { get: (j) => w.loadArray(array, j), set: (j, value) => w.storeArray(array, j, value) };
}

/** In the line at `at` of a value whose last dim is `placeDim`; anything at first. */
export function heldInMemory(w: KernelWriter, node: Node, at: Coordinates, type: "f32" | "vec4f"): Held {
  const vector = type === "vec4f";
  const binding = w.operand(node, "read_write", { name: "held", vector });
  const first = w.let_("first", indexIn(vector ? byFours(node.dims) : node.dims, withPlace(at, placeDim, u(0))));
  return { get: (j) => w.load(binding, add(first, j)), set: (j, value) => w.store(binding, add(first, j), value) };
}

/** Of what is written out. */
export function writtenPlace(j: KernelExpr): number {
  return constantValue(j) ?? bug("a place that is not written out");
}
