/**
 * x · w for a stored weight. Three kernels: `tiled` for many rows (8 rows of 8 columns a thread, in registers and without
 * workgroup memory, which is the fastest form on software adapters and a good one elsewhere), `columns` for the few rows of a
 * decode step (4 columns a thread, the weight is read once for every 4 rows), and `generic` for any order of dims.
 */
import { bug } from "../../../src/base/assert.js";
import {
  add, component, constantValue, div, equal, extent, f, flatIndex, flatWorkgroup, fma, less, min, mul, sub, thread, u, vec4, workgroupZ,
} from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount, sourceOf, type Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { byFours, lastDim, zeros } from "../vector.js";
import { matmulRows, takesPrologue as rowsTakePrologue } from "./matmul-rows.js";
import { shapeOf, type Matmul, type Shape } from "./matmul-shape.js";
import { matmulTiles } from "./matmul-tiles.js";
import { tensorMatmul } from "./tensor-matmul.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue, type Prologue, type SpecialContext, type SpecialKernel } from "./types.js";

const rowsPerThread = 8;
/** Blocks of four columns of a thread. */
const blocksPerThread = 2;
const fewRows = 4;
/** Threads of a workgroup at most, 4 columns each. */
const columnThreads = 32;

export const matmul: SpecialKernel<"matmul"> = (node, context, epilogue, prologue) => {
  if (context.target.subgroup > 0) return [matmulOfSubgroups(node, context, epilogue, prologue)];
  const shape = regularShape(node, context);
  if (!shape) return [generic(node, epilogue)];
  return [hasFewRows(shape) ? columns(node, shape, epilogue) : tiled(node, shape, epilogue)];
};

/** The kernels of devices with subgroups, which read a weight as it lies, whatever its order. */
function matmulOfSubgroups(node: Matmul, context: SpecialContext, epilogue: Epilogue | undefined, prologue: Prologue | undefined): Launch {
  const shape = shapeOf(node);
  if (shape && hasFewRows(shape)) return matmulRows(node, shape, context.target, epilogue, prologue);
  if (prologue) return bug("a prologue of what has many rows");
  if (!shape) return generic(node, epilogue);
  return tensorMatmul(node, shape, context.target, epilogue) ?? matmulTiles(node, shape, epilogue);
}

/** Whether a prologue may compute the rows of x, of so many `elements` each, for every workgroup anew. */
export function takesPrologue(node: Matmul, elements: number, target: KernelTarget): boolean {
  const shape = shapeOf(node);
  if (!shape || shape.K * shape.P !== elements || !shape.rows.every((d) => d.size === "B")) return false;
  return rowsTakePrologue(node, shape, target);
}

/** Without tokens the rows are the sequences of a decode step. */
function hasFewRows({ rows, M }: Shape): boolean {
  return rows.every((d) => d.size === "B") || Number(constantValue(M) ?? Infinity) <= fewRows;
}

/** Undefined where dims lie otherwise, or the weight cannot be had with its columns outermost. */
function regularShape(node: Matmul, context: SpecialContext): Shape | undefined {
  const shape = shapeOf(node);
  if (!shape) return undefined;
  const { K, P, O, asStored } = shape;
  const weight = sourceOf(node.inputs[1]!);
  // Four columns of a thread are of one `per`.
  if (P > 1 && O % 4 !== 0) return undefined;
  if (!asStored) {
    if (weight.op !== "parameter") return undefined;
    const stored = context.parameterShape?.(weight.parameter);
    if (P * O > 1 && stored && !(stored.length === 2 && stored[1] === K)) return undefined;
  }
  return shape;
}

/**
 * A thread's share: blocks of four columns. Reads of x and of the weight, [P, K, O] as stored or the copy [K, N], whose
 * indices are clamped once in front of the loop: nothing is read past an end.
 */
class Factors {
  private readonly vectorW: boolean;
  private readonly x: number;
  private readonly w: number;
  /** By block: where its columns begin, in units of w's binding. Without vectors: where each of its four columns is. */
  private readonly columns: readonly (readonly KernelExpr[])[];

