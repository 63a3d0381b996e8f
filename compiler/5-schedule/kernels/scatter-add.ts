/**
 * Sums of rows by id, always in the same order: the first launch finds the last place of each id, and behind each place the one before
 * it with the same id; the second walks these chains, a thread four columns of a row (or one). No atomics, so that equal calls give
 * equal sums.
 */
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import { add, and, cast, equal, f, flatIndex, i, less, max, min, select, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { byFours, lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { forEachElement, merge, namePlaces, type Places } from "./elements.js";
import { scratch } from "./scratch.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue, type SpecialKernel } from "./types.js";

const threads = 64;

/** Places of ids count from 1 in the chains; 0 is the end of one. */
interface Chains {
  /** [size]: the last place of each row. */
  readonly lasts: Node;
  /** Ids' dims: the place before with the same id. */
  readonly befores: Node;
}

export const scatterAdd: SpecialKernel<"scatter_add"> = (node, _context, epilogue) => {
  const ids = node.inputs[0]!;
  const chains = { lasts: scratch(node, 0, "u32", [{ name: node.dim, size: node.size }]), befores: scratch(node, 1, "u32", ids.dims) };
  return [link(node, chains.lasts, "rows"), link(node, chains.befores, "places"), addUp(node, chains, epilogue)];
};

/** A thread a row, or a place: the last of the places (before it) with its id. Nothing but a comparison is done for each of so many. */
function link(node: NodeOf<"scatter_add">, to: Node, of: "rows" | "places"): Launch {
  const w = new KernelWriter(`scatter_add_${of}`, threads, node.span);
  const ids = node.inputs[0]!;
  const from = w.operand(ids, "read", { name: "ids" });
  const idAt = (place: KernelExpr): KernelExpr => min(max(w.load(from, place), i(0)), i(node.size - 1));
  const all = w.let_("all", elementCount(ids.dims));
  const own = w.let_("own", flatIndex(threads));
  const wanted = w.let_("wanted", of === "rows" ? cast("i32", own) : idAt(min(own, sub(all, u(1)))));
  const found = w.var_("found", u(0));
  w.for_("place", u(0), all, (place) => {
    const same = equal(idAt(place), wanted);
    w.assign(found, select(of === "rows" ? same : and(same, less(place, own)), add(place, u(1)), found));
  });
  w.if_(less(own, of === "rows" ? u(node.size) : all), () => w.store(w.operand(to, "write", { name: "chains" }), own, found));
  return w.launch(to.dims.map((d) => d.size), threads, labelOf(node));
}

function addUp(node: NodeOf<"scatter_add">, { lasts, befores }: Chains, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("scatter_add", epilogue), threads, node.span);
  const [ids, x] = node.inputs as [Node, Node];
  const inner = lastDim(node.dims.slice(1));
  const fours = inner && layoutAlong(x, inner.name) === "vector" ? finishVectors(node, epilogue, inner.name) : undefined;
  const dims: readonly Dim[] = fours ? [node.dims[0]!, ...byFours(node.dims.slice(1))] : node.dims;
  const [last, before] = [w.operand(lasts, "read", { name: "lasts" }), w.operand(befores, "read", { name: "befores" })];
  forEachElement(w, dims, (at) => {
    const sum = w.var_("sum", fours ? zeros : f(0));
    const place = w.var_("place", w.load(last, at.get(node.dim) ?? u(0)));
    // At most as many as there are ids: a loop without an end is nothing that a device should be given.
    w.for_("turn", u(0), elementCount(ids.dims), () => {
      w.if_(equal(place, u(0)), () => w.break_());
      const own = w.let_("own", sub(place, u(1)));
      const from: Places = merge(at, namePlaces(w, coordinatesOf(ids.dims, own)));
      const value: KernelExpr = fours ? readVector(w, x, from, inner!.name) : w.read(x, from);
      w.assign(sum, add(sum, value));
      w.assign(place, w.load(before, own));
    });
    if (fours) fours(w, sum, at);
    else finish(w, node, epilogue, sum, at);
  });
  return w.launch(dims.map((d) => d.size), threads, labelOf(node));
}
