/**
 * Recurrences with corrections, in one of two forms: by products of matrices (`corrected-products.ts`) or token by token (`corrected-by-step.ts`). One walk
 * gives the state before each chunk and what the corrections read, flat, behind one another; further steps take their part.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { expectRoom } from "../failure.js";
import { correctionsOf, operandsOf, reverseOf, walkedOf } from "./chunks.js";
import { StepWalk } from "./corrected-by-step.js";
import { ProductWalk } from "./corrected-products.js";
import { numbersOf } from "./host.js";
import { fromHost, tidied, type TensorMaker } from "./kernel.js";

export const correctedSteps = {
  corrected: tidied((attrs) => {
    const [chunk, reverse, walked, read] = [attrs.number("chunk"), reverseOf(attrs), walkedOf(attrs), operandsOf(attrs, attrs.flag("started"))];
    const [G, O, W] = attrs.numbers("sizes") as [number, number, number];
    return (inputs, extents) => flat(new ProductWalk(read(inputs), { ...walked(extents), chunk, G, O, W }, reverse).run());
  }),
  corrected_by_step: tidied((attrs) => {
    const [chunk, started, bounded, reverse] = [attrs.number("chunk"), attrs.flag("started"), attrs.flag("bounded"), reverseOf(attrs)];
    const [read, walked, sizes, overs] = [operandsOf(attrs, started || bounded), walkedOf(attrs), attrs.numbers("sizes"), correctionsOf(attrs)];
    return (inputs, extents) => flat(new StepWalk(read(inputs), { ...walked(extents), chunk, sizes, overs, bounded }, reverse).run());
  }),
  corrected_state: (attrs) => {
    const [size, walked] = [attrs.number("size"), walkedOf(attrs)];
    return ([all], extents) => {
      const { B, N } = walked(extents);
      return fromHost(numbersOf(all!).slice(0, B * N * size), [B, N, size]);
    };
  },
  corrected_read: (attrs) => {
    const [state, from, size, walked] = [attrs.number("state"), attrs.number("from"), attrs.number("size"), walkedOf(attrs)];
    return ([all], extents) => {
      const { B, T, N } = walked(extents);
      const first = B * N * state + B * T * from;
      return fromHost(numbersOf(all!).slice(first, first + B * T * size), [B, T, size]);
    };
  },
} satisfies Record<string, TensorMaker>;

/** States of all chunks may be many times as large as any operand. */
function flat(all: Float32Array): Tensor {
  expectRoom(all.byteLength, () => "a recurrence with corrections");
  return fromHost(all, [all.length]);
}
