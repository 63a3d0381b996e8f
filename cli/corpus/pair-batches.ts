/**
 * Pairs in batches of about equal lengths, so that little is padding. Pairs whose padded sizes are the same are a class; classes in the order
 * of their sizes, one behind the other, are cut into batches once. An epoch shuffles the pairs of each class and the order of the batches, so
 * that sizes stay what they are, and a batch follows from its number and the seed alone, computed and not kept.
 */
import { MszError, type HostTensor, type Plan, type TrainingBatch } from "../../runtime/index.js";
import { sourceLimit } from "../../runtime/session/source.js";
import { pcg } from "../../runtime/random.js";
import type { Batches } from "./batches.js";
import { shuffled } from "./order.js";
import { outOfBoth, type Pairs } from "./pairs.js";

/** One of the two: so many pairs, or as many as have at most so many tokens on either side, padding included; `option` is what said so. */
export type PairBatchSize = { readonly pairs: number } | { readonly tokens: number; readonly option?: string };

/** Sizes are multiples of it: a device meets few different ones. */
const step = 4;

export interface PairPart {
  /** The pairs [from, to). */
  readonly from: number;
  readonly to: number;
}

export class PairBatches implements Batches {
  readonly name: string;
  readonly largest: number;
  /** Shares of all tokens that are padding, on each side. */
  readonly padding: { readonly source: number; readonly target: number };
  /** Pairs by class. */
  private readonly order: Uint32Array;
  private readonly classes: readonly Class[];
  private readonly cuts: readonly Cut[];
  private readonly ids: { readonly end: number; readonly padding: number; readonly sourcePadding: number };

  /** @throws MszError `past-batch` for a pair that has more tokens than a batch may have */
  constructor(private readonly pairs: Pairs, { model, ...plan }: Plan, readonly part: PairPart, size: PairBatchSize) {
    this.name = pairs.name;
    this.ids = { end: model.end!, padding: model.padding!, sourcePadding: model.source!.padding! };
    const most = "tokens" in size ? size.tokens : Infinity;
    const limits = { source: Math.min(most, sourceLimit({ model, ...plan })), target: Math.min(most, model.positionLimit ?? Infinity) };
    const classes = new Map<string, { sizes: Sizes; members: number[] }>();
    let [sources, targets] = [0, 0];
    for (let pair = part.from; pair < part.to; pair++) {
      const own = { source: pairs.source(pair).length, target: pairs.target(pair).length + 1 };
      if ("tokens" in size && Math.max(own.source, own.target) > most) throw pastBatch(pairs, pair, own, size);
      const sizes = { source: padded(own.source, limits.source), target: padded(own.target, limits.target) };
      const key = `${sizes.source} ${sizes.target}`;
      const found = classes.get(key);
      if (found) found.members.push(pair);
      else classes.set(key, { sizes, members: [pair] });
      sources += own.source;
      targets += own.target;
    }
    const sorted = [...classes.values()].sort((a, b) => bySize(a.sizes, b.sizes));
    this.order = Uint32Array.from(sorted.flatMap(({ members }) => members));
    let at = 0;
    this.classes = sorted.map(({ sizes, members }) => ({ sizes, from: at, to: (at += members.length) }));
    this.cuts = cutsOf(this.classes, size);
    this.largest = this.cuts.reduce((most, { from, to, sizes }) => Math.max(most, (to - from) * Math.max(sizes.source, sizes.target)), 0);
    const all = (side: keyof Sizes): number => this.cuts.reduce((sum, { from, to, sizes }) => sum + (to - from) * sizes[side], 0);
    this.padding = { source: 1 - sources / all("source"), target: 1 - targets / all("target") };
  }

  get count(): number {
    return this.cuts.length;
  }

  shuffled(number: number, seed: number): TrainingBatch {
    const epoch = Math.floor(number / this.count);
    const cut = this.cuts[shuffled(number - epoch * this.count, this.count, seed, epoch)]!;
    return this.batch(cut, (place, { from, to }, index) => this.order[from + shuffled(place - from, to - from, pcg((seed + 1 + index) >>> 0), epoch)]!);
  }

