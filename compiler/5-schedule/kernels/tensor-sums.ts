/**
 * A workgroup's part of a product in registers of its subgroups: sums of 16 × 8 by matrix units, from two tiles in workgroup memory.
 * In: the tiles. Out: statements that add their product, and the sums as fours of neighbours in a row.
 */
import { add, bitAnd, div, equal, f, mod, mul, select, shuffleXor, thread, u, vec4 } from "../../../src/kernel/build.js";
import type { KernelExpr, NarrowType } from "../../../src/kernel/kernel.js";
import type { Four, KernelWriter } from "../../../src/kernel/writer.js";
import { depth, Tile, type Factor } from "./tensor-tiles.js";

/** Rows and columns of the result that a workgroup makes, and those of them that one subgroup makes. */
export interface Block {
  readonly rows: number;
  readonly columns: number;
  readonly groupRows: number;
  readonly groupColumns: number;
}

/** The larger, the fewer times a factor is read; the smaller, the more workgroups share the work. */
export const blocks = {
  large: { rows: 128, columns: 128, groupRows: 64, groupColumns: 32 },
  tall: { rows: 128, columns: 64, groupRows: 64, groupColumns: 32 },
  small: { rows: 64, columns: 64, groupRows: 32, groupColumns: 32 },
} as const satisfies Readonly<Record<string, Block>>;

export const subgroup = 32;

export function threadsOf({ rows, columns, groupRows, groupColumns }: Block): number {
  return subgroup * (rows / groupRows) * (columns / groupColumns);
}

/** A tile as a matrix unit's factor: where this thread's row of blocks begins, in words of a stage. */
type Places = readonly (readonly KernelExpr[])[];

export class BlockSums {
  /** By 16 rows and 8 columns. */
  private readonly sums: readonly (readonly Four<KernelExpr>[])[];
  private readonly aPlaces: Places;
  private readonly bPlaces: Places;
  /** Whether a tile's lines go along the sum: it lies the wrong way round for its factor, and its blocks are turned as they are loaded. */
  private readonly turned: readonly [boolean, boolean];
  private readonly lane: KernelExpr;
  private readonly firstRow: KernelExpr;
  private readonly firstColumn: KernelExpr;

  constructor(private readonly w: KernelWriter, private readonly of: NarrowType, private readonly block: Block, private readonly a: Tile, private readonly b: Tile, sides: readonly [Factor["sums"], Factor["sums"]]) {
    const { columns, groupRows, groupColumns } = block;
    this.lane = w.let_("lane", mod(thread, u(subgroup)));
    const group = w.let_("subgroup", div(thread, u(subgroup)));
    const across = columns / groupColumns;
    this.firstRow = w.let_("group_row", mul(div(group, u(across)), u(groupRows)));
    this.firstColumn = w.let_("group_column", mul(mod(group, u(across)), u(groupColumns)));
    const half = w.let_("half", div(this.lane, u(16)));
    const [of8, of16, quarter] = [mod(this.lane, u(8)), mod(this.lane, u(16)), bitAnd(div(this.lane, u(8)), u(1))];
    // Blocks of `a`: rows 0 and 8 at the first eight of the sum, then at the second; of `b`: both eights of the sum for columns 0, then 8.
    const turns = Array.from({ length: depth / 16 }, (_, k) => k);
    const strips = (count: number): number[] => Array.from({ length: count / 16 }, (_, s) => s);
    const place = (tile: Tile, line: KernelExpr, chunk: KernelExpr): KernelExpr => w.let_("place", tile.place(line, chunk));
    this.aPlaces = turns.map((k) => strips(groupRows).map((s) => (sides[0] === "neighbours"
      ? place(a, add(this.firstRow, add(of16, u(16 * s))), add(half, u(2 * k)))
      : place(a, add(of8, add(mul(half, u(8)), u(16 * k))), add(div(this.firstRow, u(8)), add(quarter, u(2 * s)))))));
    this.bPlaces = turns.map((k) => strips(groupColumns).map((s) => (sides[1] === "neighbours"
      ? place(b, add(this.firstColumn, add(of8, add(mul(half, u(8)), u(16 * s)))), add(quarter, u(2 * k)))
      : place(b, add(of16, u(16 * k)), add(div(this.firstColumn, u(8)), add(half, u(2 * s)))))));
    this.sums = strips(groupRows).map(() => Array.from({ length: groupColumns / 8 }, () => [0, 1, 2, 3].map(() => w.var_("sum", f(0))) as unknown as Four<KernelExpr>));
    this.turned = [sides[0] === "lines", sides[1] === "lines"];
  }

  /** Adds the product of the tiles whose stages begin at these words. */
  add([aStage, bStage]: readonly KernelExpr[]): void {
    const { w } = this;
    const [aTurned, bTurned] = this.turned;
    this.aPlaces.forEach((ofA, k) => {
      const as = ofA.map((place) => w.loadBlocks("a", this.a.array, add(aStage!, place), aTurned));
      const bs = this.bPlaces[k]!.map((place) => w.loadBlocks("b", this.b.array, add(bStage!, place), bTurned));
      as.forEach((a, row) => bs.forEach((b, pair) => {
        w.mma(this.of, this.sums[row]![2 * pair]!, a, [b[0], b[1]]);
        w.mma(this.of, this.sums[row]![2 * pair + 1]!, a, [b[2], b[3]]);
      }));
    });
  }

  /**
   * Visits this thread's rows of the block, and in each the fours of neighbours that it has; `four` counts fours of the block's columns.
   * A unit leaves a thread two neighbours in each of two rows: two threads side by side exchange, so that each has four in one.
   */
  forEachRow(visit: (row: KernelExpr, forEachFour: (visitFour: (four: KernelExpr, value: KernelExpr) => void) => void) => void): void {
    const { w, lane } = this;
    const odd = w.let_("odd", equal(bitAnd(lane, u(1)), u(1)));
    const perRow = this.block.groupColumns / 8;
    const held = w.array("fours", "vec4f", this.sums.length * perRow, "thread");
    this.sums.forEach((ofRow, r) => ofRow.forEach(([s0, s1, s2, s3], c) => {
      const [left, right] = [w.let_("left", shuffleXor(select(odd, s0, s2), 1)), w.let_("right", shuffleXor(select(odd, s1, s3), 1))];
      const four = [select(odd, left, s0), select(odd, right, s1), select(odd, s2, left), select(odd, s3, right)];
      w.storeArray(held, u(r * perRow + c), vec4(...four));
    }));
    const row = w.let_("own_row", add(this.firstRow, add(div(lane, u(4)), mul(bitAnd(lane, u(1)), u(8)))));
    const four = w.let_("own_four", add(div(this.firstColumn, u(4)), div(mod(lane, u(4)), u(2))));
    w.for_("r", u(0), u(this.sums.length), (r) => {
      visit(w.let_("row", add(row, mul(r, u(16)))), (visitFour) => {
        w.for_("c", u(0), u(perRow), (c) => visitFour(w.let_("four", add(four, mul(c, u(2)))), w.let_("value", w.loadArray(held, add(mul(r, u(perRow)), c)))), { unroll: true });
      });
    }, { unroll: true });
  }
}
