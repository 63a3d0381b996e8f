/**
 * The backward pass of attention: the logarithm of each row's sum, and the cotangents of query, key and value. A thread owns a few
 * neighbouring tokens (for the cotangents of key and value: slots) and walks the slots (tokens) that go with them. What it meets
 * on its way is read once for all that it owns, whose operands and sums are registers where they are short and lie in fours.
 */
import { bug } from "../../../src/base/assert.js";
import { chunkDim, timeDim, tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, and, bool, extent, f, fma, greater, i, less, lessEqual, min, mul, notEqual, select, sub, u, unary } from "../../../src/kernel/build.js";
import type { KernelExpr } from "../../../src/kernel/kernel.js";
import type { Coordinates } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { cut, lowest, sliceDim, sliceOf } from "./attention.js";
import { forEachElement, forEachPlace, merge, withPlace, type Places } from "./elements.js";
import { Line } from "./line.js";
import { finish, kernelName, labelOf, type SpecialKernel } from "./types.js";

const threads = 32;
/** Elements that a thread sums up where they are no registers; more are cut into slices. */
const sliceElements = 128;
/** exp(score - empty) is 0: what a row without slots has in place of its logarithm. */
const empty = f(1e30);
const tileDim = "@tile";

export const attentionLogSum: SpecialKernel<"attention_log_sum"> = (node, { chunk }, epilogue) => {
  const [query, key, valid] = node.inputs as [Node, Node, Node?];
  const w = new KernelWriter(kernelName("attention_log_sum", epilogue), threads, node.span);
  const over = new Line(w, dimsOver(node), [query, key]);
  const tile = new Tile(w, node.dims, tokenDim, chunk, over.written ? tileRows(over.count) : 1);
  const slots = slotsOf(node);
  tile.forEach((places, first, end) => {
    const queries = places.map((at) => over.reader(query, at));
    const highest = places.map(() => w.var_("highest", lowest));
    const totals = places.map(() => w.var_("total", f(0)));
    w.for_("slot", u(0), slots ?? end, (slot) => {
      const at = withPlace(places[0]!, timeDim, slot);
      ifReal(w, valid, at, () => {
        const scores = over.products(over.reader(key, at), queries);
        places.forEach((place, r) => {
          const [score, top, total] = [w.let_("score", scores[r]!), highest[r]!, totals[r]!];
          w.if_(tile.rows === 1 || node.full ? bool(true) : looksBack(withPlace(place, timeDim, slot)), () => {
            const larger = w.let_("larger", greater(score, top));
            const shrink = w.let_("shrink", unary("exp", select(larger, sub(top, score), sub(score, top))));
            w.assign(total, select(larger, fma(total, shrink, f(1)), add(total, shrink)));
            w.assign(top, select(larger, score, top));
          });
        });
      });
    });
    places.forEach((at, r) => {
      const found = add(highest[r]!, unary("log", totals[r]!));
      tile.ifOwned(first, r, () => finish(w, node, epilogue, select(greater(totals[r]!, f(0)), found, empty), at));
    });
  });
  return [w.launch(tile.dims.map((d) => d.size), threads, labelOf(node))];
};

