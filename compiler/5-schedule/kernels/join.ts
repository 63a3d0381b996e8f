/** Values one behind the other along a dim: a launch for each, a thread an element, which it puts in its place. */
import { add, u } from "../../../src/kernel/build.js";
import type { Launch } from "../../../src/kernel/kernel.js";
import { placeOf } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { bug } from "../../../src/base/assert.js";
import { forEachElement, withPlace } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

export const join: SpecialKernel<"join"> = (node, _context, epilogue) => {
  let first = 0;
  return node.inputs.map((part): Launch => {
    const w = new KernelWriter(kernelName("join", epilogue), threads, node.span);
    const along = part.dims.find((d) => d.name === node.dim) ?? bug(`a join along ${node.dim}, which a part lacks`);
    const start = u(first);
    forEachElement(w, part.dims, (at) => finish(w, node, epilogue, w.read(part, at), withPlace(at, node.dim, w.let_("place", add(placeOf(along, at), start)))));
    first += Number(along.size);
    return w.launch(part.dims.map((d) => d.size), threads, labelOf(node));
  });
};
