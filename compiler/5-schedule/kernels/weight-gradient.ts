/**
 * Σ over tokens of a · b, the gradient of a weight. `tiled` is like a matmul's: a thread makes 8 rows of 8 columns in registers and
 * walks the tokens; both factors are read as they lie. Where the result is small the tokens are cut into slices, each summed by
 * threads of its own, and a second launch adds the slices up. `generic`, an element a thread, takes any order of dims.
 */
import { tokenDim, type Dim, type Node, type NodeOf } from "../../../src/graph/graph.js";
import {
  add, ceilDiv, component, div, extent, f, flatIndex, flatWorkgroup, fma, less, min, mod, mul, thread, u, vec4, workgroupZ,
} from "../../../src/kernel/build.js";
import type { KernelExpr, Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, elementCount } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { zeros } from "../vector.js";
import { forEachElement, inOrder, namePlaces, weightCount, withoutOnes, withPlace, type Places } from "./elements.js";
import { scratch } from "./scratch.js";
import { finish, kernelName, labelOf, type Epilogue, type SpecialKernel } from "./types.js";
import { tensorGradient } from "./tensor-gradient.js";
import { gradientLaunch, gradientTiles } from "./weight-gradient-tiles.js";

type WeightGradient = NodeOf<"weight_gradient">;

/** rowsOf [tokens…, per…, rows…], columnsOf [tokens…, per…, columns…] → [per…, rows…, columns…], each group neighbours in memory. */
export interface GradientShape {
  readonly rowsOf: Node;
  readonly columnsOf: Node;
  readonly tokens: readonly Dim[];
  /** Products of sizes. */
  readonly P: number;
  readonly R: number;
  readonly C: number;
}

/** Blocks of four rows, and of four columns, of a thread. */
const blocksPerThread = 2;
/** Threads of a workgroup at most, side by side over columns. */
const columnThreads = 32;
/** What a device is to have to do at least. */
const enoughThreads = 2048;
const slicesAtMost = 32;

const sliceDim = "@slice";

export const weightGradient: SpecialKernel<"weight_gradient"> = (node, context, epilogue) => {
  const shape = regularShape(node);
  if (!shape) return [generic(node, epilogue)];
  if (context.target.subgroup > 0) return ofSubgroups(node, shape, context.target, epilogue);
  const threads = shape.P * Math.ceil(shape.R / (4 * blocksPerThread)) * Math.ceil(shape.C / (4 * blocksPerThread));
  const slices = Math.min(slicesAtMost, Math.ceil(enoughThreads / threads));
  if (slices === 1 && !epilogue) return [tiled(node, shape, node, 1)];
  const parts = scratch(node, 0, "f32", [{ name: sliceDim, size: slices }, ...node.dims]);
  return [tiled(node, shape, parts, slices), addSlices(node, parts, slices, epilogue)];
};

/** On devices with subgroups. */
function ofSubgroups(node: WeightGradient, shape: GradientShape, target: KernelTarget, epilogue: Epilogue | undefined): Launch[] {
  const tiles = gradientTiles(shape);
  const { slices, launch } = tensorGradient(node, shape, target) ?? { slices: tiles.slices, launch: (to: Node) => gradientLaunch(node, shape, tiles, to) };
  if (slices === 1 && !epilogue) return [launch(node)];
  const parts = scratch(node, 0, "f32", [{ name: sliceDim, size: slices }, ...node.dims]);
  return [launch(parts), addSlices(node, parts, slices, epilogue)];
}

/** Undefined where dims lie otherwise. */
function regularShape(node: WeightGradient): GradientShape | undefined {
  const [a, b] = node.inputs as [Node, Node];
  const [aDims, bDims, result] = [withoutOnes(a.dims), withoutOnes(b.dims), withoutOnes(node.dims)];
  const has = (dims: readonly Dim[], d: Dim): boolean => dims.some((o) => o.name === d.name);
  const tokens = aDims.filter((d) => !has(result, d));
  const per = result.filter((d) => has(aDims, d) && has(bDims, d));
  const [ofA, ofB] = [result.filter((d) => !has(bDims, d)), result.filter((d) => !has(aDims, d))];
  if (!inOrder(aDims, [...tokens, ...per, ...ofA]) || !inOrder(bDims, [...tokens, ...per, ...ofB])) return undefined;
  const [P, A, B] = [weightCount(per), weightCount(ofA), weightCount(ofB)];
  if (inOrder(result, [...per, ...ofA, ...ofB])) return { rowsOf: a, columnsOf: b, tokens, P, R: A, C: B };
  if (inOrder(result, [...per, ...ofB, ...ofA])) return { rowsOf: b, columnsOf: a, tokens, P, R: B, C: A };
  return undefined;
}

