/**
 * x · w for few rows, as in a decode step, on devices with subgroups: limited by how fast the weight comes from memory. It is read where it lies, 16 bytes a
 * thread, several of them under way, and once for up to four rows. `byLines` gives an output's line of the weight to a subgroup (or to several, where
 * outputs are few and lines long); `byColumns` is for weights whose outputs are neighbours: threads side by side over them, and over what is summed.
 */
import { narrowOf } from "../../../src/graph/graph.js";
import {
  add, and, bool, component, div, equal, f, flatWorkgroup, fma, less, min, mod, mul, sub, thread, u, unpack,
} from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, sourceOf } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { subgroup, sumsAcross } from "./across.js";
import { namePlaces } from "./elements.js";
import type { Matmul, Shape } from "./matmul-shape.js";
import { finish, kernelName, labelOf, type Epilogue, type Prologue } from "./types.js";

const threads = 256;
const subgroups = threads / subgroup;
/** Subgroups that keep a large device's memory busy: 16 for each of its 132 processors. */
const enough = 2048;
/** Loads of 16 bytes that a thread has under way. */
const underWay = 8;
/** Rows that a pass over the weight serves at most: more would take registers from the case of one. What a next pass reads again is near. */
const rowsAtOnce = 4;
/** Numbers of rows that a workgroup holds at most. */
const heldNumbers = 8192;
/** Of workgroup memory, each with a number a turn. */
const banks = 32;
/** What stands in front of a product is computed by so many workgroups at most: those that a large device has at once, twice. */
const mostWorkgroups = 2048;

export function matmulRows(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined, prologue?: Prologue): Launch {
  return (shape.asStored ? byColumns : byLines)(node, shape, target, epilogue, prologue);
}

/** How the weight is read: `width` neighbours a load, which are read as f32. */
interface Weight {
  readonly width: 1 | 4 | 8;
  load(index: KernelExpr): KernelExpr;
  numbers(loaded: KernelExpr): KernelExpr[];
}

function widthOf(line: number, narrow: boolean): Weight["width"] {
  return narrow && line % 8 === 0 ? 8 : line % 4 === 0 ? 4 : 1;
}

/** `line`: what lines of neighbours that are read together have at least in common, in elements. */
function weightOf(w: KernelWriter, node: Matmul, target: KernelTarget, line: number): Weight {
  const weight = node.inputs[1]!;
  const narrow = sourceOf(weight).op === "parameter" ? narrowOf(target.precision) : undefined;
  const options = { name: "w", ...(narrow ? { narrow } : {}) };
  const load = (binding: number) => (index: KernelExpr): KernelExpr => w.let_("b", w.load(binding, index));
  const width = widthOf(line, narrow !== undefined);
  if (narrow && width === 8) {
    const numbers = (four: KernelExpr): KernelExpr[] => [0, 1, 2, 3].flatMap((c) => ([0, 1] as const).map((half) => unpack(narrow, component(four, c), half)));
    return { width, load: load(w.operand(weight, "read", { ...options, packed: true })), numbers };
  }
  if (width === 4) return { width, load: load(w.operand(weight, "read", { ...options, vector: true })), numbers: (four) => [0, 1, 2, 3].map((c) => component(four, c)) };
  return { width: 1, load: load(w.operand(weight, "read", options)), numbers: (one) => [one] };
}

/** Where a product gets its rows from: memory, or workgroup memory that a prologue fills. */
interface Rows {
  /** Must come before `rows` of them from `first` on are read, when some of the weight is under way already. */
  readonly prepare?: (first: KernelExpr, rows: number) => void;
  /** Where the `r`-th of them begins, which is `row` of all, in units of what is read. */
  start(row: KernelExpr, r: number, per: KernelExpr): KernelExpr;
  /** `width` neighbours, the `k`-th such group behind `start`. */
  read(start: KernelExpr, k: KernelExpr): KernelExpr[];
}

function rowsOf(w: KernelWriter, node: Matmul, shape: Shape, width: number, prologue: Prologue | undefined): Rows {
  return prologue ? rowsBehind(w, shape, width, prologue) : rowsInMemory(w, node, shape, width);
}

function rowsInMemory(w: KernelWriter, node: Matmul, { K, P }: Shape, width: number): Rows {
  const vector = width > 1;
  const x = w.operand(node.inputs[0]!, "read", { name: "x", vector });
  return {
    start: (row, _, per) => w.let_("start", mul(P === 1 ? row : add(mul(row, u(P)), per), u(vector ? K / 4 : K))),
    read: (start, k) => {
      if (!vector) return [w.let_("a", w.load(x, add(start, k)))];
      const first = add(start, mul(k, u(width / 4)));
      const fours = Array.from({ length: width / 4 }, (_, c) => w.let_("a", w.load(x, add(first, u(c)))));
      return fours.flatMap((four) => [0, 1, 2, 3].map((c) => component(four, c)));
    },
  };
}

