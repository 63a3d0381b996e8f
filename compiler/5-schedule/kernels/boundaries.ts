/**
 * The state before each chunk. A thread walks the tokens of all chunks but the last, whose end nobody asks for, for a tile of the state (see
 * `recurrence.ts`), or for a line where there are corrections (`corrected.ts`).
 */
import { chunkDim } from "../../../src/graph/graph.js";
import { u } from "../../../src/kernel/build.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { correctedBoundaries } from "./corrected.js";
import { withPlace } from "./elements.js";
import { stateDims, Tile, Walk } from "./recurrence.js";
import { kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 32;

export const boundaries: SpecialKernel<"boundaries"> = (node, context, epilogue) => {
  if (node.corrections) return correctedBoundaries(node, context, epilogue);
  const w = new KernelWriter(kernelName("boundaries", epilogue), threads, node.span);
  const tile = new Tile(node, stateDims(node), epilogue);
  const walk = new Walk(w, node, context.chunk, tile.fours);
  tile.forEach(w, (at, places) => {
    const start = walk.operands.first;
    const states = places.map((place) => w.var_("state", start ? walk.read(start, place) : tile.zero));
    walk.forEach("chunk", [u(0), walk.chunks], (n) => {
      places.forEach((place, k) => tile.store(w, states[k]!, withPlace(place, chunkDim, n)));
      walk.beforeLast(n, () => tile.walkChunk(walk, n, at, places, states));
    });
  });
  return [w.launch(tile.dims.map((d) => d.size), threads, labelOf(node))];
};
