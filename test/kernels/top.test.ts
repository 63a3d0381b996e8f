/** The op `top` on a device against a sort: rows of all kinds at once, over NaN-filled memory. Values are equal in every bit but the sign of zero. */
import { wgslTarget } from "../../compiler/5-schedule/target.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { launchSpecial } from "../../compiler/5-schedule/kernels/index.js";
import type { NodeOf } from "../../src/graph/graph.js";
import { createRunner, type Runner } from "./run.js";

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.device.destroy());

const span = { file: { path: "top", text: "" }, start: 0, end: 0 };

/** A generator of its own, so that a failure comes again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Row = (at: number, size: number, random: () => number) => number;

const rows: Readonly<Record<string, Row>> = {
  any: (_at, _size, random) => (random() - 0.5) * 20,
  "few values": (_at, _size, random) => Math.floor(random() * 3) - 1,
  equal: () => -1e30,
  rising: (at) => at,
  falling: (at) => -at,
  "mostly masked": (_at, _size, random) => (random() < 0.02 ? random() : -1e30),
  "with NaN and infinities": (_at, _size, random) => [NaN, Infinity, -Infinity, 0, -0, 1.5, -3e38, 1e-3][Math.floor(random() * 8)]!,
  "NaN alone": () => NaN,
  "one finite": (at, size) => (at === size - 1 ? -7 : -Infinity),
  // A whole thread's share holds all the largest.
  strided: (at, _size, random) => (at % 64 === 5 ? 100 : 0) + random(),
};

function reference(row: readonly number[], count: number): number[] {
  const values = row.map((x, index) => ({ x: Number.isNaN(x) ? -Infinity : x, index }));
  values.sort((a, b) => (a.x === b.x ? a.index - b.index : b.x - a.x));
  return Array.from({ length: count }, (_, i) => values[i]).flatMap((found) => (found ? [found.x, found.index] : [-Infinity, 0]));
}

async function check(size: number, count: number, kinds: readonly string[]): Promise<void> {
  const emit = new Emitter(span);
  const node = emit.top(emit.input("x", "f32", [{ name: "@batch", size: "B" }, { name: "@token", size: 1 }, { name: "vocab", size }]), count) as NodeOf<"top">;
  const random = numbers(size * 131 + count);
  const data = kinds.map((kind) => Array.from({ length: size }, (_, at) => Math.fround(rows[kind]!(at, size, random))));
  const B = kinds.length;
  const launches = launchSpecial(node, { chunk: 64, target: wgslTarget });
  const after = await runner.run(launches, new Map([[node.inputs[0]!.id, { shape: [B, 1, size], data: data.flat() }]]), { B, T: 1, N: 1, S: 1, C: 0, E: 0, M: 0 });
  const got = after.get(node.id)!;
  expect(got.shape).toEqual([B, 1, count, 2]);
  kinds.forEach((kind, at) => {
    const wanted = reference(data[at]!, count);
    expect([kind, ...Array.from({ length: 2 * count }, (_, i) => got.data[at * 2 * count + i]! + 0)]).toEqual([kind, ...wanted.map((x) => x + 0)]);
  });
}

const all = Object.keys(rows);

test.each([[1, 1], [1, 9], [3, 5], [63, 9], [64, 64], [65, 129], [130, 17], [1_003, 33], [4_099, 9]])("rows of %i, the first %i", async (size, count) => {
  await check(size, count, all);
});

test("a vocabulary of 267,744", async () => {
  await check(267_744, 129, ["any", "few values"]);
});
