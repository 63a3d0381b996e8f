/**
 * Draws a token a row: one workgroup a row. Thresholds of top_k and top_p are found exactly, bit by bit, over the floats' bits
 * in the order of their values; the draw itself goes through the ids in order, each thread its own stretch.
 */
import { batchDim, type Dim, type Node } from "../../../src/graph/graph.js";
import { bug } from "../../../src/base/assert.js";
import {
  add, and, cast, constantValue, div, equal, f, flatWorkgroup, greater, greaterEqual, less, max, min, mul, or, select,
  shiftLeft, shiftRight, sub, thread, u, unary, 
} from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { acrossWorkgroup } from "./across.js";
import { keyOf, sampleParts, valueOf, type SampleParts } from "./sample-parts.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

/** A long vocabulary wants many threads, a short one few barriers' worth of them. */
function threadsFor(vocabulary: number): number {
  return vocabulary >= 4096 ? 256 : 64;
}

export const sample: SpecialKernel<"sample"> = (node, { target }, epilogue) => {
  const [logits, settings, seed, drawn] = node.inputs as [Node, Node, Node, Node];
  const vocabulary = constantValue(elementCount(logits.dims.slice(-1))) ?? bug("a vocabulary of symbolic size");
  const w = new KernelWriter(kernelName("sample", epilogue), threadsFor(vocabulary), node.span);
  const row = w.let_("row", flatWorkgroup());
  const rows = node.dims.filter((d) => d.name === batchDim);
  const parts = target.subgroup > 0 ? sampleParts(node, vocabulary, w.threads) : undefined;
  w.if_(less(row, elementCount(rows)), () => {
    const setting = (index: number): KernelExpr => w.read(settings, new Map([[settings.dims[0]!.name, u(index)]]));
    const temperature = w.let_("temperature", setting(0));
    const topK = w.let_("top_k", cast("u32", max(setting(1), f(0))));
    const topP = w.let_("top_p", setting(2));
    const draw = new Draw(w, logits, vocabulary, row, temperature, target.subgroup > 0, parts);
    const at = new Map([[batchDim, row]]);

    w.if_(equal(temperature, f(0)), () => {
      const id = draw.largest();
      w.if_(equal(thread, u(0)), () => finish(w, node, epilogue, cast("i32", id), at));
    }, () => {
      const bits = (of: Node): KernelExpr => cast("u32", w.read(of, new Map()));
      const restrictsK = and(greater(topK, u(0)), less(topK, u(draw.vocabulary)));
      const amongAll = (): void => {
        const threshold = w.var_("threshold", u(0));
        w.if_(restrictsK, () => draw.restrictTo(threshold, topK));
        w.if_(less(topP, f(1)), () => draw.restrictToMass(threshold, topP));
        const id = draw.draw(threshold, uniform(w, bits(seed), bits(drawn), row));
        w.if_(equal(thread, u(0)), () => finish(w, node, epilogue, cast("i32", id), at));
      };
      if (!parts) return amongAll();
      w.if_(or(restrictsK, less(topP, f(1))), amongAll, () => {
        const id = draw.drawByParts(parts, uniform(w, bits(seed), bits(drawn), row));
        w.if_(equal(thread, u(0)), () => finish(w, node, epilogue, cast("i32", id), at));
      });
    });
  });
  return [...(parts ? [parts.launch] : []), w.launch(rows.map((d) => d.size), 1, labelOf(node))];
};

/** uniform(seed, drawn, row) of `runtime/random.ts`. */
function uniform(w: KernelWriter, seed: KernelExpr, drawn: KernelExpr, row: KernelExpr): KernelExpr {
  const pcg = (value: KernelExpr): KernelExpr => unary("pcg", value);
  const hash = w.let_("hash", pcg(add(pcg(add(pcg(seed), drawn)), row)));
  return mul(cast("f32", shiftRight(hash, u(8))), f(2 ** -24));
}

/** Ids that are drawn from, what all before them weigh, and the weight that is to be passed. */
interface Within {
  readonly begin: KernelExpr;
  readonly size: number;
  readonly before: KernelExpr;
  readonly target: KernelExpr;
}

/** One row's logits and what the workgroup finds out about them together. */
class Draw {
  private readonly dim: Dim;
  /** u32 and f32 numbers of the threads, to be reduced. */
  private readonly words: string;
  private readonly numbers: string;
  /** The largest logit, as its ordered bits. */
  private readonly highest: KernelExpr;
  private readonly highestLogit: KernelExpr;

