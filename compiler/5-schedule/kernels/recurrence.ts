/**
 * S_t = decay_t ∘ S_{t-1} + Σ_i key_i ⊗ value_i. `boundaries` keeps the state before each chunk, `advance` the state after all
 * tokens: a thread walks the tokens for a tile of the state, 4 × 4 elements where dims allow, so that each key and value it reads
 * serves several. `Walk` also serves `scan-read.ts`.
 */
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, extent, f, fma, min, mul, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import type { Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { recurrenceOperands } from "../../3-graph/emit.js";
import { forEachElement, merge, withPlace } from "./elements.js";
import { byFours, layoutAlong, readVector, zeros } from "../vector.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue, type SpecialKernel, type VectorWrite } from "./types.js";

const threads = 32;
/** Places of a thread along the last dim but one. */
const tileRows = 4;

/** An operand's element, or its four neighbours. */
export type Read = (node: Node, at: Coordinates) => KernelExpr;

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
    /** The dim along which all is read by fours. */
    readonly fours?: string,
  ) {
    this.operands = recurrenceOperands(node);
    this.time = extent([...node.inputs, node].flatMap((n) => n.dims).find((d) => d.name === tokenDim)?.size ?? "T");
    const carrier = node.op === "boundaries" ? node : node.inputs[0]!;
    this.chunks = extent(carrier.dims.find((d) => d.name === chunkDim)?.size ?? "N");
  }

  readonly read: Read = (node, at) => (this.fours === undefined ? this.w.read(node, at) : readVector(this.w, node, at, this.fours));

  /** The first token of a chunk, and the end of it. */
  range(chunk: KernelExpr): [KernelExpr, KernelExpr] {
    const from = this.w.let_("from", mul(chunk, u(this.chunk)));
    return [from, this.w.let_("to", min(add(from, u(this.chunk)), this.time))];
  }

  /**
   * A function from the state before a token to the state after it. `outer` has the coordinates known so far, token included; what
   * does not depend on the dims named `inner` is read now, the rest by `read` where the function is called with them.
   */
  step(outer: Coordinates, inner: readonly string[], read: Read = this.read): (before: KernelExpr, at: Coordinates) => KernelExpr {
    const { w } = this;
    const early = (node: Node): ((at: Coordinates) => KernelExpr) => {
      if (node.dims.some((d) => inner.includes(d.name))) return (at) => read(node, merge(outer, at));
      const value = w.let_("read", this.read(node, outer));
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
  const tile = new Tile(node, stateDims(node), epilogue);
  const walk = new Walk(w, node, chunk, tile.fours);
  tile.forEach(w, (at, places) => {
    const start = walk.operands.first;
    const states = places.map((place) => w.var_("state", start ? walk.read(start, place) : tile.zero));
    w.for_("chunk", u(0), walk.chunks, (n) => {
      places.forEach((place, k) => tile.store(w, states[k]!, withPlace(place, chunkDim, n)));
      tile.walkChunk(walk, n, at, places, states);
    });
  });
  return [w.launch(tile.dims.map((d) => d.size), threads, labelOf(node))];
};

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

/** The elements of a thread: four neighbours along the last dim, in four places along the one before it. */
class Tile {
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
    const [from, to] = walk.range(n);
    w.for_("t", from, to, (t) => {
      const step = walk.step(withPlace(at, tokenDim, t), this.rows ? [this.rows.name] : []);
      places.forEach((place, k) => w.assign(states[k]!, step(states[k]!, place)));
    });
  }

  store(w: KernelWriter, value: KernelExpr, at: Coordinates): void {
    if (this.vectorStore) this.vectorStore(w, value, at);
    else finish(w, this.node, this.epilogue, value, at);
  }
}

/** Batch and the state's axes. */
export function stateDims(carrier: Node): Dim[] {
  return carrier.dims.filter((d) => d.name !== chunkDim);
}

export function stateAxes(carrier: Node): Dim[] {
  return stateDims(carrier).filter((d) => d.name !== batchDim);
}