  constructor(private readonly writer: KernelWriter, node: Matmul, private readonly shape: Shape, readonly blocks: readonly KernelExpr[]) {
    const { N, K, P, O, asStored } = shape;
    this.vectorW = N % 4 === 0;
    this.x = writer.operand(node.inputs[0]!, "read", { name: "x" });
    // One column is the same both ways round.
    this.w = writer.operand(node.inputs[1]!, "read", { name: "w", vector: this.vectorW, transposed: N > 1 && !asStored });
    const clamped = (block: KernelExpr, c: number): KernelExpr => writer.let_("column", min(add(mul(block, u(4)), u(c)), u(N - 1)));
    // As stored, each `per` begins K lines of O behind the last; its blocks count on through all of them.
    const placeOf = (block: KernelExpr): KernelExpr => (
      asStored && P > 1 ? writer.let_("column", add(block, mul(div(block, u(O / 4)), u((K - 1) * (O / 4))))) : block
    );
    this.columns = blocks.map((block) => (this.vectorW ? [placeOf(block)] : [0, 1, 2, 3].map((c) => clamped(block, c))));
  }

  /** Where a row begins in x, for each block: blocks of different `per` read different parts of it. */
  rowStarts(row: KernelExpr): KernelExpr[] {
    const { K, P, O } = this.shape;
    const { writer } = this;
    if (P === 1) {
      const start = writer.let_("start", mul(row, u(K)));
      return this.blocks.map(() => start);
    }
    return this.blocks.map((block) => writer.let_("start", mul(add(mul(row, u(P)), div(block, u(O / 4))), u(K))));
  }

  /** The sums of `rows`, for each block, over `step` elements of x a turn. */
  sums(rows: readonly KernelExpr[], step: number): KernelExpr[][] {
    const { writer: w, shape, blocks } = this;
    const starts = rows.map((row) => this.rowStarts(row));
    const sums = rows.map(() => blocks.map(() => w.var_("sum", zeros)));
    const at = (k: KernelExpr): void => {
      const weights = this.columns.map((places) => this.weights(k, places));
      starts.forEach((of, row) => {
        const seen = new Map<KernelExpr, KernelExpr>();
        of.forEach((start, b) => {
          if (!seen.has(start)) seen.set(start, vec4(w.let_("a", w.load(this.x, add(start, k)))));
          w.assign(sums[row]![b]!, fma(seen.get(start)!, weights[b]!, sums[row]![b]!));
        });
      });
    };
    w.for_("k", u(0), u(shape.K), (k) => {
      for (let j = 0; j < step; j++) at(add(k, u(j)));
    }, { step: u(step) });
    return sums;
  }

  private weights(k: KernelExpr, columns: readonly KernelExpr[]): KernelExpr {
    const { writer: w, shape } = this;
    const width = shape.asStored ? shape.O : shape.N;
    const line = w.let_("line", mul(k, u(this.vectorW ? width / 4 : width)));
    const parts = columns.map((column) => w.load(this.w, add(line, column)));
    return w.let_("b", this.vectorW ? parts[0]! : vec4(...parts));
  }
}

function tiled(node: Matmul, shape: Shape, epilogue: Epilogue | undefined): Launch {
  const blocks = Math.ceil(shape.N / 4);
  const wide = blocks >= 8 * blocksPerThread;
  const each = wide ? blocksPerThread : 1;
  const shares = Math.ceil(blocks / each);
  // Eight threads are one vector of a CPU: narrow results need no more.
  const threads = Math.min(columnThreads, Math.ceil(shares / 8) * 8);
  const w = new KernelWriter(kernelName("matmul", epilogue), threads, node.span);
  const share = w.let_("share", add(mul(workgroupZ, u(threads)), thread));
  const place = w.let_("place", mul(share, u(each)));
  const own = Array.from({ length: each }, (_, b) => w.let_("block", min(add(place, u(b)), u(blocks - 1))));
  const factors = new Factors(w, node, shape, own);
  const first = w.let_("first", mul(flatWorkgroup(), u(rowsPerThread)));
  const lastRow = w.let_("last_row", sub(shape.M, u(1)));
  // One element of x a turn: a longer body is no faster and takes Mesa three times as long to compile.
  const sums = factors.sums(Array.from({ length: rowsPerThread }, (_, r) => min(add(first, u(r)), lastRow)), 1);
  w.if_(less(first, shape.M), () => {
    own.forEach((block, b) => {
      w.if_(less(add(place, u(b)), u(blocks)), () => storeRows(w, node, shape, epilogue, first, block, sums.map((row) => row[b]!)));
    });
  });
  const columnGroups = Math.ceil(shares / threads);
  const launch = w.launch(shape.rows.map((d) => d.size), rowsPerThread, labelOf(node));
  return { ...launch, grid: [launch.grid[0], launch.grid[1], { size: [columnGroups], per: 1 }] };
}

