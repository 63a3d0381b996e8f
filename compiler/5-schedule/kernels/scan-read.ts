/**
 * Σ_over query_t · S_t for every token. One thread a chunk and an output column (or four): it holds the part of the state that is
 * summed over, starts from the chunk's boundary and walks the chunk's tokens. What it cannot hold is walked in slices
 * (`scan-slices.ts`). In reverse the walk goes from the chunk's last token. `scan-rows.ts` is the form for sums along memory.
 */
import { bug } from "../../../src/base/assert.js";
import { batchDim, chunkDim, tokenDim, type Dim } from "../../../src/graph/graph.js";
import { add, component, constantValue, div, f, fma, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { forEachElement, merge, withPlace, type Places } from "./elements.js";
import { stateAxes, Walk, type Read } from "./recurrence.js";
import { scanRows } from "./scan-rows.js";
import { scanRowsShared } from "./scan-rows-shared.js";
import { bySlices, chunkColumns, largestDivisor, type Done } from "./scan-slices.js";
import { byFours, lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { finish, finishVectors, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 32;
/** Private floats of a thread. */
const held = 128;
/** Private vectors of a thread: written out element by element, so that they are registers. */
const heldVectors = 32;
/** Shorter slices are not worth their sums. */
const leastVectors = 8;

export const scanRead: SpecialKernel<"scan_read"> = (node, { chunk, target }, epilogue) => {
  const carrier = node.inputs[0]!;
  const columns = chunkColumns(node);
  const over = stateAxes(carrier).filter((d) => node.over.includes(d.name));
  const size = elementCount(over).kind === "constant" ? over.reduce((n, d) => n * Number(d.size), 1) : 0;

  const last = lastDim(node.dims.filter((d) => d.name !== batchDim && d.name !== tokenDim));
  const most = largestDivisor(size, heldVectors);
  const byVectors = last !== undefined && size > 0 && (most === size || most >= leastVectors) && node.inputs.every((n) => layoutAlong(n, last.name) !== "apart");
  const vectorStore = byVectors ? finishVectors(node, epilogue, last.name) : undefined;
  const shared = vectorStore || target.subgroup === 0 ? undefined : scanRowsShared(node, chunk, epilogue);
  const rows = vectorStore ? undefined : (shared ?? scanRows(node, chunk, epilogue));
  if (rows) return [rows];
  const [zero, type, length] = vectorStore ? ([zeros, "vec4f", most] as const) : ([f(0), "f32", Math.min(size, held)] as const);

  const w = new KernelWriter(kernelName(`scan_read_${node.when}`, epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk, vectorStore && last!.name);
  const state = w.array("state", type, length, "thread");
  const each = (count: KernelExpr, body: (j: KernelExpr) => void): void => {
    if (vectorStore) for (let j = 0; j < length; j++) body(u(j));
    else w.for_("j", u(0), count, body);
  };
  const places = vectorStore ? byFours(columns) : columns;

  forEachElement(w, places, (at) => {
    const range = walk.range(at.get(chunkDim)!);
    const slice = (first: KernelExpr, count: KernelExpr, done: Done): void => {
      const overAt = (j: KernelExpr): Places => coordinatesOf(over, over.length > 1 ? w.let_("place", add(first, j)) : add(first, j));
      each(count, (j) => w.storeArray(state, j, walk.read(walk.operands.first!, merge(at, overAt(j)))));
      walk.forEach("t", range, (t) => {
        const outer = withPlace(at, tokenDim, t);
        const read = vectorStore && over.length === 1 && length % 4 === 0 ? byFoursOver(walk, over[0]!, first) : walk.read;
        const step = walk.step(outer, node.over, read);
        const sum = w.var_("sum", zero);
        each(count, (j) => {
          const inner = overAt(j);
          const before = w.let_("before", w.loadArray(state, j));
          const { seen, next } = step(before, inner);
          w.storeArray(state, j, next);
          const query = read(walk.operands.query!, merge(outer, inner));
          w.assign(sum, fma(query, node.when === "new" ? seen : before, sum));
        });
        done(t, sum);
      });
    };
    bySlices(walk, range, type, [size, length], slice, (t, sum) => {
      const place = withPlace(at, tokenDim, t);
      if (vectorStore) vectorStore(w, sum, place);
      else finish(w, node, epilogue, sum, place);
    });
  });
  return [w.launch(places.map((d) => d.size), threads, labelOf(node))];
};

/**
 * Reads keys and queries, which are the same for all four columns, four at a time along the dim that is summed over: of each place
 * `first` + j asked for in turn, with a constant j.
 */
function byFoursOver(walk: Walk, over: Dim, first: KernelExpr): Read {
  const { w } = walk;
  const seen = new Map<string, KernelExpr>();
  return (node, at) => {
    if (layoutAlong(node, over.name) !== "vector" || layoutAlong(node, walk.fours!) !== "same") return walk.read(node, at);
    const place = at.get(over.name)!;
    const j = place === first ? 0 : (constantValue(place.kind === "binary" ? place.b : place) ?? bug("a place that is not written out"));
    const block = add(div(first, u(4)), u(Math.floor(j / 4)));
    const key = `${node.id} ${Math.floor(j / 4)}`;
    if (!seen.has(key)) seen.set(key, w.let_("four", readVector(w, node, withPlace(at, over.name, block), over.name)));
    return vec4(component(seen.get(key)!, j % 4));
  };
}
