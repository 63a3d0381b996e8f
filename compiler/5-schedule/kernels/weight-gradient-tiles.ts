/**
 * Σ over tokens of a · b in float32: a workgroup makes a tile of the result (`float-tiles.ts`). Where there are few tiles the tokens are cut into slices, each summed by
 * workgroups of its own into a part, and the parts are added up behind, always in the same order.
 */
import type { Node, NodeOf } from "../../../src/graph/graph.js";
import { add, component, div, flatWorkgroup, less, min, mod, mul, u, workgroupZ } from "../../../src/kernel/build.js";
import type { Launch, Product } from "../../../src/kernel/kernel.js";
import { elementCount, sourceOf } from "../../../src/kernel/view.js";
import { KernelWriter } from "../../../src/kernel/writer.js";
import { floatTile, linesOf, stagesOf, threadsOf, tileSizes, type Factor, type TileSizes } from "./float-tiles.js";
import { labelOf } from "./types.js";
import type { GradientShape } from "./weight-gradient.js";

/** Workgroups that a large device runs at once. */
const enough = 264;
const slicesAtMost = 32;

export interface GradientTiles {
  readonly sizes: TileSizes;
  readonly slices: number;
}

export function gradientTiles({ P, R, C }: GradientShape): GradientTiles {
  const count = (sizes: TileSizes): number => P * Math.ceil(R / linesOf(sizes.rows)) * Math.ceil(C / linesOf(sizes.columns));
  const sizes = C <= 32 ? tileSizes.high : R <= 32 ? tileSizes.wide : 2 * count(tileSizes.large) >= enough ? tileSizes.large : tileSizes.small;
  const tiles = count(sizes);
  return { sizes, slices: 2 * tiles >= enough ? 1 : Math.min(slicesAtMost, Math.ceil(enough / tiles)) };
}

/** Into `to`: the node itself, or one sum a slice of the tokens. */
export function gradientLaunch(node: NodeOf<"weight_gradient">, shape: GradientShape, { sizes, slices }: GradientTiles, to: Node): Launch {
  const { P, R, C } = shape;
  const w = new KernelWriter("weight_gradient_tiles", threadsOf(sizes), node.span);
  const [rowTiles, columnTiles] = [Math.ceil(R / linesOf(sizes.rows)), Math.ceil(C / linesOf(sizes.columns))];
  const group = w.let_("group", flatWorkgroup());
  const row = w.let_("first_row", mul(mod(group, u(rowTiles)), u(linesOf(sizes.rows))));
  const per = w.let_("per", P === 1 ? u(0) : mod(div(group, u(rowTiles)), u(P)));
  const slice = w.let_("slice", slices === 1 ? u(0) : div(group, u(rowTiles * P)));
  const column = w.let_("first_column", mul(workgroupZ, u(linesOf(sizes.columns))));
  const tokens = w.let_("tokens", elementCount(shape.tokens));
  const length = w.let_("length", slices === 1 ? tokens : stagesOf(tokens, slices));
  const from = w.let_("from", slices === 1 ? u(0) : min(mul(slice, length), mul(div(add(tokens, u(15)), u(16)), u(16))));
  const end = w.let_("to", slices === 1 ? tokens : min(add(from, length), tokens));
  const factor = (of: Node, name: string, size: number): Factor => (
    { node: of, name, order: "outer", lines: u(size), stride: P * size, per, perStride: size, byFours: size % 4 === 0 }
  );
  const vector = C % 4 === 0;
  const groups = rowTiles * P * slices;

  floatTile(w, sizes, [factor(shape.rowsOf, "a", R), factor(shape.columnsOf, "b", C)], { row, column }, [from, end], (atRow, atColumn, sums) => {
    const out = w.operand(to, "write", { vector });
    // A folded grid has workgroups behind the last.
    w.if_(less(group, u(groups)), () => w.if_(less(atRow, u(R)), () => {
      const line = w.let_("line", mul(add(mul(add(mul(slice, u(P)), per), u(R)), atRow), u(vector ? C / 4 : C)));
      if (vector) return w.if_(less(atColumn, u(C)), () => w.store(out, add(line, div(atColumn, u(4))), sums));
      for (const c of [0, 1, 2, 3]) {
        const at = w.let_("at", add(atColumn, u(c)));
        w.if_(less(at, u(C)), () => w.store(out, add(line, at), component(sums, c)));
      }
    }));
  });
  const launch = w.launch([groups], 1, labelOf(node));
  const grid = [launch.grid[0], launch.grid[1], { size: [columnTiles], per: 1 }] as const;
  return { ...launch, grid, ...(slices === 1 && P === 1 ? productOf(shape, to, launch) : {}) };
}

/** What a library needs to know to do the same; it has no product of a narrow and a wide factor. */
function productOf({ rowsOf, columnsOf, tokens, R, C }: GradientShape, to: Node, { operands }: Launch): { readonly product?: Product } {
  if ([sourceOf(rowsOf), sourceOf(columnsOf), to].some((n) => n.storage !== undefined)) return {};
  const place = (access: "read" | "write", of: Node): number => operands.findIndex((o) => o.access === access && o.node === sourceOf(of));
  return {
    product: {
      rows: [R], columns: [C], inner: tokens.map((d) => d.size),
      a: { operand: place("read", rowsOf), transposed: true },
      b: { operand: place("read", columnsOf), transposed: false },
      result: { operand: place("write", to), transposed: false },
    },
  };
}
