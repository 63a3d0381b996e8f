/** x · w for many rows in float32: a workgroup makes a tile of the result (`float-tiles.ts`), from a weight that is read as it lies. */
import { add, component, div, flatWorkgroup, less, mod, mul, u, workgroupZ } from "../../../src/kernel/build.js";
import type { KernelExpr, Launch, Product } from "../../../src/kernel/kernel.js";
import { coordinatesOf, sourceOf } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { byFours, lastDim } from "../vector.js";
import { namePlaces } from "./elements.js";
import { floatTile, linesOf, threadsOf, tileSizes, type Factor, type TileSizes } from "./float-tiles.js";
import type { Matmul, Shape } from "./matmul-shape.js";
import { finish, finishVectors, kernelName, labelOf, type Epilogue } from "./types.js";

export function matmulTiles(node: Matmul, shape: Shape, epilogue: Epilogue | undefined): Launch {
  const { K, P, O, N, M } = shape;
  const sizes = sizesFor(shape);
  const w = new KernelWriter(kernelName("matmul_tiles", epilogue), threadsOf(sizes), node.span);
  const columnTiles = Math.ceil(O / linesOf(sizes.columns));
  const row = w.let_("first_row", mul(flatWorkgroup(), u(linesOf(sizes.rows))));
  const per = w.let_("per", P === 1 ? u(0) : div(workgroupZ, u(columnTiles)));
  const column = w.let_("first_column", mul(P === 1 ? workgroupZ : mod(workgroupZ, u(columnTiles)), u(linesOf(sizes.columns))));
  const x: Factor = { node: node.inputs[0]!, name: "x", order: "inner", lines: M, stride: P * K, per, perStride: K, byFours: K % 4 === 0 };
  const weight: Factor = shape.asStored
    ? { node: node.inputs[1]!, name: "w", order: "outer", lines: u(O), stride: O, per, perStride: K * O, byFours: O % 4 === 0 }
    : { node: node.inputs[1]!, name: "w", order: "inner", lines: u(O), stride: K, per, perStride: K * O, byFours: K % 4 === 0 };
  const inner = lastDim(shape.columns);
  const fours = inner && O % 4 === 0 && Number(inner.size) % 4 === 0 ? finishVectors(node, epilogue, inner.name) : undefined;

  floatTile(w, sizes, [x, weight], { row, column }, [u(0), u(K)], (atRow, atColumn, sums) => {
    w.if_(less(atRow, M), () => {
      const rowPlaces = namePlaces(w, coordinatesOf(shape.rows, atRow));
      const places = (dims: Shape["columns"], at: KernelExpr): Map<string, KernelExpr> => new Map([...rowPlaces, ...namePlaces(w, coordinatesOf(dims, at))]);
      const first = w.let_("at_column", add(mul(per, u(O)), atColumn));
      if (fours) return w.if_(less(atColumn, u(O)), () => fours(w, sums, places(byFours(shape.columns), w.let_("four_at", div(first, u(4))))));
      for (const c of [0, 1, 2, 3]) {
        w.if_(less(add(atColumn, u(c)), u(O)), () => finish(w, node, epilogue, component(sums, c), places(shape.columns, w.let_("one_at", add(first, u(c))))));
      }
    });
  });
  const launch = w.launch(shape.rows.map((d) => d.size), linesOf(sizes.rows), labelOf(node));
  const grid = [launch.grid[0], launch.grid[1], { size: [columnTiles * P], per: 1 }] as const;
  return P > 1 || epilogue ? { ...launch, grid } : { ...launch, grid, ...productOf(node, shape, launch, N) };
}

/** For the rows of a training step, some thousands, and a device of about 132 processors. */
function sizesFor({ P, O }: Shape): TileSizes {
  if (O <= 32) return tileSizes.high;
  return O >= 128 && P * O >= 1024 ? tileSizes.large : tileSizes.small;
}

/** What a library needs to know to do the same; it has no product of a narrow and a wide factor. */
function productOf(node: Matmul, shape: Shape, { operands }: Launch, N: number): { readonly product?: Product } {
  if ([...node.inputs.map(sourceOf), node].some((n) => n.storage !== undefined)) return {};
  const place = (access: "read" | "write", of: Matmul["inputs"][number]): number => operands.findIndex((o) => o.access === access && o.node === sourceOf(of));
  return {
    product: {
      rows: shape.rows.map((d) => d.size), columns: [N], inner: [shape.K],
      a: { operand: place("read", node.inputs[0]!), transposed: false },
      b: { operand: place("read", node.inputs[1]!), transposed: !shape.asStored },
      result: { operand: place("write", node), transposed: false },
    },
  };
}
