/** Where a persistent step's blocks must wait for one another: by hand for small orders, and against all ways to place waits for random ones. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { waitsOf } from "../../compiler/7-plan/persistent.js";
import type { Dispatch, DispatchBinding } from "../../src/plan/plan.js";

/** Kernels 0…: `<` reads, `>` reads and writes. */
const accesses = ["<", ">", "<>", "<<>", "><", ">>"].map((text) => [...text].map((c) => (c === "<" ? ("read" as const) : ("read_write" as const))));

/** Four values in three slots: a and d share one. */
const buffers = [0, 1, 2, 0].map((slot) => ({ slot, bytes: [], first: 0, last: 0 }));
const bindings: Readonly<Record<string, DispatchBinding>> = {
  a: { kind: "buffer", index: 0 }, b: { kind: "buffer", index: 1 }, c: { kind: "buffer", index: 2 }, d: { kind: "buffer", index: 3 },
  w: { kind: "weight", index: 0 }, s: { kind: "state", index: 0 }, t: { kind: "state", index: 1 }, o: { kind: "output", index: 0 }, i: { kind: "input", index: 0 },
};

/** `w>a` reads w and writes a. */
function dispatch(text: string): Dispatch {
  const [reads, writes] = text.split(">").map((names) => [...names]) as [string[], string[]];
  const access = [...reads.map(() => "read"), ...writes.map(() => "read_write")];
  const kernel = accesses.findIndex((a) => a.join() === access.join());
  return { kernel, grid: [{ size: [], per: 1 }, { size: [], per: 1 }, { size: [], per: 1 }], bindings: [...reads, ...writes].map((name) => bindings[name]!), label: text };
}

function waits(...texts: string[]): boolean[] {
  return waitsOf({ buffers, dispatches: texts.map(dispatch) }, (kernel) => accesses[kernel]!);
}

const [go, stop] = [false, true];

describe("waits of a persistent step", () => {
  it("stand before a read of what was written", () => expect(waits("i>a", "a>b", "b>o")).toEqual([go, stop, stop]));
  it("do not stand between steps that only read the same", () => expect(waits("i>a", "i>b", "iw>c")).toEqual([go, go, go]));
  it("one serves all pairs around it", () => expect(waits("i>a", "i>b", "a>c", "b>o")).toEqual([go, go, stop, go]));
  it("stand before a write of what was read", () => expect(waits("s>a", "w>s")).toEqual([go, stop]));
  it("stand before a second write", () => expect(waits("i>s", "w>s")).toEqual([go, stop]));
  it("know a slot that two values share", () => expect(waits("a>b", "i>d")).toEqual([go, stop]));
  it("tell states, weights and outputs of one number apart", () => expect(waits("w>s", "w>o", "w>a", "i>t")).toEqual([go, go, go, go]));

  it("are as few as can be, and enough", () => {
    const names = fc.constantFrom("a", "b", "c", "d", "w", "s", "o");
    const text = fc.record({ reads: fc.array(names, { maxLength: 2 }), write: names }).map(({ reads, write }) => `${reads.filter((r) => r !== write).join("")}>${write}`);
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 7 }), (texts) => {
      const got = waits(...texts);
      expect(enough(texts, got)).toBe(true);
      const fewest = Math.min(...Array.from({ length: 2 ** texts.length }, (_, bits) => texts.map((__, at) => ((bits >> at) & 1) === 1)).filter((way) => enough(texts, way)).map(count));
      expect(count(got)).toBe(fewest);
    }), { numRuns: 200 });
  });
});

function count(way: readonly boolean[]): number {
  return way.filter((wait) => wait).length;
}

/** Whether each two dispatches that meet have a wait between them, from the definition. */
function enough(texts: readonly string[], way: readonly boolean[]): boolean {
  const memory = (name: string): string => (name === "d" ? "a" : name);
  return texts.every((later, at) => texts.slice(0, at).every((earlier, from) => {
    const [r, w] = later.split(">").map((names) => [...names].map(memory)) as [string[], string[]];
    const [r0, w0] = earlier.split(">").map((names) => [...names].map(memory)) as [string[], string[]];
    const meet = w0.some((name) => r.includes(name) || w.includes(name)) || r0.some((name) => w.includes(name));
    return !meet || way.slice(from + 1, at + 1).some((wait) => wait);
  }));
}
