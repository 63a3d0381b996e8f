/**
 * S_t = decay_t ∘ S_{t-1} + Σ_i key_i ⊗ value_i. `advance` keeps the state after all tokens: a thread walks the tokens
 * for a tile of the state, 4 × 4 elements where dims allow, so that each key and value it reads serves several. In reverse all goes from
 * the last token to the first. `Tile` also serves `boundaries.ts`, `Walk` all ops of recurrences.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import type { Reverse } from "../../../src/graph/ops.js";
import { add, extent, f, fma, less, min, mul, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import type { Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { recurrenceOperands } from "../../3-graph/recurrence-operands.js";
import { forEachElement, merge, withPlace } from "./elements.js";
import { byFours, layoutAlong, readVector, zeros } from "../vector.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue, type SpecialKernel, type VectorWrite } from "./types.js";

const threads = 32;
/** Places of a thread along the last dim but one. */
const tileRows = 4;

/** An operand's element, or its four neighbours. */
export type Read = (node: Node, at: Coordinates) => KernelExpr;

/** A step of the state: what a token reads as new, and what the next token starts from. The same but in reverse. */
export interface Step {
  readonly seen: KernelExpr;
  readonly next: KernelExpr;
}

/** The operands of a recurrence op, its direction and how its state steps. */
export class Walk {
  readonly operands: ReturnType<typeof recurrenceOperands>;
  readonly reverse: Reverse | undefined;
  /** What a token reads is used twice where it is read. */
  private readonly isRead: boolean;
  /** Tokens of this call, and the chunks they lie in. */
  readonly time: KernelExpr;
  readonly chunks: KernelExpr;

  constructor(
    readonly w: KernelWriter,
    node: NodeOf<"boundaries" | "correction" | "advance" | "scan_read">,
    readonly chunk: number,
    /** The dim along which all is read by fours. */
    readonly fours?: string,
  ) {
    this.operands = recurrenceOperands(node);
    this.isRead = node.op === "scan_read";
    this.reverse = node.op === "advance" ? undefined : node.reverse;
    const carrier = node.op === "boundaries" ? node : node.inputs[0]!;
    const chunks = chunksOf(carrier);
    this.chunks = extent(chunks.size);
    // No operand need know the tokens: all may be the same for each of them.
    this.time = extent([...node.inputs, node].flatMap((n) => n.dims).find((d) => d.name === tokenDim)?.size ?? (chunks.size === "M" ? "E" : "T"));
  }

  readonly read: Read = (node, at) => (this.fours === undefined ? this.w.read(node, at) : readVector(this.w, node, at, this.fours));

  /** The first token of a chunk, and the end of it. */
  range(chunk: KernelExpr): [KernelExpr, KernelExpr] {
    const from = this.w.let_("from", mul(chunk, u(this.chunk)));
    return [from, this.w.let_("to", min(add(from, u(this.chunk)), this.time))];
  }

  /** Writes what is done for chunk `n` unless it is the last in the direction of the walk; `next` is the one that follows it there. */
  beforeLast(n: KernelExpr, body: (next: KernelExpr) => void): void {
    const { w } = this;
    if (this.reverse) w.if_(less(u(0), n), () => body(sub(n, u(1))));
    else w.if_(less(add(n, u(1)), this.chunks), () => body(add(n, u(1))));
  }

  /** The chunk that is met as the `turn`-th of the walk, from 0. */
  inTurn(turn: KernelExpr): KernelExpr {
    return this.reverse ? sub(sub(this.chunks, u(1)), turn) : turn;
  }

  /** Writes a loop over what lies in [from, to), tokens or chunks, in the direction of the walk. */
  forEach(hint: string, [from, to]: readonly [KernelExpr, KernelExpr], body: (at: KernelExpr) => void): void {
    const { w } = this;
    if (!this.reverse) return w.for_(hint, from, to, body);
    const last = w.let_("last", sub(add(from, to), u(1)));
    w.for_("back", from, to, (back) => body(w.let_(hint, sub(last, back))));
  }

