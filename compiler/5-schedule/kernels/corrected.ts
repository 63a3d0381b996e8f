/**
 * Recurrences with corrections: `boundaries`, the state before each chunk, and `correction`, what a correction reads of the state at each token, from
 * which on the recurrence is an ordinary one. A thread holds a line of the state (`corrected-line.ts`) and walks tokens: of all chunks for the first,
 * of one chunk, from its boundary, for the second.
 */
import { batchDim, chunkDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { u } from "../../../src/kernel/build.js";
import type { Launch } from "../../../src/kernel/kernel.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { CorrectedLine } from "./corrected-line.js";
import { forEachElement, withPlace } from "./elements.js";
import { chunkDims, stateAxes, Walk } from "./recurrence.js";
import { kernelName, labelOf, type Epilogue, type SpecialKernel } from "./types.js";

const threads = 32;

export const correction: SpecialKernel<"correction"> = (node, { chunk }, epilogue) => {
  const w = new KernelWriter(kernelName("correction", epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk);
  const carrier = node.inputs[0]!;
  const line = lineOf(w, walk, carrier, node, epilogue);
  const places = [...chunkDims(carrier), ...line.columns];
  forEachElement(w, places, (at) => {
    const thread = line.thread(at, places);
    line.fill(thread, (place) => line.read(carrier, place));
    walk.forEach("t", walk.range(at.get(chunkDim)!), (t) => line.step(thread, t, (here, read) => line.storeRead(node.of, here, read)));
  });
  return [w.launch(places.map((d) => d.size), threads, labelOf(node))];
};

export function correctedBoundaries(node: NodeOf<"boundaries">, chunk: number, epilogue: Epilogue | undefined): Launch[] {
  const w = new KernelWriter(kernelName("boundaries_corrected", epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk);
  const line = lineOf(w, walk, node, node, epilogue);
  const places = [...node.dims.filter((d) => d.name === batchDim), ...line.columns];
  forEachElement(w, places, (at) => {
    const start = walk.operands.first;
    const thread = line.thread(at, places);
    line.fill(thread, (place) => (start ? line.read(start, place) : line.zero));
    walk.forEach("chunk", [u(0), walk.chunks], (n) => {
      line.store(thread, withPlace(at, chunkDim, n));
      walk.beforeLast(n, () => walk.forEach("t", walk.range(n), (t) => line.step(thread, t)));
    });
  });
  return [w.launch(places.map((d) => d.size), threads, labelOf(node))];
}

/** The lines of the state as it lies in `carrier`. */
export function lineOf(w: KernelWriter, walk: Walk, carrier: Node, result: Node, epilogue: Epilogue | undefined): CorrectedLine {
  const { operands, reverse } = walk;
  const along = (d: Dim): boolean => operands.corrections.some((c) => c.over.includes(d.name));
  const all = stateAxes(carrier);
  return new CorrectedLine(w, { state: carrier, axes: all.filter(along), columns: all.filter((d) => !along(d)), result, epilogue }, { ...operands, reverse });
}
