/**
 * Tiles of a product's factors on their way to a matrix unit: narrow numbers in workgroup memory, some stages ahead of the sum. A factor that lies narrow in
 * memory is copied as it lies, 16 bytes at a time, while the units work; one of float32, or whose lines begin anywhere, goes through registers and is rounded there.
 * In: how a factor lies. Out: statements that fill a stage, and where a 16-byte chunk of it is.
 */
import type { Node } from "../../../src/graph/graph.js";
import { add, and, bitAnd, ceilDiv, component, div, equal, f, isConstant, less, mod, mul, notEqual, pack, select, shiftRight, sub, thread, u, xor } from "../../../src/kernel/build.js";
import type { KernelExpr, NarrowType } from "../../../src/kernel/kernel.js";
import { sourceOf } from "../../../src/kernel/view.js";
import type { KernelWriter } from "../../../src/kernel/writer.js";
import { zeros } from "../vector.js";

/** Elements of the sum that a tile has. */
export const depth = 32;
/** Numbers of a chunk: 16 bytes. */
const chunk = 8;

/** A factor as it lies: lines of `length` neighbours, `stride` elements from one to the next. */
export interface Factor {
  readonly node: Node;
  readonly name: string;
  readonly stride: number;
  readonly length: number;
  /** Element at which the first line begins: `times` for each of `count`. */
  readonly start: { readonly count: KernelExpr; readonly times: number };
  /** The sum goes along the neighbours of a line, or from line to line. */
  readonly sums: "neighbours" | "lines";
  /** The part of the other direction that the tile has: from where, how many, and how many there are in all. */
  readonly from: KernelExpr;
  readonly across: number;
  readonly count: KernelExpr;
  /** Behind the last place of the sum. */
  readonly end: KernelExpr;
}

/** How elements come in: narrow ones by the chunk, any by four, any one by one. */
type Way = "copy" | "fours" | "ones";
const elementsOf: { readonly [W in Way]: number } = { copy: chunk, fours: 4, ones: 1 };

export class Tile {
  readonly way: Way;
  readonly operand: number;
  readonly array: string;
  /** u32 words of a stage. */
  readonly words: number;
  private readonly chunksPerLine: number;
  /** By chunk of this thread: its place in a stage, and in the factor but for where the tile begins along the sum. */
  private readonly chunks: readonly { readonly place: KernelExpr; readonly index: KernelExpr; readonly line: KernelExpr; readonly there: KernelExpr; readonly held: readonly KernelExpr[] }[];
  /** By which this thread turns the words of a chunk about. */
  private readonly turns: KernelExpr;
  /** The chunk's place in its line. */
  private readonly element: KernelExpr;

  constructor(private readonly w: KernelWriter, private readonly factor: Factor, private readonly of: NarrowType, readonly stages: number) {
    const { sums, across, stride, start, length } = factor;
    this.way = wayOf(factor, of);
    this.operand = w.operand(factor.node, "read", {
      name: factor.name, ...(sourceOf(factor.node).op === "parameter" ? { narrow: of } : {}), ...(this.way === "copy" ? { packed: true } : {}), ...(this.way === "fours" ? { vector: true } : {}),
    });
    const [lines, width] = sums === "neighbours" ? [across, depth] : [depth, across];
    this.chunksPerLine = width / chunk;
    this.words = (lines * width) / 2;
    this.array = w.array(`${factor.name}_tile`, "u32", stages * this.words, "workgroup");
    const unit = elementsOf[this.way];
    const column = w.let_("column", mul(mod(thread, u(this.chunksPerLine)), u(chunk)));
    this.element = sums === "neighbours" ? column : w.let_("element", add(factor.from, column));
    this.turns = this.way === "copy" ? u(0) : w.let_("turns", bitAnd(div(thread, u(8)), u(3)));
    const linesPerTurn = w.threads / this.chunksPerLine;
    const base = w.let_("base", mul(start.count, u(start.times / unit)));
    this.chunks = Array.from({ length: lines / linesPerTurn }, (_, turn) => {
      const inTile = w.let_("line", add(div(thread, u(this.chunksPerLine)), u(turn * linesPerTurn)));
      const line = sums === "neighbours" ? w.let_("line", add(factor.from, inTile)) : inTile;
      return {
        place: w.let_("place", this.place(inTile, mod(thread, u(this.chunksPerLine)))),
        index: w.let_("from", add(base, add(mul(line, u(stride / unit)), div(this.element, u(unit))))),
        line,
        // Known ahead: where it is across the sum.
        there: w.let_("there", sums === "neighbours" ? inside(line, factor.count, across) : inside(this.element, u(length), across)),
        held: this.way === "copy" ? [] : Array.from({ length: chunk / unit }, () => w.var_("held", this.way === "fours" ? zeros : f(0))),
      };
    });
  }

  /** The word of a stage where a chunk of a line begins: turned about, so that the eight lines that a load of blocks reads at once lie in different banks. */
  place(line: KernelExpr, ofLine: KernelExpr): KernelExpr {
    const turned = this.chunksPerLine === 4 ? bitAnd(shiftRight(line, u(1)), u(3)) : bitAnd(line, u(7));
    return add(mul(line, u(this.chunksPerLine * 4)), mul(xor(ofLine, turned), u(4)));
  }

