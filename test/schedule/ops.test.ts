/** Every op case, scheduled and run on Dawn over NaN-filled memory, against the float64 oracle. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedule } from "../../compiler/5-schedule/index.js";
import { expectClose } from "../helpers/close.js";
import { evaluate } from "../oracle/evaluate.js";
import { opCases, toleranceOf, updateCases, type OpCase } from "../oracle/op-cases.js";
import { createRunner, type Runner } from "./run.js";

/** Float32 sums of some hundred numbers around 1 and exp of SwiftShader (3e-6), relative to the largest result. */
const usual = 2e-5;
/**
 * A recurrence of three terms, corrections among them, has six operands of them, and state, query and result: more than the 8 bindings that every
 * device has. A plan says what it needs, and a device that has less refuses it.
 */
const recurrent: ReadonlySet<string> = new Set(["boundaries", "correction", "advance", "scan_read"]);
const manyBindings = (c: OpCase): boolean => c.graph.nodes.some((n) => recurrent.has(n.op) && new Set(n.inputs).size + 1 > 8);

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

describe("op cases through the schedule", () => {
  it.each([...opCases(), ...updateCases()].map((c) => [c.name, c] as const))("%s", async (_, c) => {
    const given = { inputs: c.inputs, parameters: c.parameters, states: c.states, extents: c.extents };
    const tolerance = toleranceOf(c, usual);
    const wanted = evaluate(c.graph, given);
    const scheduled = schedule(c.graph);
    expect(scheduled.launches.some(({ kernel }) => kernel.bindings.length > 8)).toBe(manyBindings(c));
    const got = await runner.run(c.graph, scheduled, given);
    for (const name of Object.keys(wanted.outputs)) expectClose(`${c.name} ${name}`, wanted.outputs[name]!, got.outputs[name]!, tolerance);
    for (const name of Object.keys(wanted.states)) expectClose(`${c.name} state ${name}`, wanted.states[name]!, got.states[name]!, tolerance);
    for (const name of Object.keys(wanted.parameters)) expectClose(`${c.name} parameter ${name}`, wanted.parameters[name]!, got.parameters[name]!, tolerance);
    expect(Object.keys(got.outputs)).toEqual(Object.keys(wanted.outputs));
  });
});
