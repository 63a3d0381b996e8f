/**
 * Nodes → expressions inside one kernel: a value at given coordinates, with its producers written in place. What does
 * not depend on a loop is written in front of it; what was computed in an open block is used again.
 * Every coordinate is a name or a constant, so that equal places are seen to be equal.
 */
import { bug } from "../../src/base/assert.js";
import { tokenDim, type Dim, type Node, type NodeOf } from "../../src/graph/graph.js";
import type { MapFn } from "../../src/graph/ops.js";
import {
  add, binary, bitAnd, bitcast, cast, constant, constantValue, equal, extent, f, i, less, max, min, mul, notEqual, select, sub, u, unary,
} from "../../src/kernel/build.js";
import type { KernelExpr } from "../../src/kernel/kernel.js";
import { coordinatesOf, placeOf, resolveView, strides, type Coordinates } from "../../src/kernel/view.js";
import type { KernelWriter } from "../../src/kernel/writer.js";
import { keepBaseExpr, keepExpr } from "./keep.js";
import { workOf } from "./space.js";

export interface InlineOptions {
  /** Whether a value is read from memory, and not computed here. */
  readonly inMemory: (node: Node) => boolean;
  /** Values that lie in workgroup memory: how to read one at its inner coordinates. */
  readonly held?: (node: Node, coordinates: Coordinates) => KernelExpr | undefined;
  /** The binding of a stored value that this kernel reads. */
  readonly bind: (node: Node) => number;
  /** Called at the end of the body of each reduction's loop, with the coordinates of its input. */
  readonly inLoop?: (reduce: Node, coordinates: Coordinates) => void;
  /** A reduction whose loop is shared out among threads. */
  readonly shared?: SharedReduce;
}

export interface SharedReduce {
  readonly node: Node;
  /** The dim whose places are shared out, the number of this thread among those that do, and how many they are. */
  readonly dim: string;
  readonly part: KernelExpr;
  readonly parts: number;
  /** The whole, for all of them. */
  readonly join: (own: KernelExpr) => KernelExpr;
}

interface Known {
  readonly value: KernelExpr;
}

export class Inliner {
  /** Values by node and place, for each open block: `known[0]` belongs to the block where this inliner began. */
  private known: Map<string, Known>[] = [new Map()];
  /** How deep each coordinate's block is, counted as in `known`. */
  private readonly depths = new Map<string, number>();
  private readonly base: number;
  /** Flat places by the names of the coordinates that they stand for. */
  private readonly flats: { readonly names: readonly string[]; readonly place: KernelExpr }[] = [];

  constructor(readonly w: KernelWriter, private readonly options: InlineOptions) {
    this.base = w.depth;
  }

  /** Names a coordinate in the block that is being written. */
  coordinate(hint: string, value: KernelExpr): KernelExpr {
    const named = this.w.let_(hint, value);
    if (named.kind === "variable" && !this.depths.has(named.name)) this.depths.set(named.name, this.known.length - 1);
    return named.kind === "variable" || named.kind === "constant" ? named : bug(`a coordinate that is a ${named.kind}`);
  }

  /** Coordinates of a flat row-major place, named; the flat place is used again where a stored value has these dims. */
  unflatten(dims: readonly Dim[], flat: KernelExpr): Map<string, KernelExpr> {
    const named = new Map<string, KernelExpr>();
    for (const [name, place] of coordinatesOf(dims, flat)) named.set(name, this.coordinate(hintOf(name), place));
    const names = dims.filter((d) => d.size !== 1).map((d) => placeName(named.get(d.name)!));
    if (names.length > 1) this.flats.push({ names, place: flat });
    return named;
  }

  /** A loop whose body may be given values at the loop's own coordinate. */
  loop(hint: string, from: KernelExpr, to: KernelExpr, body: (index: KernelExpr) => void, step?: KernelExpr): void {
    this.w.for_(hint, from, to, (index) => this.inside(index, () => body(index)), step ? { step } : {});
  }

  branch(condition: KernelExpr, body: () => void): void {
    this.w.if_(condition, () => this.inside(undefined, body));
  }

  /** Makes a node's value known at a place, in the block that is being written. */
  set(node: Node, coordinates: Coordinates, value: KernelExpr): void {
    this.known.at(-1)!.set(keyOf(node, coordinates), { value });
  }

