/**
 * Depthwise causal convolution over the last real tokens, and the state it leaves. One thread an element; it walks back
 * in time, over padding, until it has its taps, and takes the rest from the state (oldest first) or from zeros.
 */
import { tokenDim, type Node } from "../../../src/graph/graph.js";
import { add, bool, equal, extent, f, fma, i, less, notEqual, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, withPlace, type Places } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

export const convolve: SpecialKernel<"convolve"> = (node, _context, epilogue) => {
  const w = new KernelWriter(kernelName("convolve", epilogue), threads, node.span);
  const [x, weight, bias, ...rest] = node.inputs as [Node, Node, Node, ...Node[]];
  const state = node.started ? rest.shift() : undefined;
  const mask = node.masked ? rest.shift() : undefined;
  const tapDim = dimBeside(weight, node);
  const newest = node.size - 1;
  forEachElement(w, node.dims, (at) => {
    const sum = w.var_("sum", w.read(bias, at));
    const tap = (back: KernelExpr): KernelExpr => w.read(weight, withPlace(at, tapDim, sub(u(newest), back)));
    const t = at.get(tokenDim)!;
    const real = realAt(w, mask, at);
    // What padding itself gets is undefined; a number is kinder than chance.
    w.if_(real(t), () => {
      const taken = w.var_("taken", u(0));
      w.for_("back", u(0), add(t, u(1)), (back) => {
        const past = w.let_("past", sub(t, back));
        w.if_(real(past), () => {
          w.assign(sum, fma(tap(taken), w.read(x, withPlace(at, tokenDim, past)), sum));
          w.assign(taken, add(taken, u(1)));
        });
        w.if_(equal(taken, u(node.size)), () => w.break_());
      });
      if (state) {
        const pastDim = dimBeside(state, node);
        w.for_("tap", taken, u(node.size), (back) => {
          // Tokens back from the first one of this call.
          const before = sub(back, taken);
          w.assign(sum, fma(tap(back), w.read(state, withPlace(at, pastDim, sub(u(newest - 1), before))), sum));
        });
      }
    });
    finish(w, node, epilogue, sum, at);
  });
  return [w.launch(node.dims.map((d) => d.size), threads, labelOf(node))];
};

export const convolveState: SpecialKernel<"convolve_state"> = (node, _context, epilogue) => {
  const w = new KernelWriter(kernelName("convolve_state", epilogue), threads, node.span);
  const [x, state, mask] = node.inputs as [Node, Node, Node?];
  const kept = node.size - 1;
  const time = extent(x.dims.find((d) => d.name === tokenDim)?.size ?? "T");
  const pastDim = dimBeside(node, x);
  forEachElement(w, node.dims, (at) => {
    // How many real tokens lie after the one that is wanted.
    const after = w.let_("after", sub(u(kept - 1), at.get(pastDim)!));
    const real = realAt(w, mask, at);
    const seen = w.var_("seen", u(0));
    const found = w.var_("found", f(0));
    w.for_("back", u(0), time, (back) => {
      const t = w.let_("t", sub(sub(time, u(1)), back));
      w.if_(real(t), () => {
        w.assign(seen, add(seen, u(1)));
        w.if_(less(after, seen), () => w.assign(found, w.read(x, withPlace(at, tokenDim, t))));
      });
      w.if_(less(after, seen), () => w.break_());
    });
    w.if_(less(after, seen), () => undefined, () => {
      const place = sub(u(kept - 1), sub(after, seen));
      w.assign(found, w.read(state, withPlace(at, pastDim, place)));
    });
    finish(w, node, epilogue, found, at);
  });
  return [w.launch(node.dims.map((d) => d.size), threads, labelOf(node))];
};

function realAt(w: KernelWriter, mask: Node | undefined, at: Places): (t: KernelExpr) => KernelExpr {
  return (t) => (mask ? notEqual(w.read(mask, withPlace(at, tokenDim, t)), i(0)) : bool(true));
}

/** The dim that `of` has and `other` lacks: the taps of a weight, the past of a state. */
function dimBeside(of: Node, other: Node): string {
  return of.dims.find((d) => d.name !== tokenDim && !other.dims.some((o) => o.name === d.name))!.name;
}
