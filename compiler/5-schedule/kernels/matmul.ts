/**
 * x · w for a stored weight. Three kernels: `tiled` for many rows (8 rows of 4 columns a thread, in registers and without
 * workgroup memory, which is the fastest form on software adapters and a good one elsewhere), `columns` for the few rows of a
 * decode step (4 columns a thread, the weight is read once for every 4 rows), and `generic` for any order of dims.
 */
import { bug } from "../../../src/base/assert.js";
import type { Dim, NodeOf } from "../../../src/graph/graph.js";
import {
  add, and, component, constantValue, div, equal, extent, f, flatIndex, flatWorkgroup, fma, less, min, mul, product, sub, thread, u, vec4, workgroupZ,
} from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, sourceOf, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { finish, kernelName, labelOf, type Epilogue, type SpecialContext, type SpecialKernel } from "./types.js";

type Matmul = NodeOf<"matmul">;

/** x [rows…, per…, over…] · w [per…, outputs…, over…] → [rows…, per…, outputs…], each group neighbours in memory. */
interface Shape {
  readonly rows: readonly Dim[];
  /** per, then outputs: the columns of the result. */
  readonly columns: readonly Dim[];
  readonly M: KernelExpr;
  /** Products of the sizes of over, per, outputs, and of the last two. */
  readonly K: number;
  readonly P: number;
  readonly O: number;
  readonly N: number;
}

const rowsPerThread = 8;
const fewRows = 4;
/** Threads of a workgroup at most, 4 columns each. */
const columnThreads = 32;

export const matmul: SpecialKernel<"matmul"> = (node, context, epilogue) => {
  const shape = regularShape(node, context);
  if (!shape) return [generic(node, epilogue)];
  // Without tokens the rows are the sequences of a decode step.
  const few = shape.rows.every((d) => d.size === "B") || Number(constantValue(shape.M) ?? Infinity) <= fewRows;
  return [few ? columns(node, shape, epilogue) : tiled(node, shape, epilogue)];
};

/** Undefined where dims lie otherwise, or the weight cannot be had with its columns outermost. */
function regularShape(node: Matmul, context: SpecialContext): Shape | undefined {
  const [x, w] = node.inputs as [Matmul["inputs"][number], Matmul["inputs"][number]];
  const weight = sourceOf(w);
  const of = (dims: readonly Dim[]): Dim[] => dims.filter((d) => d.size !== 1);
  const [xDims, wDims] = [of(x.dims), of(w.dims)];
  const names = (dims: readonly Dim[]): Set<string> => new Set(dims.map((d) => d.name));
  const [inX, inW] = [names(xDims), names(wDims)];
  const over = wDims.filter((d) => node.over.includes(d.name));
  const per = wDims.filter((d) => !node.over.includes(d.name) && inX.has(d.name));
  const outputs = wDims.filter((d) => !node.over.includes(d.name) && !inX.has(d.name));
  const rows = xDims.filter((d) => !inW.has(d.name));
  const same = (a: readonly Dim[], b: readonly Dim[]): boolean => a.length === b.length && a.every((d, i) => d.name === b[i]!.name);
  if (!same(wDims, [...per, ...outputs, ...over]) || !same(xDims, [...rows, ...per, ...over])) return undefined;
  if (!same(of(node.dims), [...rows, ...per, ...outputs])) return undefined;
  const size = (dims: readonly Dim[]): number => constantValue(elementCount(dims)) ?? bug("a weight of symbolic size");
  const [K, P, O] = [size(over), size(per), size(outputs)];
  // Four columns of a thread are of one `per`.
  if (P > 1 && O % 4 !== 0) return undefined;
  if (weight.op !== "parameter") return undefined;
  const stored = context.parameterShape?.(weight.parameter);
  if (P * O > 1 && stored && !(stored.length === 2 && stored[1] === K)) return undefined;
  return { rows, columns: [...per, ...outputs], M: product(rows.map((d) => extent(d.size))), K, P, O, N: P * O };
}

