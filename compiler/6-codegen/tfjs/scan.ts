/** Recurrences of any form. In: a scan node and the program of its body; out: one composite step, the same for all states of a body, and the node's part of it. */
import { batchDim, tokenDim, type Dim, type Graph, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { TfjsBody, TfjsEntry } from "../../../src/plan/plan.js";
import { volume } from "./dims.js";
import { sideOf } from "./recurrence.js";
import type { ProgramBuilder, Value } from "./program.js";

/** The body as a graph whose outputs are what the states are after a token, in order. */
export function bodyGraph({ body }: NodeOf<"scan">, chunk: number): Graph {
  const outputs = body.states.map(({ after }, i) => ({ name: `state.${i}`, node: after }));
  return { entry: "scan", chunk, nodes: body.nodes, outputs, stateUpdates: [], parameterUpdates: [], states: [] };
}

/** @param program of `bodyGraph` */
export function emitScan(builder: ProgramBuilder, node: NodeOf<"scan">, program: TfjsEntry, valueOf: (node: Node) => Value): Value {
  const { body, started, reverse } = node;
  const axesOf = (of: Node): Dim[] => of.dims.filter((d) => d.name !== batchDim);
  const states = body.states.map(({ before }, i) => ({ sizes: axesOf(before).map((d) => d.size as number), after: program.outputs[i]!.value }));
  const nested: TfjsBody = { values: program.values, steps: program.steps, states };
  const starts = started ? body.states.map(({ before }, i) => builder.arrange(valueOf(node.inputs[i]!), before.dims.map((d) => [d]))) : [];
  const given = node.inputs.slice(starts.length);
  const token = node.dims.find((d) => d.name === tokenDim)!;
  const tokens = given.flatMap((input, i) => (input.dims.some((d) => d.name === tokenDim) ? [i] : []));
  // A token's part must lie together, so the tokens stand first.
  const inputs = body.inputs.map((inner, i) => {
    const dims = inner.dims.map((d) => [d]);
    return builder.arrange(valueOf(given[i]!), tokens.includes(i) ? [[token], ...dims] : dims);
  });
  const all = builder.step("scan", [...starts, ...inputs], { started, reverse, tokens, ...sideOf(token) }, nested);
  const volumes = body.states.map(({ before }) => volume(axesOf(before)));
  const from = volumes.slice(0, node.of).reduce((sum, size) => sum + size, 0);
  const size = volumes[node.of]!;
  const id = volumes.length === 1 ? all : builder.step("scan_state", [all], { from, size });
  const axes = axesOf(body.states[node.of]!.before);
  const batch = node.dims.find((d) => d.name === batchDim)!;
  return builder.reorder({ id, dims: [batch, token, ...axes], cuts: [1, 1, axes.length] }, node.dims);
}
