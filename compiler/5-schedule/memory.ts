/**
 * Ordered launches → where every operand lies. Values get slots in arenas: a slot serves one value after another, and no
 * launch reads and writes the same arena, for WebGPU allows a buffer only one of the two in a dispatch.
 */
import { assert, bug } from "../../src/base/assert.js";
import type { Extent, Node } from "../../src/graph/graph.js";
import type { Grid, Kernel, Launch, NarrowType, Operand, Product } from "../../src/kernel/kernel.js";
import { sourceOf } from "../../src/kernel/view.js";
import type { Target } from "./order.js";

export type Place =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "output"; readonly name: string }
  | { readonly kind: "weight"; readonly parameter: string; readonly transposed: boolean; readonly narrow?: NarrowType }
  | { readonly kind: "constant"; readonly node: Node & { op: "table" } }
  | { readonly kind: "state"; readonly name: string }
  | { readonly kind: "buffer"; readonly index: number };

/** Products of symbols (sorted, joined by `·`) with their factors: bytes. */
export type Bytes = ReadonlyMap<string, number>;

export interface PlacedLaunch {
  readonly kernel: Kernel;
  readonly grid: readonly [Grid, Grid, Grid];
  /** In the order of the kernel's bindings. */
  readonly places: readonly Place[];
  /** How the numbers of each place lie in memory; those of i32 and u32 as f32. */
  readonly elements: readonly ("f32" | NarrowType)[];
  readonly arguments?: readonly number[];
  readonly label: string;
  readonly product?: Product;
}

export interface Slot {
  readonly arena: number;
  readonly bytes: Bytes;
}

/** A value in a slot: its size, and the launches, first to last, during which it lives. */
export interface Buffer {
  readonly slot: number;
  readonly bytes: Bytes;
  readonly first: number;
  readonly last: number;
}

/** A value that is summed over ranks, in place: complete after launch `ready`, read as a sum by launch `needed` first. */
export interface PlacedSum {
  readonly place: Place;
  readonly elements: number;
  readonly ready: number;
  readonly needed: number;
}

/** A node `rank_sum`, and the last launch before it. */
export interface Sum {
  readonly node: Node;
  readonly ready: number;
}

export interface Schedule {
  readonly launches: readonly PlacedLaunch[];
  /** In the order of `ready`. */
  readonly sums: readonly PlacedSum[];
  readonly arenas: number;
  readonly slots: readonly Slot[];
  readonly buffers: readonly Buffer[];
}

interface Value {
  readonly bytes: Bytes;
  readonly first: number;
  last: number;
  /** Values that some launch reads while it writes this one, or writes while it reads this one. */
  readonly apart: Set<Value>;
}

/**
 * @param oneArena the device lets a launch read and write one buffer at different places
 * @param levels by launch: a slot serves its next value from a later level on. Absent: each launch is one
 */
export function placeValues(
  launches: readonly Launch[], targets: ReadonlyMap<Node, Target>, oneArena = false, sums: readonly Sum[] = [], levels: readonly number[] = [...launches.keys()],
): Schedule {
  const values = collectValues(launches, targets);
  const arenaOf = oneArena ? new Map([...values.values()].map((value) => [value, 0])) : colorValues([...values.values()]);
  const { slots, slotOf } = packValues([...values.values()], arenaOf, levels);
  const order = [...values.values()];
  const indexOf = new Map(order.map((v, at) => [v, at]));
  const placeOfOperand = (o: Operand): Place => fixedPlace(o, targets) ?? { kind: "buffer", index: indexOf.get(values.get(stored(o.node))!)! };
  return {
    launches: launches.map(({ kernel, grid, operands, arguments: given, label, product }) => ({
      kernel, grid, label, ...(product ? { product } : {}), ...(given ? { arguments: given } : {}),
      places: operands.map(placeOfOperand),
      elements: operands.map((o) => o.narrow ?? stored(o.node).storage ?? "f32"),
    })),
    sums: collectSums(launches, sums).map(({ node, ...sum }) => ({ place: placeOfOperand({ node, access: "read" }), ...sum })),
    arenas: Math.max(0, ...slots.map((s) => s.arena + 1)),
    slots,
    buffers: order.map((v) => ({ slot: slotOf.get(v)!, bytes: v.bytes, first: v.first, last: v.last })),
  };
}

