/** Gradients of whole models against differences of their loss: standard mixers and one with a learned gate, with padding at both sides and without. */
import { describe, expect, test } from "vitest";
import { derive } from "../../compiler/2-derive/index.js";
import { buildGraph } from "../../compiler/3-graph/index.js";
import { runPasses } from "../../compiler/4-passes/pipeline.js";
import { correctedDefinition } from "../graph/corrected.js";
import { modelOf } from "../graph/session.js";
import { walkedDefinitions, walkedMixers } from "../graph/walked.js";
import { Random } from "../helpers/random.js";
import { elements, type Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";

const mixers = `${walkedDefinitions}
mixer gated(heads: axis, feature: axis, channel: axis) {
  query = linear(x, heads, feature)
  key   = linear(x, heads, feature)
  value = linear(x, heads, channel)
  gate  = sigmoid(linear(x, heads))
  state sums[heads, feature, channel] = gate * sums + key * value
  out = linear(sum(query * sums, feature), width)
}
${correctedDefinition}
mixer averaged() {
  weight = exp(linear(source, width))
  state sums[width] = sums + weight * linear(source, width)
  state mass[width] = mass + weight
  out = sums / mass + log(mass)
}
mixer walked_average() {
  weight = exp(linear(source, width))
  state mass[width] = mass + weight * sigmoid(mass + previous(share))
  state share[width] = tanh(share + linear(source, width) / mass)
  out = share / mass + log(mass)
}
mixer convolved(channel: axis) {
  out = linear(silu(convolve(linear(x, channel), 3)), width)
}`;

const layers: Readonly<Record<string, string>> = {
  memory: "memory(slots: 3, heads: 2), feed_forward(hidden: 8, activation: gelu)",
  attention: "attention(heads: 2), feed_forward(hidden: 8, activation: silu)",
  "linear attention": "linear_attention(heads: 2)",
  retention: "retention(heads: 2)",
  "gated delta rule": "gated_delta(heads: 2)",
  "two corrections along different axes": "corrected(slots: 3), corrected(slots: 3)",
  "divided by what is 0 before the first token": "averaged(), averaged()",
  "divided by a walked state that is 0 before the first token": "walked_average(), walked_average()",
  ...walkedMixers,
  "a gate, and a convolution": "gated(heads: 2, feature: 4, channel: 4), convolved(channel: 3)",
};

const [B, T] = [2, 6];
const step = 1e-5;

for (const padded of [false, true]) {
  describe(padded ? "with padding" : "without padding", () => {
    for (const [name, text] of Object.entries(layers)) test(name, () => checkModel(text, padded));
  });
}

function checkModel(text: string, padded: boolean): void {
  const model = modelOf(`${mixers}\nmodel Small { vocabulary = 11, ${padded ? "padding = 0, " : ""}width = 8, layers 1 { ${text} } }`);
  const graph = runPasses(buildGraph(derive(model).model!, "gradients", 4));
  const random = new Random(3);
  const parameters: Tensors = Object.fromEntries(model.parameters.map((p) => [p.name, random.uniformTensor([...p.shape], -0.5, 0.5)]));
  const ids = (): { shape: number[]; data: number[] } => ({
    shape: [B, T],
    // The first row begins with padding, the second ends with it.
    data: Array.from(random.integerTensor([B, T], 1, 10).data, (id, i) => (padded && (i < 2 || i === B * T - 1) ? 0 : id)),
  });
  const inputs = { tokens: ids(), targets: ids() };
  const run = (given: Tensors): Tensors => evaluate(graph, { inputs, parameters: given, extents: { B, T } }).outputs;
  const found = run(parameters);
  for (const { name, shape } of model.parameters) {
    const direction = Array.from({ length: elements(shape) }, () => random.between(-1, 1));
    const loss = (by: number): number => {
      const moved = { shape, data: direction.map((d, i) => parameters[name]!.data[i]! + by * d) };
      return run({ ...parameters, [name]: moved }).loss!.data[0]!;
    };
    const wanted = (loss(step) - loss(-step)) / (2 * step);
    const got = direction.reduce((sum, d, i) => sum + d * found[`grad.${name}`]!.data[i]!, 0);
    // The loss is about 2.5, so that its differences are exact to 1e-10; some gradients (a key's bias under a softmax) are 0.
    expect(Math.abs(got - wanted), `${name}: ${got} where differences say ${wanted}`).toBeLessThan(1e-6 * (Math.abs(wanted) + 1e-2));
  }
}
