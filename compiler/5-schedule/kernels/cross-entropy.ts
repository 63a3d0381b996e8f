/**
 * Cross entropy of rows of logits, and its cotangent: a workgroup a row. Its threads share the classes, four at a time where they can;
 * the largest logit is found before the sum of exp(logit - largest), so that logits of any size are safe.
 */
import { bug } from "../../../src/base/assert.js";
import type { Dim, Node, NodeOf } from "../../../src/graph/graph.js";
import { add, cast, component, div, equal, f, flatWorkgroup, i, less, max, min, mul, select, sub, thread, u, unary, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { layoutAlong, readVector } from "../vector.js";
import { acrossWorkgroup, joinFour, subgroup } from "./across.js";
import { namePlaces, withPlace, type Places } from "./elements.js";
import { finish, finishVectors, kernelName, labelOf, type SpecialKernel } from "./types.js";

export const crossEntropy: SpecialKernel<"cross_entropy"> = (node, { target }, epilogue) => {
  const rows = node.dims;
  const w = new KernelWriter(kernelName("cross_entropy", epilogue), threadsFor(node, target), node.span);
  forEachRow({ w, node, rows, fours: byFours(node), target }, (softmax, at) => {
    const { smoothing } = node;
    const logSum = w.let_("log_sum", unary("log", softmax.total));
    const loss = w.var_("loss", mul(f(1 - smoothing), sub(logSum, softmax.aboveTarget())));
    // Σ log p = Σ (logit - highest) - size · log_sum
    if (smoothing > 0) w.assign(loss, add(loss, mul(f(smoothing), sub(logSum, div(softmax.sumAbove(), f(softmax.size))))));
    w.if_(equal(thread, u(0)), () => finish(w, node, epilogue, loss, at));
  });
  return [w.launch(rows.map((d) => d.size), 1, labelOf(node))];
};

export const crossEntropyGradient: SpecialKernel<"cross_entropy_gradient"> = (node, { target }, epilogue) => {
  const rows = node.dims.filter((d) => d.name !== node.dim);
  const w = new KernelWriter(kernelName("cross_entropy_gradient", epilogue), threadsFor(node, target), node.span);
  const fours = byFours(node) ? finishVectors(node, epilogue, node.dim) : undefined;
  forEachRow({ w, node, rows, fours: fours !== undefined, target }, (softmax, at) => {
    const { smoothing } = node;
    const weight = w.let_("weight", w.read(node.inputs[2]!, at));
    const scale = w.let_("scale", div(weight, softmax.total));
    const spread = f(smoothing / softmax.size);
    const wanted = (id: KernelExpr): KernelExpr => mul(weight, add(select(equal(id, softmax.target), f(1 - smoothing), f(0)), spread));
    softmax.each((place) => {
      const share = mul(softmax.splat(scale), unary("exp", softmax.above(place)));
      const to = withPlace(at, node.dim, place);
      if (!fours) return finish(w, node, epilogue, sub(share, wanted(place)), to);
      const ids = [0, 1, 2, 3].map((c) => add(mul(place, u(4)), u(c)));
      fours(w, w.let_("value", sub(share, vec4(...ids.map(wanted)))), to);
    });
  });
  return [w.launch(rows.map((d) => d.size), 1, labelOf(node))];
};

type Entropy = NodeOf<"cross_entropy"> | NodeOf<"cross_entropy_gradient">;

/** Without subgroups each thread joins the parts of all, so that more of them would soon do little else. */
function threadsFor(node: Entropy, target: KernelTarget): number {
  if (target.subgroup > 0) return sizeOf(node) >= 8192 ? 256 : sizeOf(node) >= 512 ? 128 : subgroup;
  return sizeOf(node) >= 512 ? 64 : 32;
}

function sizeOf(node: Entropy): number {
  const size = node.inputs[0]!.dims.find((d) => d.name === node.dim)?.size;
  return typeof size === "number" ? size : bug(`${node.op} over ${size}`);
}

function byFours(node: Entropy): boolean {
  return layoutAlong(node.inputs[0]!, node.dim) === "vector";
}

interface Work {
  readonly w: KernelWriter;
  readonly node: Entropy;
  readonly rows: readonly Dim[];
  /** Whether classes are taken four at a time. */
  readonly fours: boolean;
  readonly target: KernelTarget;
}

function forEachRow({ w, node, rows, fours, target }: Work, body: (softmax: Softmax, at: Places) => void): void {
  const row = w.let_("row", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barriers.
  w.if_(less(row, elementCount(rows)), () => {
    const at = namePlaces(w, coordinatesOf(rows, row));
    body(new Softmax(w, node, at, fours, target.subgroup > 0), at);
  });
}

/** What a workgroup finds out about its row. Places along the classes count fours where `fours` is set, and values are vectors. */
class Softmax {
  readonly size: number;
  readonly target: KernelExpr;
  /** Σ exp(logit - highest) */
  readonly total: KernelExpr;
  private readonly highest: KernelExpr;
  private readonly logits: Node;
  private readonly dim: string;
  private readonly parts: string;

  constructor(private readonly w: KernelWriter, node: Entropy, private readonly at: Places, private readonly fours: boolean, private readonly subgroups: boolean) {
    [this.logits, this.dim, this.size] = [node.inputs[0]!, node.dim, sizeOf(node)];
    this.parts = w.array("parts", "f32", w.threads, "workgroup");
    const id = w.read(node.inputs[1]!, at);
    this.target = w.let_("target_id", cast("u32", min(max(id, i(0)), i(this.size - 1))));
    this.highest = this.gather("highest", f(-Infinity), (place) => this.logit(place), max);
    this.total = this.gather("sum", f(0), (place) => unary("exp", this.above(place)), add);
  }

  above(place: KernelExpr): KernelExpr {
    return sub(this.logit(place), this.splat(this.highest));
  }

  aboveTarget(): KernelExpr {
    const { w, target, fours } = this;
    if (!fours) return this.above(target);
    const four = w.let_("target_four", this.above(w.let_("target_place", div(target, u(4)))));
    const within = w.let_("target_within", sub(target, mul(div(target, u(4)), u(4))));
    return [0, 1, 2].reduceRight((rest, c) => select(equal(within, u(c)), component(four, c), rest), component(four, 3));
  }

  sumAbove(): KernelExpr {
    return this.gather("sum_above", f(0), (place) => this.above(place), add);
  }

  /** Every class, shared out among the threads. */
  each(body: (place: KernelExpr) => void): void {
    this.w.for_("place", thread, u(this.fours ? this.size / 4 : this.size), body, { step: u(this.w.threads) });
  }

  splat(value: KernelExpr): KernelExpr {
    return this.fours ? vec4(value) : value;
  }

  private logit(place: KernelExpr): KernelExpr {
    const from = withPlace(this.at, this.dim, place);
    return this.fours ? readVector(this.w, this.logits, from, this.dim) : this.w.read(this.logits, from);
  }

  /** One number of all classes, in a fixed order; every thread gets it. */
  private gather(name: string, start: KernelExpr, of: (place: KernelExpr) => KernelExpr, join: (a: KernelExpr, b: KernelExpr) => KernelExpr): KernelExpr {
    const { w, parts, fours } = this;
    const own = w.var_(`own_${name}`, this.splat(start));
    this.each((place) => w.assign(own, join(own, of(place))));
    const one = fours ? joinFour(own, join) : own;
    if (this.subgroups) return acrossWorkgroup(w, parts, one, join);
    w.storeArray(parts, thread, one);
    w.barrier();
    // Each thread goes through all of them: a tree would need a barrier a level, which is what software adapters are slowest at.
    const all = w.var_(name, start);
    w.for_("other", u(0), u(w.threads), (other) => w.assign(all, join(all, w.loadArray(parts, other))));
    // Before anybody writes the array again.
    w.barrier();
    return all;
  }
}
