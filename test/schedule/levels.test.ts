/** Launches level by level: what meets keeps its order and stands in different levels, and no launch stands later than it must. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { inLevels } from "../../compiler/5-schedule/levels.js";
import type { Launch, Operand } from "../../src/kernel/kernel.js";

/** `ab>c` reads a and b and writes c. */
function launch(text: string): Launch {
  const [reads, writes] = text.split(">").map((names) => [...names]) as [string[], string[]];
  const operands = [...reads.map((label) => ({ node: { label }, access: "read" })), ...writes.map((label) => ({ node: { label }, access: "write" }))];
  return { label: text, operands } as unknown as Launch;
}

function ordered(...texts: string[]): { texts: string[]; levels: readonly number[] } {
  const { launches, levels } = inLevels(texts.map(launch), (operand: Operand) => operand.node.label);
  return { texts: launches.map(({ label }) => label), levels };
}

it("brings what waits for nothing to the front", () => {
  expect(ordered("i>a", "a>b", "w>c", "bc>d", "w>e")).toEqual({ texts: ["i>a", "w>c", "w>e", "a>b", "bc>d"], levels: [0, 0, 0, 1, 2] });
});

it("writes over what was read only behind its readers, and over what was written behind its writer", () => {
  expect(ordered("s>a", "a>b", "b>s", "i>s", "s>c")).toEqual({ texts: ["s>a", "a>b", "b>s", "i>s", "s>c"], levels: [0, 1, 2, 3, 4] });
});

it("keeps the order of all that meets, and no gap between levels", () => {
  const names = fc.constantFrom("a", "b", "c", "s", "w");
  const text = fc.record({ reads: fc.array(names, { maxLength: 3 }), write: names }).map(({ reads, write }) => `${reads.join("")}>${write}`);
  fc.assert(fc.property(fc.uniqueArray(text, { minLength: 1, maxLength: 9 }), (texts) => {
    const got = ordered(...texts);
    expect([...got.texts].sort()).toEqual([...texts].sort());
    const levelOf = (each: string): number => got.levels[got.texts.indexOf(each)]!;
    texts.forEach((later, at) => {
      const before = texts.slice(0, at).filter((earlier) => meet(earlier, later));
      expect(levelOf(later)).toBe(Math.max(-1, ...before.map(levelOf)) + 1);
    });
    expect(got.levels).toEqual([...got.levels].sort((a, b) => a - b));
  }));
});

function meet(earlier: string, later: string): boolean {
  const [r0, w0] = earlier.split(">") as [string, string];
  const [r1, w1] = later.split(">") as [string, string];
  return r1.includes(w0) || w1 === w0 || r0.includes(w1);
}