  value(given: Node, at: Coordinates): KernelExpr {
    const { node, coordinates } = resolveView(given, at);
    if (node.op === "scalar") return constant(node.dtype, node.value);
    if (node.op === "extent") return cast("i32", extent(node.symbol));
    if (node.op === "iota") return cast("f32", placeOf(node.dims[0] ?? bug("an iota without a dim"), coordinates));
    const key = keyOf(node, coordinates);
    for (const block of this.known) {
      const found = block.get(key);
      if (found) return found.value;
    }
    const depth = Math.max(0, ...node.dims.map((d) => this.depthOf(placeOf(d, coordinates))));
    let value: KernelExpr | undefined;
    this.outside(depth, () => {
      value = this.w.let_("v", this.compute(node, coordinates));
      this.known[depth]!.set(key, { value });
    });
    return value!;
  }

  /** Index of a stored value's element; `node` is no view. */
  index(node: Node, coordinates: Coordinates): KernelExpr {
    const steps = strides(node.dims);
    const names = node.dims.map((d) => (d.size === 1 ? undefined : placeName(placeOf(d, coordinates))));
    // The longest run of leading dims whose flat place has a name.
    let best: { readonly upTo: number; readonly place: KernelExpr } | undefined;
    for (const flat of this.flats) {
      const upTo = endOfPrefix(names, flat.names);
      if (upTo !== undefined && (!best || upTo > best.upTo)) best = { upTo, place: flat.place };
    }
    const start = best ? mul(best.place, steps[best.upTo - 1]!) : u(0);
    return node.dims.slice(best?.upTo ?? 0).reduce((sum, d, k) => add(sum, mul(placeOf(d, coordinates), steps[k + (best?.upTo ?? 0)]!)), start);
  }

  private compute(node: Node, coordinates: Coordinates): KernelExpr {
    const held = this.options.held?.(node, coordinates);
    if (held) return held;
    if (workOf(node) === "leaf" || this.options.inMemory(node)) return this.w.load(this.options.bind(node), this.index(node, coordinates));
    switch (node.op) {
      case "map":
        return mapExpr(node.fn, node.inputs.map((input) => this.value(input, coordinates)));
      case "reduce":
        return this.reduce(node, coordinates);
      case "gather": {
        const [table, ids] = node.inputs as [Node, Node];
        const size = table.dims.find((d) => d.name === node.dim)!.size;
        const id = this.value(ids, coordinates);
        const signed = cast("i32", id);
        const row = this.coordinate("row", cast("u32", min(max(signed, i(0)), cast("i32", sub(extent(size), u(1))))));
        return this.value(table, new Map([...coordinates, [node.dim, row]]));
      }
      case "turn_half": {
        const half = u((node.dims.find((d) => d.name === node.dim)!.size as number) / 2);
        const at = coordinates.get(node.dim) ?? bug("turn_half without its coordinate");
        const first = this.w.let_("first", less(at, half));
        const partner = this.coordinate("partner", select(first, add(at, half), sub(at, half)));
        const value = this.value(node.inputs[0]!, new Map([...coordinates, [node.dim, partner]]));
        return select(first, unary("negate", value), value);
      }
      case "flip": {
        const token = node.dims.find((d) => d.name === tokenDim)!;
        if (token.size === 1) return this.value(node.inputs[0]!, coordinates);
        const mirrored = this.coordinate("mirrored", sub(sub(extent(token.size), u(1)), placeOf(token, coordinates)));
        return this.value(node.inputs[0]!, new Map([...coordinates, [tokenDim, mirrored]]));
      }
      case "wave": {
        const [position, rate, offset] = node.inputs.map((input) => this.value(input, coordinates)) as [KernelExpr, KernelExpr, KernelExpr];
        return unary("sin_turns", add(mul(bitcast("u32", position), rate), offset));
      }
      case "keep":
        return keepExpr(node, this.index(node, coordinates), this.keepBase(node));
      default:
        return bug(`${node.op} cannot be written in place`);
    }
  }

  /** The same for every element: written where the kernel begins. */
  private keepBase(node: NodeOf<"keep">): KernelExpr {
    const key = `base of ${node.id}`;
    let base = this.known[0]!.get(key)?.value;
    if (base) return base;
    this.outside(0, () => {
      const [seed, counter] = node.inputs.map((input) => bitcast("u32", this.value(input, new Map())));
      base = this.w.let_("base", keepBaseExpr(seed!, counter!, this.w.argument(node.stream)));
      this.known[0]!.set(key, { value: base });
    });
    return base!;
  }

