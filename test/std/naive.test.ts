/**
 * The naive recurrence is itself right, and the graphs that are derived from a mixer are it: for every mixer of specs/std, on the float64 oracle,
 * `forward`, `prefill` and `decode`, final states, every gradient, and padding. The gradient of the naive recurrence is reverse-mode through the
 * expressions as they are written; finite differences of its loss check that along a random direction.
 */
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { columns, graphsOf, joined, modelOf, OracleSession } from "../graph/session.js";
import { checkText } from "../check/load.js";
import { expectGradients } from "./expect.js";
import { drawIds, drawParameters, modelSpec, standardMixers } from "./mixers.js";
import { runNaively } from "./naive-model.js";

/** Tokens: so that a few cross several boundaries. */
const chunk = 4;
/** Float64 on both sides; rotations are the graph's with a rate rounded to 2^-32 of a turn: 1e-9 of an angle a token. */
const tolerance = 1e-7;
const tolerances = { loss: 1e-7, gradient: 1e-7, rounding: 1e-12 };
/** The step's square and its rounding, 1e-16 / 1e-5, both relative to the largest derivatives. */
const differenceTolerance = 1e-5;

const { decoders, encodersOnly } = standardMixers();

test("mixers that need a length in advance are refused in a decoder", () => {
  for (const name of encodersOnly) expect(checkText(modelSpec(`${name}(heads: 2)`, 8)).diagnostics.map((d) => d.code)).toContain("fixed-length");
  expect(decoders.length).toBeGreaterThan(15);
});

test.each(decoders.map(({ name }) => name))("%s works with nothing but its heads given", (name) => {
  const call = (more: string): string => modelSpec(`${name}(${more}heads: 8)`, 64);
  const { model, diagnostics } = checkText(call(""));
  if (model) return;
  // What has no sensible default must be asked for.
  expect(diagnostics.map((d) => d.code)).toEqual(["missing-argument"]);
});

describe.each(decoders)("$name", ({ specs }) => {
  test("the naive gradient is what finite differences give", () => {
    for (const spec of specs) {
      const model = modelOf(spec);
      const parameters = drawParameters(model, 3);
      const [tokens, targets] = [drawIds(2, 4, 1), drawIds(2, 4, 2)];
      const { gradients } = runNaively(model, parameters, tokens, targets);
      const random = new Random(8);
      const direction = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, random.uniformTensor(shape)]));
      const step = 1e-5;
      const lossAt = (by: number): number => runNaively(model, moved(parameters, direction, by), tokens, targets).loss;
      const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
      const products = Object.entries(gradients).flatMap(([name, { data }]) => Array.from(data, (g, i) => g * direction[name]!.data[i]!));
      const size = products.reduce((n, p) => n + Math.abs(p), 0);
      expect(size).toBeGreaterThan(0);
      expect(Math.abs(products.reduce((n, p) => n + p, 0) - slope)).toBeLessThan(differenceTolerance * size);
    }
  });

  test.each([[1, 0], [2, 1], [13, 0], [13, 1]])("graphs of %i tokens in chunks of 4, sizes %i", (T, which) => {
    const model = modelOf(specs[which]!);
    const graphs = graphsOf(model, chunk, ["gradients"]);
    const parameters = drawParameters(model, 5);
    const [tokens, targets] = [drawIds(2, T, 6), drawIds(2, T, 7)];
    const expected = runNaively(model, parameters, tokens, targets);
    const extents = { B: 2, T };
    expectClose("forward", expected.logits, evaluate(graphs["forward"]!, { inputs: { tokens }, parameters, extents }).outputs["logits"]!, tolerance);
    for (const cuts of T === 1 ? [[0, 1]] : T === 2 ? [[0, 1, 2], [0, 2]] : [[0, 13], [0, 4, 5, 12, 13], [0, 1, 2, 3, 13]]) {
      const session = new OracleSession(graphs, parameters, 2);
      const parts = cuts.slice(1).map((to, i) => session.run(to - cuts[i]! === 1 ? "decode" : "prefill_all", columns(tokens, cuts[i]!, to))["logits"]!);
      expectClose(`cut at ${cuts.join()}`, expected.logits, joined(parts), tolerance);
      for (const [name, want] of Object.entries(expected.states)) {
        const got = session.states[name]!;
        expectClose(name, want, model.layers[0]!.some((s) => s.kind === "mixer" && s.mixer.caches.some((c) => c.name === name)) ? columns(got, 0, T) : got, tolerance);
      }
    }
    expectGradients(expected, evaluate(graphs["gradients"]!, { inputs: { tokens, targets }, parameters, extents }).outputs, tolerances);
  });

  test("padding changes nothing", () => {
    const model = modelOf(specs[1].replace("positions = none", "positions = none, padding = 0"));
    const graphs = graphsOf(model, chunk, ["gradients"]);
    const parameters = drawParameters(model, 5);
    const places = [2, 5, 6, 7, 10];
    const [tokens, targets] = [drawIds(1, places.length, 6), drawIds(1, places.length, 7)];
    const spread = ({ data }: Tensor): Tensor => ({ shape: [1, 12], data: Array.from({ length: 12 }, (_, t) => (places.includes(t) ? data[places.indexOf(t)]! : 0)) });
    const expected = runNaively(model, parameters, tokens, targets);
    const extents = { B: 1, T: 12 };
    const { logits } = evaluate(graphs["forward"]!, { inputs: { tokens: spread(tokens) }, parameters, extents }).outputs;
    expectClose("forward", expected.logits, joined(places.map((t) => columns(logits!, t, t + 1))), tolerance);
    const session = new OracleSession(graphs, parameters, 1);
    for (const [from, to] of [[0, 5], [5, 6], [6, 12]] as const) session.run(to - from === 1 ? "decode" : "prefill", columns(spread(tokens), from, to));
    const kept = model.layers.flat().flatMap((s) => (s.kind === "mixer" ? s.mixer.states.map((state) => state.name) : []));
    for (const name of kept) expectClose(name, expected.states[name]!, session.states[name]!, tolerance);
    const given = { tokens: spread(tokens), targets: spread(targets) };
    expectGradients(expected, evaluate(graphs["gradients"]!, { inputs: given, parameters, extents }).outputs, tolerances);
  });
});

function moved(parameters: Tensors, direction: Tensors, by: number): Tensors {
  return Object.fromEntries(Object.entries(parameters).map(([name, { shape, data }]) => {
    return [name, { shape, data: Float64Array.from(data, (v, i) => v + by * direction[name]!.data[i]!) }];
  }));
}
