/** Sizes at a call: sums of products, folded grids, packed arenas. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GridExpr, SizeExpr, DeviceEntry } from "../../src/plan/plan.js";
import { evaluateGrid, evaluateShape, evaluateSize, extentsOf, layoutArenas, slotStep } from "../../src/plan/size.js";

const extents = extentsOf({ batch: 2, tokens: 65, chunk: 64, length: 10, room: 128 });
const constant = (times: number): SizeExpr => [{ times, of: [] }];
const grid = (x: number, y = 1, z = 1) => [x, y, z].map((n): GridExpr => ({ size: constant(n), per: 1 })) as unknown as [GridExpr, GridExpr, GridExpr];

test("the symbols of a call", () => {
  expect(extents).toEqual({ B: 2, T: 65, N: 2, S: 75, C: 128, E: 0, M: 0 });
  expect(extentsOf({ batch: 1, tokens: 64, chunk: 64 })).toEqual({ B: 1, T: 64, N: 1, S: 64, C: 0, E: 0, M: 0 });
  expect(extentsOf({ batch: 1, tokens: 1, chunk: 64, source: 130 })).toMatchObject({ T: 1, N: 1, E: 130, M: 3 });
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

const slot = (arena: number, bytes: number) => ({ arena, bytes: constant(bytes) });
const entryOf = (slots: DeviceEntry["slots"]): DeviceEntry => ({ arenas: 3, slots, buffers: [], dispatches: [] });

test("slots lie one behind the other in their arena, at steps of 256 bytes", () => {
  const entry = entryOf([slot(0, 4), slot(1, 256), slot(0, 257), slot(0, 12), slot(1, 8), slot(2, 0)]);
  expect(layoutArenas(entry, extents)).toEqual({ pages: [0, 1, 0, 0, 1, 2], offsets: [0, 0, 256, 768, 256, 0], bytes: [1024, 512, 256] });
});

test("an arena that is larger than a buffer lies in pages; a slot goes to the first with room", () => {
  const entry = entryOf([slot(0, 300), slot(1, 256), slot(0, 512), slot(0, 12), slot(1, 700), slot(1, 1)]);
  expect(layoutArenas(entry, extents, 768)).toEqual({ pages: [0, 1, 2, 0, 3, 1], offsets: [0, 0, 0, 512, 0, 256], bytes: [768, 512, 512, 768] });
});

test("whatever the sizes and the limit: no two slots meet, a page has one arena and ends at the limit unless it holds a single slot", () => {
  const slots = fc.array(fc.record({ arena: fc.nat(2), bytes: fc.oneof(fc.nat(4000), fc.nat(20).map((n) => n * 256)) }), { maxLength: 30 });
  fc.assert(fc.property(slots, fc.integer({ min: 256, max: 5000 }), (drawn, most) => {
    const entry = entryOf(drawn.map(({ arena, bytes }) => slot(arena, bytes)));
    const { pages, offsets, bytes } = layoutArenas(entry, extents, most);
    expect(bytes.every((size) => size > 0 && size % slotStep === 0)).toBe(true);
    for (const [page, size] of bytes.entries()) {
      const inside = drawn.map((s, i) => ({ ...s, page: pages[i]!, from: offsets[i]! })).filter((s) => s.page === page).sort((a, b) => a.from - b.from);
      expect(inside.length).toBeGreaterThan(0);
      expect(new Set(inside.map((s) => s.arena)).size).toBe(1);
      if (size > most) expect(inside).toHaveLength(1);
      // Room for a binding of 16 bytes, even of no elements.
      inside.forEach((s, i) => expect(s.from + Math.max(16, s.bytes)).toBeLessThanOrEqual(inside[i + 1]?.from ?? size));
      expect(inside.every((s) => s.from % slotStep === 0)).toBe(true);
    }
    // Without a limit there is a page an arena, and no byte more than with one.
    const whole = layoutArenas(entry, extents);
    expect(whole.bytes).toHaveLength(new Set(drawn.map((s) => s.arena)).size);
    expect(whole.bytes.reduce((a, b) => a + b, 0)).toBe(bytes.reduce((a, b) => a + b, 0));
  }));
});
