/** Sizes at a call: sums of products, folded grids, packed arenas. */
import { expect, test } from "vitest";
import type { GridExpr, SizeExpr, WgslEntry } from "../../src/plan/plan.js";
import { evaluateGrid, evaluateShape, evaluateSize, extentsOf, layoutArenas } from "../../src/plan/size.js";

const extents = extentsOf({ batch: 2, tokens: 65, chunk: 64, length: 10, room: 128 });
const constant = (times: number): SizeExpr => [{ times, of: [] }];
const grid = (x: number, y = 1, z = 1) => [x, y, z].map((n): GridExpr => ({ size: constant(n), per: 1 })) as unknown as [GridExpr, GridExpr, GridExpr];

test("the symbols of a call", () => {
  expect(extents).toEqual({ B: 2, T: 65, N: 2, S: 75, C: 128 });
  expect(extentsOf({ batch: 1, tokens: 64, chunk: 64 })).toEqual({ B: 1, T: 64, N: 1, S: 64, C: 0 });
  expect(evaluateShape(["B", "T", 48], extents)).toEqual([2, 65, 48]);
});

test("a size is a sum of products", () => {
  expect(evaluateSize([{ times: 4, of: ["B", "T"] }, { times: 256, of: [] }], extents)).toBe(4 * 2 * 65 + 256);
  expect(evaluateSize([], extents)).toBe(0);
  // Beyond 32 bits.
  expect(evaluateSize([{ times: 4096, of: ["B", "T", "T"] }], { ...extents, T: 100_000 })).toBe(4096 * 2 * 1e10);
});

test("a grid rounds up, and folds when it is long in x alone", () => {
  const rows: GridExpr = { size: [{ times: 1, of: ["B", "T"] }], per: 64 };
  expect(evaluateGrid([rows, grid(3)[0], grid(1)[0]], extents)).toEqual([3, 3, 1]);
  expect(evaluateGrid(grid(65_535), extents)).toEqual([65_535, 1, 1]);
  expect(evaluateGrid(grid(65_536), extents)).toEqual([65_535, 2, 1]);
  expect(evaluateGrid(grid(65_535 * 3 + 1), extents)).toEqual([65_535, 4, 1]);
  expect(() => evaluateGrid(grid(65_536, 2), extents)).toThrow(/65536 × 2 × 1 workgroups is more than a device takes/);
  expect(() => evaluateGrid(grid(1, 65_536), extents)).toThrow(/more than a device takes/);
});

test("slots lie one behind the other in their arena, at steps of 256 bytes", () => {
  const slot = (arena: number, bytes: number) => ({ arena, bytes: constant(bytes) });
  const entry: WgslEntry = { arenas: 3, slots: [slot(0, 4), slot(1, 256), slot(0, 257), slot(0, 12), slot(1, 8)], buffers: [], dispatches: [] };
  expect(layoutArenas(entry, extents)).toEqual({ offsets: [0, 0, 256, 768, 256], bytes: [1024, 512, 0] });
});