  *inOrder(every = 1): Generator<TrainingBatch> {
    for (let i = 0; i < this.count; i += every) yield this.batch(this.cuts[i]!, (place) => this.order[place]!);
  }

  private batch({ from, to, sizes, first }: Cut, pairAt: (place: number, of: Class, index: number) => number): TrainingBatch {
    const { end, padding, sourcePadding } = this.ids;
    const rows = to - from;
    const source = new Int32Array(rows * sizes.source).fill(sourcePadding);
    const tokens = new Int32Array(rows * sizes.target).fill(padding);
    const targets = new Int32Array(rows * sizes.target).fill(padding);
    let index = first;
    for (let row = 0; row < rows; row++) {
      while (this.classes[index]!.to <= from + row) index++;
      const pair = pairAt(from + row, this.classes[index]!, index);
      const ids = this.pairs.target(pair);
      const start = row * sizes.target;
      source.set(this.pairs.source(pair), row * sizes.source);
      tokens[start] = end;
      tokens.set(ids, start + 1);
      targets.set(ids, start);
      targets[start + ids.length] = end;
    }
    const tensor = (data: Int32Array, size: number): HostTensor => ({ shape: [rows, size], data });
    return { tokens: tensor(tokens, sizes.target), targets: tensor(targets, sizes.target), source_tokens: tensor(source, sizes.source) };
  }
}

/** Tokens with padding: E and T. */
interface Sizes {
  readonly source: number;
  readonly target: number;
}

/** Places [from, to) of the order. */
interface Class {
  readonly sizes: Sizes;
  readonly from: number;
  readonly to: number;
}

/** A batch: places [from, to) of the order, the first of them in the class number `first`. */
interface Cut extends Class {
  readonly first: number;
}

function padded(length: number, limit: number): number {
  return Math.min(Math.ceil(length / step) * step, limit);
}

/** By target, and by source up and down in turn, so that neighbours are close on both sides. */
function bySize(a: Sizes, b: Sizes): number {
  if (a.target !== b.target) return a.target - b.target;
  return (a.source - b.source) * (Math.ceil(a.target / step) % 2 === 0 ? 1 : -1);
}

function cutsOf(classes: readonly Class[], size: PairBatchSize): Cut[] {
  const cuts: Cut[] = [];
  const fits = (rows: number, { source, target }: Sizes): boolean => ("pairs" in size ? rows <= size.pairs : rows * Math.max(source, target) <= size.tokens);
  let open: Cut | undefined;
  for (const [index, { sizes, from, to }] of classes.entries()) {
    for (let place = from; place < to; ) {
      const grown: Sizes = open ? { source: Math.max(open.sizes.source, sizes.source), target: Math.max(open.sizes.target, sizes.target) } : sizes;
      const begin: number = open?.from ?? place;
      if (!fits(place + 1 - begin, grown)) {
        cuts.push(open!);
        open = undefined;
        continue;
      }
      const room = "pairs" in size ? size.pairs : Math.floor(size.tokens / Math.max(grown.source, grown.target));
      place = Math.min(to, begin + room);
      open = { from: begin, to: place, sizes: grown, first: open?.first ?? index };
    }
  }
  return open ? [...cuts, open] : cuts;
}

function pastBatch({ files }: Pairs, pair: number, { source, target }: Sizes, { tokens: most, option = "batch_tokens" }: Extract<PairBatchSize, { tokens: number }>): MszError {
  const [file, tokens] = source >= target ? [files.source, source] : [files.target, target];
  return new MszError("past-batch", `\`${file}\`, line ${pair + 1}: it has ${tokens} tokens, its \`end\` included, and a batch may have ${most}`, {
    hint: `make \`${option}\` larger, or ${outOfBoth}`,
  });
}