export const attentionGradient: SpecialKernel<"attention_gradient"> = (node, { chunk }, epilogue) => {
  const [query, key, value, logSum, g, dot, valid] = node.inputs as [Node, Node, Node, Node, Node, Node, Node?];
  const { of } = node;
  const operand = { query, key, value }[of];
  const [ofQuery, ofValue] = [of === "query", of === "value"];
  const [ofToken, ofSlot] = [{ scored: query, valued: g }, { scored: key, valued: value }];
  const [mine, met] = ofQuery ? [ofToken, ofSlot] : [ofSlot, ofToken];
  // Dims of a row that the operand lacks, so that what they give is added up.
  const missing = logSum.dims.filter((d) => d.name !== tokenDim && !has(operand, d));

  const w = new KernelWriter(kernelName(`attention_gradient_${of}`, epilogue), threads, node.span);
  const over = new Line(w, dimsOver(node), [query, key]);
  const channels = new Line(w, value.dims.filter((d) => d.name !== timeDim && !has(logSum, d)), [value, g]);
  // The same for dims that the score is a sum over.
  const lacked = ofValue ? [] : dimsOver(node).filter((d) => !has(operand, d));
  const own = ofValue ? channels : lacked.length === 0 ? over : new Line(w, dimsOver(node).filter((d) => has(operand, d)), [query, key]);

  const slices = cut(own.count, own.written ? own.count : sliceElements / own.width);
  const outer = [...operand.dims.filter((d) => !own.dims.some((o) => o.name === d.name)), { name: sliceDim, size: slices.count }];
  const inRegisters = over.written && own.written && (ofValue || channels.written);
  const tile = new Tile(w, outer, ofQuery ? tokenDim : timeDim, chunk, inRegisters ? tileRows(Math.max(over.count, channels.count)) : 1);
  const slots = slotsOf(node);
  tile.forEach((places, first, end) => {
    const slice = sliceOf(w, places[0]!.get(sliceDim)!, slices.size, own.count);
    const sums = places.map(() => own.sums(slices.size));
    /** What belongs to the owned places is read in front of the walk, unless it changes there. */
    const early = <R>(from: Node, read: (at: Coordinates) => R): ((inner: Coordinates) => R)[] => places.map((place) => {
      if (missing.some((d) => has(from, d))) return (inner) => read(merge(place, inner));
      const found = read(place);
      return () => found;
    });
    const number = (from: Node) => (at: Coordinates): KernelExpr => w.let_("number", w.read(from, at));
    const scored = early(mine.scored, (at) => over.reader(mine.scored, at));
    const valued = ofValue ? [] : early(mine.valued, (at) => channels.reader(mine.valued, at));
    const numbers = ofQuery ? [early(logSum, number(logSum)), early(dot, number(dot))] : [];
    const real = valid && !ofQuery ? early(valid, (at) => w.let_("real", notEqual(w.read(valid, at), i(0)))) : [];

    const meet = (inner: Places): void => {
      const at = merge(places[0]!, inner);
      const [metScored, metValued] = [over.reader(met.scored, at), channels.reader(met.valued, at)];
      const scores = over.products(metScored, scored.map((read) => read(inner)));
      const cotangents = ofValue ? [] : channels.products(metValued, valued.map((read) => read(inner)));
      const [logs, dots] = [logSum, ...(ofValue ? [] : [dot])].map((from, n) => numbers[n] ?? same(number(from)(at), places));
      const factors = places.map((place, r) => {
        const weight = unary("exp", sub(scores[r]!, logs![r]!(inner)));
        const factor = ofValue ? weight : mul(weight, sub(cotangents[r]!, dots![r]!(inner)));
        const counts = [...(tile.rows > 1 && !node.full ? [looksBack(merge(place, inner))] : []), ...(real[r] ? [real[r](inner)] : [])];
        return w.let_("factor", counts.length > 0 ? select(counts.reduce(and), factor, f(0)) : factor);
      });
      const summed = ofValue ? metValued : own === over ? metScored : undefined;
      own.each((j, place) => {
        forEachPlace(w, lacked, merge(at, place), (all) => {
          const x = w.let_("x", summed ? summed(j, place) : own.read(met.scored, all));
          sums.forEach((sum, r) => sum.set(j, fma(own.splat(factors[r]!), x, sum.get(j))));
        });
      }, slice);
    };
    if (ofQuery) {
      w.for_("slot", u(0), slots ?? end, (slot) => {
        forEachPlace(w, missing, new Map([[timeDim, slot]]), (inner) => ifReal(w, valid, merge(places[0]!, inner), () => meet(inner)));
      });
    } else w.for_("t", node.full ? u(0) : first, tokensOf(logSum), (t) => forEachPlace(w, missing, new Map([[tokenDim, t]]), meet));
    places.forEach((at, r) => tile.ifOwned(first, r, () => {
      own.each((j, place) => own.store(node, epilogue, sums[r]!.get(j), merge(at, place)), slice);
    }));
  });
  return [w.launch(tile.dims.map((d) => d.size), threads, labelOf(node))];
};

