/** Writes this call's tokens behind the used slots of a cache, in place. A slot that the cache has no room for is dropped. */
import { timeDim, tokenDim, type Dim } from "../../../src/graph/graph.js";
import { add, cast, extent, less } from "../../../src/kernel/build.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, withPlace } from "./elements.js";
import { labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

export const append: SpecialKernel<"append"> = (node) => {
  const w = new KernelWriter("append", threads, node.span);
  const [, x, length] = node.inputs as [typeof node, typeof node, typeof node];
  const added = x.dims.find((d) => d.name === tokenDim)?.size ?? 1;
  const room = node.dims.find((d) => d.name === timeDim)?.size ?? "C";
  const dims = node.dims.map((d): Dim => (d.name === timeDim ? { name: tokenDim, size: added } : d));
  forEachElement(w, dims, (at) => {
    const used = w.let_("used", cast("u32", w.read(length, new Map())));
    const token = at.get(tokenDim)!;
    const slot = w.let_("slot", add(used, token));
    w.if_(less(slot, extent(room)), () => w.write(node, withPlace(at, timeDim, slot), w.read(x, at)));
  });
  return [w.launch(dims.map((d) => d.size), threads, labelOf(node))];
};
