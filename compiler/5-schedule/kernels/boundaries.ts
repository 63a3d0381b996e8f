/**
 * The state before each chunk. A thread walks the tokens of all chunks but the last, whose end nobody asks for, for a tile of the state (see
 * `recurrence.ts`), or for a line where there are corrections (`corrected.ts`).
 */
import { chunkDim } from "../../../src/graph/graph.js";
import { u } from "../../../src/kernel/build.js";
import { staticCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { carriedBoundaries } from "./carry.js";
import { carriedCorrections, partsOf } from "./corrected-carry.js";
import { correctedBoundaries } from "./corrected.js";
import { withPlace } from "./elements.js";
import { stateAxes, stateDims, Tile, Walk } from "./recurrence.js";
import { kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 32;
/**
 * Elements of the state of one sequence up to which its chunks are walked at once. More of them are threads enough for a device however many chunks there
 * are, and to carry costs each boundary one more reading and writing.
 */
const fewElements = 65_536;

export const boundaries: SpecialKernel<"boundaries"> = (node, context, epilogue) => {
  // What is carried goes through memory as it is: nothing may be made of it on the way.
  const carried = !epilogue && staticCount(stateAxes(node))! <= fewElements;
  if (node.corrections) {
    const parts = carried ? partsOf(node) : undefined;
    return parts ? carriedCorrections(node, context.chunk, parts) : correctedBoundaries(node, context, epilogue);
  }
  if (carried) return carriedBoundaries(node, context.chunk);
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
