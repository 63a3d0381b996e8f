/** Builds op cases: a small graph and the seeded tensors it is run on, made together so that they cannot disagree. */
import { Emitter } from "../../compiler/3-graph/emit.js";
import { batchDim, oneDim, tokenDim, type Dim, type DType, type Graph, type Node, type StateSpec } from "../../src/graph/graph.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { shapeOf, type Symbols } from "./named.js";

export interface OpCase {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: Tensors;
  readonly parameters: Tensors;
  /** The states when the entry starts; a cache has exactly the room of `C`. */
  readonly states: Tensors;
  readonly extents: { readonly B: number; readonly T: number; readonly E?: number };
}

export interface CaseSizes {
  readonly B: number;
  readonly T: number;
  /** Tokens of the source texts. */
  readonly E?: number;
  readonly chunk?: number;
  /** Slots used before this call, and slots that the caches have. */
  readonly length?: number;
  readonly C?: number;
}

/** How random values are drawn: uniform in [low, high]. Integers for i32 and u32. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const batch: Dim = { name: batchDim, size: "B" };
export const token: Dim = { name: tokenDim, size: "T" };
/** Of a source text. */
export const sourceToken: Dim = { name: tokenDim, size: "E" };
/** The token dim of a decode graph. */
export const oneToken: Dim = { name: tokenDim, size: 1 };

export function axis(name: string, size: number): Dim {
  return { name, size };
}

const file = { path: "op-case.msz", text: "" };
const unit: Range = { low: -1, high: 1 };

export class CaseBuilder {
  readonly emit = new Emitter({ file, start: 0, end: 0 });
  readonly symbols: Symbols;
  private readonly random: Random;
  private readonly inputs: Tensors = {};
  private readonly parameters: Tensors = {};
  private readonly states: Tensors = {};
  private readonly stateSpecs: StateSpec[] = [];

  constructor(private readonly name: string, private readonly sizes: CaseSizes) {
    const { B, T, E = 0, chunk = 64, length = 0 } = sizes;
    this.symbols = { B, T, N: Math.ceil(T / chunk), S: length + T, C: sizes.C ?? length + T, E, M: Math.ceil(E / chunk) };
    this.random = new Random([...name].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0, 7));
  }

  /** An f32 input with random values. */
  input(name: string, dims: readonly Dim[], range: Range = unit): Node {
    return this.given(name, "f32", dims, this.draw(dims, "f32", range));
  }

  integers(name: string, dims: readonly Dim[], range: Range): Node {
    return this.given(name, "i32", dims, this.draw(dims, "i32", range));
  }

  given(name: string, dtype: DType, dims: readonly Dim[], value: Tensor): Node {
    this.inputs[name] = value;
    return this.emit.input(name, dtype, dims);
  }

  /** `shape` is the stored shape where it merges neighbouring dims. */
  parameter(name: string, dims: readonly Dim[], shape?: readonly number[], range: Range = unit): Node {
    const value = this.draw(dims, "f32", range);
    this.parameters[name] = { ...value, shape: shape ?? value.shape };
    return this.emit.parameter(name, dims);
  }

  /** A state with random values; growing when it has a dim of size C. */
  state(name: string, dims: readonly Dim[], range: Range = unit): Node {
    return this.givenState(name, "f32", dims, this.draw(dims, "f32", range));
  }

  givenState(name: string, dtype: DType, dims: readonly Dim[], value: Tensor): Node {
    this.states[name] = value;
    this.stateSpecs.push({ name, dtype, dims, class: dims.some((d) => d.size === "C") ? "growing" : "constant" });
    return this.emit.state(name, dtype, dims);
  }

  /** The state `length`, i32 [1]. */
  lengthState(): Node {
    return this.givenState("length", "i32", [axis(oneDim, 1)], { shape: [1], data: [this.sizes.length ?? 0] });
  }

  /** i32 [B, T], 1 = a real token: padding at the left in even rows and at the right in odd ones, and one hole. */
  mask(name = "mask"): Node {
    const { B, T } = this.symbols;
    const padded = Math.floor(T / 3);
    const data = Array.from({ length: B * T }, (_, i) => {
      const [b, t] = [Math.floor(i / T), i % T];
      const real = b % 2 === 0 ? t >= padded : t < T - padded;
      return real && t !== Math.floor(T / 2) ? 1 : 0;
    });
    return this.given(name, "i32", [batch, token], { shape: [B, T], data });
  }

  /** A state of the optimiser, with random values. */
  trainingState(name: string, dims: readonly Dim[], range: Range = unit): Node {
    return this.givenTrainingState(name, "f32", dims, this.draw(dims, "f32", range));
  }

  givenTrainingState(name: string, dtype: DType, dims: readonly Dim[], value: Tensor): Node {
    this.states[name] = value;
    this.stateSpecs.push({ name, dtype, dims, class: "training" });
    return this.emit.state(name, dtype, dims);
  }

  done(
    outputs: Readonly<Record<string, Node>>, stateUpdates: Readonly<Record<string, Node>> = {}, parameterUpdates: Readonly<Record<string, Node>> = {},
  ): OpCase {
    const graph: Graph = {
      entry: "forward",
      chunk: this.sizes.chunk ?? 64,
      nodes: this.emit.nodes,
      outputs: Object.entries(outputs).map(([name, node]) => ({ name, node })),
      stateUpdates: Object.entries(stateUpdates).map(([state, node]) => ({ state, node })),
      parameterUpdates: Object.entries(parameterUpdates).map(([parameter, node]) => ({ parameter, node })),
      states: this.stateSpecs,
    };
    const { B, T, E } = this.sizes;
    return { name: this.name, graph, inputs: this.inputs, parameters: this.parameters, states: this.states, extents: { B, T, ...(E === undefined ? {} : { E }) } };
  }

  private draw(dims: readonly Dim[], dtype: DType, { low, high }: Range): Tensor {
    const shape = shapeOf(dims, this.symbols);
    return dtype === "f32" ? this.random.uniformTensor(shape, low, high) : this.random.integerTensor(shape, low, high);
  }
}
