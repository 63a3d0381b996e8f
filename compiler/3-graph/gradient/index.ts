/**
 * Reverse-mode differentiation of a graph: one walk from the output to the parameters, which appends the nodes of the cotangents to the
 * same emitter. In: the output, its cotangent `seed`, nodes through which none flows. Out: the gradient of each parameter by name.
 */
import { assert, bug } from "../../../src/base/assert.js";
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import type { Emitter } from "../emit.js";
import { Backward } from "./backward.js";
import { backThrough } from "./rules.js";
import { exactly } from "./shapes.js";

/**
 * `seed`'s dims are among the output's; it is the same along those that it lacks. A gradient has the dims of the first node of its parameter,
 * in their order. A parameter that the output does not depend on is absent.
 */
export function differentiate(emit: Emitter, output: Node, seed: Node, stopped: ReadonlySet<Node>): Map<string, Node> {
  assert(output.dtype === "f32", `no cotangent of ${output.dtype}`);
  assert(seed.dims.every((d) => output.dims.some((o) => o.name === d.name && o.size === d.size)), "the seed has dims that the output lacks");
  const { span, label } = emit;
  // What is appended from here on is no part of the function.
  const primal = emit.nodes.slice(0, output.id + 1);
  const parameters = primal.filter((node) => node.op === "parameter" && !stopped.has(node));
  const back = new Backward(emit, primal, new Set(parameters), stopped, backThrough);
  back.give(output, () => seed);
  back.walk();
  const gradients = gradientsOf(primal, back);
  emit.span = span;
  emit.label = label;
  return gradients;
}

function gradientsOf(primal: readonly Node[], back: Backward): Map<string, Node> {
  const { emit } = back;
  const places = new Map<string, NodeOf<"parameter">[]>();
  for (const node of primal) if (node.op === "parameter") places.set(node.parameter, [...(places.get(node.parameter) ?? []), node]);
  const gradients = new Map<string, Node>();
  for (const [parameter, nodes] of places) {
    const first = nodes[0]!;
    emit.span = first.span;
    emit.label = first.label;
    let sum: Node | undefined;
    for (const node of nodes) {
      const g = back.cotangent(node);
      if (!g) continue;
      const here = renamed(emit, g, node, first);
      sum = sum ? emit.add(sum, here) : here;
    }
    if (sum) gradients.set(parameter, exactly(emit, sum, first.dims));
  }
  return gradients;
}

/** A cotangent for one node of a parameter, with the names that its first node has. */
function renamed(emit: Emitter, g: Node, from: NodeOf<"parameter">, to: NodeOf<"parameter">): Node {
  if (from.dims.length !== to.dims.length || from.dims.some((d, i) => d.size !== to.dims[i]!.size)) bug(`${to.parameter} has two shapes`);
  const other = from.dims.map((d, i) => [d.name, to.dims[i]!.name] as const).filter(([a, b]) => a !== b && g.dims.some((d) => d.name === a));
  return other.length > 0 ? emit.rename(g, Object.fromEntries(other)) : g;
}
