/** The last real token of each row: every thread looks back from the end for itself, which is one step where no padding is. */
import { tokenDim } from "../../../src/graph/graph.js";
import { extent, i, notEqual, sub, u } from "../../../src/kernel/build.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, withPlace } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

export const last: SpecialKernel<"last"> = (node, _context, epilogue) => {
  const w = new KernelWriter(kernelName("last", epilogue), threads, node.span);
  const x = node.inputs[0]!;
  const mask = node.masked ? node.inputs[1] : undefined;
  const time = extent(x.dims.find((d) => d.name === tokenDim)?.size ?? 1);
  forEachElement(w, node.dims, (at) => {
    let place = sub(time, u(1));
    if (mask) {
      // A row of padding only gives its first token.
      place = w.var_("place", u(0));
      w.for_("back", u(0), time, (back) => {
        const t = w.let_("t", sub(sub(time, u(1)), back));
        w.if_(notEqual(w.read(mask, withPlace(at, tokenDim, t)), i(0)), () => {
          w.assign(place, t);
          w.break_();
        });
      });
    }
    finish(w, node, epilogue, w.read(x, withPlace(at, tokenDim, place)), at);
  });
  return [w.launch(node.dims.map((d) => d.size), threads, labelOf(node))];
};