function columns(node: Matmul, shape: Shape, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("matmul_columns", epilogue), columnThreads, node.span);
  const blocks = Math.ceil(shape.N / 4);
  const place = w.let_("place", flatIndex(columnThreads));
  // Threads without columns compute those of the last: software adapters compile and run loops under a condition much slower.
  const block = w.let_("block", min(place, u(blocks - 1)));
  const factors = new Factors(w, node, shape, [block]);
  const rows = (first: KernelExpr, count: number): void => {
    const lastRow = sub(shape.M, u(1));
    const sums = factors.sums(Array.from({ length: count }, (_, r) => (count === 1 ? first : min(add(first, u(r)), lastRow))), shape.K % 4 === 0 ? 4 : 1);
    w.if_(less(place, u(blocks)), () => storeRows(w, node, shape, epilogue, first, block, sums.map((row) => row[0]!)));
  };
  // One sequence is the usual case and must not pay for four.
  w.if_(equal(shape.M, u(1)), () => rows(u(0), 1), () => w.for_("first", u(0), shape.M, (first) => rows(first, fewRows), { step: u(fewRows) }));
  return w.launch([blocks], columnThreads, labelOf(node));
}

/** Stores rows `first`, `first` + 1, … of the four columns of `block`, those that exist. */
function storeRows(w: KernelWriter, node: Matmul, shape: Shape, epilogue: Epilogue | undefined, first: KernelExpr, block: KernelExpr, sums: readonly KernelExpr[]): void {
  const { M, N } = shape;
  const inner = lastDim(shape.columns);
  const fours = inner && N % 4 === 0 && Number(inner.size) % 4 === 0 ? finishVectors(node, epilogue, inner.name) : undefined;
  const placesOf = (row: KernelExpr): Coordinates => coordinatesOf(shape.rows, row);
  if (fours && !epilogue) {
    const columnPlaces = name(w, coordinatesOf(byFours(shape.columns), block));
    sums.forEach((sum, r) => {
      const row = add(first, u(r));
      w.if_(less(row, M), () => fours(w, sum, new Map([...name(w, placesOf(row)), ...columnPlaces])));
    });
    return;
  }
  const end = sums.length === 1 ? u(1) : w.let_("end", min(u(sums.length), sub(M, first)));
  // A loop over rows, so that a long epilogue stands in the text once.
  const held = w.array("rows", "vec4f", sums.length, "thread");
  sums.forEach((sum, r) => w.storeArray(held, u(r), sum));
  w.for_("r", u(0), end, (r) => {
    const rowPlaces = name(w, placesOf(w.let_("row", add(first, r))));
    const four = w.let_("four", w.loadArray(held, r));
    if (fours) return fours(w, four, new Map([...rowPlaces, ...name(w, coordinatesOf(byFours(shape.columns), block))]));
    const elements = w.array("elements", "f32", 4, "thread");
    for (const c of [0, 1, 2, 3]) w.storeArray(elements, u(c), component(four, c));
    w.for_("c", u(0), u(4), (c) => {
      const column = w.let_("column", add(mul(block, u(4)), c));
      w.if_(N % 4 === 0 ? less(c, u(4)) : less(column, u(N)), () => {
        finish(w, node, epilogue, w.loadArray(elements, c), new Map([...rowPlaces, ...coordinatesOf(shape.columns, column)]));
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
