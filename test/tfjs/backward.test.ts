/** What the backward pass of recurrences and attention is emitted as, and its steps where products go together: on plain JavaScript, as on TensorFlow. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Recurrence } from "../../compiler/3-graph/recurrence-operands.js";
import { emitTfjs } from "../../compiler/6-codegen/tfjs/index.js";
import type { Device } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import type { Dim } from "../../src/graph/graph.js";
import type { TfjsStep } from "../../src/plan/plan.js";
import { expectClose } from "../helpers/close.js";
import { axis, batch, CaseBuilder, token } from "../oracle/case-builder.js";
import { evaluate } from "../oracle/evaluate.js";
import { opCases, type OpCase } from "../oracle/op-cases.js";
import { caseInputs, casePlan, weightsOf } from "./plan-of.js";

const cases = opCases();
let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "cpu" });
});
afterAll(() => device.dispose());

function stepsOf({ graph }: OpCase): readonly TfjsStep[] {
  return emitTfjs(graph, { states: [], parameters: [] }).steps;
}

test("a memory's backward pass is products with one group: the value's axis becomes the key's", () => {
  const [slots, width] = [axis("slots", 32), axis("width", 128)];
  const c = new CaseBuilder("memory", { B: 2, T: 65 });
  const input = (name: string, dim: Dim) => c.input(name, [batch, token, dim]);
  const [key, value, query, g] = [input("key", slots), input("value", width), input("query", slots), input("g", width)];
  const forward: Recurrence = { axes: [slots, width], terms: [{ key, value }] };
  const reverse: Recurrence = { axes: [slots, width], terms: [{ key: query, value: g }], reverse: { late: 0 } };
  const [states, cotangents] = [c.emit.boundaries(forward, "B"), c.emit.boundaries(reverse, "B")];
  const steps = stepsOf(c.done({
    out: c.emit.scanRead(states, forward, query, ["slots"], "new", token),
    query: c.emit.scanRead(states, forward, g, ["width"], "new", token),
    key: c.emit.scanRead(cotangents, reverse, value, ["width"], "new", token),
    value: c.emit.scanRead(cotangents, reverse, key, ["slots"], "new", token),
  }));
  const recurrent = steps.filter(({ op }) => /^(boundaries|scan_read)/.test(op));
  expect(recurrent.map(({ op, attrs }) => [op, attrs?.reverse])).toEqual([
    ["boundaries", undefined], ["boundaries", true], ["scan_read", undefined], ["scan_read", undefined], ["scan_read", true], ["scan_read", true],
  ]);
  // Groups, the axis summed over, the axis kept.
  expect(recurrent.flatMap(({ attrs }) => (attrs?.sizes ? [attrs.sizes] : []))).toEqual([[1, 32, 128], [1, 32, 128]]);
  const shapes = recurrent.filter(({ op }) => op === "scan_read").map((step) => steps[step.in[0]!]!.attrs?.shape);
  expect(shapes).toEqual([undefined, ["B", "N", 1, 128, 32], ["B", "N", 1, 128, 32], undefined]);
});

test("the three cotangents of an attention are one step and a part of it each", () => {
  const opCase = cases.find(({ name }) => name === "attention_gradient heads on both, B 3, T 64")!;
  const ops = stepsOf(opCase).map(({ op }) => op);
  const count = (op: string): number => ops.filter((o) => o === op).length;
  expect([count("attention_gradients"), count("attention_gradient")]).toEqual([1, 3]);
});

/** As in the op cases on wasm. */
const tolerance = 1e-5;
const together = /^(recurrence|reverse|attention_gradient) .*(two terms|two early|per head|masked$|started, chunks of 4|by both axes|query only$)/;

for (const opCase of cases.filter(({ name, graph }) => together.test(name) && graph.states.length === 0)) {
  test(`${opCase.name}, products together`, async () => {
    const { graph, inputs, parameters, states, extents } = opCase;
    const expected = evaluate(graph, { inputs, parameters, states, extents });
    const plan = casePlan(graph);
    const program = await device.open(plan, weightsOf(parameters));
    const outputs = await program.call(graph.entry, caseInputs(plan, inputs, extents));
    for (const [name, reference] of Object.entries(expected.outputs)) expectClose(name, reference, outputs[name]!, tolerance);
    program.dispose();
  });
}
