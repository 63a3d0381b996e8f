/**
 * Tokens so far: a prefix sum of the mask along each row. One workgroup a row; each thread sums a stretch of tokens, then
 * walks it again from what the threads before it have.
 */
import { batchDim, tokenDim } from "../../../src/graph/graph.js";
import { add, ceilDiv, extent, flatWorkgroup, i, less, min, mul, thread, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

export const count: SpecialKernel<"count"> = (node, _context, epilogue) => {
  const w = new KernelWriter(kernelName("count", epilogue), threads, node.span);
  const mask = node.masked ? node.inputs[1] : undefined;
  const start = node.started ? node.inputs.at(-1) : undefined;
  const sizeOf = (name: string): KernelExpr => extent(node.dims.find((d) => d.name === name)?.size ?? 1);
  const [rows, time] = [sizeOf(batchDim), sizeOf(tokenDim)];
  const totals = w.array("totals", "i32", threads, "workgroup");
  const row = w.let_("row", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barrier.
  w.if_(less(row, rows), () => {
    const stretch = w.let_("stretch", ceilDiv(time, u(threads)));
    const from = w.let_("from", mul(thread, stretch));
    const to = w.let_("to", min(add(from, stretch), time));
    const at = (t: KernelExpr): Map<string, KernelExpr> => new Map([[batchDim, row], [tokenDim, t]]);
    const step = (t: KernelExpr): KernelExpr => (mask ? w.read(mask, at(t)) : i(1));

    const own = w.var_("own", i(0));
    w.for_("t", from, to, (t) => w.assign(own, add(own, step(t))));
    w.storeArray(totals, thread, own);
    w.barrier();
    const reached = w.var_("reached", start ? w.read(start, at(u(0))) : i(0));
    w.for_("before", u(0), thread, (before) => w.assign(reached, add(reached, w.loadArray(totals, before))));
    w.for_("t", from, to, (t) => {
      w.assign(reached, add(reached, step(t)));
      finish(w, node, epilogue, reached, at(t));
    });
  });
  return [w.launch(node.dims.filter((d) => d.name === batchDim).map((d) => d.size), 1, labelOf(node))];
};