  /**
   * A function from the state before a token to its step. `outer` has the coordinates known so far, token included; what
   * does not depend on the dims named `inner` is read now, the rest by `read` where the function is called with them.
   */
  step(outer: Coordinates, inner: readonly string[], read: Read = this.read): (before: KernelExpr, at: Coordinates) => Step {
    const { w, reverse, isRead } = this;
    const early = (node: Node): ((at: Coordinates) => KernelExpr) => {
      if (node.dims.some((d) => inner.includes(d.name))) return (at) => read(node, merge(outer, at));
      const value = w.let_("read", this.read(node, outer));
      return () => value;
    };
    const decay = this.operands.decay && early(this.operands.decay);
    const terms = this.operands.terms.map(({ key, value }) => ({ key: early(key), value: early(value) }));
    const decayed = (state: KernelExpr, at: Coordinates): KernelExpr => (decay ? mul(decay(at), state) : state);
    const added = (state: KernelExpr, at: Coordinates, of: typeof terms): KernelExpr => of.reduce((sum, { key, value }) => fma(key(at), value(at), sum), state);
    const named = (state: KernelExpr): KernelExpr => (isRead ? w.let_("after", state) : state);
    if (!reverse) {
      return (before, at) => {
        const after = named(added(decayed(before, at), at, terms));
        return { seen: after, next: after };
      };
    }
    const late = terms.length - reverse.late;
    return (before, at) => {
      const seen = named(added(before, at, terms.slice(0, late)));
      return { seen, next: added(decayed(seen, at), at, terms.slice(late)) };
    };
  }
}

export const advance: SpecialKernel<"advance"> = (node, { chunk }, epilogue) => {
  const w = new KernelWriter(kernelName("advance", epilogue), threads, node.span);
  const tile = new Tile(node, node.dims, epilogue);
  const walk = new Walk(w, node, chunk, tile.fours);
  tile.forEach(w, (at, places) => {
    const n = w.let_("chunk", sub(walk.chunks, u(1)));
    const states = places.map((place) => w.var_("state", walk.read(walk.operands.first!, withPlace(place, chunkDim, n))));
    tile.walkChunk(walk, n, at, places, states);
    places.forEach((place, k) => tile.store(w, states[k]!, place));
  });
  return [w.launch(tile.dims.map((d) => d.size), threads, labelOf(node))];
};

/** The elements of a thread of `boundaries` and `advance`: four neighbours along the last dim, in four places along the one before it. */
export class Tile {
  /** A thread an element. */
  readonly dims: readonly Dim[];
  readonly fours: string | undefined;
  readonly zero: KernelExpr;
  private readonly rows: Dim | undefined;
  private readonly vectorStore: VectorWrite | undefined;

  constructor(private readonly node: Node, elements: readonly Dim[], private readonly epilogue: Epilogue | undefined) {
    const axes = elements.filter((d) => d.name !== batchDim && d.size !== 1);
    const last = axes.at(-1);
    const along = last && node.inputs.every((n) => layoutAlong(n, last.name) !== "apart") ? finishVectors(node, epilogue, last.name) : undefined;
    this.vectorStore = along;
    this.fours = along && last!.name;
    this.zero = along ? zeros : f(0);
    const before = axes.at(-2);
    this.rows = before && Number(before.size) % tileRows === 0 ? before : undefined;
    const cut = elements.map((d) => (d === this.rows ? { name: d.name, size: Number(d.size) / tileRows } : d));
    this.dims = along ? byFours(cut) : cut;
  }

  /** `body` gets what all the thread's elements have in common, and the place of each. */
  forEach(w: KernelWriter, body: (at: Coordinates, places: readonly Coordinates[]) => void): void {
    const { rows } = this;
    forEachElement(w, this.dims, (at) => {
      if (!rows) return body(at, [at]);
      const first = w.let_("first", mul(at.get(rows.name)!, u(tileRows)));
      body(at, Array.from({ length: tileRows }, (_, k) => withPlace(at, rows.name, w.let_("place", add(first, u(k))))));
    });
  }

  walkChunk(walk: Walk, n: KernelExpr, at: Coordinates, places: readonly Coordinates[], states: readonly KernelExpr[]): void {
    const { w } = walk;
    walk.forEach("t", walk.range(n), (t) => {
      const step = walk.step(withPlace(at, tokenDim, t), this.rows ? [this.rows.name] : []);
      places.forEach((place, k) => w.assign(states[k]!, step(states[k]!, place).next));
    });
  }

  store(w: KernelWriter, value: KernelExpr, at: Coordinates): void {
    if (this.vectorStore) this.vectorStore(w, value, at);
    else finish(w, this.node, this.epilogue, value, at);
  }
}

/** The dim of what lies at the beginnings of chunks. */
export function chunksOf(carrier: Node): Dim {
  return carrier.dims.find((d) => d.name === chunkDim) ?? bug(`${carrier.op} without chunks`);
}

/** Batch and chunk, in their order. */
export function chunkDims(carrier: Node): Dim[] {
  return carrier.dims.filter((d) => d.name === batchDim || d.name === chunkDim);
}

/** Batch and the state's axes. */
export function stateDims(carrier: Node): Dim[] {
  return carrier.dims.filter((d) => d.name !== chunkDim);
}

export function stateAxes(carrier: Node): Dim[] {
  return stateDims(carrier).filter((d) => d.name !== batchDim);
}
