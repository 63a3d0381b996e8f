/**
 * Models with walked states on the software adapter, over memory full of NaN, beside the float64 oracle: all tokens at once, prefill and one token at a
 * time, and gradients. The parameters are more than a kernel binds, so that they are packed.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWebgpu, type AdapterChoice, type WebgpuDevice } from "../../runtime/webgpu/index.js";
import { writeSafetensors } from "../../runtime/weights/safetensors.js";
import { randomParameters, randomTokens } from "../graph/random-parameters.js";
import { columns, joined } from "../graph/session.js";
import { walkedDefinitions, walkedMixers } from "../graph/walked.js";
import { expectClose } from "../helpers/close.js";
import { sessionOn } from "../helpers/session-on.js";
import type { Tensor } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { compileText } from "../schedule/compile.js";

/** What the language promises; gradients sum over all tokens, twice through each layer. */
const tolerances = { logits: 1e-4, gradient: 1e-3 };
const [B, T] = [2, 7];

let device: WebgpuDevice;
beforeAll(async () => {
  device = await openWebgpu({ adapter: (process.env["MSZ_ADAPTER"] ?? "swiftshader") as AdapterChoice, poison: true });
});
afterAll(() => device.dispose());

describe.each(["an LSTM", "a matrix whose slots compete"])("%s", (name) => {
  test("forward, prefill and decode, gradients", async () => {
    const text = `${walkedDefinitions} model Small { vocabulary = 11, padding = 1, width = 8, layers 1 { ${walkedMixers[name]} } }`;
    const { plan, graphs, model } = compileText(text, { targets: ["wgsl"], training: ["gradients"] });
    expect(graphs.flatMap((g) => g.nodes).some((n) => n.op === "scan" && n.reverse)).toBe(true);
    const parameters = randomParameters(model, 3);
    const session = await sessionOn(device, plan, writeSafetensors(Object.fromEntries(Object.entries(parameters).map(([at, t]) => [at, float32(t)]))));
    const [tokens, targets] = [withPadding(randomTokens(B, T, 11, 5)), withPadding(randomTokens(B, T, 11, 6))];
    const wanted = (entry: string) => evaluate(graphs.find((g) => g.entry === entry)!, { inputs: { tokens, targets }, parameters, extents: { B, T } }).outputs;

    const logits = wanted("forward").logits!;
    expectClose("forward", logits, (await session.call("forward", { tokens: int32(tokens) })).logits!, tolerances.logits);
    const sequence = await session.start(B);
    const parts: Tensor[] = [(await sequence.prefill(int32(columns(tokens, 0, 3)), { logits: true }))!, (await sequence.prefill(int32(columns(tokens, 3, 5)), { logits: true }))!];
    for (let t = 5; t < T; t++) parts.push(await sequence.decode(int32(columns(tokens, t, t + 1))));
    expectClose("prefill and decode", logits, joined(parts), tolerances.logits);

    const found = await session.call("gradients", { tokens: int32(tokens), targets: int32(targets) });
    for (const [at, want] of Object.entries(wanted("gradients"))) expectClose(at, want, found[at]!, tolerances.gradient, { relativeTo: "max" });
    session.dispose();
  }, 60_000);
});

/** The first row begins with padding, the second has one in between. */
function withPadding({ shape, data }: Tensor): Tensor {
  return { shape, data: Array.from(data, (id, i) => (i === 0 || i === T + 3 ? 1 : id)) };
}

function int32({ shape, data }: Tensor): { shape: readonly number[]; data: Int32Array } {
  return { shape, data: Int32Array.from(data) };
}

function float32({ shape, data }: Tensor): { shape: readonly number[]; data: Float32Array } {
  return { shape, data: Float32Array.from(data) };
}