/**
 * The `c`-th of each `width` neighbours lie together, so that threads side by side read numbers side by side; the distance between such runs is what
 * makes those who write neighbours find them in different banks of the memory as well.
 */
function runOf({ K, P }: Shape, width: number): number {
  const length = (K * P) / width;
  const wanted = banks / width;
  return width === 1 ? length : length + ((wanted - (length % banks) + banks) % banks);
}

function rowsBehind(w: KernelWriter, shape: Shape, width: number, prologue: Prologue): Rows {
  const room = rowsHeld(shape);
  const run = runOf(shape, width);
  const array = w.array("x", "f32", room * run * width, "workgroup");
  const write = prologue.open(w, {
    array, room, count: shape.M,
    index: (row, place) => add(mul(row, u(run * width)), width === 1 ? place : add(mul(mod(place, u(width)), u(run)), div(place, u(width)))),
  });
  return {
    prepare: (first, rows) => {
      // Before the rows of the last turn are written over.
      if (rows > 1) w.barrier();
      write(first, rows);
      w.barrier();
    },
    start: (_, r, per) => w.let_("start", add(u(r * run * width), mul(per, u(shape.K / width)))),
    read: (start, k) => Array.from({ length: width }, (_, c) => w.let_("a", w.loadArray(array, add(add(start, k), u(c * run))))),
  };
}

/** Rows that lie in workgroup memory at once. */
function rowsHeld({ K, P }: Shape): number {
  return K * P <= heldNumbers / rowsAtOnce ? rowsAtOnce : 2;
}

/** Whether a prologue may compute the rows: they fit beside all else, and few workgroups do it. */
export function takesPrologue(node: Matmul, shape: Shape, target: KernelTarget): boolean {
  const { K, P, N } = shape;
  if (2 * K * P > heldNumbers) return false;
  const narrow = narrowOf(target.precision) !== undefined && sourceOf(node.inputs[1]!).op === "parameter";
  const width = widthOf(shape.asStored ? shape.O : K, narrow);
  const vectors = (shape.asStored ? N : K) / width;
  if (shape.asStored) {
    const lanes = sideBySide(vectors, width);
    // Beside the parts of sums: rows, and what a prologue needs for itself (parts of its reductions, an eighth of a row for their results).
    const numbers = subgroups * rowsAtOnce * lanes * width + rowsHeld(shape) * (K * P + (K * P) / 8) + 4 * threads;
    return Math.ceil(vectors / lanes) <= mostWorkgroups && 4 * numbers <= target.workgroupBytes;
  }
  const { lanes, outputs, parts } = shareOut(shape, vectors);
  return N <= (mostWorkgroups * outputs * threads) / lanes / parts;
}

/** Writes `body` for the rows that there are: one alone, which is the usual case and must not pay for more, else up to `most` at once. */
function byRows(w: KernelWriter, { M }: Shape, most: number, body: (rows: readonly KernelExpr[], first: KernelExpr) => void): void {
  w.if_(equal(M, u(1)), () => body([u(0)], u(0)), () => {
    const last = w.let_("last_row", sub(M, u(1)));
    w.for_("first", u(0), M, (first) => {
      body(Array.from({ length: most }, (_, r) => w.let_("row", min(add(first, u(r)), last))), first);
    }, { step: u(most) });
  });
}

/** What is done at some places: loads first, and what is done with them. */
interface Turn<T> {
  load(place: KernelExpr): T;
  /** Once, behind the first loads; with it they stand alone. */
  readonly between?: (() => void) | undefined;
  use(place: KernelExpr, loaded: T): void;
}

/** Writes a turn for the places of a thread: `first`, `first` + `step`, … below `count`; `together` of them at once, so that their loads are under way together. */
function strided<T>(w: KernelWriter, first: KernelExpr, step: number, count: number, together: number, turn: Turn<T>): void {
  const whole = Math.floor(count / step);
  const at = (from: KernelExpr, n: number, between?: () => void): void => {
    const places = Array.from({ length: n }, (_, j) => w.let_("k", add(first, add(from, u(j * step)))));
    const loaded = places.map((place) => turn.load(place));
    between?.();
    places.forEach((place, j) => turn.use(place, loaded[j]!));
  };
  const begun = turn.between ? Math.min(whole, together) : 0;
  if (turn.between) at(u(0), begun, turn.between);
  const looped = whole - begun - ((whole - begun) % together);
  w.for_("turn", u(begun * step), u((begun + looped) * step), (from) => at(from, together), { step: u(together * step) });
  if (whole > begun + looped) at(u((begun + looped) * step), whole - begun - looped);
  if (count % step !== 0) {
    const k = w.let_("k", add(first, u(whole * step)));
    w.if_(less(k, u(count)), () => turn.use(k, turn.load(k)));
  }
}

