/** Angles for the op `wave`: rates in turns of 2^32, whose multiples wrap exactly however far a position is. */
import type { Node } from "../../src/graph/graph.js";
import { dimsOf, type Call } from "./call.js";
import type { Axis } from "../../src/model/model.js";

const turn = 2 ** 32;
export const quarterTurn = turn / 4;

/** Radians a position as turns of 2^32. */
export function toRate(frequency: number): number {
  return Math.round((frequency / (2 * Math.PI)) * turn) % turn;
}

/** sin(2π · (position · rate + offset) / 2^32), position's dims then the axis. */
export function wave(call: Call, position: Node, axis: Axis, rates: readonly number[], offsets: readonly number[]): Node {
  const table = (data: readonly number[]): Node =>
    call.once(`table ${axis.name} ${data.join()}`, () => call.emit.table("u32", dimsOf([axis]), data));
  return call.emit.wave(position, table(rates), table(offsets));
}
