/** A scan: its body evaluated by the oracle itself, one token after the other, in either direction. Kept is what state `of` is before each token. */
import { tokenDim, type Graph, type Node, type NodeOf } from "../../src/graph/graph.js";
import { elements, type Tensor, type Tensors } from "../helpers/tensors.js";
import type { Environment } from "./evaluate.js";
import { build, namedDims, reader, shapeOf, type Symbols } from "./named.js";

type EvaluateNodes = (graph: Pick<Graph, "nodes">, environment: Environment) => Tensor[];

export function scan(node: NodeOf<"scan">, inputs: readonly Tensor[], environment: Environment, evaluateNodes: EvaluateNodes): Tensor {
  const { symbols } = environment;
  const { states, nodes } = node.body;
  const starts = node.started ? states.length : 0;
  const given = node.inputs.slice(starts).map((input, i) => atToken(input, inputs[starts + i]!, symbols));
  let carried = states.map(({ before }, i): Tensor => (node.started ? inputs[i]! : zeros(before, symbols)));
  const seen: Tensor[] = [];
  const tokens = namedDims(node, symbols).find((d) => d.name === tokenDim)!.size;
  for (let i = 0; i < tokens; i++) {
    const t = node.reverse ? tokens - 1 - i : i;
    seen[t] = carried[node.of]!;
    const named: Tensors = {};
    given.forEach((at, k) => (named[`${k}`] = at(t)));
    carried.forEach((state, k) => (named[`state.${k}`] = state));
    const values = evaluateNodes({ nodes }, { ...environment, inputs: named });
    carried = states.map(({ after }) => values[after.id]!);
  }
  const row = elements(seen[0]!.shape.slice(1));
  const data = [...Array(symbols.B).keys()].flatMap((b) => seen.flatMap((state) => Array.from(state.data).slice(b * row, (b + 1) * row)));
  return { shape: shapeOf(node.dims, symbols), data: Float64Array.from(data) };
}

/** What an input is at a token: the same at each where it has no tokens. */
function atToken(input: Node, value: Tensor, symbols: Symbols): (t: number) => Tensor {
  const dims = namedDims(input, symbols);
  const rest = dims.filter((d) => d.name !== tokenDim);
  if (rest.length === dims.length) return () => value;
  const at = reader(value, dims, [tokenDim, ...rest.map((d) => d.name)]);
  return (t) => build(rest.map((d) => d.size), (place) => at([t], place));
}

function zeros(node: Node, symbols: Symbols): Tensor {
  return build(shapeOf(node.dims, symbols), () => 0);
}
