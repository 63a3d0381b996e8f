/**
 * A tile of a product of float32 numbers, made by a workgroup: result [lines of a, lines of b] = Σ a · b. Both factors come through workgroup memory, 16 places of what
 * is summed over at a time, and the next ones are on their way while these are multiplied. A thread has 4 or 8 lines of either side in registers.
 */
import type { Node } from "../../../src/graph/graph.js";
import { add, and, component, div, f, fma, less, mod, mul, sub, thread, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import { sourceOf } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import { zeros } from "../vector.js";

/** Threads along rows and columns of a tile, and blocks of four lines of each. */
export interface TileSizes {
  readonly rows: { readonly threads: number; readonly blocks: 1 | 2 };
  readonly columns: { readonly threads: number; readonly blocks: 1 | 2 };
}

/** 128 × 128, the fewest reads for a product; 64 × 64, so that small results keep a device busy; and two for results that are narrow. */
export const tileSizes = {
  large: { rows: { threads: 16, blocks: 2 }, columns: { threads: 16, blocks: 2 } },
  small: { rows: { threads: 16, blocks: 1 }, columns: { threads: 8, blocks: 2 } },
  high: { rows: { threads: 16, blocks: 2 }, columns: { threads: 8, blocks: 1 } },
  wide: { rows: { threads: 8, blocks: 1 }, columns: { threads: 16, blocks: 2 } },
} as const satisfies Record<string, TileSizes>;

export function threadsOf({ rows, columns }: TileSizes): number {
  return rows.threads * columns.threads;
}

export function linesOf(side: TileSizes["rows"]): number {
  return 4 * side.threads * side.blocks;
}

/** Places of what is summed over, of a stage. */
export const depth = 16;

export interface Factor {
  readonly node: Node;
  readonly name: string;
  /** `inner`: the places of what is summed over are neighbours in memory; `outer`: the lines are. */
  readonly order: "inner" | "outer";
  /** How many lines there are, and whether always a multiple of four. */
  readonly lines: KernelExpr;
  /** Elements from one line (`inner`) or place (`outer`) to the next. */
  readonly stride: number;
  /** Where the factor begins: whole elements, and how many for each of `per`. */
  readonly per: KernelExpr;
  readonly perStride: number;
  /** Whether 16 bytes that begin at a multiple of 16 bytes lie inside or outside as a whole. */
  readonly byFours: boolean;
}

/** One factor as the workgroup and its threads see it. */
class Side {
  private readonly binding: number;
  private readonly array: string;
  private readonly how: "async" | "vector" | "element";
  /** Vectors of a place (`outer`), or of a line with one to spare, so that neighbouring lines lie in other banks (`inner`). */
  private readonly width: number;
  private readonly length: number;

  constructor(
    private readonly w: KernelWriter, private readonly factor: Factor, private readonly sizes: TileSizes["rows"],
    /** First line of the tile, and the thread's number along this side. */
    private readonly first: KernelExpr, private readonly own: KernelExpr,
  ) {
    this.how = !factor.byFours ? "element" : sourceOf(factor.node).storage ? "vector" : "async";
    this.binding = w.operand(factor.node, "read", { name: factor.name, vector: factor.byFours });
    const lines = linesOf(sizes);
    this.width = factor.order === "inner" ? depth / 4 + 1 : lines / 4;
    this.length = factor.order === "inner" ? lines * this.width : depth * this.width;
    this.array = w.array(`${factor.name}_tile`, "vec4f", 2 * this.length, "workgroup");
  }

  /** Begins to bring the places from `from` on, those below `to`, into half `half` of the workgroup's memory. */
  stage(from: KernelExpr, to: KernelExpr, half: KernelExpr): void {
    const { w, factor, sizes } = this;
    const vectors = (linesOf(sizes) * depth) / 4;
    const base = w.let_("base", mul(half, u(this.length)));
    for (let j = 0; j < vectors / w.threads; j++) {
      const flat = w.let_("flat", add(thread, u(j * w.threads)));
      const across = factor.order === "inner" ? depth / 4 : this.width;
      const [outer, inner] = [w.let_("outer", div(flat, u(across))), w.let_("inner", mod(flat, u(across)))];
      const [line, place] = factor.order === "inner" ? [outer, mul(inner, u(4))] : [mul(inner, u(4)), outer];
      const [atLine, atPlace] = [w.let_("line", add(this.first, line)), w.let_("place", add(from, place))];
      const target = w.let_("target", add(base, factor.order === "inner" ? add(mul(this.slot(outer), u(this.width)), inner) : flat));
      this.copy(target, atLine, atPlace, to);
    }
  }

  /** A function from c to the numbers of this thread's lines at place 4 · four + c. */
  values(half: KernelExpr, four: KernelExpr): (c: number) => KernelExpr[] {
    const { w, sizes, own, width, array } = this;
    const { threads, blocks } = sizes;
    const base = w.let_("base", mul(half, u(this.length)));
    if (this.factor.order === "inner") {
      const start = w.let_("start", add(add(base, mul(own, u(width))), four));
      const loaded = Array.from({ length: 4 * blocks }, (_, line) => w.let_("four", w.loadArray(array, add(start, u(line * threads * width)))));
      return (c) => loaded.map((vector) => component(vector, c));
    }
    const start = w.let_("start", add(add(base, own), mul(four, u(4 * width))));
    return (c) => Array.from({ length: blocks }, (_, b) => w.let_("four", w.loadArray(array, add(start, u(c * width + b * threads)))))
      .flatMap((vector) => [0, 1, 2, 3].map((i) => component(vector, i)));
  }

  /** Lines lie so that what threads side by side read together is in different banks: the first line of each thread, the second of each, … */
  private slot(line: KernelExpr): KernelExpr {
    const { threads, blocks } = this.sizes;
    const block = blocks === 1 ? u(0) : div(line, u(4 * threads));
    const within = blocks === 1 ? line : mod(line, u(4 * threads));
    return add(mul(add(mod(line, u(4)), mul(block, u(4))), u(threads)), div(within, u(4)));
  }

  /** Four neighbours of line and place into `target`; what is outside is 0. */
  private copy(target: KernelExpr, line: KernelExpr, place: KernelExpr, to: KernelExpr): void {
    const { w, factor, binding, array } = this;
    const { order, stride, per, perStride, lines } = factor;
    const unit = this.how === "element" ? 1 : 4;
    const [steps, within] = order === "inner" ? [line, place] : [place, line];
    const inside = w.let_("inside", and(less(line, lines), less(place, to)));
    const start = add(mul(per, u(perStride / unit)), mul(steps, u(stride / unit)));
    if (this.how !== "element") {
      const from = add(start, div(within, u(4)));
      if (this.how === "async") return w.copyAsync(array, target, binding, from, inside);
      const value = w.var_("value", zeros);
      w.if_(inside, () => w.assign(value, w.load(binding, from)));
      return w.storeArray(array, target, value);
    }
    const end = order === "inner" ? to : lines;
    const parts = [0, 1, 2, 3].map((c) => {
      const part = w.var_("part", f(0));
      w.if_(and(inside, less(add(within, u(c)), end)), () => w.assign(part, w.load(binding, add(start, add(within, u(c))))));
      return part;
    });
    w.storeArray(array, target, vec4(...parts));
  }
}

/** Where a tile is: its first row and column. */
export interface TilePlace {
  readonly row: KernelExpr;
  readonly column: KernelExpr;
}

/**
 * Writes the sums over the places [from, to) (`from` a multiple of 16) and then `store` for each four neighbours of a row: its row, its first column, the sums. What
 * lies outside the result is for `store` to leave out.
 */
export function floatTile(
  w: KernelWriter, sizes: TileSizes, [a, b]: readonly [Factor, Factor], at: TilePlace, [from, to]: readonly [KernelExpr, KernelExpr],
  store: (row: KernelExpr, column: KernelExpr, sums: KernelExpr) => void,
): void {
  const across = sizes.columns.threads;
  const [y, x] = [w.let_("y", div(thread, u(across))), w.let_("x", mod(thread, u(across)))];
  const rows = new Side(w, a, sizes.rows, at.row, y);
  const columns = new Side(w, b, sizes.columns, at.column, x);
  const [height, blocks] = [4 * sizes.rows.blocks, sizes.columns.blocks];
  const sums = Array.from({ length: height }, () => Array.from({ length: 4 * blocks }, () => w.var_("sum", f(0))));
  const stage = (place: KernelExpr, half: KernelExpr): void => {
    rows.stage(place, to, half);
    columns.stage(place, to, half);
  };
  stage(from, u(0));
  w.copyCommit();
  w.for_("stage", from, to, (here) => {
    const half = w.let_("half", mod(div(sub(here, from), u(depth)), u(2)));
    const next = w.let_("next", add(here, u(depth)));
    w.if_(less(next, to), () => stage(next, w.let_("other", sub(u(1), half))));
    w.copyCommit();
    w.copyWait(1);
    w.barrier();
    w.for_("four", u(0), u(depth / 4), (four) => {
      const [left, right] = [rows.values(half, four), columns.values(half, four)];
      for (let c = 0; c < 4; c++) {
        const [ofRows, ofColumns] = [left(c), right(c)];
        sums.forEach((line, r) => line.forEach((sum, k) => w.assign(sum, fma(ofRows[r]!, ofColumns[k]!, sum))));
      }
    });
    // Before the next but one is brought to where this one lay.
    w.barrier();
  }, { step: u(depth) });
  const held = w.array("held", "vec4f", height * blocks, "thread");
  sums.forEach((line, r) => {
    for (let block = 0; block < blocks; block++) w.storeArray(held, u(r * blocks + block), vec4(...line.slice(4 * block, 4 * block + 4)));
  });
  // Unrolled where it is compiled, so that what follows stands in the text once.
  w.for_("r", u(0), u(height), (r) => {
    const row = w.let_("row", add(add(at.row, add(mul(y, u(4)), mod(r, u(4)))), mul(div(r, u(4)), u(4 * sizes.rows.threads))));
    w.for_("block", u(0), u(blocks), (block) => {
      const column = w.let_("column", add(add(at.column, mul(x, u(4))), mul(block, u(4 * across))));
      store(row, column, w.let_("four", w.loadArray(held, add(mul(r, u(blocks)), block))));
    }, { unroll: true });
  }, { unroll: true });
}

/** Where loops over unknown ranges end: no tile for a range of nothing. */
export function stagesOf(places: KernelExpr, slices: number): KernelExpr {
  return mul(div(add(places, u(slices * depth - 1)), u(slices * depth)), u(depth));
}