/** A few neighbouring tokens (or slots) for a thread, so that what it walks over serves them all. */
class Tile {
  readonly dims: readonly Dim[];
  readonly time: KernelExpr;
  readonly rows: number;

  constructor(private readonly w: KernelWriter, dims: readonly Dim[], private readonly owned: string, private readonly chunk: number, rows: number) {
    const size = dims.find((d) => d.name === owned)?.size ?? bug(`no dim ${owned}`);
    this.time = extent(size);
    const chunks = size === "T" ? "N" : size === "E" ? "M" : undefined;
    this.rows = chunks !== undefined && chunk % rows === 0 ? rows : 1;
    const cut_: Dim[] = [{ name: chunkDim, size: chunks ?? 1 }, { name: tileDim, size: chunk / this.rows }];
    this.dims = this.rows === 1 ? dims : dims.flatMap((d) => (d.name === owned ? cut_ : [d]));
  }

  /** `body` gets the place of each row, the first of them and the end of those that exist; where fewer do, the last stands several times. */
  forEach(body: (places: readonly Places[], first: KernelExpr, end: KernelExpr) => void): void {
    const { w, rows, owned, time } = this;
    forEachElement(w, this.dims, (at) => {
      if (rows === 1) {
        const place = at.get(owned)!;
        return body([at], place, w.let_("end", add(place, u(1))));
      }
      const first = w.let_("first", add(mul(at.get(chunkDim)!, u(this.chunk)), mul(at.get(tileDim)!, u(rows))));
      w.if_(less(first, time), () => {
        const places = Array.from({ length: rows }, (_, r) => withPlace(at, owned, w.let_("own", min(add(first, u(r)), sub(time, u(1))))));
        body(places, first, w.let_("end", min(add(first, u(rows)), time)));
      });
    });
  }

  ifOwned(first: KernelExpr, r: number, body: () => void): void {
    if (r === 0) body();
    else this.w.if_(less(add(first, u(r)), this.time), body);
  }
}

/** Four rows of four vectors are a fifth faster than two, and take Mesa three times as long to compile. */
function tileRows(vectors: number): number {
  return vectors <= 4 ? 2 : 1;
}

function dimsOver(node: NodeOf<"attention_log_sum"> | NodeOf<"attention_gradient">): Dim[] {
  const dims = [...node.inputs[0]!.dims, ...node.inputs[1]!.dims];
  return node.over.map((name) => dims.find((d) => d.name === name) ?? bug(`attention over ${name}`));
}

/** Where a row looks at all slots: how many there are. */
function slotsOf(node: NodeOf<"attention_log_sum"> | NodeOf<"attention_gradient">): KernelExpr | undefined {
  return node.full && extent(node.inputs[1]!.dims.find((d) => d.name === timeDim)!.size);
}

/** Rows of a sequence: not as many as slots, where these are another text's. */
function tokensOf(rows: Node): KernelExpr {
  return extent(rows.dims.find((d) => d.name === tokenDim)?.size ?? 1);
}

function has(node: Node, d: Dim): boolean {
  return node.dims.some((own) => own.name === d.name);
}

function same(value: KernelExpr, places: readonly Places[]): (() => KernelExpr)[] {
  return places.map(() => () => value);
}

/** A row may look at slots up to its own token. */
function looksBack(at: Coordinates): KernelExpr {
  return lessEqual(at.get(timeDim)!, at.get(tokenDim)!);
}

/** Writes `body` for slots that count. */
function ifReal(w: KernelWriter, valid: Node | undefined, at: Coordinates, body: () => void): void {
  if (valid) w.if_(notEqual(w.read(valid, at), i(0)), body);
  else body();
}