// ---- a team an output ----

interface Share {
  /** Threads of a team: a subgroup, or less of one where lines are short. */
  readonly lanes: number;
  /** Outputs of a team. */
  readonly outputs: number;
  /** Teams that share their outputs' lines. */
  readonly parts: number;
}

function shareOut({ N, O, P }: Shape, vectors: number): Share {
  let lanes = subgroup;
  while (lanes > 4 && lanes / 2 >= vectors) lanes /= 2;
  const loads = Math.ceil(vectors / lanes);
  const busy = (enough * subgroup) / lanes;
  const outputs = [4, 2].find((n) => (P === 1 || O % n === 0) && n <= lanes / rowsAtOnce && (N / n >= busy || (loads * n <= 4 && N / n >= busy / 4))) ?? 1;
  let parts = 1;
  while (parts < subgroups && (N / outputs) * parts < busy && loads / parts >= 4) parts *= 2;
  return { lanes, outputs, parts };
}

function byLines(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined, prologue: Prologue | undefined): Launch {
  const { K, P, O, N } = shape;
  const w = new KernelWriter(kernelName("matmul_rows", epilogue, prologue), threads, node.span);
  const weight = weightOf(w, node, target, K);
  const x = rowsOf(w, node, shape, weight.width, prologue);
  const vectors = K / weight.width;
  const { lanes, outputs, parts } = shareOut(shape, vectors);
  const teams = threads / lanes / parts;
  const lane = w.let_("lane", mod(thread, u(lanes)));
  const number = w.let_("number", div(thread, u(lanes)));
  const team = w.let_("team", add(mul(flatWorkgroup(), u(teams)), div(number, u(parts))));
  const part = w.let_("part", mod(number, u(parts)));
  const first = w.let_("first_output", mul(team, u(outputs)));
  // Teams behind the last output do it once more and store nothing.
  const own = Array.from({ length: outputs }, (_, o) => w.let_("output", min(add(first, u(o)), u(N - 1))));
  const lines = own.map((output) => w.let_("line", mul(output, u(vectors))));
  const per = w.let_("per", P === 1 ? u(0) : div(own[0]!, u(O)));
  const offset = w.let_("offset", add(mul(part, u(lanes)), lane));
  const sums = parts === 1 ? undefined : w.array("parts", "f32", teams * parts * outputs * rowsAtOnce, "workgroup");
  const masks = [16, 8, 4, 2, 1].filter((mask) => mask < lanes);

  byRows(w, shape, prologue ? rowsHeld(shape) : rowsAtOnce, (rows, firstRow) => {
    const starts = rows.map((row, r) => x.start(row, r, per));
    const totals = rows.map(() => own.map(() => w.var_("total", f(0))));
    const together = Math.max(1, underWay / outputs);
    strided(w, offset, parts * lanes, vectors, together, {
      load: (k) => lines.map((line) => weight.load(add(line, k))),
      between: x.prepare && (() => x.prepare?.(firstRow, rows.length)),
      use: (k, loaded) => {
        const numbers = loaded.map((four) => weight.numbers(four).map((n) => w.let_("n", n)));
        starts.forEach((start, r) => {
          const read = x.read(start, k);
          numbers.forEach((ofOutput, o) => ofOutput.forEach((n, c) => w.assign(totals[r]![o]!, fma(n, read[c]!, totals[r]![o]!))));
        });
      },
    });
    const { values, index, first: isFirst } = sumsAcross(w, lane, totals.flat(), masks);
    const count = rows.length * outputs;
    const store = (of: KernelExpr, place: KernelExpr, value: KernelExpr, when: KernelExpr | undefined): void => {
      const output = w.let_("to_output", add(mul(of, u(outputs)), mod(place, u(outputs))));
      const row = w.let_("to_row", add(firstRow, div(place, u(outputs))));
      const here = and(less(output, u(N)), rows.length === 1 ? bool(true) : less(row, shape.M));
      w.if_(when ? and(when, here) : here, () => {
        finish(w, node, epilogue, value, new Map([...namePlaces(w, coordinatesOf(shape.rows, row)), ...namePlaces(w, coordinatesOf(shape.columns, output))]));
      });
    };
    if (!sums) return store(team, index, values[0]!, isFirst);
    const put = (): void => w.storeArray(sums, add(mul(number, u(count)), index), values[0]!);
    if (isFirst) w.if_(isFirst, put);
    else put();
    w.barrier();
    w.if_(less(thread, u(teams * count)), () => {
      const of = w.let_("of_team", div(thread, u(count)));
      const place = w.let_("place", mod(thread, u(count)));
      const all = Array.from({ length: parts }, (_, p) => w.let_("part", w.loadArray(sums, add(mul(add(mul(of, u(parts)), u(p)), u(count)), place))));
      store(add(mul(flatWorkgroup(), u(teams)), of), place, w.let_("whole", all.reduce(add)), undefined);
    });
    // Before the next rows' parts are written.
    w.barrier();
  });
  return w.launch([N], teams * outputs, labelOf(node));
}