/** One factor as a thread sees it: `blocks` of four neighbours, whose indices are clamped, so that nothing is read past an end. */
class Factor {
  private readonly vector: boolean;
  private readonly binding: number;
  /** By block: where its elements are behind the token's start, in units of the binding. */
  private readonly places: readonly (readonly KernelExpr[])[];

  constructor(private readonly w: KernelWriter, node: Node, name: string, per: KernelExpr, private readonly P: number, private readonly size: number, blocks: readonly KernelExpr[]) {
    this.vector = size % 4 === 0;
    this.binding = w.operand(node, "read", { name, vector: this.vector });
    const start = w.let_("start", mul(per, u(this.vector ? size / 4 : size)));
    const clamped = (block: KernelExpr, c: number): KernelExpr => w.let_("place", add(start, min(add(mul(block, u(4)), u(c)), u(size - 1))));
    this.places = blocks.map((block) => (this.vector ? [w.let_("place", add(start, block))] : [0, 1, 2, 3].map((c) => clamped(block, c))));
  }

  /** Its blocks at a token. */
  at(token: KernelExpr): KernelExpr[] {
    const { w, P, size } = this;
    const line = w.let_("line", mul(token, u((P * size) / (this.vector ? 4 : 1))));
    return this.places.map((places) => {
      const parts = places.map((place) => w.load(this.binding, add(line, place)));
      return w.let_("four", this.vector ? parts[0]! : vec4(...parts));
    });
  }
}

/** Into `to`: the node itself, or one sum a slice of the tokens. */
function tiled(node: WeightGradient, shape: GradientShape, to: Node, slices: number): Launch {
  const { P, R, C } = shape;
  const [rowBlocks, columnBlocks] = [Math.ceil(R / 4), Math.ceil(C / 4)];
  const [rowShares, columnShares] = [rowBlocks, columnBlocks].map((blocks) => Math.ceil(blocks / blocksPerThread)) as [number, number];
  // Eight threads are one vector of a CPU: narrow results need no more.
  const threads = Math.min(columnThreads, Math.ceil(columnShares / 8) * 8);
  const w = new KernelWriter("weight_gradient", threads, node.span);
  const group = w.let_("group", flatWorkgroup());
  const rowShare = w.let_("row_share", mod(group, u(rowShares)));
  const slice = w.let_("slice", slices === 1 ? u(0) : div(group, u(rowShares * P)));
  const per = w.let_("per", P === 1 ? u(0) : mod(div(group, u(rowShares)), u(P)));
  const columnShare = w.let_("column_share", add(mul(workgroupZ, u(threads)), thread));
  const blocksOf = (share: KernelExpr, blocks: number): KernelExpr[] => (
    Array.from({ length: blocksPerThread }, (_, b) => w.let_("block", min(add(mul(share, u(blocksPerThread)), u(b)), u(blocks - 1))))
  );
  const rows = new Factor(w, shape.rowsOf, "a", per, P, R, blocksOf(rowShare, rowBlocks));
  const columns = new Factor(w, shape.columnsOf, "b", per, P, C, blocksOf(columnShare, columnBlocks));
  const all = w.let_("tokens", elementCount(shape.tokens));
  const length = w.let_("length", slices === 1 ? all : ceilDiv(all, u(slices)));
  const from = w.let_("from", slices === 1 ? u(0) : mul(slice, length));
  const sums = Array.from({ length: 4 * blocksPerThread }, () => Array.from({ length: blocksPerThread }, () => w.var_("sum", zeros)));
  w.for_("token", from, slices === 1 ? all : w.let_("to", min(add(from, length), all)), (token) => {
    const [left, right] = [rows.at(token), columns.at(token)];
    sums.forEach((ofRow, r) => {
      const factor = w.let_("factor", vec4(component(left[Math.floor(r / 4)]!, r % 4)));
      ofRow.forEach((sum, c) => w.assign(sum, fma(factor, right[c]!, sum)));
    });
  });
  const groups = rowShares * P * slices;
  w.if_(less(group, u(groups)), () => storeTile(w, shape, to, { slice, per, rowShare, columnShare }, sums));
  const columnGroups = Math.ceil(columnShares / threads);
  const launch = w.launch([groups], 1, labelOf(node));
  return { ...launch, grid: [launch.grid[0], launch.grid[1], { size: [columnGroups], per: 1 }] };
}

