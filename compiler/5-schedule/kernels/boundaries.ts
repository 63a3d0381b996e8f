/**
 * The state before each chunk. Where that gives threads enough, one walks the tokens of all chunks but the last, whose end nobody asks for, for a tile of
 * the state (see `recurrence.ts`), or for a line where there are corrections (`corrected.ts`). Else chunks are walked at once (`carry.ts`, `corrected-carry.ts`).
 */
import { batchDim, chunkDim, type Dim, type NodeOf } from "../../../src/graph/graph.js";
import { u } from "../../../src/kernel/build.js";
import type { Launch } from "../../../src/kernel/kernel.js";
import { staticCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { carriedBoundaries } from "./carry.js";
import { carriedCorrections, partsOf } from "./corrected-carry.js";
import { correctedBoundaries } from "./corrected.js";
import { withPlace } from "./elements.js";
import { stateDims, Tile, Walk } from "./recurrence.js";
import { kernelName, labelOf, type Epilogue, type SpecialKernel } from "./types.js";

const threads = 32;
/**
 * Threads that walk a sequence from its first token to its last, from which on that is the better way: a few sequences of so many keep a device busy, and
 * each boundary is written once. With fewer, a long sequence would have a device wait for some threads, so its chunks are walked at once.
 */
const enoughThreads = 1024;
/** A device of subgroups is one that has room for more threads than any state gives: a walk from end to end would have it wait. */
const enoughOfSubgroups = 65_536;

export const boundaries: SpecialKernel<"boundaries"> = (node, { chunk, target }, epilogue) => {
  const enough = target.subgroup > 0 ? enoughOfSubgroups : enoughThreads;
  // What is carried goes through memory as it is: nothing may be made of it on the way.
  const mayCarry = (places: readonly Dim[]): boolean => !epilogue && staticCount(places.filter((d) => d.name !== batchDim))! < enough;
  if (node.corrections) {
    const parts = partsOf(node);
    return parts && mayCarry([...parts.apart, ...parts.shared]) ? carriedCorrections(node, chunk, parts) : correctedBoundaries(node, chunk, epilogue);
  }
  return mayCarry(new Tile(node, stateDims(node), epilogue).dims) ? carriedBoundaries(node, chunk, target) : walkedBoundaries(node, chunk, epilogue);
};

function walkedBoundaries(node: NodeOf<"boundaries">, chunk: number, epilogue: Epilogue | undefined): Launch[] {
  const w = new KernelWriter(kernelName("boundaries", epilogue), threads, node.span);
  const tile = new Tile(node, stateDims(node), epilogue);
  const walk = new Walk(w, node, chunk, tile.fours);
  tile.forEach(w, (at, places) => {
    const start = walk.operands.first;
    const states = places.map((place) => w.var_("state", start ? walk.read(start, place) : tile.zero));
    walk.forEach("chunk", [u(0), walk.chunks], (n) => {
      places.forEach((place, k) => tile.store(w, states[k]!, withPlace(place, chunkDim, n)));
      walk.beforeLast(n, () => tile.walkChunk(walk, n, at, places, states));
    });
  });
  return [w.launch(tile.dims.map((d) => d.size), threads, labelOf(node))];
}
