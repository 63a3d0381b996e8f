/** Plans with a tfjs program around graphs, so that tests go through the same door as users: device, program, state. */
import { emitTfjs } from "../../compiler/6-codegen/tfjs/index.js";
import type { HostTensor, HostTensors, Weights } from "../../runtime/device.js";
import type { Graph, Node } from "../../src/graph/graph.js";
import { planFormat, planVersion, type Plan, type PlanEntry, type PlanExtent, type PlanTensor } from "../../src/plan/plan.js";
import { zeros, type Tensor, type Tensors } from "../helpers/tensors.js";

/** A call learns B and T from its inputs, and not every op case has one that says them. */
const sizing = "sizing";

export function planOf(graphs: readonly Graph[]): Plan {
  const parameters = [...new Set(graphs.flatMap((g) => g.nodes.flatMap((node) => (node.op === "parameter" ? [node.parameter] : []))))];
  const specs = new Map(graphs.flatMap((g) => g.states.map((s) => [s.name, s] as const)));
  const states = [...specs.values()].map((s) => ({ name: s.name, dtype: s.dtype, shape: sizes(s.dims), class: s.class }));
  const context = { states: states.map((s) => s.name), parameters };
  return {
    format: planFormat, version: planVersion, compiler: "test",
    model: {
      name: "Test", vocabulary: { kind: "ids" }, vocabularySize: 1, width: 1, output: "logits", context: null, positionLimit: null,
      padding: null, begin: null, end: null, unknown: null, generate: { temperature: 0, topK: 0, topP: 1, beam: 1, beams: 0, lengthPenalty: 1, maxLength: { perSource: 0, more: 0 } },
    },
    parameters: parameters.map((name) => ({ name, shape: [], initializer: { kind: "zeros" } })),
    states, constants: [],
    entries: graphs.map(entryOf),
    targets: { tfjs: { entries: Object.fromEntries(graphs.map((g) => [g.entry, emitTfjs(g, context)])) } },
  };
}

/** The plan of an op case: its graph may have any inputs, so one more says how many sequences and tokens there are. */
export function casePlan(graph: Graph): Plan {
  const plan = planOf([graph]);
  const [entry] = plan.entries;
  return { ...plan, entries: [{ ...entry!, inputs: [...entry!.inputs, { name: sizing, dtype: "i32", shape: ["B", "T"] }] }] };
}

export function caseInputs(plan: Plan, given: Tensors, { B, T }: { readonly B: number; readonly T: number }): HostTensors {
  const all: Tensors = { ...given, [sizing]: zeros([B, T]) };
  return Object.fromEntries(plan.entries[0]!.inputs.map(({ name, dtype }) => [name, toHost(all[name]!, dtype)]));
}

export function weightsOf(parameters: Tensors): Weights {
  return new Map(Object.entries(parameters).map(([name, tensor]) => [name, toHost(tensor, "f32")]));
}

export function toHost(tensor: Tensor, dtype: string): HostTensor {
  return { shape: [...tensor.shape], data: dtype === "f32" ? Float32Array.from(tensor.data) : Int32Array.from(tensor.data) };
}

function entryOf(graph: Graph): PlanEntry {
  const tensorOf = (name: string, node: Node): PlanTensor => ({ name, dtype: node.dtype, shape: sizes(node.dims) });
  const inputs = new Map(graph.nodes.flatMap((node) => (node.op === "input" ? [[node.name, tensorOf(node.name, node)] as const] : [])));
  return {
    name: graph.entry, chunk: graph.chunk, inputs: [...inputs.values()],
    outputs: graph.outputs.map(({ name, node }) => tensorOf(name, node)), states: graph.states.map((s) => s.name),
  };
}

function sizes(dims: Node["dims"]): PlanExtent[] {
  return dims.map((d) => d.size);
}
