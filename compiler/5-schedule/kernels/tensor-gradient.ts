/**
 * Σ over tokens of a · b on matrix units, where the target's products multiply narrow numbers: both factors are read along their tokens and rounded as they are read,
 * sums are float32. In: a gradient in the shape that `weight-gradient.ts` has found. Out: into how many slices the tokens are cut, and the launch that sums each.
 */
import { narrowOf, type Node, type NodeOf } from "../../../src/graph/graph.js";
import { add, ceilDiv, component, div, flatWorkgroup, less, min, mod, mul, u, workgroupZ } from "../../../src/kernel/build.js";
import type { Launch, NarrowType } from "../../../src/kernel/kernel.js";
import { elementCount, sourceOf } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { blocks, BlockSums, threadsOf, type Block } from "./tensor-sums.js";
import { depth, overTiles, stagesOf, Tile, type Factor } from "./tensor-tiles.js";
import { labelOf } from "./types.js";
import type { GradientShape } from "./weight-gradient.js";

type WeightGradient = NodeOf<"weight_gradient">;

export interface TensorGradient {
  /** Parts of the tokens that are summed apart; 1: none. */
  readonly slices: number;
  /** Into `to`: the node itself, or one sum a slice. */
  launch(to: Node): Launch;
}

/** Products of less than this in one direction leave most of a unit idle, and are float32's. */
const least = 8;
/** Workgroups that a device is to have at least. */
const enough = 256;
const slicesAtMost = 16;

export function tensorGradient(node: WeightGradient, shape: GradientShape, target: KernelTarget): TensorGradient | undefined {
  const of = narrowOf(target.precision);
  const { P, R, C, rowsOf, columnsOf } = shape;
  if (of === undefined || R < least || C < least || sourceOf(rowsOf).dtype !== "f32" || sourceOf(columnsOf).dtype !== "f32") return undefined;
  const block = R > 64 && C > 64 && P * R * C >= 1024 * 1024 ? blocks.large : R > 64 ? blocks.tall : blocks.small;
  const parts = P * Math.ceil(R / block.rows) * Math.ceil(C / block.columns);
  const slices = Math.min(slicesAtMost, Math.ceil(enough / parts));
  return { slices, launch: (to) => launchOf(node, shape, of, block, to, slices) };
}

function launchOf(node: WeightGradient, shape: GradientShape, of: NarrowType, block: Block, to: Node, slices: number): Launch {
  const { P, R, C, rowsOf, columnsOf, tokens } = shape;
  const w = new KernelWriter(`tensor_gradient_${of}`, threadsOf(block), node.span);
  const [rowParts, columnParts] = [Math.ceil(R / block.rows), Math.ceil(C / block.columns)];
  const part = w.let_("part", flatWorkgroup());
  const firstRow = w.let_("first_row", mul(mod(part, u(rowParts)), u(block.rows)));
  const per = w.let_("per", P === 1 ? u(0) : mod(div(part, u(rowParts)), u(P)));
  const slice = w.let_("slice", slices === 1 ? u(0) : div(part, u(rowParts * P)));
  const firstColumn = w.let_("first_column", mul(workgroupZ, u(block.columns)));
  const all = w.let_("tokens", elementCount(tokens));
  // Slices of whole tiles.
  const length = w.let_("length", slices === 1 ? all : mul(ceilDiv(all, u(slices * depth)), u(depth)));
  const from = w.let_("from", slices === 1 ? u(0) : min(mul(slice, length), all));
  const end = w.let_("end", slices === 1 ? all : min(add(from, length), all));
  const factor = (of: Node, name: string, size: number, first: typeof firstRow, across: number): Factor => (
    { node: of, name, stride: P * size, length: size, start: { count: per, times: size }, sums: "lines", from: first, across, count: u(size), end }
  );
  const [ofA, ofB] = [factor(rowsOf, "a", R, firstRow, block.rows), factor(columnsOf, "b", C, firstColumn, block.columns)];
  const stages = stagesOf([ofA, ofB], of);
  const [a, b] = [new Tile(w, ofA, of, stages), new Tile(w, ofB, of, stages)];
  const sums = new BlockSums(w, of, block, a, b, ["lines", "lines"]);
  overTiles(w, [a, b], { from, end }, (at) => sums.add(at));

  const vector = C % 4 === 0;
  const out = w.operand(to, "write", { vector });
  const before = w.let_("before", mul(add(mul(slice, u(P)), per), u(R)));
  sums.forEachRow((ofBlock, forEachFour) => {
    const row = w.let_("row", add(firstRow, ofBlock));
    w.if_(less(row, u(R)), () => {
      const line = w.let_("line", mul(add(before, row), u(vector ? C / 4 : C)));
      forEachFour((four, value) => {
        const column = w.let_("column", add(firstColumn, mul(four, u(4))));
        w.if_(less(column, u(C)), () => {
          if (vector) return w.store(out, add(line, div(column, u(4))), value);
          for (const c of [0, 1, 2, 3]) {
            const one = w.let_("one", add(column, u(c)));
            w.if_(c === 0 ? less(u(0), u(1)) : less(one, u(C)), () => w.store(out, add(line, one), component(value, c)));
          }
        });
      });
    });
  });
  const launch = w.launch([rowParts * P * slices], 1, labelOf(node));
  const plain = slices === 1 && P === 1 && sourceOf(rowsOf).storage === of && sourceOf(columnsOf).storage === of;
  return {
    ...launch,
    grid: [launch.grid[0], launch.grid[1], { size: [columnParts], per: 1 }],
    ...(plain ? {
      product: {
        rows: [R], columns: [C], inner: tokens.map((d) => d.size),
        a: { operand: a.operand, transposed: true }, b: { operand: b.operand, transposed: false }, result: { operand: out, transposed: false },
      },
    } : {}),
  };
}
