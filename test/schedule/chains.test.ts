/** Chains as models have them: few launches, and right over NaN-filled memory. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schedule } from "../../compiler/5-schedule/index.js";
import { expectClose } from "../helpers/close.js";
import { evaluate } from "../oracle/evaluate.js";
import { chains } from "./chains.js";
import { createRunner, type Runner } from "./run.js";

/** Float32 sums of up to 1,500 numbers, and exp (3e-6 on SwiftShader), against float64. */
const tolerance = 2e-5;

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

describe("chains", () => {
  it.each(chains().map((c) => [c.case.name, c] as const))("%s", async (_, { case: c, launches }) => {
    const planned = schedule(c.graph);
    const wanted = evaluate(c.graph, c);
    const got = await runner.run(c.graph, planned, c);
    for (const name of Object.keys(wanted.outputs)) expectClose(name, wanted.outputs[name]!, got.outputs[name]!, tolerance);
    for (const name of Object.keys(wanted.states)) expectClose(`state ${name}`, wanted.states[name]!, got.states[name]!, tolerance);
    expect(planned.launches.map((l) => l.kernel.name)).toHaveLength(launches);
  });
});
