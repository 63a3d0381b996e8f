/**
 * Sums of rows by id, always in the same order: the first launch strings the places of each id together, a thread an id; the second walks
 * these chains, a thread four columns of a row (or one). No atomics, so that equal calls give equal sums. Every id looks at every place
 * once, as every logit's id and place meet once: linear in tokens.
 */
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import { add, cast, equal, f, flatIndex, i, less, max, min, sub, u } from "../../../src/kernel/build.js";
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
  return [link(node, chains), addUp(node, chains, epilogue)];
};

/** A place belongs to one id, so that one thread writes it. */
function link(node: NodeOf<"scatter_add">, { lasts, befores }: Chains): Launch {
  const w = new KernelWriter("scatter_add_chains", threads, node.span);
  const ids = node.inputs[0]!;
  const [from, last, before] = [w.operand(ids, "read", { name: "ids" }), w.operand(lasts, "write", { name: "lasts" }), w.operand(befores, "write", { name: "befores" })];
  const own = w.let_("own", flatIndex(threads));
  w.if_(less(own, u(node.size)), () => {
    const wanted = w.let_("wanted", cast("i32", own));
    const found = w.var_("found", u(0));
    w.for_("place", u(0), elementCount(ids.dims), (place) => {
      w.if_(equal(min(max(w.load(from, place), i(0)), i(node.size - 1)), wanted), () => {
        w.store(before, place, found);
        w.assign(found, add(place, u(1)));
      });
    });
    w.store(last, own, found);
  });
  return w.launch(lasts.dims.map((d) => d.size), threads, labelOf(node));
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
