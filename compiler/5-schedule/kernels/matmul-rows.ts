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
import { finish, kernelName, labelOf, type Epilogue } from "./types.js";

const threads = 256;
const subgroups = threads / subgroup;
/** Subgroups that keep a large device's memory busy: 16 for each of its 132 processors. */
const enough = 2048;
/** Loads of 16 bytes that a thread has under way. */
const underWay = 8;
/** Rows that a pass over the weight serves at most: more would take registers from the case of one. What a next pass reads again is near. */
const rowsAtOnce = 4;

export function matmulRows(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined): Launch {
  return shape.asStored ? byColumns(node, shape, target, epilogue) : byLines(node, shape, target, epilogue);
}

/** How the weight is read: `width` neighbours a load, which are read as f32. */
interface Weight {
  readonly width: 1 | 4 | 8;
  load(index: KernelExpr): KernelExpr;
  numbers(loaded: KernelExpr): KernelExpr[];
}

/** `line`: what lines of neighbours that are read together have at least in common, in elements. */
function weightOf(w: KernelWriter, node: Matmul, target: KernelTarget, line: number): Weight {
  const weight = node.inputs[1]!;
  const narrow = sourceOf(weight).op === "parameter" ? narrowOf(target.precision) : undefined;
  const options = { name: "w", ...(narrow ? { narrow } : {}) };
  const load = (binding: number) => (index: KernelExpr): KernelExpr => w.let_("b", w.load(binding, index));
  if (narrow && line % 8 === 0) {
    const numbers = (four: KernelExpr): KernelExpr[] => [0, 1, 2, 3].flatMap((c) => ([0, 1] as const).map((half) => unpack(narrow, component(four, c), half)));
    return { width: 8, load: load(w.operand(weight, "read", { ...options, packed: true })), numbers };
  }
  if (line % 4 === 0) return { width: 4, load: load(w.operand(weight, "read", { ...options, vector: true })), numbers: (four) => [0, 1, 2, 3].map((c) => component(four, c)) };
  return { width: 1, load: load(w.operand(weight, "read", options)), numbers: (one) => [one] };
}

/** `width` neighbours of x from the `k`-th such group behind `start`, where a row begins in units of the binding. */
function rowReader(w: KernelWriter, node: Matmul, shape: Shape, width: number): { start(row: KernelExpr, per: KernelExpr): KernelExpr; read(start: KernelExpr, k: KernelExpr): KernelExpr[] } {
  const { K, P } = shape;
  const vector = width > 1;
  const x = w.operand(node.inputs[0]!, "read", { name: "x", vector });
  return {
    start: (row, per) => w.let_("start", mul(P === 1 ? row : add(mul(row, u(P)), per), u(vector ? K / 4 : K))),
    read: (start, k) => {
      if (!vector) return [w.let_("a", w.load(x, add(start, k)))];
      const first = add(start, mul(k, u(width / 4)));
      const fours = Array.from({ length: width / 4 }, (_, c) => w.let_("a", w.load(x, add(first, u(c)))));
      return fours.flatMap((four) => [0, 1, 2, 3].map((c) => component(four, c)));
    },
  };
}

/** Writes `body` for the rows that there are: one alone, which is the usual case and must not pay for more, else up to four at once. */
function byRows(w: KernelWriter, { M }: Shape, body: (rows: readonly KernelExpr[], first: KernelExpr) => void): void {
  w.if_(equal(M, u(1)), () => body([u(0)], u(0)), () => {
    const last = w.let_("last_row", sub(M, u(1)));
    w.for_("first", u(0), M, (first) => {
      body(Array.from({ length: rowsAtOnce }, (_, r) => w.let_("row", min(add(first, u(r)), last))), first);
    }, { step: u(rowsAtOnce) });
  });
}

/** Writes `at` for each place of a thread: `first`, `first` + `step`, … below `count`; `together` of them at once, so that their loads are under way together. */
function strided(w: KernelWriter, first: KernelExpr, step: number, count: number, together: number, at: (places: readonly KernelExpr[]) => void): void {
  const whole = Math.floor(count / step);
  const places = (from: KernelExpr, n: number): KernelExpr[] => Array.from({ length: n }, (_, j) => w.let_("k", add(first, add(from, u(j * step)))));
  const looped = whole - (whole % together);
  w.for_("turn", u(0), u(looped * step), (turn) => at(places(turn, together)), { step: u(together * step) });
  if (whole > looped) at(places(u(looped * step), whole - looped));
  if (count % step !== 0) {
    const k = w.let_("k", add(first, u(whole * step)));
    w.if_(less(k, u(count)), () => at([k]));
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

function byLines(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined): Launch {
  const { K, P, O, N } = shape;
  const w = new KernelWriter(kernelName("matmul_rows", epilogue), threads, node.span);
  const weight = weightOf(w, node, target, K);
  const x = rowReader(w, node, shape, weight.width);
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

  byRows(w, shape, (rows, firstRow) => {
    const starts = rows.map((row) => x.start(row, per));
    const totals = rows.map(() => own.map(() => w.var_("total", f(0))));
    const together = Math.max(1, underWay / outputs);
    strided(w, offset, parts * lanes, vectors, together, (places) => {
      const loaded = places.map((k) => lines.map((line) => weight.load(add(line, k))));
      places.forEach((k, at) => {
        const numbers = loaded[at]!.map((four) => weight.numbers(four).map((n) => w.let_("n", n)));
        starts.forEach((start, r) => {
          const read = x.read(start, k);
          numbers.forEach((ofOutput, o) => ofOutput.forEach((n, c) => w.assign(totals[r]![o]!, fma(n, read[c]!, totals[r]![o]!))));
        });
      });
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

function byColumns(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined): Launch {
  const { K, P, O, N } = shape;
  const w = new KernelWriter(kernelName("matmul_columns", epilogue), threads, node.span);
  const weight = weightOf(w, node, target, O);
  const { width } = weight;
  const x = rowReader(w, node, shape, 1);
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

  byRows(w, shape, (rows, firstRow) => {
    const starts = rows.map((row) => x.start(row, per));
    const totals = rows.map(() => Array.from({ length: width }, () => w.var_("total", f(0))));
    strided(w, group, groups, K, underWay / (rows.length > 1 ? 2 : 1), (places) => {
      const loaded = places.map((k) => weight.load(add(place, mul(k, u(line)))));
      places.forEach((k, at) => {
        const numbers = weight.numbers(loaded[at]!).map((n) => w.let_("n", n));
        starts.forEach((start, r) => {
          const [a] = x.read(start, k);
          numbers.forEach((n, c) => w.assign(totals[r]![c]!, fma(a!, n, totals[r]![c]!)));
        });
      });
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