/** Reads of x and of the weight's copy [K, N], by fours where the sizes allow. Indices are clamped: nothing is read past an end. */
class Factors {
  readonly vectorX: boolean;
  readonly vectorW: boolean;
  private readonly x: number;
  private readonly w: number;

  constructor(private readonly writer: KernelWriter, node: Matmul, private readonly shape: Shape, readonly block: KernelExpr) {
    this.vectorX = shape.K % 4 === 0;
    this.vectorW = shape.N % 4 === 0;
    this.x = writer.operand(node.inputs[0]!, "read", { name: "x", vector: this.vectorX });
    // One column is the same both ways round.
    this.w = writer.operand(node.inputs[1]!, "read", { name: "w", vector: this.vectorW, transposed: shape.N > 1 });
  }

  /** Where a row begins, in units of x's binding. */
  rowStart(row: KernelExpr): KernelExpr {
    const { K, P, O } = this.shape;
    const line = P === 1 ? row : add(mul(row, u(P)), div(this.block, u(O / 4)));
    return this.writer.let_("start", mul(line, u(this.vectorX ? K / 4 : K)));
  }

  /** The weights of this thread's four columns at `k`. */
  weights(k: KernelExpr): KernelExpr {
    const { N } = this.shape;
    if (this.vectorW) return this.writer.let_("b", this.writer.load(this.w, add(mul(k, u(N / 4)), this.block)));
    const parts = [0, 1, 2, 3].map((c) => this.writer.load(this.w, add(mul(k, u(N)), min(add(mul(this.block, u(4)), u(c)), u(N - 1)))));
    return this.writer.let_("b", vec4(...parts));
  }

  /** The sums of rows that start at `starts`. */
  sums(starts: readonly KernelExpr[]): KernelExpr[] {
    const { writer: w, shape } = this;
    const sums = starts.map(() => w.var_("sum", vec4(f(0))));
    const step = this.vectorX ? 4 : 1;
    w.for_("k", u(0), u(shape.K / step), (k) => {
      const parts = starts.map((start) => w.let_("a", w.load(this.x, add(start, k))));
      for (let j = 0; j < step; j++) {
        const weights = this.weights(add(mul(k, u(step)), u(j)));
        parts.forEach((a, row) => w.assign(sums[row]!, fma(vec4(this.vectorX ? component(a, j) : a), weights, sums[row]!)));
      }
    });
    return sums;
  }
}

function tiled(node: Matmul, shape: Shape, epilogue: Epilogue | undefined): Launch {
  const blocks = Math.ceil(shape.N / 4);
  // Eight threads are one vector of a CPU: narrow results need no more.
  const threads = Math.min(columnThreads, Math.ceil(blocks / 8) * 8);
  const w = new KernelWriter(kernelName("matmul", epilogue), threads, node.span);
  const place = w.let_("place", add(mul(workgroupZ, u(threads)), thread));
  const factors = new Factors(w, node, shape, w.let_("block", min(place, u(blocks - 1))));
  const first = w.let_("first", mul(flatWorkgroup(), u(rowsPerThread)));
  const lastRow = w.let_("last_row", sub(shape.M, u(1)));
  const starts = Array.from({ length: rowsPerThread }, (_, r) => factors.rowStart(min(add(first, u(r)), lastRow)));
  const sums = factors.sums(starts);
  w.if_(and(less(place, u(blocks)), less(first, shape.M)), () => storeRows(w, node, shape, epilogue, first, factors.block, sums));
  const columnGroups = Math.ceil(blocks / threads);
  const launch = w.launch(shape.rows.map((d) => d.size), rowsPerThread, labelOf(node));
  return { ...launch, grid: [launch.grid[0], launch.grid[1], { size: [columnGroups], per: 1 }] };
}

