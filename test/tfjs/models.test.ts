/**
 * Whole models on the wasm backend: the authors' logits, and for every kind of mixer (with padding too) the oracle's, by
 * `forward`, by prefill and decode, and by `generate`; states saved, restored and forked; tensors that do not pile up.
 */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import type { Device, HostTensor, Program } from "../../runtime/device.js";
import { openTfjs } from "../../runtime/tfjs/index.js";
import { fairseqName } from "../../runtime/weights/names.js";
import type { Model } from "../../src/model/model.js";
import { checkPath, root } from "../check/load.js";
import { columns, graphsOf, joined, modelOf, OracleSession } from "../graph/session.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import { readSafetensors, zeros, type Tensor, type Tensors } from "../helpers/tensors.js";
import { planOf, toHost, weightsOf } from "./plan-of.js";

let device: Device;
beforeAll(async () => {
  device = await openTfjs({ only: "wasm" });
});
afterAll(() => device.dispose());

function openModel(model: Model, parameters: Tensors, chunk?: number): Promise<Program> {
  const graphs = Object.values(graphsOf(model, chunk)).map(runPasses);
  return device.open(planOf(graphs), weightsOf(parameters));
}

/** Logits of every token: the first `prefilled` at once, the others one by one. */
async function recurrent(program: Program, tokens: Tensor, prefilled: number): Promise<Tensor> {
  const [batch, length] = tokens.shape as [number, number];
  const state = await program.createState(batch);
  const parts = [(await program.advance(state, "prefill_all", { tokens: toHost(columns(tokens, 0, prefilled), "i32") })).logits!];
  for (let t = prefilled; t < length; t++) parts.push((await program.advance(state, "decode", { tokens: toHost(columns(tokens, t, t + 1), "i32") })).logits!);
  expect(state.length).toBe(length);
  state.dispose();
  return joined(parts);
}

describe.each(["lm-small", "lm-softmax", "lm-chunks"])("%s", (name) => {
  // The authors' float32 parallel and recurrent forms are up to 1.5e-5 apart, so 1e-4 of the largest logit is what can be asked.
  const tolerance = 1e-4;
  const { model } = checkPath(`test/golden/${name}.msz`);
  const file = readSafetensors(`${root}/test/golden/${name}.safetensors`);
  const parameters: Tensors = Object.fromEntries(model!.parameters.map((p) => [p.name, file[`param.${fairseqName(p.name)}`]!]));
  const tokens = file.tokens!;

  test("forward", async () => {
    const program = await openModel(model!, parameters);
    const { logits } = await program.call("forward", { tokens: toHost(tokens, "i32") });
    expectClose("logits", file.logits!, logits!, tolerance);
    program.dispose();
  });

  test.each([1, 7, 64])("prefill of %i tokens, then one at a time", async (prefilled) => {
    const program = await openModel(model!, parameters);
    const logits = await recurrent(program, tokens, Math.min(prefilled, tokens.shape[1]!));
    expectClose("logits", file["recurrent.logits"]!, logits, tolerance);
    program.dispose();
  });
});

const settings = "vocabulary = 37\n  width = 24\n";
const gated = `mixer gated(heads: axis) {
  axis feature = width / heads
  axis channel = width / heads
  query = linear(x, heads, feature)
  key   = linear(source, heads, feature)
  value = linear(source, heads, channel)
  keep  = sigmoid(linear(source, heads, feature))
  state sums[heads, feature, channel] = keep * sums + key * value
  out = linear(sum(query * previous(sums), feature) + sum(query * sums, feature), width)
}
`;
const convolved = `mixer near(slots: axis) {
  seen = convolve(x, 4)
  read = softmax(linear(seen, slots), slots)
  key  = layer_norm(linear(seen, slots))
  state bank[slots, width] = bank + key * linear(seen, width)
  out = sum(read * bank, slots) / sqrt(count)
}
`;
const specs: Readonly<Record<string, string>> = {
  memory: `model M { ${settings} layers 2 { memory(slots: 5, heads: 3) feed_forward(hidden: 32, activation: gelu) } }`,
  "memory with padding": `model M { ${settings} padding = 1\n layers 2 { memory(slots: 5, heads: 3) feed_forward(hidden: 32, gated: true, activation: silu) } }`,
  attention: `model M { ${settings} layers 2 { attention(heads: 3) feed_forward(hidden: 32, activation: gelu_tanh) } }`,
  "attention with padding": `model M { ${settings} padding = 1\n layers 1 { attention(heads: 3) } }`,
  "linear attention": `model M { ${settings} positions = none\n layers 2 { linear_attention(heads: 3) } }`,
  "retention with padding": `model M { ${settings} padding = 1\n positions = none\n layers 2 { retention(heads: 3) } }`,
  "decay along the key axis, old and new read": `${gated}model M { ${settings} padding = 1\n layers 2 { gated(heads: 3) } }`,
  "convolution with padding": `${convolved}model M { ${settings} padding = 1\n layers 2 { near(slots: 5) } }`,
  "learned positions, a hybrid": `model M { ${settings} context = 128\n positions = learned\n layers 1 { memory(slots: 5, heads: 3) } layers 1 { attention(heads: 2) } }`,
};

