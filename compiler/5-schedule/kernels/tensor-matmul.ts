/**
 * x · w for many rows on matrix units, where the target's products multiply narrow numbers: x is rounded as it is read, the weight lies on the device as a narrow
 * copy that serves both ways round, sums are float32. In: a product in the shape that `matmul-shape.ts` has found. Out: its launch; undefined where it is no work for such units.
 */
import { narrowOf, type Node } from "../../../src/graph/graph.js";
import { add, component, div, flatWorkgroup, less, mod, mul, u, workgroupZ } from "../../../src/kernel/build.js";
import type { Launch } from "../../../src/kernel/kernel.js";
import { coordinatesOf, sourceOf } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import type { KernelTarget } from "../target.js";
import { byFours, lastDim } from "../vector.js";
import { namePlaces } from "./elements.js";
import type { Matmul, Shape } from "./matmul-shape.js";
import { blocks, BlockSums, threadsOf, type Block } from "./tensor-sums.js";
import { overTiles, stagesOf, Tile, type Factor } from "./tensor-tiles.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue } from "./types.js";

/** Products of less than this in one direction leave most of a unit idle, and are float32's. */
const least = 8;

export function tensorMatmul(node: Matmul, shape: Shape, target: KernelTarget, epilogue: Epilogue | undefined): Launch | undefined {
  const of = narrowOf(target.precision);
  const [x, weight] = node.inputs as [Node, Node];
  const { rows, columns, asStored, M, K, P, O } = shape;
  if (of === undefined || sourceOf(weight).op !== "parameter" || sourceOf(x).dtype !== "f32" || K < least || O < least) return undefined;

  const block = blockFor(P, O);
  const w = new KernelWriter(kernelName(`tensor_matmul_${of}`, epilogue), threadsOf(block), node.span);
  const tiles = Math.ceil(O / block.columns);
  const firstRow = w.let_("first_row", mul(flatWorkgroup(), u(block.rows)));
  const per = w.let_("per", P === 1 ? u(0) : div(workgroupZ, u(tiles)));
  const firstColumn = w.let_("first_column", mul(P === 1 ? workgroupZ : mod(workgroupZ, u(tiles)), u(block.columns)));
  const ofX: Factor = { node: x, name: "x", stride: P * K, length: K, start: { count: per, times: K }, sums: "neighbours", from: firstRow, across: block.rows, count: M, end: u(K) };
  const ofW: Factor = {
    node: weight, name: "w", stride: asStored ? O : K, length: asStored ? O : K, start: { count: per, times: O * K }, sums: asStored ? "lines" : "neighbours",
    from: firstColumn, across: block.columns, count: u(O), end: u(K),
  };
  const stages = stagesOf([ofX, ofW], of);
  const [a, b] = [new Tile(w, ofX, of, stages), new Tile(w, ofW, of, stages)];
  const sums = new BlockSums(w, of, block, a, b, [ofX.sums, ofW.sums]);
  overTiles(w, [a, b], { from: u(0), end: u(K) }, (at) => sums.add(at));

  const inner = lastDim(columns);
  const fours = inner && O % 4 === 0 && Number(inner.size) % 4 === 0 ? finishVectors(node, epilogue, inner.name) : undefined;
  sums.forEachRow((ofBlock, forEachFour) => {
    const row = w.let_("row", add(firstRow, ofBlock));
    w.if_(less(row, M), () => {
      const places = namePlaces(w, coordinatesOf(rows, row));
      forEachFour((four, value) => {
        const column = w.let_("column", add(firstColumn, mul(four, u(4))));
        w.if_(less(column, u(O)), () => {
          if (fours) {
            const place = w.let_("fours_before", add(mul(per, u(O / 4)), div(column, u(4))));
            return fours(w, value, new Map([...places, ...namePlaces(w, coordinatesOf(byFours(columns), place))]));
          }
          for (const c of [0, 1, 2, 3]) {
            const one = w.let_("one", add(column, u(c)));
            w.if_(O % 4 === 0 || c === 0 ? less(u(0), u(1)) : less(one, u(O)), () => {
              const place = w.let_("column_before", add(mul(per, u(O)), one));
              finish(w, node, epilogue, component(value, c), new Map([...places, ...namePlaces(w, coordinatesOf(columns, place))]));
            });
          }
        });
      });
    });
  });
  const launch = w.launch(rows.map((d) => d.size), block.rows, labelOf(node));
  const result = launch.operands.findIndex((operand) => operand.access === "write");
  // Both factors must lie narrow for a library to take the product as it is.
  const plain = !epilogue && P === 1 && sourceOf(x).storage === of;
  return {
    ...launch,
    grid: [launch.grid[0], launch.grid[1], { size: [P * tiles], per: 1 }],
    ...(plain ? {
      product: {
        rows: rows.map((d) => d.size), columns: [O], inner: [K],
        a: { operand: a.operand, transposed: false }, b: { operand: b.operand, transposed: !asStored }, result: { operand: result, transposed: false },
      },
    } : {}),
  };
}

function blockFor(P: number, O: number): Block {
  if (O <= 64) return blocks.small;
  return P * O >= 1024 ? blocks.large : blocks.tall;
}