function columns(node: Matmul, shape: Shape, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("matmul_columns", epilogue), columnThreads, node.span);
  const blocks = Math.ceil(shape.N / 4);
  const place = w.let_("place", flatIndex(columnThreads));
  // Threads without columns compute those of the last: software adapters compile and run loops under a condition much slower.
  const factors = new Factors(w, node, shape, w.let_("block", min(place, u(blocks - 1))));
  const rows = (first: KernelExpr, count: number): void => {
    const lastRow = sub(shape.M, u(1));
    const starts = Array.from({ length: count }, (_, r) => factors.rowStart(count === 1 ? first : min(add(first, u(r)), lastRow)));
    const sums = factors.sums(starts);
    w.if_(less(place, u(blocks)), () => storeRows(w, node, shape, epilogue, first, factors.block, sums));
  };
  // One sequence is the usual case and must not pay for four.
  w.if_(equal(shape.M, u(1)), () => rows(u(0), 1), () => w.for_("first", u(0), shape.M, (first) => rows(first, fewRows), { step: u(fewRows) }));
  return w.launch([blocks], columnThreads, labelOf(node));
}

/** Stores rows `first`, `first` + 1, … of the four columns of `block`, those that exist. */
function storeRows(w: KernelWriter, node: Matmul, shape: Shape, epilogue: Epilogue | undefined, first: KernelExpr, block: KernelExpr, sums: readonly KernelExpr[]): void {
  const { M, N } = shape;
  if (!epilogue && N % 4 === 0) {
    const out = w.operand(node, "write", { name: "out", vector: true });
    sums.forEach((sum, r) => {
      const row = add(first, u(r));
      w.if_(less(row, M), () => w.store(out, add(mul(row, u(N / 4)), block), sum));
    });
    return;
  }
  // A loop over elements, so that a long epilogue stands in the text once.
  const elements = w.array("elements", "f32", sums.length * 4, "thread");
  sums.forEach((sum, r) => [0, 1, 2, 3].forEach((c) => w.storeArray(elements, u(r * 4 + c), component(sum, c))));
  const end = sums.length === 1 ? u(1) : w.let_("end", min(u(sums.length), sub(M, first)));
  w.for_("r", u(0), end, (r) => {
    const row = w.let_("row", add(first, r));
    const rowPlaces = name(w, coordinatesOf(shape.rows, row));
    w.for_("c", u(0), u(4), (c) => {
      const column = w.let_("column", add(mul(block, u(4)), c));
      w.if_(N % 4 === 0 ? less(c, u(4)) : less(column, u(N)), () => {
        const at = new Map([...rowPlaces, ...coordinatesOf(shape.columns, column)]);
        finish(w, node, epilogue, w.loadArray(elements, add(mul(r, u(4)), c)), at);
      });
    });
  });
}

function name(w: KernelWriter, places: Coordinates): Map<string, KernelExpr> {
  return new Map([...places].map(([dim, place]) => [dim, w.let_("at", place)]));
}

/** One element a thread, any order of dims. */
function generic(node: Matmul, epilogue: Epilogue | undefined): Launch {
  const threads = 64;
  const w = new KernelWriter(kernelName("matmul_generic", epilogue), threads, node.span);
  const [x, weight] = node.inputs as [Matmul["inputs"][number], Matmul["inputs"][number]];
  const flat = w.let_("element", flatIndex(threads));
  w.if_(less(flat, elementCount(node.dims)), () => {
    const at = name(w, coordinatesOf(node.dims, flat));
    const sum = w.var_("sum", f(0));
    const walk = (over: readonly string[], places: Coordinates): void => {
      const [next, ...rest] = over;
      if (next === undefined) return w.assign(sum, fma(w.read(x, places), w.read(weight, places), sum));
      const dim = weight.dims.find((d) => d.name === next) ?? bug(`matmul over ${next}, which the weight lacks`);
      w.for_("k", u(0), extent(dim.size), (k) => walk(rest, new Map([...places, [next, k]])));
    };
    walk(node.over, at);
    finish(w, node, epilogue, sum, at);
  });
  return w.launch(node.dims.map((d) => d.size), threads, labelOf(node));
}
