/**
 * The largest of each row, in order: a workgroup a row. Each thread has the best of its own elements that is not given out yet; in a round all find the best of
 * these, and the thread whose it was looks for its next one. A row is thus read about once, whatever is in it: equal numbers and NaN cost nothing more.
 */
import { bug } from "../../../src/base/assert.js";
import { pairDim, topDim, type Dim, type Node } from "../../../src/graph/graph.js";
import {
  add, and, bitAnd, bitcast, cast, constantValue, equal, extent, f, flatWorkgroup, greater, greaterEqual, less, mod, mul, notEqual, or, select, sub, thread, u, xor,
} from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { namePlaces, withPlace } from "./elements.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

/** A round costs a thread a look at every other one, and one of them a look at all of its own elements. */
function threadsFor(length: number): number {
  return length >= 65_536 ? 256 : length >= 4_096 ? 128 : 64;
}

/** An element: its order (0: none is left) and its index. Larger comes first, of equals the one with the lower index. */
interface Element {
  readonly order: KernelExpr;
  readonly index: KernelExpr;
}

export const top: SpecialKernel<"top"> = (node, _context, epilogue) => {
  const x = node.inputs[0]!;
  const along = x.dims.at(-1) ?? bug("the top of a number");
  const rows = x.dims.slice(0, -1);
  const w = new KernelWriter(kernelName("top", epilogue), threadsFor(constantValue(extent(along.size)) ?? Infinity), node.span);
  const row = w.let_("row", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barriers.
  w.if_(less(row, elementCount(rows)), () => {
    const at = namePlaces(w, coordinatesOf(rows, row));
    const search = new Search(w, x, along, at);
    w.for_("place", u(0), u(node.count), (place) => {
      const best = search.next(place);
      w.if_(equal(thread, u(0)), () => {
        const there = w.let_("there", notEqual(best.order, u(0)));
        const store = (part: number, value: KernelExpr): void => finish(w, node, epilogue, value, withPlace(withPlace(at, topDim, place), pairDim, u(part)));
        store(0, select(there, valueOf(best.order), f(-Infinity)));
        store(1, select(there, cast("f32", best.index), f(0)));
      });
    });
  });
  return [w.launch(rows.map((d) => d.size), 1, labelOf(node))];
};

class Search {
  /** Of each thread, for even and odd rounds: who begins the next round has passed the barrier of this one. */
  private readonly orders: string;
  private readonly indices: string;
  private readonly own: Element;

  constructor(private readonly w: KernelWriter, private readonly x: Node, private readonly along: Dim, private readonly row: Coordinates) {
    this.orders = w.array("orders", "u32", 2 * w.threads, "workgroup");
    this.indices = w.array("indices", "u32", 2 * w.threads, "workgroup");
    this.own = { order: w.var_("own_order", u(0)), index: w.var_("own_index", u(0)) };
    this.findOwn(() => undefined);
  }

  /** The best of what is left, the same in all threads; it is given out. */
  next(round: KernelExpr): Element {
    const { w, own } = this;
    const side = w.let_("side", mul(mod(round, u(2)), u(w.threads)));
    const mine = w.let_("mine", add(side, thread));
    w.storeArray(this.orders, mine, own.order);
    w.storeArray(this.indices, mine, own.index);
    w.barrier();
    const best: Element = { order: w.var_("best_order", u(0)), index: w.var_("best_index", u(0)) };
    w.for_("other", side, add(side, u(w.threads)), (other) => {
      const found = { order: w.let_("order", w.loadArray(this.orders, other)), index: w.let_("index", w.loadArray(this.indices, other)) };
      w.if_(comesBefore(found, best), () => this.take(best, found));
    });
    w.if_(and(notEqual(own.order, u(0)), and(equal(own.order, best.order), equal(own.index, best.index))), () => {
      const given = { order: w.var_("given_order", own.order), index: w.var_("given_index", own.index) };
      w.assign(own.order, u(0));
      this.findOwn((found) => comesBefore(given, found));
    });
    return best;
  }

  /** The best of the thread's elements among those that count. They are met in the order of their indices, so that only a larger one is better. */
  private findOwn(counts: (found: Element) => KernelExpr | undefined): void {
    const { w, own } = this;
    w.for_("index", thread, extent(this.along.size), (index) => {
      const found = { order: this.orderAt(index), index };
      const larger = greater(found.order, own.order);
      const also = counts(found);
      w.if_(also ? and(larger, also) : larger, () => this.take(own, found));
    }, { step: u(w.threads) });
  }

  private take(to: Element, from: Element): void {
    this.w.assign(to.order, from.order);
    this.w.assign(to.index, from.index);
  }

  /** The element's bits as a number that grows with it, never 0. NaN counts as -inf, the two zeros as one. */
  private orderAt(index: KernelExpr): KernelExpr {
    const { w } = this;
    const bits = w.let_("bits", bitcast("u32", w.read(this.x, withPlace(this.row, this.along.name, index))));
    const magnitude = w.let_("magnitude", bitAnd(bits, u(0x7fffffff)));
    const negative = and(greaterEqual(bits, u(0x80000000)), notEqual(magnitude, u(0)));
    const ordered = select(negative, xor(bits, u(0xffffffff)), add(magnitude, u(0x80000000)));
    return w.let_("order", select(greater(magnitude, u(0x7f800000)), u(0x007fffff), ordered));
  }
}

function comesBefore(a: Element, b: Element): KernelExpr {
  return or(greater(a.order, b.order), and(equal(a.order, b.order), less(a.index, b.index)));
}

/** The float behind its order. */
function valueOf(order: KernelExpr): KernelExpr {
  return bitcast("f32", select(greaterEqual(order, u(0x80000000)), sub(order, u(0x80000000)), xor(order, u(0xffffffff))));
}