  /** Begins to bring the tile at `at` along the sum into the stage that begins at word `stage`. */
  begin(at: KernelExpr, stage: KernelExpr): void {
    const { w, factor: { sums, stride, end }, way } = this;
    const unit = elementsOf[way];
    const along = w.let_("along", sums === "neighbours" ? div(at, u(unit)) : mul(at, u(stride / unit)));
    // Of the chunk's elements `j` and on: those of the sum that are none count nothing.
    const within = (line: KernelExpr, j: number): KernelExpr => inside(add(at, sums === "neighbours" ? add(this.element, u(j)) : line), end, depth);
    for (const { place, index, line, there, held } of this.chunks) {
      const from = w.let_("from", add(index, along));
      if (way === "copy") {
        const when = and(there, within(line, 0));
        w.copyAsync(this.array, add(stage, place), this.operand, from, isConstant(when) ? undefined : when);
        continue;
      }
      held.forEach((variable, i) => {
        const valid = and(and(there, this.lineHas(i * unit)), within(line, i * unit));
        w.if_(valid, () => w.assign(variable, w.load(this.operand, add(from, u(i)))), () => w.assign(variable, way === "fours" ? zeros : f(0)));
      });
    }
  }

  /** Puts what `begin` read into the stage, rounded; nothing where it is copied. */
  finish(stage: KernelExpr): void {
    const { w } = this;
    for (const { place, held } of this.chunks) {
      if (held.length === 0) continue;
      const numbers = this.way === "fours" ? held.flatMap((four) => [0, 1, 2, 3].map((i) => component(four, i))) : held;
      const word = w.let_("word", add(stage, place));
      const pairs = [0, 1, 2, 3].map((i) => w.let_("pair", pack(this.of, numbers[2 * i]!, numbers[2 * i + 1]!)));
      this.turn(pairs).forEach((pair, i) => w.storeArray(this.array, add(word, xor(this.turns, u(i))), pair));
    }
  }

  /** The chunk's four words from another one on for every eight threads: word by word they would all write to the same eight of 32 banks. */
  private turn(words: readonly KernelExpr[]): KernelExpr[] {
    const { w } = this;
    const exchange = (of: readonly KernelExpr[], bit: number): KernelExpr[] => {
      const turned = notEqual(bitAnd(this.turns, u(bit)), u(0));
      return of.map((word, i) => w.let_("word", select(turned, of[i ^ bit]!, word)));
    };
    return exchange(exchange(words, 1), 2);
  }

  /** Whether element `j` of the chunk is one, across the sum; `there` says so of the first. */
  private lineHas(j: number): KernelExpr {
    const { sums, length, across } = this.factor;
    return sums === "neighbours" || j === 0 ? less(u(0), u(1)) : inside(add(this.element, u(j)), u(length), across);
  }
}

function wayOf({ node, stride, start, length }: Factor, of: NarrowType): Way {
  const stored = sourceOf(node);
  const goesBy = (count: number): boolean => [stride, start.times, length].every((n) => n % count === 0);
  if ((stored.op === "parameter" || stored.storage === of) && goesBy(chunk)) return "copy";
  return stored.dtype === "f32" && goesBy(4) ? "fours" : "ones";
}

/** Whether a place is in front of `end`; not asked where whole parts end there. */
function inside(place: KernelExpr, end: KernelExpr, part: number): KernelExpr {
  return isConstant(end) && Number(end.value) % part === 0 ? less(u(0), u(1)) : less(place, end);
}

/**
 * Walks the sum from `from` to `end`, some tiles ahead of `multiply`, which is given the words at which each tile's stage begins.
 */
export function overTiles(w: KernelWriter, tiles: readonly Tile[], { from, end }: { readonly from: KernelExpr; readonly end: KernelExpr }, multiply: (stages: readonly KernelExpr[]) => void): void {
  const stages = tiles[0]!.stages;
  const copies = tiles.some((tile) => tile.way === "copy");
  const count = w.let_("turns", ceilDiv(sub(end, from), u(depth)));
  const stagesAt = (number: KernelExpr): KernelExpr[] => tiles.map((tile) => w.let_("stage", mul(number, u(tile.words))));
  const begin = (turn: KernelExpr, at: readonly KernelExpr[]): void => {
    const place = w.let_("at", add(from, mul(turn, u(depth))));
    tiles.forEach((tile, i) => tile.begin(place, at[i]!));
  };
  const finish = (at: readonly KernelExpr[]): void => tiles.forEach((tile, i) => tile.finish(at[i]!));
  for (let stage = 0; stage < stages - 1; stage++) {
    w.if_(less(u(stage), count), () => {
      const at = stagesAt(u(stage));
      begin(u(stage), at);
      finish(at);
    });
    if (copies) w.copyCommit();
  }
  const [reading, writing] = [w.var_("reading", u(0)), w.var_("writing", u(stages - 1))];
  const advance = (stage: KernelExpr): void => w.assign(stage, select(equal(stage, u(stages - 1)), u(0), add(stage, u(1))));
  w.for_("turn", u(0), count, (turn) => {
    if (copies) w.copyWait(stages - 2);
    // What was copied for this turn is seen by all, and nobody reads the stage that is written next any more.
    w.barrier();
    const next = w.let_("next", add(turn, u(stages - 1)));
    const more = w.let_("more", less(next, count));
    w.if_(more, () => begin(next, stagesAt(writing)));
    if (copies) w.copyCommit();
    multiply(stagesAt(reading));
    if (tiles.some((tile) => tile.way !== "copy")) w.if_(more, () => finish(stagesAt(writing)));
    advance(reading);
    advance(writing);
  });
}

/** Three where something is copied while the units work; what goes through registers is a stage by itself. */
export function stagesOf(factors: readonly Factor[], of: NarrowType): number {
  return factors.some((factor) => wayOf(factor, of) === "copy") ? 3 : 2;
}