  constructor(
    private readonly w: KernelWriter,
    private readonly logits: Node,
    readonly vocabulary: number,
    private readonly row: KernelExpr,
    private readonly temperature: KernelExpr,
    /** Whether threads of a subgroup can exchange registers. */
    private readonly subgroups: boolean,
    private readonly parts: SampleParts | undefined,
  ) {
    this.dim = logits.dims.at(-1)!;
    this.words = w.array("words", "u32", w.threads, "workgroup");
    this.numbers = w.array("numbers", "f32", w.threads, "workgroup");
    const own = w.var_("own_highest", u(0));
    if (parts) this.eachPart(parts, (part) => w.assign(own, max(own, parts.key(w, row, part))));
    else this.each((id) => w.assign(own, max(own, this.key(id))));
    this.highest = this.reduce(this.words, own, max);
    this.highestLogit = w.let_("highest_logit", valueOf(this.highest));
  }

  /** The lowest id of the largest logit. */
  largest(): KernelExpr {
    const { w } = this;
    const own = w.var_("own_id", u(this.vocabulary - 1));
    const { parts } = this;
    if (parts) this.eachPart(parts, (part) => w.if_(equal(parts.key(w, this.row, part), this.highest), () => w.assign(own, min(own, parts.lowestId(w, this.row, part)))));
    else this.each((id) => w.if_(and(less(id, own), equal(this.key(id), this.highest)), () => w.assign(own, id)));
    return this.reduce(this.words, own, min);
  }

  /** Raises `threshold` to the k-th largest logit. */
  restrictTo(threshold: KernelExpr, k: KernelExpr): void {
    this.bisect(threshold, (candidate) => {
      const { w } = this;
      const own = w.var_("own_count", u(0));
      this.each((id) => w.if_(greaterEqual(this.key(id), candidate), () => w.assign(own, add(own, u(1)))));
      return greaterEqual(this.reduce(this.words, own, add), k);
    });
  }

  /** Raises `threshold` to the largest at which what is left of the mass above the old one reaches the share. */
  restrictToMass(threshold: KernelExpr, part: KernelExpr): void {
    const { w } = this;
    const massFrom = (lowest: KernelExpr): KernelExpr => {
      const own = w.var_("own_mass", f(0));
      this.each((id) => w.assign(own, add(own, this.weight(id, lowest))));
      return this.reduce(this.numbers, own, add);
    };
    const enough = w.let_("enough", mul(part, massFrom(threshold)));
    const before = w.let_("before", threshold);
    const found = w.var_("found", u(0));
    this.bisect(found, (candidate) => greaterEqual(massFrom(w.let_("lowest", max(candidate, before))), enough));
    // A share of nothing still leaves the largest.
    w.assign(threshold, max(before, min(found, this.highest)));
  }

  /** `draw` among all ids, when it is known what each part of them has: only the ids of one part are looked at. */
  drawByParts(parts: SampleParts, part: KernelExpr): KernelExpr {
    const { w, numbers } = this;
    const own = w.var_("part_mass", f(0));
    w.if_(less(thread, u(parts.count)), () => {
      const key = w.let_("part_key", parts.key(w, this.row, thread));
      const scale = unary("exp", div(sub(valueOf(key), this.highestLogit), this.temperature));
      w.assign(own, select(equal(key, u(0)), f(0), mul(parts.mass(w, this.row, thread), scale)));
    });
    w.storeArray(numbers, thread, own);
    w.barrier();
    const whole = w.var_("all_mass", f(0));
    w.for_("other", u(0), u(parts.count), (other) => w.assign(whole, add(whole, w.loadArray(numbers, other))));
    const target = w.let_("part_target", mul(part, whole));
    const [reached, before, chosen, found] = [w.var_("mass", f(0)), w.var_("mass_before", f(0)), w.var_("chosen", u(0)), w.var_("is_found", u(0))];
    w.for_("other", u(0), u(parts.count), (other) => {
      const mass = w.let_("mass_here", w.loadArray(numbers, other));
      // Only rounding leads behind the end: then it is the last part that has anything.
      w.if_(and(equal(found, u(0)), greater(mass, f(0))), () => {
        w.assign(chosen, other);
        w.assign(before, reached);
        w.if_(greater(add(reached, mass), target), () => w.assign(found, u(1)));
      });
      w.assign(reached, add(reached, mass));
    });
    // Before anybody writes the numbers again.
    w.barrier();
    const begin = w.let_("begin", mul(chosen, u(parts.size)));
    return this.draw(u(0), part, { begin, size: parts.size, before, target });
  }

