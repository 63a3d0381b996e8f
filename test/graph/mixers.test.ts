/** One definition, one meaning: for mixers of every kind the parallel graph, prefill in parts and decode give the same numbers, and padding changes none. */
import { correctedDefinition } from "./corrected.js";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/close.js";
import type { Tensor } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { randomParameters, randomTokens } from "./random-parameters.js";
import { columns, graphsOf, joined, modelOf, OracleSession } from "./session.js";
import { walkedDefinitions, walkedMixers } from "./walked.js";

// All is float64 here: only the order of sums differs.
const tolerance = 1e-9;
const vocabulary = 11;
const padding = 1;

const mixers: Record<string, string> = {
  memory: "memory(slots: 3, heads: 2)",
  attention: "attention(heads: 2)",
  linear_attention: "linear_attention(heads: 2)",
  retention: "retention(heads: 2)",
  "short convolution": "conv()",
  "gates and old reads": "gated(slots: 3)",
  "softmax between two reads": "chained(slots: 3)",
  "a state of one axis": "averaged()",
  "no written term with a token": "constant()",
  "no old value": "replaced()",
  "a state without axes": "summed()",
  "grouped queries": "grouped(groups: 2)",
  "a ratio that padding makes 0 / 0": "ratio(slots: 3)",
  gated_delta: "gated_delta(heads: 2)",
  "two corrections along different axes": "corrected(slots: 3)",
  "a key that padding makes 0 / 0, corrected": "normalised(slots: 3)",
  ...walkedMixers,
};

const definitions = `${walkedDefinitions}
mixer conv() {
  near = convolve(x, 4)
  state total[width] = total + near
  out = rms_norm(total) + convolve(x * count, 1)
}
mixer gated(slots: axis) {
  keep  = sigmoid(linear(source, slots))
  key   = softmax(linear(source, slots), slots)
  value = linear(source, width)
  bonus = linear(x, slots)
  state bank[slots, width] = keep * (bank + key * value)
  out = sum(linear(x, slots) * (previous(bank) + bonus * key * value), slots) / (1 + position)
}
mixer chained(slots: axis) {
  write = linear(source, slots)
  state keys[slots, width] = 0.9 * keys + write * linear(source, width)
  weight = softmax(sum(linear(x, width) * keys, width), slots)
  state values[slots, width] = values * sigmoid(linear(source, slots)) + weight * write * linear(source, width)
  out = sum(weight * values, slots)
}
mixer averaged() {
  gate = sigmoid(linear(source, width))
  state mean_value[width] = (1 - gate) * mean_value + gate * tanh(linear(source, width))
  out = silu(mean_value) * exp(-logsumexp(x, width))
}
mixer constant() {
  param push[width] = ones
  state total[width] = total / 2 + push
  out = max(x, width) * total
}
mixer replaced() {
  state last[width] = tanh(linear(source, width))
  out = previous(last) - last
}
mixer summed() {
  state total[] = total * 0.5 + sum(source, width) / count
  out = x * total
}
mixer ratio(slots: axis) {
  key = exp(linear(source, slots))
  state sums[slots, width] = sums + key * linear(source, width)
  state mass[slots] = mass + key
  query = exp(linear(x, slots))
  out = sum(query * sums, slots) / sum(query * mass, slots)
}
${correctedDefinition}
mixer normalised(slots: axis) {
  raw = exp(linear(source, slots)) - 1
  key = raw / sqrt(sum(square(raw), slots))
  state bank[slots, width] = bank + key * (linear(source, width) - sum(key * bank, slots))
  out = sum(softmax(linear(x, slots), slots) * bank, slots)
}
mixer grouped(groups: axis) {
  axis channel = 3
  axis wide    = 4
  query = rotary(linear(x, groups, wide), wide)
  cache key = rotary(linear(source, wide), wide)
  cache value = linear(source, channel)
  out = linear(sum(softmax(sum(query * key, wide), time) * value, time), width)
}
`;

function spec(call: string, settings: string): string {
  return `${definitions}
model Small {
  vocabulary = ${vocabulary}
  width = 8
  context = 32
  ${settings}
  layers 2 {
    ${call}
    feed_forward(hidden: 5, activation: gelu, gated: true)
  }
}`;
}

/** Small models with a chunk of 4 tokens, so that 13 tokens cross three boundaries. */
function open(call: string, settings: string) {
  const model = modelOf(spec(call, settings));
  return { graphs: graphsOf(model, 4), parameters: randomParameters(model, 5), tokens: randomTokens(2, 13, vocabulary, 9) };
}

