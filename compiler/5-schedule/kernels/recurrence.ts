/**
 * S_t = decay_t ∘ S_{t-1} + Σ_i key_i ⊗ value_i. `boundaries` keeps the state before each chunk, `advance` the state after all
 * tokens: one thread an element of the state, which walks the tokens. `Walk` also serves `scan-read.ts`.
 */
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, extent, f, fma, min, mul, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import type { Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { recurrenceOperands } from "../../3-graph/emit.js";
import { forEachElement, merge, withPlace } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 64;

/** The operands of a recurrence op and how its state steps. */
export class Walk {
  readonly operands: ReturnType<typeof recurrenceOperands>;
  /** Tokens of this call, and the chunks they lie in. */
  readonly time: KernelExpr;
  readonly chunks: KernelExpr;

  constructor(
    readonly w: KernelWriter,
    node: NodeOf<"boundaries"> | NodeOf<"advance"> | NodeOf<"scan_read">,
    readonly chunk: number,
  ) {
    this.operands = recurrenceOperands(node);
    this.time = extent([...node.inputs, node].flatMap((n) => n.dims).find((d) => d.name === tokenDim)?.size ?? "T");
    const carrier = node.op === "boundaries" ? node : node.inputs[0]!;
    this.chunks = extent(carrier.dims.find((d) => d.name === chunkDim)?.size ?? "N");
  }

  /** The first token of a chunk, and the end of it. */
  range(chunk: KernelExpr): [KernelExpr, KernelExpr] {
    const from = this.w.let_("from", mul(chunk, u(this.chunk)));
    return [from, this.w.let_("to", min(add(from, u(this.chunk)), this.time))];
  }

  /**
   * A function from the state before a token to the state after it. `outer` has the coordinates known so far, token included; what
   * does not depend on the dims named `inner` is read now, the rest where the function is called with them.
   */
  step(outer: Coordinates, inner: readonly string[]): (before: KernelExpr, at: Coordinates) => KernelExpr {
    const { w } = this;
    const early = (node: Node): ((at: Coordinates) => KernelExpr) => {
      if (node.dims.some((d) => inner.includes(d.name))) return (at) => w.read(node, merge(outer, at));
      const value = w.let_("read", w.read(node, outer));
      return () => value;
    };
    const decay = this.operands.decay && early(this.operands.decay);
    const terms = this.operands.terms.map(({ key, value }) => ({ key: early(key), value: early(value) }));
    return (before, at) => {
      const kept = decay ? mul(decay(at), before) : before;
      return terms.reduce((sum, { key, value }) => fma(key(at), value(at), sum), kept);
    };
  }
}

export const boundaries: SpecialKernel<"boundaries"> = (node, { chunk }, epilogue) => {
  const w = new KernelWriter(kernelName("boundaries", epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk);
  const elements = stateDims(node);
  forEachElement(w, elements, (at) => {
    const start = walk.operands.first;
    const state = w.var_("state", start ? w.read(start, at) : f(0));
    w.for_("chunk", u(0), walk.chunks, (n) => {
      finish(w, node, epilogue, state, withPlace(at, chunkDim, n));
      const [from, to] = walk.range(n);
      w.for_("t", from, to, (t) => w.assign(state, walk.step(withPlace(at, tokenDim, t), [])(state, new Map())));
    });
  });
  return [w.launch(elements.map((d) => d.size), threads, labelOf(node))];
};

export const advance: SpecialKernel<"advance"> = (node, { chunk }, epilogue) => {
  const w = new KernelWriter(kernelName("advance", epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk);
  forEachElement(w, node.dims, (at) => {
    const n = w.let_("chunk", sub(walk.chunks, u(1)));
    const state = w.var_("state", w.read(walk.operands.first!, withPlace(at, chunkDim, n)));
    const [from, to] = walk.range(n);
    w.for_("t", from, to, (t) => w.assign(state, walk.step(withPlace(at, tokenDim, t), [])(state, new Map())));
    finish(w, node, epilogue, state, at);
  });
  return [w.launch(node.dims.map((d) => d.size), threads, labelOf(node))];
};

/** Batch and the state's axes. */
export function stateDims(carrier: Node): Dim[] {
  return carrier.dims.filter((d) => d.name !== chunkDim);
}

export function stateAxes(carrier: Node): Dim[] {
  return stateDims(carrier).filter((d) => d.name !== batchDim);
}