  /** The first id whose cumulative weight passes `part` of the whole; `within`: it is known to be one of these. */
  draw(threshold: KernelExpr, part: KernelExpr, within?: Within): KernelExpr {
    const { w, numbers } = this;
    const stretch = Math.ceil((within?.size ?? this.vocabulary) / w.threads);
    const from = w.let_("from", min(add(within?.begin ?? u(0), mul(thread, u(stretch))), u(this.vocabulary)));
    const to = w.let_("to", min(add(from, u(stretch)), u(this.vocabulary)));
    const own = w.var_("own_sum", f(0));
    const last = w.var_("last_id", u(0));
    w.for_("id", from, to, (id) => {
      const weight = w.let_("weight", this.weight(id, threshold));
      w.assign(own, add(own, weight));
      w.if_(greater(weight, f(0)), () => w.assign(last, id));
    });
    w.storeArray(numbers, thread, own);
    w.barrier();
    const [reached, whole] = [w.var_("reached", f(0)), w.var_("whole", within?.before ?? f(0))];
    w.for_("other", u(0), u(w.threads), (other) => {
      w.if_(equal(other, thread), () => w.assign(reached, whole));
      w.assign(whole, add(whole, w.loadArray(numbers, other)));
    });
    const target = within?.target ?? w.let_("target", mul(part, whole));
    const found = w.var_("found_id", u(this.vocabulary));
    const stretchSum = w.var_("stretch_sum", f(0));
    w.for_("id", from, to, (id) => {
      w.assign(stretchSum, add(stretchSum, this.weight(id, threshold)));
      w.if_(greater(add(reached, stretchSum), target), () => {
        w.assign(found, id);
        w.break_();
      });
    });
    const first = this.reduce(this.words, found, min);
    // Only rounding leads behind the end: the last id that may be drawn.
    const fallback = this.reduce(this.words, last, max);
    return w.let_("drawn_id", select(less(first, u(this.vocabulary)), first, fallback));
  }

  private eachPart(parts: SampleParts, body: (part: KernelExpr) => void): void {
    this.w.for_("part", thread, u(parts.count), body, { step: u(this.w.threads) });
  }

  /** Every id, shared out among the threads. */
  private each(body: (id: KernelExpr) => void): void {
    this.w.for_("id", thread, u(this.vocabulary), body, { step: u(this.w.threads) });
  }

  private logit(id: KernelExpr): KernelExpr {
    return this.w.read(this.logits, new Map([[batchDim, this.row], [this.dim.name, id]]));
  }

  private key(id: KernelExpr): KernelExpr {
    return keyOf(this.w, this.logit(id));
  }

  /** exp((logit - highest) / temperature), or 0 below the threshold. */
  private weight(id: KernelExpr, threshold: KernelExpr): KernelExpr {
    const { w } = this;
    const key = this.key(id);
    const distance = sub(valueOf(key), this.highestLogit);
    const weight = unary("exp", div(distance, this.temperature));
    return w.let_("weight", select(or(less(key, threshold), equal(key, u(0))), f(0), weight));
  }

  /** The largest u32 for which `holds`, which holds for 0 and for no number above one for which it does not. */
  private bisect(found: KernelExpr, holds: (candidate: KernelExpr) => KernelExpr): void {
    const { w } = this;
    w.for_("step", u(0), u(32), (step) => {
      const candidate = w.let_("candidate", add(found, shiftLeft(u(1), sub(u(31), step))));
      w.assign(found, select(holds(candidate), candidate, found));
    });
  }

  /** All threads' values as one, in a fixed order; every thread gets it. */
  private reduce(array: string, own: KernelExpr, join: (a: KernelExpr, b: KernelExpr) => KernelExpr): KernelExpr {
    const { w } = this;
    if (this.subgroups) return acrossWorkgroup(w, array, own, join);
    w.storeArray(array, thread, own);
    w.barrier();
    // Each thread goes through all of them: a tree would need a barrier a level, which is what software adapters are slowest at.
    const all = w.var_("all", w.loadArray(array, u(0)));
    w.for_("other", u(1), u(w.threads), (other) => w.assign(all, join(all, w.loadArray(array, other))));
    // Before anybody writes the array again.
    w.barrier();
    return all;
  }
}
