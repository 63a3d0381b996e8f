/** Copies a stored value to a second place: an output that is also a state, or a new value of a state or a parameter that was made elsewhere. */
import type { Node } from "../../src/graph/graph.js";
import { flatIndex, less } from "../../src/kernel/build.js";
import type { Launch } from "../../src/kernel/kernel.js";
import { elementCount } from "../../src/kernel/view.js";
import { KernelWriter } from "../../src/kernel/writer.js";
import type { Target } from "./order.js";

const threads = 64;

/** A node that stands for the place that is copied to. */
export function copyTarget(from: Node, to: Target): Node {
  const { id, dims, dtype, span } = from;
  if (to.kind === "parameter") return { op: "parameter", parameter: to.name, id, dims, dtype, span, inputs: [] };
  if (to.kind === "state") return { op: "state", state: to.name, id, dims, dtype, span, inputs: [] };
  return { op: "input", name: to.name, id, dims, dtype, span, inputs: [] };
}

export function buildCopy(from: Node, to: Node): Launch {
  const w = new KernelWriter("copy", threads, from.span);
  const place = w.let_("at", flatIndex(threads));
  w.if_(less(place, elementCount(from.dims)), () => {
    const value = w.load(w.operand(from, "read"), place);
    w.store(w.operand(to, "write"), place, value);
  });
  return w.launch(from.dims.map((d) => d.size), threads, "copy");
}
