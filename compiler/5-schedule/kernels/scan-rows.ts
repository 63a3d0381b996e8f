/**
 * `scan_read` over the dim whose neighbours are neighbours in memory, as cotangents of keys and queries are: a thread holds a few
 * rows of the state (four neighbours of the result, where it has them) in fours along that dim, so that what it reads along
 * the dim serves all of them.
 */
import { batchDim, chunkDim, tokenDim, type NodeOf } from "../../../src/graph/graph.js";
import { add, component, fma, mul, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, staticCount, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { byFours, lastDim, layoutAlong, readVector, zeros } from "../vector.js";
import { forEachElement, merge, namePlaces, withPlace } from "./elements.js";
import { stateAxes, Walk, type Read } from "./recurrence.js";
import { bySlices, chunkColumns, largestDivisor, type Done } from "./scan-slices.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue } from "./types.js";

const threads = 32;
/** Vectors of a thread, all rows together: they are registers. */
const heldVectors = 16;

/** Neighbours of the result that a thread computes together: `fours` is the coordinate in fours, `places` has each one's own. */
interface Rows {
  readonly dim: string;
  readonly fours: KernelExpr;
  readonly places: readonly KernelExpr[];
}

/** Undefined where operands lie otherwise. */
export function scanRows(node: NodeOf<"scan_read">, chunk: number, epilogue: Epilogue | undefined): Launch | undefined {
  const over = stateAxes(node.inputs[0]!).filter((d) => node.over.includes(d.name));
  const along = lastDim(over);
  const size = staticCount(over);
  if (!along || !size || Number(along.size) % 4 !== 0 || node.inputs.some((n) => layoutAlong(n, along.name) === "apart")) return undefined;
  const last = lastDim(node.dims.filter((d) => d.name !== batchDim && d.name !== tokenDim));
  const vectorStore = last && finishVectors(node, epilogue, last.name);
  const length = largestDivisor(size / 4, heldVectors / (vectorStore ? 4 : 1));

  const w = new KernelWriter(kernelName(`scan_read_${node.when}_rows`, epilogue), threads, node.span);
  const walk = new Walk(w, node, chunk, along.name);
  const columns = chunkColumns(node);
  const places = vectorStore ? byFours(columns) : columns;
  forEachElement(w, places, (at) => {
    const rows = vectorStore ? rowsAt(w, last.name, at.get(last.name)!) : undefined;
    const ofRow = rows ? rows.places.map((place) => withPlace(at, rows.dim, place)) : [at];
    const range = walk.range(at.get(chunkDim)!);
    const slice = (first: KernelExpr, _: KernelExpr, done: Done): void => {
      const inner = Array.from({ length }, (_, j) => namePlaces(w, coordinatesOf(byFours(over), w.let_("place", add(first, u(j))))));
      const states = ofRow.map((row) => inner.map((place) => w.var_("state", walk.read(walk.operands.first!, merge(row, place)))));
      walk.forEach("t", range, (t) => {
        const read = readOnce(walk, along.name, rows);
        const step = walk.step(withPlace(at, tokenDim, t), rows ? [...node.over, rows.dim] : node.over, read);
        const sums = ofRow.map(() => w.var_("sum", zeros));
        inner.forEach((place, j) => ofRow.forEach((row, r) => {
          const here = withPlace(merge(row, place), tokenDim, t);
          const state = states[r]![j]!;
          const { seen, next } = step(state, here);
          // In front of the step, which changes what an old read sees.
          w.assign(sums[r]!, fma(read(walk.operands.query!, here), node.when === "new" ? seen : state, sums[r]!));
          w.assign(state, next);
        }));
        const whole = sums.map((sum) => [0, 1, 2, 3].map((i) => component(sum, i)).reduce((a, b) => add(a, b)));
        done(t, rows ? vec4(...whole) : whole[0]!);
      });
    };
    bySlices(walk, range, vectorStore ? "vec4f" : "f32", [size / 4, length], slice, (t, sum) => {
      const place = withPlace(at, tokenDim, t);
      if (vectorStore) vectorStore(w, sum, place);
      else finish(w, node, epilogue, sum, place);
    });
  });
  return w.launch(places.map((d) => d.size), threads, labelOf(node));
}

function rowsAt(w: KernelWriter, dim: string, fours: KernelExpr): Rows {
  const first = w.let_("first", mul(fours, u(4)));
  return { dim, fours, places: [0, 1, 2, 3].map((r) => w.let_("row", add(first, u(r)))) };
}

/** Reads each element (or four) of a token once, and what the rows have apart four rows at a time where it lies so. */
function readOnce(walk: Walk, along: string, rows: Rows | undefined): Read {
  const { w } = walk;
  const seen = new Map<string, KernelExpr>();
  const once = (key: string, value: () => KernelExpr): KernelExpr => {
    const known = seen.get(key) ?? w.let_("read", value());
    seen.set(key, known);
    return known;
  };
  return (node, at: Coordinates) => {
    if (rows && layoutAlong(node, rows.dim) === "vector" && layoutAlong(node, along) === "same") {
      const four = once(`${node.id}`, () => readVector(w, node, withPlace(at, rows.dim, rows.fours), rows.dim));
      return vec4(component(four, rows.places.indexOf(at.get(rows.dim)!)));
    }
    return once(`${node.id} ${JSON.stringify(node.dims.map((d) => at.get(d.name)))}`, () => walk.read(node, at));
  };
}
