/** The graph of walked states: what lies in a scan's body, and that it is what is computed beside it for all tokens at once. */
import { describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { Emitter } from "../../compiler/3-graph/emit.js";
import { mix } from "../../compiler/3-graph/mixer.js";
import { openCall, tokensInput } from "../../compiler/3-graph/stack.js";
import { batchDim, oneDim, tokenDim, type NodeOf } from "../../src/graph/graph.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { evaluateNodes } from "../oracle/evaluate.js";
import { randomParameters } from "./random-parameters.js";
import { columns, modelOf } from "./session.js";
import { walkedDefinitions } from "./walked.js";

const [B, T] = [2, 9];

/** The graph of the one mixer of a model, its `out` and its scans; in training, so that dropout is on. `padded`: tokens with the id 1. */
function mixed(text: string, settings = "", padded: readonly number[] = []) {
  const checked = modelOf(`${text}\nmodel Small { vocabulary = 11, width = 8, attention_dropout = 0.5, ${settings} layers 1 { m() } }`);
  const model = derive(checked).model!;
  const sublayer = model.layers[0]![0]!;
  if (sublayer.kind !== "mixer") throw new Error("no mixer");
  const emit = new Emitter(model.span);
  const one = [{ name: oneDim, size: 1 }];
  const call = openCall(model, "forward", emit, tokensInput(emit, "tokens", "T"), { random: { seed: emit.input("seed", "i32", one), counter: emit.input("counter", "i32", one) } });
  const x = emit.input("x", "f32", [call.batch, call.token, { name: "width", size: 8 }]);
  const out = mix(call, sublayer.mixer, x, "m");
  const number = { shape: [1], data: [3] };
  const tokens = { shape: [B, T], data: Array.from({ length: B * T }, (_, i) => (padded.includes(i % T) ? 1 : 2 + (i % 9))) };
  const values = evaluateNodes(emit, {
    symbols: { B, T, N: 1, S: T, C: T, E: 0, M: 0 }, chunk: 64, states: {}, parameters: randomParameters(checked, 4),
    inputs: { tokens, x: new Random(6).uniformTensor([B, T, 8]), seed: number, counter: number },
  });
  return { nodes: emit.nodes, out, values, scans: emit.nodes.filter((n): n is NodeOf<"scan"> => n.op === "scan") };
}

test.each([["", []], ["padding = 1,", [0, 1, 5]]] as const)("what a token leaves is what the next one finds, dropout included: %s", (settings, padded) => {
  const { out, scans, values } = mixed("mixer m() { state h[width] = dropout(tanh(linear(h, width)) + dropout(linear(x, width)))\n out = h }", settings, padded);
  expect(scans).toHaveLength(1);
  const [found, left] = [values[scans[0]!.id]!, values[out.id]!];
  for (let t = 0; t < T - 1; t++) {
    expectClose(`state after token ${t}`, columns((padded as readonly number[]).includes(t) ? found : left, t, t + 1), columns(found, t + 1, t + 2), 1e-12, { relativeTo: "absolute" });
  }
  // One in two elements is dropped.
  expect(Array.from(values[out.id]!.data).filter((h) => h === 0).length).toBeGreaterThan(10);
});

describe("a body", () => {
  test("has only what depends on the state, of one token", () => {
    const { scans } = mixed(`mixer m() { state h[width] = tanh(linear(silu(linear(x, width)), width) + linear(h, width))\n out = h }`);
    const { nodes, inputs } = scans[0]!.body;
    // tanh(x + (W h + b)); the state, and as inputs the rest.
    expect(nodes.map((n) => (n.op === "map" ? n.fn : n.op)).filter((op) => op !== "input")).toEqual(["rename", "matmul", "add", "add", "tanh"]);
    expect(inputs).toHaveLength(3);
    for (const n of nodes) expect(n.dims.some((d) => d.name === tokenDim)).toBe(false);
  });

  test("is one for all states of a circle", () => {
    const { scans } = mixed(walkedDefinitions.replace("mixer lstm(cells: axis) {", "mixer m() { axis cells = 6"));
    expect(scans).toHaveLength(2);
    expect(scans[0]!.body).toBe(scans[1]!.body);
    expect(scans[0]!.inputs).toEqual(scans[1]!.inputs);
    for (const { before } of scans[0]!.body.states) expect(before.dims.map((d) => d.name)).toEqual([batchDim, "cells"]);
  });
});
