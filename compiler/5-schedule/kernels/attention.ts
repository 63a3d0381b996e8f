/**
 * Softmax attention with a running maximum: nothing of size tokens × slots is stored. `rows` gives each thread a row (a token and
 * what query and key have beside the sum), `split` gives a row to a workgroup whose threads share the slots, for decode,
 * where rows are few and slots many. Both hold a slice of the value's channels in a thread.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, timeDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import {
  add, cast, constantValue, div, extent, f, flatWorkgroup, fma, greater, i, less, max, min, mul, notEqual, select, sub, thread, u, unary,
} from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, forEachPlace, merge, namePlaces, withPlace, type Places } from "./elements.js";
import { finish, kernelName, labelOf, type Epilogue, type SpecialKernel } from "./types.js";

type Attention = NodeOf<"attention">;

const rowThreads = 32;
const splitThreads = 64;
/** Channels that a thread holds; a longer value is cut into slices, each with its own threads and its own scores. */
const rowSlice = 128;
/** Smaller, because the threads' slices meet in workgroup memory: 64 · 32 floats are 8 KiB. */
const splitSlice = 32;
/** Below every score, and finite: the difference of two is a number. */
export const lowest = f(-3e38);

export const sliceDim = "@slice";

export const attention: SpecialKernel<"attention"> = (node, _context, epilogue) => {
  const oneToken = node.dims.every((d) => d.name !== tokenDim || d.size === 1);
  return [oneToken ? split(node, epilogue) : rows(node, epilogue)];
};

/** How the dims of an attention play together. */
class Roles {
  /** Where a row lies: batch, token and the dims of query and key that are kept. */
  readonly rows: readonly Dim[];
  /** The value's own dims, in the result's order. */
  readonly channels: readonly Dim[];
  readonly over: readonly Dim[];
  readonly channelCount: number;
  private readonly query: Node;
  private readonly key: Node;
  private readonly value: Node;
  private readonly length: Node | undefined;
  private readonly valid: Node | undefined;

  constructor(private readonly w: KernelWriter, readonly node: Attention) {
    const [query, key, value, ...rest] = node.inputs as [Node, Node, Node, ...Node[]];
    [this.query, this.key, this.value] = [query, key, value];
    this.length = node.started ? rest.shift() : undefined;
    this.valid = node.masked ? rest.shift() : undefined;
    const scored = [...query.dims, ...key.dims].filter((d) => !node.over.includes(d.name));
    const inScore = (d: Dim): boolean => d.name === batchDim || d.name === tokenDim || scored.some((s) => s.name === d.name);
    this.rows = node.dims.filter(inScore);
    this.channels = node.dims.filter((d) => !inScore(d));
    this.over = node.over.map((name) => [...query.dims, ...key.dims].find((d) => d.name === name) ?? bug(`attention over ${name}`));
    this.channelCount = constantValue(elementCount(this.channels)) ?? bug("attention over a value of symbolic size");
  }

  /** Slots that a row may look at. */
  slots(row: Coordinates): KernelExpr {
    const { w } = this;
    if (this.node.full) return extent(this.key.dims.find((d) => d.name === timeDim)?.size ?? 1);
    const first = this.length ? w.let_("used", cast("u32", w.read(this.length, new Map()))) : u(0);
    const room = extent(this.key.dims.find((d) => d.name === timeDim)?.size ?? 1);
    // More slots than the cache has room for are a runtime's mistake, but never a read behind its end.
    return w.let_("slots", min(add(first, add(row.get(tokenDim) ?? u(0), u(1))), room));
  }

  /** Writes `body` for slots that count. */
  ifValid(at: Coordinates, body: () => void): void {
    if (!this.valid) return body();
    this.w.if_(notEqual(this.w.read(this.valid, at), i(0)), body);
  }

  score(at: Coordinates): KernelExpr {
    const { w } = this;
    const score = w.var_("score", f(0));
    forEachPlace(w, this.over, at, (places) => w.assign(score, fma(w.read(this.query, places), w.read(this.key, places), score)));
    return score;
  }

  /** The coordinates of channel `index` of all. */
  channelAt(index: KernelExpr): Places {
    return coordinatesOf(this.channels, this.channels.length > 1 ? this.w.let_("channel", index) : index);
  }

  read(at: Coordinates, channel: KernelExpr): KernelExpr {
    return this.w.read(this.value, merge(at, this.channelAt(channel)));
  }
}

/** What a thread carries from slot to slot: the largest score, the sum of weights and the weighted sum of values. */
class Running {
  readonly highest: KernelExpr;
  readonly total: KernelExpr;
  readonly sums: string;

  constructor(
    private readonly w: KernelWriter,
    private readonly roles: Roles,
    slice: number,
    /** The first channel of this thread's slice, and how many there are. */
    readonly first: KernelExpr,
    readonly count: KernelExpr,
  ) {
    this.sums = w.array("sums", "f32", slice, "thread");
    this.highest = w.var_("highest", lowest);
    this.total = w.var_("total", f(0));
    w.for_("c", u(0), count, (c) => w.storeArray(this.sums, c, f(0)));
  }

