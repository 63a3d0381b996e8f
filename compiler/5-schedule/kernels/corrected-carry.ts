/**
 * `boundaries` with corrections, by chunks at once. What a chunk makes of the state before it is affine: the state behind it is A · S + E, where A
 * is a matrix over the axes that corrections sum over, the same for all columns that no correction and no decay knows. A's columns are what the
 * chunk makes of unit vectors without its terms, E is what it makes of an empty state (the WY form: what corrections read is W · S + Y, and W and Y are
 * what those two walks read). Both are walked for all chunks at once, and then only a product of A and the state is left from chunk to chunk.
 */
import { batchDim, chunkDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, and, bool, component, div, equal, f, flatWorkgroup, fma, less, min, mod, mul, select, sub, thread, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, indexIn, staticCount, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { recurrenceOperands } from "../../3-graph/recurrence-operands.js";
import { byFours, lastDim, layoutAlong, zeros } from "../vector.js";
import { lineOf } from "./corrected.js";
import { CorrectedLine } from "./corrected-line.js";
import { elementAt, forEachElement, merge, namePlaces, withPlace } from "./elements.js";
import { chunkDims, stateAxes, Walk } from "./recurrence.js";
import { scratch } from "./scratch.js";
import { labelOf } from "./types.js";

const threads = 32;
/** Threads of a workgroup that carries, at the least where there are as many columns: each has a row of some columns. */
const carryThreads = 64;
/** A has the square of it, for each chunk. */
const longestLine = 128;
const mostCorrections = 4;

/** The state's axes by what they are to the matrix A. */
interface Parts {
  /** A's rows; its columns have names of their own. */
  readonly rows: readonly Dim[];
  readonly from: readonly Dim[];
  /** Axes with a matrix for each place, and axes whose places share one. */
  readonly apart: readonly Dim[];
  readonly shared: readonly Dim[];
}

/** Undefined where there is no such matrix worth making: a line too long, or less that shares a matrix than it costs, twice at most. */
export function partsOf(node: NodeOf<"boundaries">): Parts | undefined {
  const { decay, corrections } = recurrenceOperands(node);
  const axes = stateAxes(node);
  const known = [...(decay ? [decay] : []), ...corrections.flatMap((c) => [c.writer, c.reader])];
  const rows = axes.filter((d) => corrections.some((c) => c.over.includes(d.name)));
  const columns = axes.filter((d) => !rows.includes(d));
  const isApart = (d: Dim): boolean => known.some((n) => n.dims.some((k) => k.name === d.name));
  const [apart, shared] = [columns.filter(isApart), columns.filter((d) => !isApart(d))];
  const [length, sharing] = [staticCount(rows)!, staticCount(shared)!];
  if (length > longestLine || length > 2 * sharing || corrections.length > mostCorrections) return undefined;
  return { rows, from: rows.map((d) => ({ name: `@from ${d.name}`, size: d.size })), apart, shared };
}

export function carriedCorrections(node: NodeOf<"boundaries">, chunk: number, parts: Parts): Launch[] {
  const matrix = scratch(node, 2, "f32", [...chunkDims(node), ...parts.apart, ...parts.rows, ...parts.from]);
  return [matrices(node, chunk, parts, matrix), chunkEnds(node, chunk), carry(node, chunk, parts, matrix)];
}

/** A for each chunk. */
function matrices(node: NodeOf<"boundaries">, chunk: number, { rows, from, apart }: Parts, matrix: Node): Launch {
  const w = new KernelWriter("boundaries_matrices", threads, node.span);
  const walk = new Walk(w, node, chunk);
  const { decay, corrections } = walk.operands;
  const lines = { state: matrix, axes: rows, columns: [...apart, ...from], result: matrix, epilogue: undefined };
  const line = new CorrectedLine(w, lines, { decay, corrections, terms: [], reverse: walk.reverse });
  const unit = (at: Coordinates, i: number): KernelExpr => {
    const placeAlong = ({ name }: Dim): KernelExpr => (name === line.fours ? elementAt(at, name, i) : at.get(name)!);
    const same = rows.map((d, k) => (d.size === 1 ? bool(true) : equal(placeAlong(d), placeAlong(from[k]!))));
    return select(same.reduce((a, b) => and(a, b), bool(true)), f(1), f(0));
  };
  const units = (at: Coordinates): KernelExpr => (line.fours === undefined ? unit(at, 0) : vec4(...[0, 1, 2, 3].map((i) => unit(at, i))));
  return walkChunks(node, walk, line, units, (at) => at);
}

/** What each chunk makes of an empty state, stored where the state before the next chunk is to stand. */
function chunkEnds(node: NodeOf<"boundaries">, chunk: number): Launch {
  const w = new KernelWriter("boundaries_corrected_ends", threads, node.span);
  const walk = new Walk(w, node, chunk);
  const line = lineOf(w, walk, node, node, undefined);
  return walkChunks(node, walk, line, () => line.zero, (at, next) => withPlace(at, chunkDim, next));
}

/** Each line of each chunk, but of the last, from `first` to its end, which is stored at `to`. */
function walkChunks(
  node: Node, walk: Walk, line: CorrectedLine, first: (at: Coordinates) => KernelExpr, to: (at: Coordinates, next: KernelExpr) => Coordinates,
): Launch {
  const { w } = walk;
  const places = [...chunkDims(node), ...line.columns];
  forEachElement(w, places, (at) => {
    const n = at.get(chunkDim)!;
    walk.beforeLast(n, (next) => {
      const thread = line.thread(at, places);
      line.fill(thread, first);
      walk.forEach("t", walk.range(n), (t) => line.step(thread, t));
      line.store(thread, to(at, next));
    });
  });
  return w.launch(places.map((d) => d.size), threads, labelOf(node));
}

/** S = A · S + E from chunk to chunk, in place: a workgroup has all rows of some columns, and the state before in its memory, twice in turn. */
function carry(node: NodeOf<"boundaries">, chunk: number, { rows, from: columnsOf, apart, shared }: Parts, matrix: Node): Launch {
  const length = staticCount(rows)!;
  const last = lastDim(node.dims);
  const fours = last && shared.includes(last) && layoutAlong(node, last.name) === "vector" && (!node.started || layoutAlong(node.inputs[0]!, last.name) === "vector") ? last.name : undefined;
  const cut = (dims: readonly Dim[]): readonly Dim[] => (fours === undefined ? dims : byFours(dims));
  const columns = staticCount(cut(shared))!;
  const side = Math.max(1, Math.min(columns, Math.floor(carryThreads / length)));
  const type = fours === undefined ? "f32" : "vec4f";

  const w = new KernelWriter("boundaries_corrected_carry", length * side, node.span);
  const walk = new Walk(w, node, chunk, fours);
  const groups: readonly Dim[] = [...node.dims.filter((d) => d.name === batchDim), ...apart, { name: "@columns", size: Math.ceil(columns / side) }];
  const count = elementCount(groups);
  const group = w.let_("group", flatWorkgroup());
  // A thread with nothing to do goes along with the last that has, for the barriers, and stores nothing.
  const at = namePlaces(w, coordinatesOf(groups, w.let_("known", min(group, sub(count, u(1))))));
  const [row, own] = [w.let_("row", div(thread, u(side))), w.let_("own", mod(thread, u(side)))];
  const column = w.let_("column", add(mul(at.get("@columns")!, u(side)), own));
  const active = w.let_("active", and(less(group, count), less(column, u(columns))));
  const place = merge(at, coordinatesOf(rows, row), namePlaces(w, coordinatesOf(cut(shared), w.let_("shared", min(column, u(columns - 1))))));
  const out = w.operand(node, "read_write", { name: "out", vector: fours !== undefined });
  const indexAt = (n: KernelExpr): KernelExpr => w.let_("here", indexIn(cut(node.dims), withPlace(place, chunkDim, n)));
  const states = w.array("states", type, 2 * length * side, "workgroup");
  const keep = (turn: KernelExpr, value: KernelExpr): void => w.storeArray(states, add(mul(mod(turn, u(2)), u(length * side)), thread), value);

  const start = walk.operands.first;
  const first = w.let_("state", start ? walk.read(start, place) : fours === undefined ? f(0) : zeros);
  const from = indexAt(walk.inTurn(u(0)));
  w.if_(active, () => w.store(out, from, first));
  keep(u(0), first);
  w.for_("turn", u(1), walk.chunks, (turn) => {
    w.barrier();
    const here = indexAt(walk.inTurn(turn));
    const sum = w.var_("sum", w.load(out, here));
    const before = w.let_("before", walk.inTurn(sub(turn, u(1))));
    const line = withPlace(place, chunkDim, before);
    const known = w.let_("known", add(mul(mod(add(turn, u(1)), u(2)), u(length * side)), own));
    const stateAt = (j: KernelExpr): KernelExpr => w.loadArray(states, add(known, mul(j, u(side))));
    // A row lies in one piece, whatever its dims.
    const wide = length % 4 === 0;
    const binding = w.operand(matrix, "read", { name: "matrix", vector: wide });
    const rowAt = w.let_("row", indexIn(matrix.dims, merge(line, new Map(columnsOf.map((d) => [d.name, u(0)])))));
    w.for_("j", u(0), u(wide ? length / 4 : length), (j) => {
      const factor = w.let_("factor", w.load(binding, wide ? add(div(rowAt, u(4)), j) : add(rowAt, j)));
      const times = (x: KernelExpr, k: KernelExpr): void => w.assign(sum, fma(fours === undefined ? x : vec4(x), stateAt(k), sum));
      if (!wide) return times(factor, j);
      for (const i of [0, 1, 2, 3]) times(component(factor, i), add(mul(j, u(4)), u(i)));
    });
    w.if_(active, () => w.store(out, here, sum));
    keep(turn, sum);
  });
  return w.launch(groups.map((d) => d.size), 1, labelOf(node));
}
