/** Elements of dropout's mask, computed where they are used: a hash of the element's index, never stored for its own sake. */
import type { NodeOf } from "../../src/graph/graph.js";
import { add, f, less, select, shiftRight, u, unary } from "../../src/kernel/build.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";

/** What all elements have in common; seed, counter and the mask's own number are u32. */
export function keepBaseExpr(seed: KernelExpr, counter: KernelExpr, stream: KernelExpr): KernelExpr {
  return hash(add(hash(add(hash(seed), counter)), stream));
}

/** The element at a flat, row-major place in the node's own dims. */
export function keepExpr(node: NodeOf<"keep">, flat: KernelExpr, base: KernelExpr): KernelExpr {
  const bits = shiftRight(hash(add(hash(flat), base)), u(8));
  // A whole number is below rate · 2^24 when it is below the next whole number.
  return select(less(bits, u(Math.ceil(node.rate * 2 ** 24))), f(0), f(node.kept));
}

function hash(value: KernelExpr): KernelExpr {
  return unary("pcg", value);
}
