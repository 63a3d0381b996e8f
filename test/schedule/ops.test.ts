/**
 * Every op case, scheduled for WebGPU and run on Dawn, scheduled for CUDA and run on the simulated device, in both over NaN-filled memory, against the float64 oracle, which
 * takes longer than they do: that is why they share a file. On CUDA threads run in both orders, and all kernels are compiled together: a compiler's start costs more than a kernel.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cudaTarget, schedule, type Schedule } from "../../compiler/5-schedule/index.js";
import { SimulatedKernels } from "../cuda-sim/kernels.js";
import { runSchedule } from "../cuda-sim/run-schedule.js";
import { expectClose } from "../helpers/close.js";
import { evaluate, type Evaluated, type Given } from "../oracle/evaluate.js";
import { opCases, toleranceOf, updateCases, type OpCase } from "../oracle/op-cases.js";
import { createRunner, type Runner } from "./run.js";

/** Float32 sums of some hundred numbers around 1 and exp of SwiftShader (3e-6), relative to the largest result. */
const onWebgpu = 2e-5;
/** The simulated device has C's functions, which are exact to the last bit but one. */
const onCuda = 2e-6;
/** A score of hundreds is rounded by 3e-5, which exp makes a relative error; a sum of 195 products that nearly cancel is no better than its largest terms. */
const lessOnCuda: Readonly<Record<string, number>> = { "attention with large scores": 2e-5, "weight_gradient nothing on both sides, B 3, T 65": 1e-5 };
/**
 * A recurrence of three terms, corrections among them, has six operands of them, and state, query and result: more than the 8 bindings that every
 * device has. A plan says what it needs, and a device that has less refuses it.
 */
const recurrent: ReadonlySet<string> = new Set(["boundaries", "correction", "advance", "scan_read"]);
const manyBindings = (c: OpCase): boolean => c.graph.nodes.some((n) => recurrent.has(n.op) && new Set(n.inputs).size + 1 > 8);

const cases = [...opCases(), ...updateCases()];
const named = cases.map((c) => [c.name, c] as const);
const givenOf = ({ inputs, parameters, states, extents }: OpCase): Given => ({ inputs, parameters, states, extents });

const known = new Map<OpCase, Evaluated>();
function wantedOf(c: OpCase): Evaluated {
  const found = known.get(c) ?? evaluate(c.graph, givenOf(c));
  known.set(c, found);
  return found;
}

function expectSame(name: string, wanted: Evaluated, got: Evaluated, tolerance: number): void {
  for (const what of ["outputs", "states", "parameters"] as const) {
    for (const key of Object.keys(wanted[what])) expectClose(`${name}, ${what} ${key}`, wanted[what][key]!, got[what][key]!, tolerance);
  }
  expect(Object.keys(got.outputs)).toEqual(Object.keys(wanted.outputs));
}

describe("op cases through the schedule", () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await createRunner();
  });
  afterAll(() => runner.dispose());

  it.each(named)("%s", async (_, c) => {
    const scheduled = schedule(c.graph);
    expect(scheduled.launches.some(({ kernel }) => kernel.bindings.length > 8)).toBe(manyBindings(c));
    expectSame(c.name, wantedOf(c), await runner.run(c.graph, scheduled, givenOf(c)), toleranceOf(c, onWebgpu));
  });
});

const opened = await SimulatedKernels.open();
if ("missing" in opened) console.warn(`op cases do not run on CUDA: ${opened.missing}`);

describe.skipIf("missing" in opened)("op cases on CUDA", () => {
  const kernels = opened as SimulatedKernels;
  const scheduled = new Map<OpCase, Schedule>(cases.map((c) => [c, schedule(c.graph, { target: cudaTarget("float32") })]));
  beforeAll(() => kernels.prepare([...scheduled.values()].flatMap(({ launches }) => launches.map((l) => l.kernel))));
  afterAll(() => kernels.dispose());

  it.each(named)("%s", (_, c) => {
    const tolerance = toleranceOf(c, lessOnCuda[c.name] ?? onCuda);
    for (const order of ["forward", "backward"] as const) expectSame(`${c.name}, ${order}`, wantedOf(c), runSchedule(kernels, c.graph, scheduled.get(c)!, givenOf(c), order), tolerance);
  });
});
