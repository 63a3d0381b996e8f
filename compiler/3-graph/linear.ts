/** A linear map as one matmul: [B, T, per…, inputs…] to [B, T, per…, outputs…]. */
import type { Node } from "../../src/graph/graph.js";
import type { Axis, Linear } from "../../src/model/model.js";
import { dimsOf, namesOf, type Scope } from "./call.js";

export interface LinearAxes {
  readonly per: readonly Axis[];
  readonly outputs: readonly Axis[];
  readonly inputs: readonly Axis[];
}

export function linear(scope: Scope, x: Node, { weight, bias }: Linear, { per, outputs, inputs }: LinearAxes): Node {
  const { emit } = scope;
  // An axis may be on both sides, `linear(x, width)`: the side that is contracted gets another name.
  const both = namesOf(inputs).filter((name) => outputs.some((o) => o.name === name));
  const primed = Object.fromEntries(both.map((name) => [name, `${name}'`]));
  const contracted = inputs.map((a) => ({ ...a, name: primed[a.name] ?? a.name }));
  const from = both.length > 0 ? emit.rename(x, primed) : x;
  const product = emit.matmul(from, scope.parameter(weight, dimsOf([...per, ...outputs, ...contracted])), namesOf(contracted));
  return bias ? emit.add(product, scope.parameter(bias, dimsOf([...per, ...outputs]))) : product;
}
