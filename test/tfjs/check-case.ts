/** Runs an op case's plan on the wasm backend, compares it with the oracle, and looks whether a tensor is left behind. */
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { Device } from "../../runtime/device.js";
import { expectClose } from "../helpers/close.js";
import type { Tensor } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { toleranceOf, type OpCase } from "../oracle/op-cases.js";
import { caseInputs, casePlan, toHost, weightsOf } from "./plan-of.js";

/**
 * Float32 sums of up to a few hundred numbers of one size, relative to the largest result: 1e-5 is some hundred roundings.
 * sin, exp and erf of the wasm backend are good to a few times 1e-7.
 */
export const tolerance = 1e-5;

export async function checkCase(device: Device, opCase: OpCase): Promise<void> {
  const { graph, inputs, parameters, states, extents } = opCase;
  const allowed = toleranceOf(opCase, tolerance);
  const expected = evaluate(graph, { inputs, parameters, states, extents });
  const plan = casePlan(graph);
  const before = tf.memory().numTensors;
  const program = await device.open(plan, weightsOf(parameters));
  const hostInputs = caseInputs(plan, inputs, extents);
  if (graph.states.length === 0) {
    const outputs = await program.call(graph.entry, hostInputs);
    for (const [name, reference] of Object.entries(expected.outputs)) expectClose(name, reference, outputs[name]!, allowed);
  } else {
    const used = states.length?.data[0] ?? 0;
    const given = Object.fromEntries(graph.states.map((s) => [s.name, toHost(slotsOf(s, states[s.name]!, used), s.dtype)]));
    const state = await program.writeState(extents.B, given);
    const warm = tf.memory().numTensors;
    const outputs = await program.advance(state, graph.entry, hostInputs);
    for (const [name, reference] of Object.entries(expected.outputs)) expectClose(name, reference, outputs[name]!, allowed);
    const after = await program.readState(state);
    for (const s of graph.states) expectClose(`state ${s.name}`, slotsOf(s, expected.states[s.name]!, used + (s.class === "growing" ? extents.T : 0)), after[s.name]!, allowed);
    if (!graph.states.some((s) => s.class === "growing")) expect(tf.memory().numTensors - warm).toBeLessThanOrEqual(2);
    state.dispose();
  }
  program.dispose();
  expect(tf.memory().numTensors, "tensors left behind").toBe(before);
}

/** A cache cut to its first slots. */
function slotsOf(spec: OpCase["graph"]["states"][number], tensor: Tensor, used: number): Tensor {
  if (spec.class !== "growing") return tensor;
  const [batch, room, ...rest] = tensor.shape as [number, number, ...number[]];
  const width = rest.reduce((a, b) => a * b, 1);
  const rows = Array.from({ length: batch }, (_, b) => Array.from({ length: used * width }, (_, i) => tensor.data[b * room * width + i]!));
  return { shape: [batch, used, ...rest], data: rows.flat() };
}
