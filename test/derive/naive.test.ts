/**
 * Recurrences as a user would write them, of the classes `corrected` and `sequential`: what is derived from them, on the float64 oracle, is the
 * naive recurrence, one token at a time straight from the expressions: logits for many tokens and for few at once, and every gradient.
 */
import { expect, test } from "vitest";
import { derive, printMixer } from "../../compiler/2-derive/index.js";
import { columns, graphsOf, joined, modelOf, OracleSession } from "../graph/session.js";
import { expectClose } from "../helpers/close.js";
import { evaluate } from "../oracle/evaluate.js";
import { expectGradients } from "../std/expect.js";
import { drawIds, drawParameters, modelSpec } from "../std/mixers.js";
import { runNaively } from "../std/naive-model.js";

/** Float64 on both sides, sums of some thousand products in another order, through thirteen tokens. */
const tolerance = 1e-9;
const tolerances = { loss: tolerance, gradient: tolerance, rounding: 1e-12 };

const mixers: [string, string[], string][] = [
  ["a recurrent network", ["sequential"], `
  state h[width] = tanh(linear(h, width) + source)
  out = h`],
  ["a cell and its output, each needing the other", ["sequential", "sequential"], `
  seen = source + linear(previous(h), width)
  state cell[width] = sigmoid(linear(seen, width)) * cell + sigmoid(linear(seen, width)) * tanh(linear(seen, width))
  state h[width] = sigmoid(linear(seen, width)) * tanh(cell)
  out = h`],
  ["descent with momentum on what the state gets wrong", ["sequential", "sequential"], `
  axis feature = 4
  key = softmax(linear(source, feature), feature)
  state push[feature, width] = 0.5 * push + key * (source - sum(key * previous(sums), feature))
  state sums[feature, width] = 0.9 * sums + push
  out = sum(softmax(linear(x, feature), feature) * sums, feature)`],
  ["a bank that a walk asks with its own state", ["sequential", "sequential"], `
  axis slots = 4
  key = linear(source, slots)
  state bank[slots, width] = 0.9 * bank + key * source
  state h[width] = tanh(linear(h, width) + sum(softmax(sum(h * bank, width), slots) * bank, slots) + source)
  out = h`],
  ["a bank that a walk only reads, and one that reads the walk", ["decayed", "sequential", "corrected"], `
  axis slots = 4
  key = softmax(linear(source, slots), slots)
  state bank[slots, width] = 0.9 * bank + key * source
  state h[width] = tanh(0.5 * h + sum(key * bank, slots))
  state last[slots, width] = last - key * sum(key * last, slots) + key * h
  out = sum(key * (last + previous(last)), slots) + previous(h)`],
  ["softmax of the state itself, read whole", ["sequential"], `
  axis slots = 4
  state bank[slots, width] = softmax(bank, slots) + linear(source, slots) * source
  out = sum(tanh(bank + previous(bank)), slots)`],
  ["two steps in one token", ["corrected"], `
  axis feature = 4
  one = softmax(linear(source, feature), feature)
  two = softmax(linear(source, feature), feature)
  first = previous(sums) + one * (source - sum(one * previous(sums), feature))
  state sums[feature, width] = first + two * (linear(source, width) - sum(two * first, feature))
  out = sum(one * sums, feature)`],
  ["a sum over the whole state, written back", ["corrected"], `
  axis slots = 4
  key = linear(source, slots) / 2
  value = linear(source, width) / 4
  state bank[slots, width] = bank - key * value * sum(key * value * bank, slots, width) - mean(bank, slots, width) + key * value
  out = sum(key * bank, slots)`],
  ["states with one place and with none", ["corrected", "decayed", "sequential"], `
  axis slots = 1
  key = sigmoid(linear(source, slots))
  keep = sigmoid(mean(linear(source, width), width))
  state bank[slots, width] = bank - key * sum(key * bank, slots) + key * source
  state level[] = keep * level + keep
  state wave[] = sin(wave + level)
  out = (sum(key * bank, slots) + previous(level)) * wave`],
  ["a walk that asks a corrected state, and is written into it", ["sequential", "sequential"], `
  axis slots = 3
  key = softmax(linear(source, slots), slots)
  state h[width] = tanh(h + source + sum(previous(bank) * softmax(linear(h, slots), slots), slots))
  state bank[slots, width] = bank + key * (h - sum(key * bank, slots))
  out = h`],
  ["a rank", ["corrected"], `
  axis feature = 4
  axis rank = 3
  write = 0.3 * linear(source, rank, feature)
  read = 0.3 * linear(source, rank, feature)
  state sums[feature, width] = sums - sum(write * sum(read * sums, feature), rank) + sum(write, rank) * source
  out = sum(sum(write, rank) * sums, feature)`],
  ["both sides corrected and decayed, and a mean taken off", ["corrected"], `
  axis slots = 4
  key = softmax(linear(source, slots), slots)
  side = softmax(linear(source, width), width)
  keep = sigmoid(linear(source, slots)) * sigmoid(linear(source, width))
  state bank[slots, width] = keep * (bank - key * sum(key * bank, slots)) - side * sum(side * bank, width) - 0.1 * mean(bank, slots) + key * source
  out = sum(key * bank, slots)`],
];

test.each(mixers)("%s", (_, classes, body) => {
  const model = modelOf(`mixer tried() {${body}\n}\n${modelSpec("tried()", 6)}`);
  const { model: derived, diagnostics } = derive(model);
  expect(diagnostics.map((d) => d.code)).toEqual(classes.includes("sequential") ? ["sequential-state"] : []);
  const sublayer = derived!.layers[0]![0]!;
  expect(sublayer.kind === "mixer" && printMixer(sublayer.mixer).map((e) => e.class)).toEqual(classes);

  const graphs = graphsOf(model, 4, ["gradients"]);
  const parameters = drawParameters(model, 5);
  const [tokens, targets] = [drawIds(2, 13, 6), drawIds(2, 13, 7)];
  const expected = runNaively(model, parameters, tokens, targets);
  const extents = { B: 2, T: 13 };
  expectClose("forward", expected.logits, evaluate(graphs["forward"]!, { inputs: { tokens }, parameters, extents }).outputs["logits"]!, tolerance);
  const session = new OracleSession(graphs, parameters, 2);
  const parts = [[0, 4], [4, 5], [5, 12], [12, 13]] as const;
  const logits = parts.map(([from, to]) => session.run(to - from === 1 ? "decode" : "prefill_all", columns(tokens, from, to))["logits"]!);
  expectClose("in parts", expected.logits, joined(logits), tolerance);
  expectGradients(expected, evaluate(graphs["gradients"]!, { inputs: { tokens, targets }, parameters, extents }).outputs, tolerances);
});
