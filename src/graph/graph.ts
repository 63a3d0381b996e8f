/**
 * The batched graph of one entry: named-tensor nodes over symbolic batch and time. Every node has one value.
 * Operators broadcast by dim name; a dim's place in `dims` is its place in memory (row-major) where the value is stored.
 * `ops.ts` lists every op with its meaning. A float64 interpreter written from those words is in `test/oracle`.
 */
import type { Span } from "../base/source.js";
import type { Op } from "./ops.js";

/**
 * B: sequences. T: tokens of this call. N: chunks, ceil(T / chunk). S: cache slots in use after this call (length + T).
 * C: slots a cache has room for (C >= S). A number in the decode entries where T is 1. E: tokens of the source texts, which an encoder reads, padding included;
 * M: chunks of them, ceil(E / chunk). A graph with both sides has two kinds of values with the dim `@token`, of sizes T and E, which never meet in one node: what
 * a decoder sees of a source has no token dim (a state after all of it), or has it under the name `@time`.
 */
export type Extent = number | "B" | "T" | "N" | "S" | "C" | "E" | "M";

export interface Dim {
  readonly name: string;
  readonly size: Extent;
}

/** Names of dims that are no axes of the language; `@` keeps them apart from those. */
export const batchDim = "@batch";
export const tokenDim = "@token";
export const chunkDim = "@chunk";
/** The slots of a cache. */
export const timeDim = "@time";
/** The dim of tensors of one number: `length`, `seed`, `drawn`. */
export const oneDim = "@one";
/** What the op `top` gives: places from the largest on, and at each a value and its index. */
export const topDim = "@top";
export const pairDim = "@pair";

export type DType = "f32" | "i32" | "u32";

/** How an f32 value lies in memory where it is not float32: rounded when it is stored, a float32 again when it is read. */
export type Storage = "f16" | "bf16";

/** How numbers of a precision lie in memory; undefined for float32. */
export function narrowOf(precision: "float32" | "float16" | "bfloat16"): Storage | undefined {
  switch (precision) {
    case "float32": return undefined;
    case "float16": return "f16";
    case "bfloat16": return "bf16";
    default: return precision satisfies never;
  }
}

export type Node = {
  /** Position in the graph's list; inputs have smaller ids. */
  readonly id: number;
  readonly dtype: DType;
  readonly dims: readonly Dim[];
  readonly inputs: readonly Node[];
  readonly span: Span;
  /** Where it comes from, for printing: `layers.0.memory.key`. */
  readonly label?: string;
  /** Absent: as `dtype` says. */
  readonly storage?: Storage;
} & Op;

/** `Extract` by op name: `NodeOf<"matmul">`. */
export type NodeOf<K extends Op["op"]> = Node & Extract<Op, { op: K }>;

export interface StateSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly Dim[];
  /**
   * `constant` and `growing` states belong to sequences; a cache grows: it has a `@time` dim of size C. Those that `encode` leaves are constant: a cache of the
   * source has a `@time` dim of size E. `training` states belong to the optimiser: no batch dim, sizes are numbers.
   */
  readonly class: "constant" | "growing" | "training";
  /** What all elements of a `training` state are at first; absent: 0. */
  readonly initial?: number;
}

export interface Graph {
  /** `encode`, `forward`, `prefill`, `prefill_all`, `decode`, `generate`, `beam`; for training `evaluate`, `gradients`, `inspect`, `accumulate`, `train`. */
  readonly entry: string;
  /** Tokens in a chunk of the parallel form. */
  readonly chunk: number;
  /** In topological order, dense ids. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly { readonly name: string; readonly node: Node }[];
  /** New values of states, stored when the entry has run; a state that is not listed keeps its value. */
  readonly stateUpdates: readonly { readonly state: string; readonly node: Node }[];
  /** New values of parameters, stored when the entry has run. The node's dims are the parameter's, row-major as it is stored. */
  readonly parameterUpdates: readonly { readonly parameter: string; readonly node: Node }[];
  readonly states: readonly StateSpec[];
  /** Of a training entry: the id of the first node of the backward pass. */
  readonly backward?: number;
}

/** Appends nodes in topological order. Does not infer dims: `compiler/3-graph/emit.ts` does. */
export class GraphBuilder {
  readonly nodes: Node[] = [];

  /** A node that has its place's id already is taken as it is: nodes never change, so that graphs may share them. */
  add(node: Node): Node {
    const id = this.nodes.length;
    const made = node.id === id ? node : { ...node, id };
    this.nodes.push(made);
    return made;
  }
}

export function hasDim(node: Node, name: string): boolean {
  return node.dims.some((d) => d.name === name);
}