describe.each(Object.entries(specs))("%s", (_, text) => {
  // Two layers of float32 sums over up to 70 tokens against float64: 1e-4 of the largest logit, as with the authors' models.
  const tolerance = 1e-4;
  const length = 70;
  const [batch, chunk] = [2, 16];
  const model = modelOf(text);
  const random = new Random(11);
  const parameters: Tensors = Object.fromEntries(model.parameters.map((p) => [p.name, random.normalTensor(p.shape, p.name.includes("norm") ? 1 : 0.3)]));
  const tokens = random.integerTensor([batch, length], 2, 36);
  if (model.padding !== undefined) {
    const ids = tokens.data as Float64Array;
    // At the left of row 0, inside row 1, and where a chunk ends.
    for (const place of [0, 1, 2, length + 20, length + 31, length + 32, length + length - 1]) ids[place] = model.padding;
  }
  const oracle = new OracleSession(graphsOf(model, chunk), parameters, batch);
  const { logits: expected } = new OracleSession(graphsOf(model, chunk), parameters, batch).run("prefill_all", tokens) as { logits: Tensor };
  const atPadding = (i: number): boolean => model.padding !== undefined && tokens.data[Math.floor(i / 37)] === model.padding;

  test("forward, and prefill and decode", async () => {
    const program = await openModel(model, parameters, chunk);
    const { logits } = await program.call("forward", { tokens: toHost(tokens, "i32") });
    expectClose("forward", expected, logits!, tolerance, { skip: atPadding });
    for (const prefilled of [1, 5, 33]) {
      expectClose(`prefill of ${prefilled}`, expected, await recurrent(program, tokens, prefilled), tolerance, { skip: atPadding });
    }
    program.dispose();
  });

  test("saved, restored and forked states go on the same, and equal the oracle's", async () => {
    const program = await openModel(model, parameters, chunk);
    const state = await program.createState(batch);
    const prompt = columns(tokens, 0, 37);
    await program.advance(state, "prefill", { tokens: toHost(prompt, "i32") });
    const saved = await program.readState(state);
    oracle.states = {};
    oracle.run("prefill", prompt);
    for (const [name, tensor] of Object.entries(saved)) {
      // A state that prefill does not touch is as it was: zero.
      const reference = oracle.states[name] ?? zeros(tensor.shape);
      // The oracle's caches have room to spare; a slot of padding may hold anything.
      const cached = reference.shape.join() !== tensor.shape.join();
      if (cached && model.padding !== undefined && name !== "valid") expect(tensor.shape[1]).toBe(37);
      else expectClose(name, cached ? columns(reference, 0, 37) : reference, tensor, tolerance);
    }
    const restored = await program.writeState(batch, saved);
    const fork = await program.forkState(restored);
    const sampling = { temperature: 0.9, topK: 20, topP: 0.95, seed: 5 };
    const ids = [];
    for (const one of [state, restored, fork]) ids.push([...(await program.generate(one, 12, sampling))]);
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    expect(fork.length).toBe(49);
    program.dispose();
  });

  test("generate is sample and decode, by the oracle", async () => {
    const program = await openModel(model, parameters, chunk);
    const state = await program.createState(batch);
    const prompt = columns(tokens, 0, 9);
    await program.advance(state, "prefill", { tokens: toHost(prompt, "i32") });
    const ids = await program.generate(state, 5, { temperature: 0, topK: 0, topP: 1, seed: 0 });
    oracle.states = {};
    oracle.run("prefill", prompt);
    const inputs = { sampling: { shape: [3], data: [0, 0, 1] }, seed: { shape: [1], data: [0] } };
    for (let step = 0; step < 5; step++) {
      const { token } = oracle.run("generate", { shape: [batch, 1], data: [0, 0] }, inputs) as { token: Tensor };
      expect([...Array.from({ length: batch }, (_, b) => ids[b * 5 + step]!)]).toEqual([...Array.from(token.data)]);
    }
    program.dispose();
  });

  test("tensors and bytes do not pile up", async () => {
    const before = tf.memory().numTensors;
    const program = await openModel(model, parameters, chunk);
    const input: { tokens: HostTensor } = { tokens: toHost(columns(tokens, 0, 20), "i32") };
    await program.call("forward", input);
    const opened = tf.memory().numTensors;
    await program.call("forward", input);
    expect(tf.memory().numTensors).toBe(opened);
    const state = await program.createState(batch);
    await program.advance(state, "prefill", input);
    const sampling = { temperature: 1, topK: 0, topP: 1, seed: 3 };
    await program.generate(state, 32 - 20, sampling);
    const after = tf.memory();
    await program.generate(state, 2, sampling);
    const pieces = tf.memory().numTensors - after.numTensors;
    // A cache of 34 slots is one small piece more than one of 32; anything else must not grow.
    const caches = Object.keys(await program.readState(state)).filter((name) => /key|value|valid/.test(name) && name !== "next_logits").length;
    expect(pieces).toBeLessThanOrEqual(caches);
    await program.generate(state, 1, sampling);
    expect(tf.memory().numTensors - after.numTensors).toBe(pieces);
    state.dispose();
    program.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