// ---- threads side by side over outputs ----

/** Threads side by side; the others share what is summed over. At least 64 bytes are read together. */
function sideBySide(loads: number, width: number): number {
  const least = width === 1 ? 16 : 4;
  let lanes = subgroup;
  while (lanes > least && loads / lanes < 132) lanes /= 2;
  return lanes;
}

function byColumns(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined, prologue: Prologue | undefined): Launch {
  const { K, P, O, N } = shape;
  const w = new KernelWriter(kernelName("matmul_columns", epilogue, prologue), threads, node.span);
  const weight = weightOf(w, node, target, O);
  const { width } = weight;
  const x = rowsOf(w, node, shape, 1, prologue);
  const loads = N / width;
  const line = O / width;
  const lanes = sideBySide(loads, width);
  const groups = threads / lanes;
  const lane = w.let_("lane", mod(thread, u(subgroup)));
  const column = w.let_("column", mod(thread, u(lanes)));
  const group = w.let_("group", div(thread, u(lanes)));
  const first = w.let_("first_load", mul(flatWorkgroup(), u(lanes)));
  // Threads behind the last output do it once more and store nothing.
  const own = w.let_("own", min(add(first, column), u(loads - 1)));
  const per = w.let_("per", P === 1 ? u(0) : div(own, u(line)));
  const place = w.let_("place", P === 1 ? own : add(mul(per, u(K * line)), mod(own, u(line))));
  const across = lanes * width;
  const parts = w.array("parts", "f32", subgroups * rowsAtOnce * across, "workgroup");
  const masks = [16, 8, 4, 2, 1].filter((mask) => mask >= lanes);

  byRows(w, shape, prologue ? rowsHeld(shape) : rowsAtOnce, (rows, firstRow) => {
    const starts = rows.map((row, r) => x.start(row, r, per));
    const totals = rows.map(() => Array.from({ length: width }, () => w.var_("total", f(0))));
    strided(w, group, groups, K, underWay / (rows.length > 1 ? 2 : 1), {
      load: (k) => weight.load(add(place, mul(k, u(line)))),
      between: x.prepare && (() => x.prepare?.(firstRow, rows.length)),
      use: (k, loaded) => {
        const numbers = weight.numbers(loaded).map((n) => w.let_("n", n));
        starts.forEach((start, r) => {
          const [a] = x.read(start, k);
          numbers.forEach((n, c) => w.assign(totals[r]![c]!, fma(a!, n, totals[r]![c]!)));
        });
      },
    });
    const { values, index, first: isFirst } = sumsAcross(w, lane, totals.flat(), masks);
    const put = (): void => {
      const subgroupStart = w.let_("from", mul(div(thread, u(subgroup)), u(rows.length * across)));
      values.forEach((value, at) => {
        const number = add(mul(index, u(values.length)), u(at));
        const to = add(mul(div(number, u(width)), u(across)), add(mul(column, u(width)), mod(number, u(width))));
        w.storeArray(parts, add(subgroupStart, to), value);
      });
    };
    if (isFirst) w.if_(isFirst, put);
    else put();
    w.barrier();
    w.for_("result", thread, u(rows.length * across), (result) => {
      const output = w.let_("to_output", add(mul(first, u(width)), mod(result, u(across))));
      const row = w.let_("to_row", add(firstRow, div(result, u(across))));
      w.if_(and(less(output, u(N)), less(row, shape.M)), () => {
        const all = Array.from({ length: subgroups }, (_, p) => w.let_("part", w.loadArray(parts, add(result, u(p * rows.length * across)))));
        const value = w.let_("whole", all.reduce(add));
        finish(w, node, epilogue, value, new Map([...namePlaces(w, coordinatesOf(shape.rows, row)), ...namePlaces(w, coordinatesOf(shape.columns, output))]));
      });
    }, { step: u(threads) });
    // Before the next rows' parts are written.
    w.barrier();
  });
  return w.launch([loads], lanes, labelOf(node));
}
