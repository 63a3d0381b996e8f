/** Learning rates and bias corrections by the number of the update: values worked out by hand, restarts also against a walk through all updates. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scheduleAt } from "../../runtime/training/schedule.js";
import type { PlanOptimizer, PlanSchedule, PlanTraining } from "../../src/plan/plan.js";

const sgd: PlanOptimizer = { kind: "sgd", rate: 2, momentum: 0, decay: 0 };
const facts = (schedule: PlanSchedule, optimizer: PlanOptimizer = sgd, steps = 110): PlanTraining =>
  ({ batch: 1, accumulate: 1, steps, seed: 1, precision: "float32", optimizer, schedule });
const rate = (schedule: PlanSchedule, step: number, steps?: number): number => scheduleAt(facts(schedule, sgd, steps), step)[0];

const kinds: readonly PlanSchedule[] = [
  { kind: "cosine", warmup: 10, start: 0, floor: 0.1 }, { kind: "linear", warmup: 10, start: 0, floor: 0.1 }, { kind: "inverse_sqrt", warmup: 10, start: 0 }, { kind: "constant", warmup: 10, start: 0 },
];

describe.each(kinds.map((k) => [k.kind, k] as const))("%s", (_, schedule) => {
  test("warms up in a straight line, and is whole at its end", () => {
    expect([1, 5, 9, 10].map((step) => rate(schedule, step))).toEqual([0.2, 1, 1.8, 2]);
  });

  test("without a warm-up the first update has about the whole rate", () => {
    expect(rate({ ...schedule, warmup: 0 }, 1)).toBeGreaterThan(1.97);
  });
});

test.each([
  ["cosine", 35, 2 * (0.1 + 0.9 * 0.5 * (1 + Math.SQRT1_2))], ["cosine", 60, 1.1], ["cosine", 110, 0.2], ["cosine", 200, 0.2],
  ["linear", 35, 1.55], ["linear", 60, 1.1], ["linear", 110, 0.2], ["linear", 200, 0.2],
  ["inverse_sqrt", 40, 1], ["inverse_sqrt", 90, 2 / 3], ["inverse_sqrt", 1000, 0.2],
  ["constant", 40, 2], ["constant", 1000, 2],
] as const)("%s at update %i is %f", (kind, step, want) => {
  expect(rate(kinds.find((k) => k.kind === kind)!, step)).toBeCloseTo(want, 14);
});

test("a warm-up as long as the training ends at the whole rate", () => {
  expect(rate({ kind: "cosine", warmup: 10, start: 0, floor: 0 }, 9, 10)).toBeCloseTo(1.8, 14);
  expect(rate({ kind: "linear", warmup: 20, start: 0, floor: 0 }, 10, 10)).toBeCloseTo(1, 14);
});

test("a training of one step has the whole rate, or what its warm-up leaves of it", () => {
  for (const schedule of kinds) {
    expect(rate({ ...schedule, warmup: 0 }, 1, 1)).toBeCloseTo(schedule.kind === "cosine" || schedule.kind === "linear" ? 0.2 : 2, 14);
    expect(rate({ ...schedule, warmup: 1 }, 1, 1)).toBe(2);
    expect(rate(schedule, 1, 1)).toBeCloseTo(0.2, 14);
  }
});

test("corrections are 1 - beta^step for adam and adamw, 1 for the others", () => {
  const betas = [0.9, 0.98] as const;
  for (const kind of ["adam", "adamw"] as const) {
    const [, first, second] = scheduleAt(facts(kinds[3]!, { kind, rate: 1, betas, epsilon: 1e-8, decay: 0 }), 3);
    expect(first).toBeCloseTo(0.271, 14);
    expect(second).toBeCloseTo(0.058808, 14);
  }
  for (const kind of ["nag", "sgd"] as const) expect(scheduleAt(facts(kinds[3]!, { kind, rate: 1, momentum: 0.9, decay: 0 }), 3).slice(1)).toEqual([1, 1]);
});

test.each(kinds.map((k) => [k.kind, k] as const))("%s warms up from where it starts", (_, schedule) => {
  const from = { ...schedule, start: 0.25 };
  expect([1, 5, 10].map((step) => rate(from, step))).toEqual([0.65, 1.25, 2]);
  for (const step of [11, 40, 110]) expect(rate(from, step)).toBe(rate(schedule, step));
});

describe("cosine with restarts", () => {
  const restarts = { period: 100, grow: 2, shrink: 0.75 };
  const schedule: PlanSchedule = { kind: "cosine", warmup: 10, start: 0, floor: 0.1, restarts };

  test.each([
    [10, 2], [60, 1.1], [110, 0.2],
    // The second period has 200 updates, and rate and floor 0.75 times as high.
    [210, 0.75 * 1.1], [260, 0.75 * 2 * (0.1 + 0.45 * (1 - Math.SQRT1_2))], [310, 0.15],
    [510, 0.5625 * 1.1], [710, 0.5625 * 0.2],
  ])("at update %i it is %f", (step, want) => {
    expect(rate(schedule, step)).toBeCloseTo(want, 13);
  });

  test("starts anew with the update after a period's last one", () => {
    expect(rate(schedule, 111)).toBeGreaterThan(1.49);
    expect(rate(schedule, 311)).toBeGreaterThan(1.12);
  });

  test("one period as long as the training is the cosine without restarts", () => {
    const whole = { ...schedule, restarts: { period: 100, grow: 2, shrink: 0.75 } };
    for (let step = 1; step <= 110; step++) expect(rate(whole, step)).toBeCloseTo(rate({ kind: "cosine", warmup: 10, start: 0, floor: 0.1 }, step), 14);
  });

  test("is the walk through all updates", () => {
    const settings = fc.record({
      warmup: fc.integer({ min: 0, max: 20 }), floor: fc.double({ min: 0, max: 1, noNaN: true }), period: fc.integer({ min: 1, max: 40 }),
      grow: fc.constantFrom(1, 1.5, 2, 3), shrink: fc.double({ min: 0.1, max: 1, noNaN: true }),
    });
    fc.assert(fc.property(settings, ({ warmup, floor, period, grow, shrink }) => {
      const given: PlanSchedule = { kind: "cosine", warmup, start: 0.5, floor, restarts: { period, grow, shrink } };
      // Whole numbers times 1.5 are exact in float64 for as many periods as there are here.
      let [at, length, height] = [0, period, 1];
      for (let step = Math.max(1, warmup); step <= 300; step++) {
        at = step === warmup ? 0 : at + 1;
        if (at > length) [at, length, height] = [at - length, length * grow, height * shrink];
        const low = floor * height;
        expect(rate(given, step)).toBeCloseTo(2 * (low + ((height - low) / 2) * (1 + Math.cos((at / length) * Math.PI))), 12);
      }
    }), { numRuns: 50 });
  });
});
