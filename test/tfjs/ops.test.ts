/** Every op case of the oracle on the wasm backend, and that no tensor is left behind. */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Device, HostTensor } from "../../runtime/device.js";
import { Constants } from "../../runtime/tfjs/constants.js";
import { ReadyEntry } from "../../runtime/tfjs/entry.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { extentsOf } from "../../src/plan/size.js";
import { expectClose } from "../helpers/close.js";
import type { Tensor } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { opCases, updateCases, type OpCase } from "../oracle/op-cases.js";
import { checkCase, tolerance } from "./check-case.js";
import { casePlan, toHost, weightsOf } from "./plan-of.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

describe("op cases", () => {
  for (const opCase of [...opCases(), ...updateCases()]) {
    test(opCase.name, () => (opCase.graph.parameterUpdates.length > 0 ? checkUpdate(opCase) : checkCase(device, opCase)));
  }
});

/** Only a trainer runs such a graph through the program's door, and it must be an entry of training; so the entry itself is run. */
function checkUpdate({ graph, inputs, parameters, states, extents }: OpCase): void {
  const expected = evaluate(graph, { inputs, parameters, states, extents });
  const before = tf.memory().numTensors;
  const plan = casePlan(graph);
  const constants = new Constants(plan, weightsOf(parameters));
  const entry = new ReadyEntry(plan.entries[0]!, plan.targets.tfjs!.entries[graph.entry]!, constants);
  const upload = (tensor: Tensor, dtype: string): tf.Tensor => {
    const { shape, data } = toHost(tensor, dtype);
    return tf.tensor(data, [...shape], dtype === "f32" ? "float32" : "int32");
  };
  const uploaded = new Map(plan.entries[0]!.inputs.flatMap(({ name, dtype }) => (inputs[name] ? [[name, upload(inputs[name], dtype)] as const] : [])));
  const starting = graph.states.map((s) => upload(states[s.name]!, s.dtype));
  const result = entry.run(uploaded, starting, extentsOf({ batch: extents.B, tokens: extents.T, chunk: graph.chunk }));
  const numbers = (value: unknown): HostTensor => ({ shape: (value as tf.Tensor).shape, data: (value as tf.Tensor).dataSync() as Float32Array });
  for (const [name, reference] of Object.entries(expected.outputs)) expectClose(name, reference, numbers(result.outputs.get(name)), tolerance);
  graph.states.forEach((s, i) => {
    const after = result.states.get(i);
    if (after) expectClose(`state ${s.name}`, expected.states[s.name]!, numbers(after), tolerance);
  });
  constants.replace(result.parameters);
  plan.parameters.forEach((spec, i) => {
    const reference = expected.parameters[spec.name]!;
    expectClose(`parameter ${spec.name}`, reference, constants.read(i, { ...spec, shape: reference.shape }), tolerance);
  });
  // The entry reads the new values.
  const again = entry.run(uploaded, starting, extentsOf({ batch: extents.B, tokens: extents.T, chunk: graph.chunk }));
  const moved = evaluate(graph, { inputs, parameters: expected.parameters, states, extents });
  for (const [name, reference] of Object.entries(moved.outputs)) expectClose(`${name} of a second run`, reference, numbers(again.outputs.get(name)), tolerance);
  for (const tensor of [...uploaded.values(), ...starting, ...[result, again].flatMap((r) => [...r.outputs.values(), ...r.states.values()]), ...again.parameters.values()]) (tensor as tf.Tensor).dispose();
  constants.dispose();
  expect(tf.memory().numTensors, "tensors left behind").toBe(before);
}