describe.each(Object.entries(mixers))("%s", (_, call) => {
  test("prefill in parts and decode give what forward gives", () => {
    const { graphs, parameters, tokens } = open(call, "positions = learned");
    const whole = evaluate(graphs.forward!, { inputs: { tokens }, parameters, extents: { B: 2, T: 13 } }).outputs.logits!;
    for (const cuts of [[0, 1, 2, 3, 13], [0, 5, 6, 12, 13], [0, 4, 8, 9, 10, 11, 12, 13]]) {
      const session = new OracleSession(graphs, parameters, 2);
      const parts = cuts.slice(1).map((to, i) => session.run(to - cuts[i]! === 1 ? "decode" : "prefill_all", columns(tokens, cuts[i]!, to)).logits!);
      expectClose(`logits, cut at ${cuts.join()}`, whole, joined(parts), tolerance);
      expectClose("next_logits", columns(whole, 12, 13), session.states.next_logits!, tolerance);
      expect([...Array.from(session.states.count!.data), ...Array.from(session.states.length!.data)]).toEqual([13, 13, 13]);
    }
  });

  test("prefill leaves the states that prefill_all leaves", () => {
    const { graphs, parameters, tokens } = open(call, "norm = post");
    const [quiet, loud] = [new OracleSession(graphs, parameters, 2), new OracleSession(graphs, parameters, 2)];
    expect(quiet.run("prefill", tokens)).toEqual({});
    loud.run("prefill_all", tokens);
    expect(Object.keys(quiet.states)).toEqual(Object.keys(loud.states));
    for (const [name, state] of Object.entries(loud.states)) expectClose(name, state, quiet.states[name]!, tolerance);
  });

  test("padding changes nothing, before, between or behind", () => {
    const { graphs, parameters, tokens } = open(call, `padding = ${padding}`);
    const whole = evaluate(graphs.forward!, { inputs: { tokens }, parameters, extents: { B: 2, T: 13 } }).outputs.logits!;
    // The two rows are padded in different places: 13 real tokens of 20.
    const places = [[0, 1, 2, 6, 7, 12, 19], [3, 4, 9, 10, 11, 17, 18]];
    const padded = spread(tokens, places);
    const session = new OracleSession(graphs, parameters, 2);
    const forward = evaluate(graphs.forward!, { inputs: { tokens: padded }, parameters, extents: { B: 2, T: 20 } }).outputs.logits!;
    const cuts = [0, 2, 3, 4, 10, 11, 18, 19, 20];
    const parts = cuts.slice(1).map((to, i) => session.run(to - cuts[i]! === 1 ? "decode" : "prefill_all", columns(padded, cuts[i]!, to)).logits!);
    expectClose("forward", whole, gathered(forward, places), tolerance);
    expectClose("in parts", whole, gathered(joined(parts), places), tolerance);
    expectClose("next_logits", columns(whole, 12, 13), session.states.next_logits!, tolerance);
    expect([...Array.from(session.states.count!.data), ...Array.from(session.states.length!.data)]).toEqual([13, 13, 20]);
  });
});

test("generate draws from the last logits and decodes what it drew", () => {
  const { graphs, parameters, tokens } = open("memory(slots: 3, heads: 2)", "");
  const [drawing, fed] = [new OracleSession(graphs, parameters, 2), new OracleSession(graphs, parameters, 2)];
  for (const session of [drawing, fed]) session.run("prefill", tokens);
  for (let step = 0; step < 3; step++) {
    const logits = drawing.states.next_logits!.data;
    const best = [0, 1].map((row) => {
      const of = Array.from({ length: vocabulary }, (_, i) => logits[row * vocabulary + i]!);
      return of.indexOf(Math.max(...of));
    });
    const inputs = { sampling: { shape: [3], data: [0, 0, 1] }, seed: { shape: [1], data: [3] } };
    const { token } = drawing.run("generate", { shape: [2, 1], data: [0, 0] }, inputs);
    expect(Array.from(token!.data)).toEqual(best);
    fed.run("decode", token!);
    expectClose("next_logits", fed.states.next_logits!, drawing.states.next_logits!, tolerance);
  }
  expect(Array.from(drawing.states.drawn!.data)).toEqual([3]);
});

/** Ids with padding put at these columns of each row. */
function spread(tokens: Tensor, places: readonly (readonly number[])[]): Tensor {
  const [batch, length] = tokens.shape as [number, number];
  const whole = length + places[0]!.length;
  const data = places.flatMap((row, b) => {
    let next = 0;
    return Array.from({ length: whole }, (_, t) => (row.includes(t) ? padding : tokens.data[b * length + next++]!));
  });
  return { shape: [batch, whole], data };
}

/** The rows of [B, T, vocab] at real tokens. */
function gathered(logits: Tensor, places: readonly (readonly number[])[]): Tensor {
  const [batch, whole, vocab] = logits.shape as [number, number, number];
  const data = places.flatMap((row, b) =>
    Array.from({ length: whole }, (_, t) => t).filter((t) => !row.includes(t))
      .flatMap((t) => Array.from({ length: vocab }, (_, v) => logits.data[(b * whole + t) * vocab + v]!)));
  return { shape: [batch, whole - places[0]!.length, vocab], data };
}
