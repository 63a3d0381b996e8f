/**
 * Sums of rows by id, always in the order of the places: the first launch links the places of each id to a chain, a thread a row of
 * the result, and the second walks the chains, a thread four columns of a row (or one). No atomics, so that equal calls give equal sums.
 */
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import { add, cast, equal, f, flatIndex, less, i, max, min, sub, u } from "../../../src/kernel/build.js";
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
  /** [size]: the first place of each row. */
  readonly firsts: Node;
  /** Ids' dims: the next place with the same id. */
  readonly nexts: Node;
}

export const scatterAdd: SpecialKernel<"scatter_add"> = (node, _context, epilogue) => {
  const ids = node.inputs[0]!;
  const chains = { firsts: scratch(node, 0, "u32", [{ name: node.dim, size: node.size }]), nexts: scratch(node, 1, "u32", ids.dims) };
  return [link(node, chains), addUp(node, chains, epilogue)];
};

function link(node: NodeOf<"scatter_add">, { firsts, nexts }: Chains): Launch {
  const w = new KernelWriter("scatter_add_link", threads, node.span);
  const ids = node.inputs[0]!;
  const [first, next] = [w.operand(firsts, "write", { name: "firsts" }), w.operand(nexts, "write", { name: "nexts" })];
  const row = w.let_("row", flatIndex(threads));
  w.if_(less(row, u(node.size)), () => {
    const before = w.var_("before", u(0));
    const wanted = w.let_("wanted", cast("i32", row));
    w.for_("place", u(0), elementCount(ids.dims), (place) => {
      const id = min(max(w.read(ids, coordinatesOf(ids.dims, place)), i(0)), i(node.size - 1));
      w.if_(equal(id, wanted), () => {
        const one = w.let_("one", add(place, u(1)));
        w.if_(equal(before, u(0)), () => w.store(first, row, one), () => w.store(next, sub(before, u(1)), one));
        w.assign(before, one);
      });
    });
    w.if_(equal(before, u(0)), () => w.store(first, row, u(0)), () => w.store(next, sub(before, u(1)), u(0)));
  });
  return w.launch([node.size], threads, labelOf(node));
}

function addUp(node: NodeOf<"scatter_add">, { firsts, nexts }: Chains, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("scatter_add", epilogue), threads, node.span);
  const [ids, x] = node.inputs as [Node, Node];
  const last = lastDim(node.dims.slice(1));
  const fours = last && layoutAlong(x, last.name) === "vector" ? finishVectors(node, epilogue, last.name) : undefined;
  const dims: readonly Dim[] = fours ? [node.dims[0]!, ...byFours(node.dims.slice(1))] : node.dims;
  const [first, next] = [w.operand(firsts, "read", { name: "firsts" }), w.operand(nexts, "read", { name: "nexts" })];
  forEachElement(w, dims, (at) => {
    const sum = w.var_("sum", fours ? zeros : f(0));
    const place = w.var_("place", w.load(first, at.get(node.dim)!));
    // At most as many as there are ids: a loop without an end is nothing that a device should be given.
    w.for_("turn", u(0), elementCount(ids.dims), () => {
      w.if_(equal(place, u(0)), () => w.break_());
      const own = w.let_("own", sub(place, u(1)));
      const from: Places = merge(at, namePlaces(w, coordinatesOf(ids.dims, own)));
      const value: KernelExpr = fours ? readVector(w, x, from, last!.name) : w.read(x, from);
      w.assign(sum, add(sum, value));
      w.assign(place, w.load(next, own));
    });
    if (fours) fours(w, sum, at);
    else finish(w, node, epilogue, sum, at);
  });
  return w.launch(dims.map((d) => d.size), threads, labelOf(node));
}