  private reduce(node: Node & { op: "reduce" }, coordinates: Coordinates): KernelExpr {
    const x = node.inputs[0]!;
    const over = x.dims.filter((d) => node.over.includes(d.name));
    const total = this.w.var_("total", identityOf(node));
    const shared = this.options.shared?.node === node ? this.options.shared : undefined;
    const walk = (left: readonly Dim[], at: Coordinates): void => {
      const [d, ...rest] = left;
      if (!d) {
        this.w.assign(total, combine(node, total, this.value(x, at)));
        this.options.inLoop?.(node, at);
        return;
      }
      const inner = (index: KernelExpr): void => walk(rest, new Map([...at, [d.name, index]]));
      if (shared?.dim === d.name) this.loop(hintOf(d.name), shared.part, extent(d.size), inner, u(shared.parts));
      else this.loop(hintOf(d.name), u(0), extent(d.size), inner);
    };
    walk(over, coordinates);
    return shared ? shared.join(total) : total;
  }

  private inside(index: KernelExpr | undefined, body: () => void): void {
    // A loop that runs once is written without a block of its own.
    const opened = this.w.depth - this.base - (this.known.length - 1);
    for (let n = 0; n < opened; n++) this.known.push(new Map());
    if (index?.kind === "variable") this.depths.set(index.name, this.known.length - 1);
    body();
    for (let n = 0; n < opened; n++) this.known.pop();
  }

  private outside(depth: number, body: () => void): void {
    if (depth === this.known.length - 1) return body();
    const inner = this.known;
    this.known = inner.slice(0, depth + 1);
    this.w.at(this.base + depth, body);
    this.known = inner;
  }

  private depthOf(place: KernelExpr): number {
    return place.kind === "variable" ? (this.depths.get(place.name) ?? 0) : 0;
  }
}

export function identityOf(node: Node & { op: "reduce" }): KernelExpr {
  if (node.fn === "sum") return constant(node.dtype, 0);
  return node.dtype === "f32" ? f(-Infinity) : constant(node.dtype, node.dtype === "i32" ? -(2 ** 31) : 0);
}

export function combine(node: Node & { op: "reduce" }, a: KernelExpr, b: KernelExpr): KernelExpr {
  return node.fn === "sum" ? add(a, b) : max(a, b);
}

export function mapExpr(fn: MapFn, args: readonly KernelExpr[]): KernelExpr {
  const [a, b, c] = args as [KernelExpr, KernelExpr, KernelExpr];
  switch (fn) {
    case "to_f32":
      return cast("f32", a);
    case "equal":
      return cast("i32", equal(a, b));
    case "not_equal":
      return cast("i32", notEqual(a, b));
    case "select":
      return select(notEqual(a, i(0)), b, c);
    case "less":
      return cast("i32", less(a, b));
    case "is_finite":
      // By the exponent's bits: comparisons of a NaN may be optimised away.
      return cast("i32", less(bitAnd(bitcast("u32", a), u(0x7f800000)), u(0x7f800000)));
    case "add": case "subtract": case "multiply": case "divide": case "power": case "maximum": case "minimum":
      return binary(fn, a, b);
    case "negate": case "exp": case "log": case "sqrt": case "abs": case "sin": case "cos": case "tanh": case "sigmoid":
    case "softplus": case "relu": case "gelu": case "gelu_tanh": case "silu": case "elu": case "square": case "reciprocal": case "rsqrt":
    case "erf":
      return unary(fn, a);
    default:
      return fn satisfies never;
  }
}

function keyOf(node: Node, coordinates: Coordinates): string {
  return `${node.id} ${node.dims.map((d) => (d.size === 1 ? "" : placeName(placeOf(d, coordinates)))).join(" ")}`;
}

function placeName(place: KernelExpr): string {
  if (place.kind === "variable") return place.name;
  const value = constantValue(place);
  return value === undefined ? bug(`a coordinate that is a ${place.kind}`) : `#${value}`;
}

function hintOf(dim: string): string {
  return `at_${dim.replace(/[^a-z0-9]/gi, "")}`;
}

/** Where in `names` (undefined: a dim of size 1) the run `run` ends that starts at the front. */
function endOfPrefix(names: readonly (string | undefined)[], run: readonly string[]): number | undefined {
  let k = 0;
  for (let at = 0; at < names.length; at++) {
    if (names[at] === undefined) continue;
    if (names[at] !== run[k++]) return undefined;
    if (k === run.length) return at + 1;
  }
  return undefined;
}