  add(at: Coordinates): void {
    const { w, roles, sums } = this;
    roles.ifValid(at, () => {
      const score = roles.score(at);
      w.if_(greater(score, this.highest), () => {
        const shrink = w.let_("shrink", unary("exp", sub(this.highest, score)));
        w.assign(this.highest, score);
        w.assign(this.total, mul(this.total, shrink));
        w.for_("c", u(0), this.count, (c) => w.storeArray(sums, c, mul(w.loadArray(sums, c), shrink)));
      });
      const weight = w.let_("weight", unary("exp", sub(score, this.highest)));
      w.assign(this.total, add(this.total, weight));
      w.for_("c", u(0), this.count, (c) => {
        w.storeArray(sums, c, fma(weight, roles.read(at, add(this.first, c)), w.loadArray(sums, c)));
      });
    });
  }
}

/** A row without slots gives 0. */
function share(sum: KernelExpr, total: KernelExpr): KernelExpr {
  return select(greater(total, f(0)), div(sum, total), f(0));
}

function rows(node: Attention, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("attention", epilogue), rowThreads, node.span);
  const roles = new Roles(w, node);
  const { size, count: slices } = cut(roles.channelCount, rowSlice);
  const places: Dim[] = [...roles.rows, { name: sliceDim, size: slices }];
  forEachElement(w, places, (row) => {
    const { first, count } = sliceOf(w, row.get(sliceDim)!, size, roles.channelCount);
    const running = new Running(w, roles, size, first, count);
    w.for_("slot", u(0), roles.slots(row), (slot) => running.add(withPlace(row, timeDim, slot)));
    w.for_("c", u(0), count, (c) => {
      const at = merge(row, roles.channelAt(add(first, c)));
      finish(w, node, epilogue, share(w.loadArray(running.sums, c), running.total), at);
    });
  });
  return w.launch(places.map((d) => d.size), rowThreads, labelOf(node));
}

function split(node: Attention, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("attention_split", epilogue), splitThreads, node.span);
  const roles = new Roles(w, node);
  const { size, count: slices } = cut(roles.channelCount, splitSlice);
  const places: Dim[] = [...roles.rows, { name: sliceDim, size: slices }];
  const [highest, totals] = [w.array("all_highest", "f32", splitThreads, "workgroup"), w.array("all_totals", "f32", splitThreads, "workgroup")];
  const parts = w.array("all_sums", "f32", splitThreads * size, "workgroup");
  const group = w.let_("group", flatWorkgroup());
  // Whole workgroups stay or go, so all threads of one meet at the barriers.
  w.if_(less(group, elementCount(places)), () => {
    const row = namePlaces(w, coordinatesOf(places, group));
    const { first, count } = sliceOf(w, row.get(sliceDim)!, size, roles.channelCount);
    const running = new Running(w, roles, size, first, count);
    w.for_("slot", thread, roles.slots(row), (slot) => running.add(withPlace(row, timeDim, slot)), { step: u(splitThreads) });

    w.storeArray(highest, thread, running.highest);
    w.barrier();
    const top = w.var_("top", lowest);
    w.for_("other", u(0), u(splitThreads), (other) => w.assign(top, max(top, w.loadArray(highest, other))));
    const shrink = w.let_("shrink", unary("exp", sub(running.highest, top)));
    w.storeArray(totals, thread, mul(running.total, shrink));
    w.for_("c", u(0), count, (c) => w.storeArray(parts, add(mul(thread, u(size)), c), mul(w.loadArray(running.sums, c), shrink)));
    w.barrier();
    w.for_("c", thread, count, (c) => {
      const [sum, total] = [w.var_("sum", f(0)), w.var_("whole", f(0))];
      w.for_("other", u(0), u(splitThreads), (other) => {
        w.assign(sum, add(sum, w.loadArray(parts, add(mul(other, u(size)), c))));
        w.assign(total, add(total, w.loadArray(totals, other)));
      });
      finish(w, node, epilogue, share(sum, total), merge(row, roles.channelAt(add(first, c))));
    }, { step: u(splitThreads) });
  });
  return w.launch(places.map((d) => d.size), 1, labelOf(node));
}

/** Equal slices of at most `most` channels. */
export function cut(channels: number, most: number): { size: number; count: number } {
  const count = Math.ceil(channels / most);
  return { size: Math.ceil(channels / count), count };
}

export function sliceOf(w: KernelWriter, slice: KernelExpr, size: number, channels: number): { first: KernelExpr; count: KernelExpr } {
  const first = w.let_("first", mul(slice, u(size)));
  return { first, count: channels % size === 0 ? u(size) : w.let_("count", min(u(size), sub(u(channels), first))) };
}
