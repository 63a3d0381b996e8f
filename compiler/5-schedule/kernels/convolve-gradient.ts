/**
 * The cotangents of a depthwise causal convolution: of its input, a thread an element, which walks on in time over the tokens that
 * saw it; and of its weight, a thread a tap of a channel, which walks all tokens with a second place some real tokens behind.
 */
import { batchDim, tokenDim, type Node } from "../../../src/graph/graph.js";
import { add, bool, equal, extent, f, fma, i, less, notEqual, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, withPlace, type Places } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

export const convolveGradient: SpecialKernel<"convolve_gradient"> = (node, _context, epilogue) => {
  const w = new KernelWriter(kernelName("convolve_gradient", epilogue), threads, node.span);
  const [g, weight, mask] = node.inputs as [Node, Node, Node?];
  const tap = tapOf(weight, node);
  forEachElement(w, node.dims, (at) => {
    const sum = w.var_("sum", f(0));
    const t = at.get(tokenDim)!;
    const real = realAt(w, mask, at);
    // Nobody reads padding: its cotangent is 0.
    w.if_(real(t), () => {
      const passed = w.var_("passed", u(0));
      w.for_("later", t, timeOf(node), (later) => {
        w.if_(real(later), () => {
          const factor = w.read(weight, withPlace(at, tap, sub(u(node.size - 1), passed)));
          w.assign(sum, fma(factor, w.read(g, withPlace(at, tokenDim, later)), sum));
          w.assign(passed, add(passed, u(1)));
        });
        w.if_(equal(passed, u(node.size)), () => w.break_());
      });
    });
    finish(w, node, epilogue, sum, at);
  });
  return [w.launch(node.dims.map((d) => d.size), threads, labelOf(node))];
};

export const convolveWeightGradient: SpecialKernel<"convolve_weight_gradient"> = (node, _context, epilogue) => {
  const w = new KernelWriter(kernelName("convolve_weight_gradient", epilogue), threads, node.span);
  const [x, g, mask] = node.inputs as [Node, Node, Node?];
  // Neighbouring threads read neighbouring channels of one token.
  const dims = [...node.dims.filter((d) => d.name === node.tap), ...node.dims.filter((d) => d.name !== node.tap)];
  const time = timeOf(x);
  forEachElement(w, dims, (at) => {
    const back = w.let_("back", sub(u(node.size - 1), at.get(node.tap) ?? u(0)));
    const sum = w.var_("sum", f(0));
    w.for_("sequence", u(0), extent(x.dims.find((d) => d.name === batchDim)?.size ?? 1), (sequence) => {
      const row = withPlace(at, batchDim, sequence);
      const addAt = (t: KernelExpr, past: KernelExpr): void => {
        w.assign(sum, fma(w.read(g, withPlace(row, tokenDim, t)), w.read(x, withPlace(row, tokenDim, past)), sum));
      };
      if (!mask) return w.for_("t", back, time, (t) => addAt(t, sub(t, back)));
      const real = realAt(w, mask, row);
      const [seen, past] = [w.var_("seen", u(0)), w.var_("past", u(0))];
      w.for_("t", u(0), time, (t) => {
        w.if_(real(t), () => {
          w.if_(less(seen, back), () => undefined, () => {
            w.for_("next", past, add(t, u(1)), (next) => {
              w.if_(real(next), () => {
                w.assign(past, next);
                w.break_();
              });
            });
            addAt(t, past);
            w.assign(past, add(past, u(1)));
          });
          w.assign(seen, add(seen, u(1)));
        });
      });
    });
    finish(w, node, epilogue, sum, at);
  });
  return [w.launch(dims.map((d) => d.size), threads, labelOf(node))];
};

function timeOf(node: Node): KernelExpr {
  return extent(node.dims.find((d) => d.name === tokenDim)?.size ?? 1);
}

/** The dim of the weight that the convolution sums over. */
function tapOf(weight: Node, node: Node): string {
  return weight.dims.find((d) => !node.dims.some((o) => o.name === d.name))!.name;
}

function realAt(w: KernelWriter, mask: Node | undefined, at: Places): (t: KernelExpr) => KernelExpr {
  return (t) => (mask ? notEqual(w.read(mask, withPlace(at, tokenDim, t)), i(0)) : bool(true));
}
