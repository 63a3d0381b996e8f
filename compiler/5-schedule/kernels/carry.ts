/**
 * `boundaries` by chunks at once, for a state that too few threads would walk from its first token to its last: each chunk from an empty state,
 * and how much of a state decays in it; then what was found is carried from chunk to chunk, in place. `corrected-carry.ts` is the form with corrections.
 */
import { batchDim, chunkDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, f, fma, less, min, mul, sub, u } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { indexIn, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { byFours, layoutAlong, readVector, zeros } from "../vector.js";
import { forEachElement, withPlace } from "./elements.js";
import { stateDims, Tile, Walk } from "./recurrence.js";
import { scratch } from "./scratch.js";
import { labelOf } from "./types.js";

const threads = 32;

/** Chunks whose ends are read before the first of them is carried on, where a device waits long for memory. */
const ahead = 8;

export function carriedBoundaries(node: NodeOf<"boundaries">, chunk: number, target: KernelTarget): Launch[] {
  const decay = node.decayed ? new Decays(node, chunk) : undefined;
  return [chunkEnds(node, chunk), ...(decay ? [decay.launch()] : []), carry(node, chunk, decay?.products, target.subgroup > 0 ? ahead : 1)];
}

/** What each chunk makes of an empty state, stored where the state before the next chunk is to stand. */
function chunkEnds(node: NodeOf<"boundaries">, chunk: number): Launch {
  const w = new KernelWriter("boundaries_ends", threads, node.span);
  const tile = new Tile(node, node.dims, undefined);
  const walk = new Walk(w, node, chunk, tile.fours);
  tile.forEach(w, (at, places) => {
    const n = at.get(chunkDim)!;
    walk.beforeLast(n, (next) => {
      const states = places.map(() => w.var_("state", tile.zero));
      tile.walkChunk(walk, n, at, places, states);
      places.forEach((place, k) => tile.store(w, states[k]!, withPlace(place, chunkDim, next)));
    });
  });
  return w.launch(tile.dims.map((d) => d.size), threads, labelOf(node));
}

/** The product of each chunk's decays. */
class Decays {
  readonly products: Node;
  private readonly w: KernelWriter;
  private readonly walk: Walk;

  constructor(private readonly node: NodeOf<"boundaries">, chunk: number) {
    this.w = new KernelWriter("boundaries_decays", threads, node.span);
    this.walk = new Walk(this.w, node, chunk);
    this.products = scratch(node, 0, "f32", inChunks(this.walk.operands.decay!, node));
  }

  launch(): Launch {
    const { w, walk, products } = this;
    forEachElement(w, products.dims, (at) => {
      const product = w.var_("product", f(1));
      w.for_("t", ...walk.range(at.get(chunkDim)!), (t) => w.assign(product, mul(product, w.read(walk.operands.decay!, withPlace(at, tokenDim, t)))));
      w.write(products, at, product);
    });
    return w.launch(products.dims.map((d) => d.size), threads, labelOf(this.node));
  }
}

/** An operand's dims, in their order, with chunks in place of tokens. */
function inChunks(operand: Node, carrier: Node): Dim[] {
  const chunks = carrier.dims.find((d) => d.name === chunkDim)!;
  const dims = operand.dims.map((d) => (d.name === tokenDim ? chunks : d));
  if (dims.includes(chunks)) return dims;
  const outer = dims.filter((d) => d.name === batchDim);
  return [...outer, chunks, ...dims.filter((d) => d.name !== batchDim)];
}

function carry(node: NodeOf<"boundaries">, chunk: number, products: Node | undefined, together: number): Launch {
  const w = new KernelWriter("boundaries_carry", threads, node.span);
  const last = stateDims(node).filter((d) => d.name !== batchDim && d.size !== 1).at(-1);
  const involved = [...(node.started ? [node.inputs[0]!] : []), ...(products ? [products] : [])];
  const inFours = last && layoutAlong(node, last.name) === "vector" && involved.every((n) => layoutAlong(n, last.name) !== "apart");
  const fours = inFours ? last.name : undefined;
  const walk = new Walk(w, node, chunk, fours);
  const cut = (dims: readonly Dim[]): readonly Dim[] => (fours === undefined ? dims : byFours(dims));
  const out = w.operand(node, "read_write", { name: "out", vector: fours !== undefined });
  const read = (of: Node, at: Coordinates): KernelExpr => (fours === undefined ? w.read(of, at) : readVector(w, of, at, fours));
  const places = cut(stateDims(node));
  forEachElement(w, places, (at) => {
    const indexAt = (n: KernelExpr): KernelExpr => w.let_("here", indexIn(cut(node.dims), withPlace(at, chunkDim, n)));
    const start = walk.operands.first;
    const state = w.var_("state", start ? read(start, at) : fours === undefined ? f(0) : zeros);
    w.store(out, indexAt(walk.inTurn(u(0))), state);
    const decayBefore = (turn: KernelExpr): KernelExpr | undefined => {
      const before = w.let_("before", walk.inTurn(sub(turn, u(1))));
      return products && read(products, withPlace(at, chunkDim, before));
    };
    const onto = (here: KernelExpr, decay: KernelExpr | undefined, end: KernelExpr): void => {
      w.assign(state, decay ? fma(decay, state, end) : add(state, end));
      w.store(out, here, state);
    };
    if (together === 1) return w.for_("turn", u(1), walk.chunks, (turn) => {
      const here = indexAt(walk.inTurn(turn));
      onto(here, decayBefore(turn), w.load(out, here));
    });
    w.for_("first", u(1), walk.chunks, (first) => {
      const lastTurn = w.let_("last_turn", sub(walk.chunks, u(1)));
      const read = Array.from({ length: together }, (_, j) => {
        const turn = w.let_("turn", min(add(first, u(j)), lastTurn));
        const here = indexAt(walk.inTurn(turn));
        const decay = decayBefore(turn);
        return { here, decay: decay && w.let_("decay", decay), end: w.let_("end", w.load(out, here)) };
      });
      read.forEach(({ here, decay, end }, j) => w.if_(less(add(first, u(j)), walk.chunks), () => onto(here, decay, end)));
    }, { step: u(together) });
  });
  return w.launch(places.map((d) => d.size), threads, labelOf(node));
}