/** Equal for operands that lie in the same memory before values are placed: a value, or the name of a buffer of its own. */
export function memoryOf(operand: Operand, targets: ReadonlyMap<Node, Target>): Node | string {
  const fixed = fixedPlace(operand, targets);
  return fixed === undefined || fixed.kind === "constant" ? stored(operand.node) : nameOf(fixed);
}

/** What lies in a buffer of its own; undefined for a value of an arena. */
function fixedPlace(operand: Operand, targets: ReadonlyMap<Node, Target>): Place | undefined {
  const node = stored(operand.node);
  const target = targets.get(node);
  if (target) return placeOf(target);
  switch (node.op) {
    case "input": return { kind: "input", name: node.name };
    case "parameter": return { kind: "weight", parameter: node.parameter, transposed: operand.transposed ?? false, ...(operand.narrow ? { narrow: operand.narrow } : {}) };
    case "table": return { kind: "constant", node };
    case "state": return { kind: "state", name: node.state };
    default: return undefined;
  }
}

function placeOf(target: Target): Place {
  if (target.kind === "parameter") return { kind: "weight", parameter: target.name, transposed: false };
  return { kind: target.kind, name: target.name };
}

/** A parameter's stored form, its transposed one and narrow copies of either are buffers of their own. */
function nameOf(place: Place): string {
  switch (place.kind) {
    case "constant": case "buffer": return place.kind;
    case "weight": return `weight ${place.parameter}${place.transposed ? " transposed" : ""}${place.narrow ? ` ${place.narrow}` : ""}`;
    default: return `${place.kind} ${place.name}`;
  }
}

/** The value behind views; an `append` is the cache that it appends to, and a sum over ranks lies where it was summed. */
function stored(node: Node): Node {
  const source = sourceOf(node);
  return source.op === "append" || source.op === "rank_sum" ? stored(source.inputs[0]!) : source;
}

/** One for each value: two parameters may have one gradient, through views. */
function collectSums(launches: readonly Launch[], sums: readonly Sum[]): (Omit<PlacedSum, "place"> & { readonly node: Node })[] {
  const first = new Map<Node, Sum>();
  for (const sum of sums) if (!first.has(stored(sum.node))) first.set(stored(sum.node), sum);
  return [...first].map(([value, { node, ready }]) => {
    const at = launches.findIndex(({ operands }) => operands.some((o) => sourceOf(o.node).op === "rank_sum" && stored(o.node) === value));
    const needed = at < 0 ? launches.length : at;
    if (needed <= ready) bug(`a sum over ranks of %${value.id} ${value.op} is read before it can be made`);
    const elements = value.dims.reduce((product, { size }) => (typeof size === "number" ? product * size : bug("a value of tokens is summed over ranks")), 1);
    return { node, elements, ready, needed };
  });
}

function collectValues(launches: readonly Launch[], targets: ReadonlyMap<Node, Target>): Map<Node, Value> {
  const values = new Map<Node, Value>();
  launches.forEach(({ operands, kernel }, at) => {
    const [read, written] = [new Set<Value>(), new Set<Value>()];
    const seen = new Map<string, string>();
    for (const operand of operands) {
      const fixed = fixedPlace(operand, targets);
      if (fixed) {
        const name = nameOf(fixed);
        const before = seen.get(name);
        assert(fixed.kind === "constant" || before === undefined || (before === "read" && operand.access === "read"), `${kernel.name} has ${name} bound twice`);
        seen.set(name, operand.access);
        continue;
      }
      const node = stored(operand.node);
      let value = values.get(node);
      if (!value) {
        assert(operand.access !== "read", `${kernel.name} reads %${node.id} ${node.op} before anyone writes it`);
        values.set(node, (value = { bytes: bytesOf(node), first: at, last: at, apart: new Set() }));
      }
      value.last = at;
      (operand.access === "read" ? read : written).add(value);
    }
    for (const r of read) {
      for (const w of written) {
        if (r === w) bug(`${kernel.name} reads and writes one value under two bindings`);
        r.apart.add(w);
        w.apart.add(r);
      }
    }
  });
  return values;
}

