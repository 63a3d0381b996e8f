/**
 * Σ_over query_t · S_t for every token. One thread a chunk and an output column: it holds the part of the state that is summed over,
 * starts from the chunk's boundary and walks the chunk's tokens. Above `held` elements the part is walked in slices, whose
 * sums are kept for each token of the chunk until the last slice is through.
 */
import { chunkDim, tokenDim, type Dim } from "../../../src/graph/graph.js";
import { add, f, fma, min, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, merge, withPlace, type Places } from "./elements.js";
import { stateAxes, Walk } from "./recurrence.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;
/** Private floats of a thread. */
const held = 128;

export const scanRead: SpecialKernel<"scan_read"> = (node, { chunk }, epilogue) => {
  const w = new KernelWriter(kernelName(`scan_read_${node.when}`, epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk);
  const carrier = node.inputs[0]!;
  const chunkOf = carrier.dims.find((d) => d.name === chunkDim) ?? { name: chunkDim, size: "N" as const };
  // A thread for each chunk stands where the result has a token.
  const columns = node.dims.map((d): Dim => (d.name === tokenDim ? chunkOf : d));
  const over = stateAxes(carrier).filter((d) => node.over.includes(d.name));
  const size = elementCount(over).kind === "constant" ? over.reduce((n, d) => n * Number(d.size), 1) : 0;
  const state = w.array("state", "f32", Math.min(size, held), "thread");

  forEachElement(w, columns, (at) => {
    const [from, to] = walk.range(at.get(chunkDim)!);
    const slice = (first: KernelExpr, count: KernelExpr, done: (t: KernelExpr, sum: KernelExpr) => void): void => {
      const overAt = (j: KernelExpr): Places => coordinatesOf(over, over.length > 1 ? w.let_("place", add(first, j)) : add(first, j));
      w.for_("j", u(0), count, (j) => w.storeArray(state, j, w.read(walk.operands.first!, merge(at, overAt(j)))));
      w.for_("t", from, to, (t) => {
        const outer = withPlace(at, tokenDim, t);
        const step = walk.step(outer, node.over);
        const sum = w.var_("sum", f(0));
        w.for_("j", u(0), count, (j) => {
          const places = overAt(j);
          const before = w.let_("before", w.loadArray(state, j));
          const after = w.let_("after", step(before, places));
          w.storeArray(state, j, after);
          const query = w.read(walk.operands.query!, merge(outer, places));
          w.assign(sum, fma(query, node.when === "new" ? after : before, sum));
        });
        done(t, sum);
      });
    };
    const store = (t: KernelExpr, sum: KernelExpr): void => finish(w, node, epilogue, sum, withPlace(at, tokenDim, t));
    if (size <= held) return slice(u(0), u(size), store);
    const sums = w.array("sums", "f32", chunk, "thread");
    w.for_("t", from, to, (t) => w.storeArray(sums, sub(t, from), f(0)));
    w.for_("first", u(0), u(size), (first) => {
      const count = w.let_("count", min(u(held), sub(u(size), first)));
      slice(first, count, (t, sum) => {
        const place = w.let_("place", sub(t, from));
        w.storeArray(sums, place, add(w.loadArray(sums, place), sum));
      });
    }, { step: u(held) });
    w.for_("t", from, to, (t) => store(t, w.loadArray(sums, sub(t, from))));
  });
  return [w.launch(columns.map((d) => d.size), threads, labelOf(node))];
};
