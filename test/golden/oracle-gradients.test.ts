/**
 * The entry `gradients`, run by the float64 oracle, gives the loss and the gradient of every parameter that PyTorch gave the authors'
 * implementation: of the graph as it is built, and after the passes.
 */
import { describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { buildGraph } from "../../compiler/3-graph/index.js";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import { verifyGraph } from "../../src/graph/verify.js";
import { expectClose } from "../helpers/close.js";
import { zeros } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { openAuthors } from "./authors.js";

/** The recorded loss is a float32 number around 4, which has steps of 5e-7, and a mean of float32 numbers. */
const lossTolerance = 1e-6;
/** Of a gradient's largest magnitude. The recorded ones are float32 backward passes through two layers. */
const tolerance = 1e-4;

/** One vector added to all keys moves the scores of a row alike, which softmax does not see: what PyTorch has there is rounding. */
const withoutGradient = /\.(cross_)?attention\.key\.bias$/;

// The interpreter walks 201 tokens forwards and backwards op by op: some ten seconds, and more on a busy machine.
const slow = 300_000;

// Each model once, and one both ways: what the passes do to a graph has tests of its own, and `gradients.test.ts` runs what they make.
describe.each([["lm-small", "built"], ["lm-small", "passed"], ["lm-softmax", "passed"], ["lm-chunks", "built"], ["lm-adaptive", "passed"],
  ["mt-decoder-memsizer", "built"], ["mt-full-memsizer", "passed"], ["mt-softmax", "passed"],
])("%s, graph as %s", (name, stage) => {
  test("loss and gradients", () => {
    const { file, parameters, model, nameOf } = openAuthors(name);
    const built = buildGraph(derive(model).model!, "gradients", 64);
    const graph = stage === "built" ? built : runPasses(built);
    verifyGraph(graph);
    const tokens = file.tokens ?? file.prev_output_tokens!;
    const [B, T] = tokens.shape as [number, number];
    const source = file.src_tokens && { source_tokens: file.src_tokens };
    const { outputs } = evaluate(graph, { inputs: { tokens, targets: file.targets!, ...source }, parameters, extents: { B, T, E: file.src_tokens?.shape[1] } });
    const { loss, ...gradients } = outputs;
    expectClose("loss", file.loss!, loss!, lossTolerance);
    expect(Object.keys(gradients).sort()).toEqual(model.parameters.map((p) => `grad.${p.name}`).sort());
    for (const { name: parameter } of model.parameters) {
      const want = file[`grad.${nameOf(parameter)}`]!;
      const got = { ...gradients[`grad.${parameter}`]!, shape: want.shape };
      const exactlyNone = withoutGradient.test(parameter);
      expectClose(parameter, exactlyNone ? zeros(want.shape) : want, got, exactlyNone ? 1e-12 : tolerance);
    }
  }, slow);
});
