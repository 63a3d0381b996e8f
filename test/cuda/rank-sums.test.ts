/** Sums over ranks as the compiler places them: which values, from when to when, in memory that is theirs alone; and the buckets that they are reduced in. */
import { describe, expect, test } from "vitest";
import { compile, type CompileOptions } from "../../cli/api.js";
import { bucketsOf } from "../../runtime/cuda/ranks/sums.js";
import type { CudaEntry, CudaRankSum, Plan } from "../../src/plan/plan.js";

const spec = (accumulate: number, layers: number): string => `
model Small {
  vocabulary = 13
  width = 16
  layers ${layers} {
    memory(slots: 4, heads: 2)
    feed_forward(hidden: 24)
  }
}

train {
  batch = 2
  accumulate = ${accumulate}
  clip = 1
}
`;

function planOf(accumulate: number, options: CompileOptions, layers = 3): Plan {
  const { plan, diagnostics } = compile({ path: "small.msz", text: spec(accumulate, layers) }, { training: ["accumulate", "train"], ...options });
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return plan;
}

const trainOf = (plan: Plan): CudaEntry => plan.targets.cuda!.entries["train"]!;
const bindsBuffer = (entry: CudaEntry, at: number, slot: number): boolean => entry.dispatches[at]!.bindings.some((b) => b.kind === "buffer" && entry.buffers[b.index]!.slot === slot);

describe.each([1, 2])("with %i micro-batches a rank", (accumulate) => {
  const plan = planOf(accumulate, { targets: ["cuda"], ranks: true });
  const entry = trainOf(plan);
  const sums = entry.sums!;

  test("the loss, the count and every gradient are summed once", () => {
    const sizes = (of: readonly number[]): number[] => [...of].sort((a, b) => a - b);
    const gradients = plan.parameters.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    expect(sizes(sums.map((s) => s.elements))).toEqual(sizes([1, 1, ...gradients]));
    expect(new Set(sums.map((s) => s.binding.index)).size).toBe(sums.length);
    expect(Object.values(plan.targets.cuda!.entries).filter((e) => e.sums)).toEqual([entry]);
  });

  test("nothing touches the memory of a sum while it is made, the value is written before and read behind", () => {
    for (const { binding, ready, needed } of sums) {
      const { slot, first, last } = entry.buffers[binding.index]!;
      expect(first).toBeLessThanOrEqual(ready);
      expect(last).toBeGreaterThanOrEqual(needed);
      for (let at = ready + 1; at < needed; at++) expect(bindsBuffer(entry, at, slot), `dispatch ${at} binds slot ${slot}`).toBe(false);
      const uses = entry.dispatches.flatMap((d, at) => (d.bindings.some((b) => b.kind === "buffer" && b.index === binding.index) ? [at] : []));
      expect(uses.filter((at) => at > ready)[0]).toBe(needed);
      expect(uses.some((at) => at <= ready)).toBe(true);
      // Behind the sum it is only read.
      for (const at of uses.filter((use) => use >= needed)) {
        const { kernel, bindings } = entry.dispatches[at]!;
        bindings.forEach((b, i) => {
          if (b.kind === "buffer" && b.index === binding.index) expect(plan.targets.cuda!.kernels[kernel]!.access[i]).toBe("read");
        });
      }
    }
  });

  test("a layer's gradients are ready before the layer below begins its backward pass", () => {
    const labels = entry.dispatches.map((d) => d.label);
    const turn = labels.lastIndexOf("loss");
    const below = labels.findIndex((label, at) => at > turn && label.startsWith("layers.0."));
    const parameters = plan.parameters.filter(({ name }) => name.startsWith("layers.2.") || name.startsWith("layers.1."));
    expect(sums.filter((s) => s.ready < below).length).toBeGreaterThanOrEqual(parameters.length);
    // No sum is needed before the optimiser begins, behind the whole backward pass.
    const last = Math.max(...sums.map((s) => s.ready));
    for (const { needed } of sums) expect(needed).toBeGreaterThan(last);
  });
});

test("without ranks nothing of this is in a plan, and with them other targets stay as they are", () => {
  const plain = planOf(2, {}, 1);
  const ranked = planOf(2, { ranks: true }, 1);
  expect(JSON.stringify(plain)).not.toContain('"sums"');
  for (const target of ["wgsl", "tfjs"] as const) expect(JSON.stringify(ranked.targets[target])).toBe(JSON.stringify(plain.targets[target]));
  const { targets: _, ...facts } = ranked;
  const { targets: __, ...plainFacts } = plain;
  expect(JSON.stringify(facts)).toBe(JSON.stringify(plainFacts));
});

describe("buckets", () => {
  const sum = (elements: number, ready: number, needed: number): CudaRankSum => ({ binding: { kind: "buffer", index: ready }, elements, ready, needed });

  test("close when they are large enough, in the order in which values are complete", () => {
    const sums = [sum(10, 0, 90), sum(20, 3, 80), sum(5, 5, 95), sum(100, 6, 85), sum(1, 9, 99)];
    expect(bucketsOf(sums, 120).map((b) => [b.sums.length, b.ready, b.needed])).toEqual([[2, 3, 80], [2, 6, 85], [1, 9, 99]]);
  });

  test("close before a value that comes after they are needed", () => {
    expect(bucketsOf([sum(1, 0, 4), sum(1, 2, 9), sum(1, 4, 9), sum(1, 5, 9)], 1000).map((b) => [b.sums.length, b.ready, b.needed])).toEqual([[2, 2, 4], [2, 5, 9]]);
  });

  test("of nothing there are none", () => expect(bucketsOf([])).toEqual([]));
});
