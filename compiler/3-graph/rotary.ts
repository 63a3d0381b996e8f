/** Rotary embedding: the pairs (i, i + n/2) turned by position · 10000^(-2i/n). */
import type { Node } from "../../src/graph/graph.js";
import type { Axis } from "../../src/model/model.js";
import type { Scope } from "./call.js";
import { quarterTurn, toRate, wave } from "./tables.js";

export function rotate(scope: Scope, x: Node, axis: Axis): Node {
  const { emit } = scope;
  const half = axis.size / 2;
  const indices = Array.from({ length: axis.size }, (_, i) => i);
  const rates = indices.map((i) => toRate(10000 ** (-(2 * (i % half)) / axis.size)));
  const turned = (offset: number): Node =>
    scope.ofCall((call) =>
      call.once(`rotary ${axis.name} ${axis.size} ${offset}`, () => wave(call, call.position(), axis, rates, indices.map(() => offset))));
  const straight = emit.multiply(x, turned(quarterTurn));
  return emit.add(straight, emit.multiply(emit.turnHalf(x, axis.name), turned(0)));
}
