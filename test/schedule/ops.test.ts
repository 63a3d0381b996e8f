/** Every op case, scheduled and run on Dawn over NaN-filled memory, against the float64 oracle. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedule } from "../../compiler/5-schedule/index.js";
import { expectClose } from "../helpers/close.js";
import { evaluate } from "../oracle/evaluate.js";
import { opCases, updateCases } from "../oracle/op-cases.js";
import { createRunner, type Runner } from "./run.js";

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

describe("op cases through the schedule", () => {
  it.each([...opCases(), ...updateCases()].map((c) => [c.name, c] as const))("%s", async (_, c) => {
    const given = { inputs: c.inputs, parameters: c.parameters, states: c.states, extents: c.extents };
    const wanted = evaluate(c.graph, given);
    const got = await runner.run(c.graph, schedule(c.graph), given);
    for (const name of Object.keys(wanted.outputs)) expectClose(`${c.name} ${name}`, wanted.outputs[name]!, got.outputs[name]!, 2e-5);
    for (const name of Object.keys(wanted.states)) expectClose(`${c.name} state ${name}`, wanted.states[name]!, got.states[name]!, 2e-5);
    for (const name of Object.keys(wanted.parameters)) expectClose(`${c.name} parameter ${name}`, wanted.parameters[name]!, got.parameters[name]!, 2e-5);
    expect(Object.keys(got.outputs)).toEqual(Object.keys(wanted.outputs));
  });
});
