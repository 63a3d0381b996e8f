/**
 * Cross entropy of rows of logits, and its cotangent: a workgroup a row. Its threads share the classes; the largest logit is found
 * before the sum of exp(logit - largest), so that logits of any size are safe.
 */
import { bug } from "../../../src/base/assert.js";
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import { add, cast, div, equal, f, flatWorkgroup, i, less, max, min, mul, select, sub, thread, u, unary } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { namePlaces, withPlace, type Places } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

export const crossEntropy: SpecialKernel<"cross_entropy"> = (node, _context, epilogue) => {
  const rows = node.dims;
  const w = new KernelWriter(kernelName("cross_entropy", epilogue), threadsFor(node), node.span);
  forEachRow(w, node, rows, (softmax, at) => {
    const { smoothing } = node;
    const logSum = w.let_("log_sum", unary("log", softmax.total));
    const loss = w.var_("loss", mul(f(1 - smoothing), sub(logSum, softmax.above(softmax.target))));
    // Σ log p = Σ (logit - highest) - size · log_sum
    if (smoothing > 0) w.assign(loss, add(loss, mul(f(smoothing), sub(logSum, div(softmax.sumAbove(), f(softmax.size))))));
    w.if_(equal(thread, u(0)), () => finish(w, node, epilogue, loss, at));
  });
  return [w.launch(rows.map((d) => d.size), 1, labelOf(node))];
};

export const crossEntropyGradient: SpecialKernel<"cross_entropy_gradient"> = (node, _context, epilogue) => {
  const rows = node.dims.filter((d) => d.name !== node.dim);
  const w = new KernelWriter(kernelName("cross_entropy_gradient", epilogue), threadsFor(node), node.span);
  forEachRow(w, node, rows, (softmax, at) => {
    const { smoothing } = node;
    const weight = w.let_("weight", w.read(node.inputs[2]!, at));
    const scale = w.let_("scale", div(weight, softmax.total));
    softmax.each((id) => {
      const share = w.var_("share", mul(scale, unary("exp", softmax.above(id))));
      const wanted = add(select(equal(id, softmax.target), f(1 - smoothing), f(0)), f(smoothing / softmax.size));
      finish(w, node, epilogue, sub(share, mul(weight, wanted)), withPlace(at, node.dim, id));
    });
  });
  return [w.launch(rows.map((d) => d.size), 1, labelOf(node))];
};

type Entropy = NodeOf<"cross_entropy"> | NodeOf<"cross_entropy_gradient">;

/** A long vocabulary wants many threads, a short one few barriers' worth of them. */
function threadsFor(node: Entropy): number {
  const size = sizeOf(node);
  return size >= 4096 ? 256 : size >= 512 ? 64 : 32;
}

function sizeOf(node: Entropy): number {
  const size = node.inputs[0]!.dims.find((d) => d.name === node.dim)?.size;
  return typeof size === "number" ? size : bug(`${node.op} over ${size}`);
}

function forEachRow(w: KernelWriter, node: Entropy, rows: readonly Dim[], body: (softmax: Softmax, at: Places) => void): void {
  const row = w.let_("row", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barriers.
  w.if_(less(row, elementCount(rows)), () => {
    const at = namePlaces(w, coordinatesOf(rows, row));
    body(new Softmax(w, node, at), at);
  });
}

/** What a workgroup finds out about its row. */
class Softmax {
  readonly size: number;
  readonly target: KernelExpr;
  /** Σ exp(logit - highest) */
  readonly total: KernelExpr;
  private readonly highest: KernelExpr;
  private readonly logits: Node;
  private readonly dim: string;
  private readonly parts: string;

  constructor(private readonly w: KernelWriter, node: Entropy, private readonly at: Places) {
    [this.logits, this.dim, this.size] = [node.inputs[0]!, node.dim, sizeOf(node)];
    this.parts = w.array("parts", "f32", w.threads, "workgroup");
    const id = w.read(node.inputs[1]!, at);
    this.target = w.let_("target_id", cast("u32", min(max(id, i(0)), i(this.size - 1))));
    this.highest = this.gather("highest", f(-Infinity), (id) => this.logit(id), max);
    this.total = this.gather("sum", f(0), (id) => unary("exp", this.above(id)), add);
  }

  above(id: KernelExpr): KernelExpr {
    return sub(this.logit(id), this.highest);
  }

  sumAbove(): KernelExpr {
    return this.gather("sum_above", f(0), (id) => this.above(id), add);
  }

  /** Every class, shared out among the threads. */
  each(body: (id: KernelExpr) => void): void {
    this.w.for_("id", thread, u(this.size), body, { step: u(this.w.threads) });
  }

  private logit(id: KernelExpr): KernelExpr {
    return this.w.read(this.logits, withPlace(this.at, this.dim, id));
  }

  /** One number of all classes, in a fixed order; every thread gets it. */
  private gather(name: string, start: KernelExpr, of: (id: KernelExpr) => KernelExpr, join: (a: KernelExpr, b: KernelExpr) => KernelExpr): KernelExpr {
    const { w, parts } = this;
    const own = w.var_(`own_${name}`, start);
    this.each((id) => w.assign(own, join(own, of(id))));
    w.storeArray(parts, thread, own);
    w.barrier();
    // Each thread goes through all of them: a tree would need a barrier a level, which is what software adapters are slowest at.
    const all = w.var_(name, start);
    w.for_("other", u(0), u(w.threads), (other) => w.assign(all, join(all, w.loadArray(parts, other))));
    // Before anybody writes the array again.
    w.barrier();
    return all;
  }
}
