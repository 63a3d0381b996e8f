/** A state that takes another's old value: it is copied before that other is overwritten in place. Hand-made graphs on Dawn. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { schedule } from "../../compiler/5-schedule/index.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, type OpCase } from "../oracle/case-builder.js";
import { evaluate } from "../oracle/evaluate.js";
import { createRunner, type Runner } from "./run.js";

const dims = [batch, axis("slots", 5)];

/** `other := old kept`, listed after the update of `kept`. */
function takenAfterUpdate(): OpCase {
  const c = new CaseBuilder("taken after the update", { B: 2, T: 1 });
  const kept = c.state("kept", dims);
  c.state("other", dims);
  return c.done({}, { kept: c.emit.add(kept, c.input("written", dims)), other: kept });
}

/** The same, and the update of `kept` reads the old `other`. */
function takenFromOneAnother(): OpCase {
  const c = new CaseBuilder("taken from one another", { B: 2, T: 1 });
  const kept = c.state("kept", dims);
  const other = c.state("other", dims);
  return c.done({}, { kept: c.emit.add(kept, other), other: kept });
}

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.dispose());

describe("states that take old values of others", () => {
  it.each([takenAfterUpdate(), takenFromOneAnother()].map((c) => [c.name, c] as const))("%s", async (_, c) => {
    const given = { inputs: c.inputs, parameters: c.parameters, states: c.states, extents: c.extents };
    const wanted = evaluate(c.graph, given);
    const got = await runner.run(c.graph, schedule(c.graph), given);
    // One addition in float32.
    for (const name of Object.keys(wanted.states)) expectClose(`${c.name} state ${name}`, wanted.states[name]!, got.states[name]!, 1e-6);
  });
});