/** In two orders, for neither is always the better: as they are made, and those that keep apart from most first. */
function colorValues(values: readonly Value[]): Map<Value, number> {
  const asMade = colorInOrder(values);
  const byDegree = colorInOrder([...values].sort((a, b) => b.apart.size - a.apart.size));
  const count = (arenas: ReadonlyMap<Value, number>): number => new Set(arenas.values()).size;
  return count(byDegree) < count(asMade) ? byDegree : asMade;
}

function colorInOrder(values: readonly Value[]): Map<Value, number> {
  const arenas = new Map<Value, number>();
  for (const value of values) {
    const taken = new Set([...value.apart].map((v) => arenas.get(v)));
    let arena = 0;
    while (taken.has(arena)) arena++;
    arenas.set(value, arena);
  }
  return arenas;
}

function packValues(values: readonly Value[], arenaOf: ReadonlyMap<Value, number>, levels: readonly number[]): { slots: Slot[]; slotOf: Map<Value, number> } {
  const slots: { readonly arena: number; bytes: Bytes; size: number; until: number }[] = [];
  const slotOf = new Map<Value, number>();
  for (const value of values) {
    const arena = arenaOf.get(value)!;
    const alone = estimate(value.bytes);
    let best: { at: number; growth: number; waste: number } | undefined;
    slots.forEach((slot, at) => {
      if (slot.arena !== arena || levels[slot.until]! >= levels[value.first]!) return;
      const growth = growthOf(slot.bytes, value.bytes);
      const waste = slot.size + growth - alone;
      if (growth >= alone) return;
      if (!best || growth < best.growth || (growth === best.growth && waste < best.waste)) best = { at, growth, waste };
    });
    const at = best?.at ?? slots.push({ arena, bytes: value.bytes, size: alone, until: -1 }) - 1;
    const slot = slots[at]!;
    if (!best || best.growth > 0) slot.bytes = largerOf(slot.bytes, value.bytes);
    slot.size = estimate(slot.bytes);
    slot.until = value.last;
    slotOf.set(value, at);
  }
  return { slots: slots.map(({ arena, bytes }) => ({ arena, bytes })), slotOf };
}

export function bytesOf(node: Node): Bytes {
  return productOf(node.dims.map((d) => d.size), node.storage ? 2 : 4);
}

export function productOf(sizes: readonly Extent[], factor: number): Bytes {
  const symbols = sizes.filter((s) => typeof s !== "number");
  const key = symbols.length > 1 ? symbols.sort().join("·") : (symbols[0] ?? "");
  return new Map([[key, sizes.reduce<number>((p, s) => (typeof s === "number" ? p * s : p), factor)]]);
}

/** Covers both, whatever the symbols turn out to be. */
function largerOf(a: Bytes, b: Bytes): Bytes {
  const larger = new Map(a);
  for (const [symbols, times] of b) larger.set(symbols, Math.max(times, larger.get(symbols) ?? 0));
  return new Map([...larger].sort(([x], [y]) => (x < y ? -1 : 1)));
}

/** How many bytes at a middling call `slot` lacks for `value`. */
function growthOf(slot: Bytes, value: Bytes): number {
  let growth = 0;
  for (const [symbols, times] of value) growth += Math.max(0, times - (slot.get(symbols) ?? 0)) * middling(symbols);
  return growth;
}

/** Bytes at a middling call, to compare sizes by. */
function estimate(bytes: Bytes): number {
  let sum = 0;
  for (const [symbols, times] of bytes) sum += times * middling(symbols);
  return sum;
}

const middlingSizes: Readonly<Record<string, number>> = { B: 1, T: 256, N: 4, S: 512, C: 512, E: 256, M: 4 };

function middling(symbols: string): number {
  if (symbols.length === 1) return middlingSizes[symbols] ?? 1;
  let product = 1;
  for (const symbol of symbols) product *= middlingSizes[symbol] ?? 1;
  return product;
}
