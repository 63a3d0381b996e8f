/**
 * A model run by the oracle, as a runtime would: states pass from call to call, caches grow. Room in a cache that no token has
 * been written to is NaN, so that reading it shows.
 */
import type { Graph } from "../../src/graph/graph.js";
import type { Model } from "../../src/model/model.js";
import { derive } from "../../compiler/2-derive/index.js";
import { buildGraphs, type TrainingEntryName } from "../../compiler/3-graph/index.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { checkText } from "../check/load.js";
import { elements, zeros, type Tensor, type Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";

export function modelOf(text: string): Model {
  const { model, diagnostics } = checkText(text);
  if (!model) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return model;
}

/** Every entry of a checked model, verified; on request those of training too. */
export function graphsOf(model: Model, chunk?: number, training?: readonly TrainingEntryName[]): Record<string, Graph> {
  const { model: derived, diagnostics } = derive(model);
  if (!derived) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const graphs = buildGraphs(derived, { chunk, training });
  graphs.forEach(verifyGraph);
  return Object.fromEntries(graphs.map((g) => [g.entry, g]));
}

/** Slots beyond those in use, to show that they are never read. */
const spareSlots = 3;

export class OracleSession {
  states: Tensors = {};
  private source = 0;

  constructor(readonly graphs: Record<string, Graph>, readonly parameters: Tensors, readonly batch: number) {}

  /** The entry's outputs; the states go on. `ids` is [B, T]. */
  run(entry: string, ids: Tensor, inputs: Tensors = {}): Tensors {
    return this.evaluate(entry, { tokens: ids, ...inputs }, ids.shape[1]!);
  }

  /** Runs `encode` on source texts [B, E]. */
  encode(source: Tensor): Tensors {
    this.source = source.shape[1]!;
    return this.evaluate("encode", { source_tokens: source }, 0);
  }

  private evaluate(entry: string, inputs: Tensors, tokens: number): Tensors {
    const graph = this.graphs[entry]!;
    const length = this.states.length?.data[0] ?? 0;
    for (const spec of graph.states) {
      const shape = spec.dims.map((d) => (d.size === "B" ? this.batch : d.size === "C" ? length + tokens + spareSlots : d.size === "E" ? this.source : Number(d.size)));
      this.states[spec.name] = spec.class === "growing" ? grown(this.states[spec.name], shape, length) : (this.states[spec.name] ?? zeros(shape));
    }
    const result = evaluate(graph, { inputs, parameters: this.parameters, states: this.states, extents: { B: this.batch, T: tokens, E: this.source } });
    this.states = { ...this.states, ...result.states };
    return result.outputs;
  }
}

/** The used slots of a cache [B, C, …] in one with more room. */
function grown(old: Tensor | undefined, shape: readonly number[], used: number): Tensor {
  const [batch, room] = shape as [number, number];
  const row = elements(shape.slice(2));
  const data = new Float64Array(batch * room * row).fill(NaN);
  const oldRoom = old?.shape[1] ?? 0;
  for (let b = 0; old && b < batch; b++) {
    for (let i = 0; i < used * row; i++) data[b * room * row + i] = old.data[b * oldRoom * row + i]!;
  }
  return { shape, data };
}

/** Tokens from … to-1 of a tensor [B, T, …]. */
export function columns(tensor: Tensor, from: number, to: number): Tensor {
  const [batch, length, ...rest] = tensor.shape as [number, number, ...number[]];
  const row = elements(rest);
  const data: number[] = [];
  for (let b = 0; b < batch; b++) for (let i = from * row; i < to * row; i++) data.push(tensor.data[b * length * row + i]!);
  return { shape: [batch, to - from, ...rest], data };
}

/** Tensors [B, T, …] one behind the other in time. */
export function joined(parts: readonly Tensor[]): Tensor {
  const [batch, , ...rest] = parts[0]!.shape as [number, number, ...number[]];
  const row = elements(rest);
  const data: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (const { shape, data: from } of parts) for (let i = 0; i < shape[1]! * row; i++) data.push(from[b * shape[1]! * row + i]!);
  }
  return { shape: [batch, parts.reduce((n, p) => n + p.shape[1]!, 0), ...rest], data };
}