interface TilePlace {
  readonly slice: KernelExpr;
  readonly per: KernelExpr;
  readonly rowShare: KernelExpr;
  readonly columnShare: KernelExpr;
}

function storeTile(w: KernelWriter, { P, R, C }: GradientShape, to: Node, place: TilePlace, sums: readonly (readonly KernelExpr[])[]): void {
  const vector = C % 4 === 0;
  const out = w.operand(to, "write", { vector });
  const tile = w.let_("tile", mul(add(mul(place.slice, u(P)), place.per), u(R)));
  const column = (c: number): KernelExpr => add(mul(place.columnShare, u(blocksPerThread)), u(c));
  sums.forEach((ofRow, r) => {
    const row = w.let_("row", add(mul(place.rowShare, u(4 * blocksPerThread)), u(r)));
    w.if_(less(row, u(R)), () => {
      const line = w.let_("line", mul(add(tile, row), u(vector ? C / 4 : C)));
      ofRow.forEach((sum, c) => {
        const block = w.let_("block", column(c));
        if (vector) return w.if_(less(block, u(C / 4)), () => w.store(out, add(line, block), sum));
        for (const k of [0, 1, 2, 3]) {
          const at = w.let_("at", add(mul(block, u(4)), u(k)));
          w.if_(less(at, u(C)), () => w.store(out, add(line, at), component(sum, k)));
        }
      });
    });
  });
}

function addSlices(node: WeightGradient, parts: Node, slices: number, epilogue: Epilogue | undefined): Launch {
  const threads = 64;
  const w = new KernelWriter(kernelName("weight_gradient_slices", epilogue), threads, node.span);
  const count = weightCount(node.dims);
  const vector = count % 4 === 0 && !epilogue;
  const [from, turns] = [w.operand(parts, "read", { name: "parts", vector }), vector ? count / 4 : count];
  const flat = w.let_("element", flatIndex(threads));
  w.if_(less(flat, u(turns)), () => {
    const sum = w.var_("sum", vector ? zeros : f(0));
    w.for_("slice", u(0), u(slices), (slice) => w.assign(sum, add(sum, w.load(from, add(mul(slice, u(turns)), flat)))));
    if (vector) w.store(w.operand(node, "write", { vector }), flat, sum);
    else finish(w, node, epilogue, sum, namePlaces(w, coordinatesOf(node.dims, flat)));
  });
  return w.launch([turns], threads, labelOf(node));
}

/** One element a thread, any order of dims. */
function generic(node: WeightGradient, epilogue: Epilogue | undefined): Launch {
  const w = new KernelWriter(kernelName("weight_gradient_generic", epilogue), 64, node.span);
  const [a, b] = node.inputs as [Node, Node];
  const over = [...a.dims, ...b.dims.filter((d) => !a.dims.some((o) => o.name === d.name))].filter((d) => !node.result.includes(d.name));
  forEachElement(w, node.dims, (at) => {
    const sum = w.var_("sum", f(0));
    const walk = ([dim, ...rest]: readonly Dim[], places: Places): void => {
      if (!dim) return w.assign(sum, fma(w.read(a, places), w.read(b, places), sum));
      w.for_(dim.name === tokenDim ? "token" : "sequence", u(0), extent(dim.size), (index) => walk(rest, withPlace(places, dim.name, index)));
    };
    walk(over, at);
    finish(w, node, epilogue, sum, at);
  });
  return w.launch(node.dims.map((d) => d.size), 64, labelOf(node));
}
