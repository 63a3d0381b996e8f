/**
 * Checks `differentiate` on one small graph, in float64: against central differences of the graph as it was, along a random direction of each
 * parameter, in which a wrong element shows; and again after the passes. With a seed that has all dims of the output and with seeds that lack some.
 */
import { expect } from "vitest";
import { differentiate } from "../../compiler/3-graph/gradient/index.js";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import { batchDim, tokenDim, type Dim, type Graph, type Node } from "../../src/graph/graph.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { elements } from "../helpers/tensors.js";
import { batch, CaseBuilder, token, type CaseSizes, type OpCase, type Range } from "../oracle/case-builder.js";
import { evaluate } from "../oracle/evaluate.js";
import { build, namedDims, reader } from "../oracle/named.js";

/** Large enough that rounding, 1e-16 of the sums, stays below 1e-10 of the quotient; small enough that its square does. */
const step = 1e-5;
/** Central differences are off by their third derivative times step² / 6, and by rounding: about 1e-9 here. */
const tolerance = 1e-6;

/** What a test builds: the output, and nodes through which no cotangent flows. */
export interface Built {
  readonly output: Node;
  readonly stopped?: readonly Node[];
}

/** A value that differs at each token, with two parameters in it, so that a wrong cotangent of one token shows. */
export function varied(c: CaseBuilder, name: string, axes: readonly Dim[], range: Range = { low: -1, high: 1 }, outer: readonly Dim[] = [batch, token]): Node {
  const { emit } = c;
  const middle = c.input(`${name} middle`, [...outer, ...axes], range);
  const [low, high] = [c.input(`${name} low`, [...outer, ...axes]), c.input(`${name} high`, [...outer, ...axes])];
  const small = { low: -0.05, high: 0.05 };
  const scaled = emit.multiply(low, c.parameter(`${name} slope`, axes, undefined, small));
  return emit.add(emit.add(middle, scaled), emit.multiply(high, c.parameter(`${name} turn`, axes, undefined, small)));
}

export function checkGradients(name: string, sizes: CaseSizes, make: (c: CaseBuilder) => Built): void {
  // Which dims the seed lacks.
  const seeds: ((dims: readonly Dim[]) => readonly Dim[])[] = [
    (dims) => dims,
    () => [],
    (dims) => dims.filter((d) => d.name !== tokenDim),
    (dims) => dims.filter((d) => d.name === batchDim || d.name === tokenDim),
    (dims) => dims.filter((d) => d.name !== batchDim && d.name !== tokenDim),
  ];
  const seen = new Set<string>();
  for (const seedDims of seeds) {
    const c = new CaseBuilder(name, sizes);
    const { output, stopped = [] } = make(c);
    const dims = seedDims(output.dims);
    const words = dims.map((d) => d.name).join();
    if (!seen.has(words)) checkSeed(`${name}, seed [${words}]`, c, output, dims, new Set(stopped), seen.size === 0);
    seen.add(words);
  }
}

function checkSeed(name: string, c: CaseBuilder, output: Node, seedDims: readonly Dim[], stopped: ReadonlySet<Node>, mustDepend: boolean): void {
  const seed = c.input("seed", seedDims);
  const gradients = differentiate(c.emit, output, seed, stopped);
  const outputs: Record<string, Node> = {};
  for (const [parameter, node] of gradients) {
    const first = c.emit.nodes.find((n) => n.op === "parameter" && n.parameter === parameter)!;
    expect(node.dims, `${name}: ${parameter}`).toEqual(first.dims);
    outputs[parameter] = node;
  }
  const opCase = c.done(outputs);
  verifyGraph(opCase.graph);
  const found = evaluate(opCase.graph, opCase).outputs;
  const passed = runPasses(opCase.graph);
  const foundAfterPasses = evaluate(passed, opCase).outputs;

  if (mustDepend) expect([...gradients.keys()].sort(), name).toEqual(Object.keys(opCase.parameters).sort());
  const loss = lossOf(opCase, c, output, seed, stopped);
  const random = new Random(1);
  const slopes = [...gradients.keys()].map((parameter) => {
    const direction = Array.from({ length: elements(found[parameter]!.shape) }, () => random.between(-1, 1));
    const parts = direction.map((d, i) => d * found[parameter]!.data[i]!);
    const got = parts.reduce((sum, part) => sum + part, 0);
    const wanted = (loss(parameter, direction, step) - loss(parameter, direction, -step)) / (2 * step);
    return { parameter, got, wanted, size: parts.reduce((sum, part) => sum + Math.abs(part), 0) };
  });
  // One scale for all parameters: the gradient of one may be 0 but for rounding.
  const largest = Math.max(1e-3, ...slopes.map((s) => s.size));
  for (const { parameter, got, wanted } of slopes) {
    expect(Math.abs(got - wanted), `${name}: ${parameter}, ${got} where differences say ${wanted}`).toBeLessThan(tolerance * largest);
    // The passes may round otherwise, and no more.
    expectClose(`${name}: ${parameter} after the passes`, found[parameter]!, foundAfterPasses[parameter]!, 1e-11 * largest, { relativeTo: "absolute" });
  }
}

/** Σ seed · output with one parameter moved along a direction. Stopped nodes keep the value that they had. */
function lossOf(
  opCase: OpCase, c: CaseBuilder, output: Node, seed: Node, stopped: ReadonlySet<Node>,
): (parameter: string, direction: readonly number[], by: number) => number {
  const primal: Graph = {
    ...opCase.graph,
    nodes: c.emit.nodes.slice(0, output.id + 1),
    outputs: [{ name: "output", node: output }, ...[...stopped].map((node) => ({ name: `stopped ${node.id}`, node }))],
  };
  const inputs = { ...opCase.inputs, ...(stopped.size > 0 ? evaluate(primal, opCase).outputs : {}) };
  const frozen = freeze(primal, stopped);
  const weightAt = reader(opCase.inputs.seed!, namedDims(seed, c.symbols), output.dims.map((d) => d.name));
  const weights = build(namedDims(output, c.symbols).map((d) => d.size), (at) => weightAt(at));
  return (parameter, direction, by) => {
    const value = opCase.parameters[parameter]!;
    const moved = { ...value, data: direction.map((d, i) => value.data[i]! + by * d) };
    const { data } = evaluate(frozen, { ...opCase, inputs, parameters: { ...opCase.parameters, [parameter]: moved } }).outputs.output!;
    return Array.from(weights.data).reduce((sum, w, i) => sum + w * data[i]!, 0);
  };
}

/** The graph with each stopped node as an input. */
function freeze(graph: Graph, stopped: ReadonlySet<Node>): Graph {
  const made: Node[] = [];
  for (const node of graph.nodes) {
    const { id, dtype, dims, span } = node;
    made.push(stopped.has(node)
      ? { op: "input", name: `stopped ${id}`, id, dtype, dims, span, inputs: [] }
      : { ...node, inputs: node.inputs.map((input) => made[input.id]!) });
  }
  return { ...graph, nodes: made, outputs: [{ name: "output", node: made[graph.outputs[0]!.node.id]! }] };
}
