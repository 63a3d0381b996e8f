/**
 * What the threads of a subgroup, and of a workgroup made of subgroups, have together. Registers are exchanged with the thread whose number differs in
 * one bit, so that every thread joins the same pairs in the same order: all get the same bits. All threads must reach these places.
 */
import { add, component, div, equal, mod, mul, notEqual, select, shuffleXor, thread, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";

export type Join = (a: KernelExpr, b: KernelExpr) => KernelExpr;

/** Threads of a subgroup, where a target has such. */
export const subgroup = 32;

/** One value of `lanes` neighbours, a power of two up to a subgroup; each of them gets it. */
export function acrossLanes(w: KernelWriter, value: KernelExpr, join: Join, lanes = subgroup): KernelExpr {
  let all = value;
  for (let mask = lanes / 2; mask >= 1; mask /= 2) all = w.let_("joined", join(all, shuffleXor(all, mask)));
  return all;
}

/** One value of a workgroup of whole subgroups; every thread gets it. `parts`: workgroup memory for a value a subgroup, free when this begins and when it ends. */
export function acrossWorkgroup(w: KernelWriter, parts: string, value: KernelExpr, join: Join): KernelExpr {
  const own = acrossLanes(w, value, join);
  const count = w.threads / subgroup;
  if (count === 1) return own;
  w.if_(equal(mod(thread, u(subgroup)), u(0)), () => w.storeArray(parts, div(thread, u(subgroup)), own));
  w.barrier();
  const all = joinParts(w, parts, u(0), count, join);
  // Before anybody writes the array again.
  w.barrier();
  return all;
}

/** `count` parts from `from` on, in their order. */
export function joinParts(w: KernelWriter, parts: string, from: KernelExpr, count: number, join: Join): KernelExpr {
  const loaded = Array.from({ length: count }, (_, at) => w.let_("part", w.loadArray(parts, add(from, u(at)))));
  return w.let_("whole", loaded.reduce(join));
}

/** The largest, or the sum of the four numbers of a vector. */
export function joinFour(value: KernelExpr, join: Join): KernelExpr {
  return join(join(component(value, 0), component(value, 1)), join(component(value, 2), component(value, 3)));
}

export interface LaneSums {
  /** This thread's share of the sums: those from number `index` · values.length on. */
  readonly values: readonly KernelExpr[];
  readonly index: KernelExpr;
  /** Whether no thread before this one has the same sums; undefined: always. */
  readonly first: KernelExpr | undefined;
}

/**
 * Sums of many values, a power of two, over the threads whose numbers `lane` in the subgroup differ by the bits `masks`: while there are several, a thread
 * sends the half that its partner goes on with, so that n sums cost about n exchanges and not n for each bit.
 */
export function sumsAcross(w: KernelWriter, lane: KernelExpr, values: readonly KernelExpr[], masks: readonly number[]): LaneSums {
  let left = values;
  let index: KernelExpr = u(0);
  const idle: number[] = [];
  for (const mask of masks) {
    if (left.length === 1) {
      left = [w.let_("sum", add(left[0]!, shuffleXor(left[0]!, mask)))];
      idle.push(mask);
      continue;
    }
    const half = left.length / 2;
    const bit = w.let_("bit", mod(div(lane, u(mask)), u(2)));
    const upper = w.let_("upper", notEqual(bit, u(0)));
    const both = left;
    left = Array.from({ length: half }, (_, at) => {
      const [low, high] = [both[at]!, both[at + half]!];
      const sent = w.let_("sent", select(upper, low, high));
      return w.let_("sum", add(select(upper, high, low), shuffleXor(sent, mask)));
    });
    index = add(mul(index, u(2)), bit);
  }
  // The masks that are left are neighbouring bits.
  const [most, least] = [Math.max(...idle), Math.min(...idle)];
  const first = idle.length === 0 ? undefined : w.let_("is_first", equal(mod(div(lane, u(least)), u((2 * most) / least)), u(0)));
  return { values: left, index: w.let_("number", index), first };
}
