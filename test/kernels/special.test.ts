/**
 * Kernels of their own kind against the float64 oracle, node by node, where their branches need more than the case library has (which
 * `test/schedule/ops.test.ts` runs): a node's inputs are the oracle's values, its own buffer is NaN before.
 */
import { wgslTarget } from "../../compiler/5-schedule/target.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSpecial, launchSpecial } from "../../compiler/5-schedule/kernels/index.js";
import { sourceOf } from "../../src/kernel/view.js";
import { expectClose } from "../helpers/close.js";
import type { OpCase } from "../oracle/case-builder.js";
import { environmentOf, evaluateNodes } from "../oracle/evaluate.js";
import { extraCases } from "./extra-cases.js";
import { createRunner, type Runner } from "./run.js";

/**
 * Sums of some hundred products of numbers around 1 in float32, against float64, relative to the largest result; attention and
 * decays add the error of exp, 3e-6 on SwiftShader.
 */
const tolerance = 2e-5;

let runner: Runner;
beforeAll(async () => {
  runner = await createRunner();
});
afterAll(() => runner.device.destroy());

const cases = extraCases();

describe.each([...new Set(cases.map((c) => c.name.split(" ")[0]!))])("%s", (family) => {
  test.each(cases.filter((c) => c.name.startsWith(`${family} `)).map((c) => [c.name, c] as const))("%s", async (_, c) => {
    await checkCase(c);
  });
});

async function checkCase(c: OpCase): Promise<void> {
  const environment = environmentOf(c.graph, c);
  const values = evaluateNodes(c.graph, environment);
  const given = new Map(values.map((value, id) => [id, value]));
  const parameterShape = (name: string): readonly number[] | undefined => c.parameters[name]?.shape;
  for (const node of c.graph.nodes) {
    if (!isSpecial(node)) continue;
    const launches = launchSpecial(node, { target: wgslTarget, chunk: c.graph.chunk, parameterShape });
    // Scratch between launches has ids below 0.
    expect(new Set(launches.flatMap((l) => l.operands).filter((o) => o.access !== "read" && o.node.id >= 0).map((o) => o.node.id))).toEqual(new Set([node.id]));
    const before = new Map(given);
    before.delete(node.id);
    // A parameter has its stored shape, which may merge dims.
    for (const input of node.inputs.map(sourceOf)) if (input.op === "parameter") before.set(input.id, c.parameters[input.parameter]!);
    const after = await runner.run(launches, before, environment.symbols);
    expectClose(`%${node.id} ${node.op}`, values[node.id]!, after.get(node.id)!, node.dtype === "f32" ? tolerance : 0);
  }
}
