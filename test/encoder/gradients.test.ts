/** Cotangents through encoders: against differences of their outputs in float64, with padding at both sides; and on WebGPU against the oracle. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { encoded } from "../../compiler/3-graph/encoder.js";
import { differentiate } from "../../compiler/3-graph/gradient/index.js";
import { openCall, tokensInput } from "../../compiler/3-graph/stack.js";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import { schedule } from "../../compiler/5-schedule/index.js";
import type { Graph } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { modelOf } from "../graph/session.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { elements, type Tensors } from "../helpers/tensors.js";
import { evaluate, type Given } from "../oracle/evaluate.js";
import { createRunner, type Runner } from "../schedule/run.js";
import { encoderSpec, mixers, padding, textsOf, vocabulary } from "./specs.js";

const step = 1e-5;
/** Float32 sums of a layer and of its cotangents, relative to the largest of a gradient. */
const onDevice = 3e-4;
/** Each kernel takes its time to compile: those whose backward pass has something of its own. */
const alsoOnWebgpu = ["attention", "linformer", "both directions, and a whole text, in one mixer"];

interface Case {
  readonly graph: Graph;
  readonly given: Given;
}

/** Outputs: Σ seed · encoder_out as `out`, and the gradient of each parameter. */
function caseOf(call: string): Case {
  const model = modelOf(encoderSpec(call, `padding = ${padding}`, 1));
  const derived = derive(model).model!;
  const emit = new Emitter(model.span);
  const opened = openCall(derived, "forward", emit, tokensInput(emit, "tokens", "T"));
  const out = encoded(opened, derived.encoder!);
  const seed = emit.input("seed", "f32", out.dims);
  const backward = emit.nodes.length;
  const gradients = differentiate(emit, out, seed, opened.stopped);
  expect([...gradients.keys()].sort()).toEqual(model.parameters.map((p) => p.name).sort());
  const graph: Graph = {
    entry: "encode", chunk: 4, nodes: emit.nodes, stateUpdates: [], parameterUpdates: [], states: [], backward,
    outputs: [{ name: "out", node: out }, ...[...gradients].map(([name, node]) => ({ name, node }))],
  };
  verifyGraph(graph);
  const random = new Random(3);
  const { tokens } = textsOf(true, 14, () => random.integer(2, vocabulary - 1));
  const parameters: Tensors = Object.fromEntries(model.parameters.map((p) => [p.name, random.uniformTensor(p.shape, -0.5, 0.7)]));
  const inputs = { tokens, seed: random.uniformTensor([...tokens.shape, 8]) };
  return { graph: runPasses(graph), given: { inputs, parameters, extents: { B: tokens.shape[0]!, T: tokens.shape[1]! } } };
}

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

describe("gradients", () => {
  test.each(Object.entries(mixers))("%s", async (name, call) => {
    const { graph, given } = caseOf(call);
    const found = evaluate(graph, given).outputs;
    const seeds = given.inputs.seed!.data;
    const loss = (parameters: Tensors): number => {
      const { data } = evaluate({ ...graph, outputs: graph.outputs.slice(0, 1), nodes: graph.nodes.slice(0, graph.outputs[0]!.node.id + 1) }, { ...given, parameters }).outputs.out!;
      return Array.from(data).reduce((sum, x, i) => sum + x * seeds[i]!, 0);
    };
    const random = new Random(1);
    for (const [parameter, value] of Object.entries(given.parameters)) {
      const direction = Array.from({ length: elements(value.shape) }, () => random.between(-1, 1));
      const moved = (by: number): number => loss({ ...given.parameters, [parameter]: { ...value, data: direction.map((d, i) => value.data[i]! + by * d) } });
      const wanted = (moved(step) - moved(-step)) / (2 * step);
      const got = direction.reduce((sum, d, i) => sum + d * found[parameter]!.data[i]!, 0);
      // Σ seed · out is some tens, so that its differences are exact to 1e-9; their third derivatives cost as much.
      expect(Math.abs(got - wanted), `${parameter}: ${got} where differences say ${wanted}`).toBeLessThan(2e-6 * (Math.abs(wanted) + 1e-1));
    }
    if (!alsoOnWebgpu.includes(name)) return;
    const got = await runner.run(graph, schedule(graph), { states: {}, ...given });
    for (const output of graph.outputs) expectClose(output.name, found[output.name]!, got.outputs[output.name]!, onDevice);
  });
});
