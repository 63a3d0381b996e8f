/** Encoders against their meaning, token by token: the graph of `encode` in float64, and every backend; padding changes nothing. */
import { describe, expect, test } from "vitest";
import { load, MszError, writeSafetensors } from "../../runtime/index.js";
import { backends, takes, targetOf } from "../helpers/backends.js";
import { expectClose } from "../helpers/close.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";
import { evaluate } from "../oracle/evaluate.js";
import { randomParameters } from "../graph/random-parameters.js";
import { graphsOf, modelOf } from "../graph/session.js";
import { compileText } from "../schedule/compile.js";
import { encodeNaively } from "./naive.js";
import { encoderSpec, hostIds, mixers, padding, textsOf, vocabulary } from "./specs.js";

// All is float64: only the order of sums, and integer phases against floating angles, differ.
const tolerance = 1e-8;
/** Two layers of float32 sums over up to 14 tokens against float64, relative to the largest: as with whole models elsewhere. */
const onDevice = 1e-4;

function prepared(call: string, padded: boolean): { text: string; tokens: Tensor; places: readonly (readonly number[])[]; wanted: Tensor; parameters: Tensors } {
  const text = encoderSpec(call, padded ? `padding = ${padding}` : "");
  const model = modelOf(text);
  const parameters = randomParameters(model, 5);
  const random = new Random(9);
  const { tokens, places } = textsOf(padded, padded ? 14 : 9, () => random.integer(2, vocabulary - 1));
  const length = tokens.shape[1]!;
  const wanted = new Float64Array(places.length * length * 8);
  places.forEach((row, b) => {
    const rows = encodeNaively(model, model.encoder!, parameters, row.map((t) => tokens.data[b * length + t]!));
    row.forEach((t, i) => wanted.set(rows[i]!, (b * length + t) * 8));
  });
  return { text, tokens, places, wanted: { shape: [places.length, length, 8], data: wanted }, parameters };
}

/** What stands at padding is nobody's business, but that it is a number. */
function atPadding({ tokens, places }: { tokens: Tensor; places: readonly (readonly number[])[] }): (index: number) => boolean {
  const length = tokens.shape[1]!;
  return (index) => !places[Math.floor(index / 8 / length)]!.includes(Math.floor(index / 8) % length);
}

describe.each(Object.entries(mixers))("%s", (_, call) => {
  test.each([false, true])("padding: %s", (padded) => {
    const made = prepared(call, padded);
    const [B, T] = made.tokens.shape as [number, number];
    // Chunks of 4 tokens, so that a state is carried over boundaries.
    const { encode } = graphsOf(modelOf(made.text), 4);
    const { encoder_out: found } = evaluate(encode!, { inputs: { tokens: made.tokens }, parameters: made.parameters, extents: { B, T } }).outputs;
    expectClose("encoder_out", made.wanted, found!, tolerance, { skip: atPadding(made) });
    expect(Array.from(found!.data).every(Number.isFinite)).toBe(true);
  });
});

describe.each(backends)("$name", ({ options }) => {
  test.each(Object.entries(mixers).filter((_, i) => takes(options.backend, i)))("%s", async (_, call) => {
    const made = prepared(call, true);
    const { plan } = compileText(made.text, { targets: [targetOf[options.backend]] });
    expect(plan.entries.map((e) => e.name)).toEqual(["encode"]);
    expect(plan.states).toEqual([]);
    const session = await load(plan, weightsOf(made.parameters), { ...options, poison: true });
    try {
      const { encoder_out: found } = await session.call("encode", { tokens: hostIds(made.tokens) });
      expectClose("encoder_out", made.wanted, found!, onDevice, { skip: atPadding(made) });
      expect(Array.from(found!.data).every(Number.isFinite)).toBe(true);
    } finally {
      session.dispose();
    }
  });
});

describe("what an encoder alone does not do", () => {
  const open = async () => load(compileText(encoderSpec(mixers.linformer!, `padding = ${padding}`), { targets: ["tfjs"] }).plan, { random: 1 }, { backend: "tfjs" });
  const codeOf = (error: unknown): string => (error instanceof MszError ? error.code : String(error));

  test("a text longer than the axis that it is sized for is refused; padding does not count", async () => {
    const session = await open();
    const row = (real: number): Tensor => ({ shape: [1, 12], data: Array.from({ length: 12 }, (_, t) => (t < real ? 2 : padding)) });
    const failed = await session.call("encode", { tokens: hostIds(row(10)) }).catch((e: unknown) => e);
    expect(codeOf(failed)).toBe("past-length");
    expect((failed as MszError).message).toBe("the encoder of Small is sized for 9 positions, but row 0 of `tokens` has 10 tokens");
    expect((await session.call("encode", { tokens: hostIds(row(9)) })).encoder_out!.shape).toEqual([1, 12, 8]);
    session.dispose();
  });

  test("it has no entries of a decoder, and starts no sequence", async () => {
    const session = await open();
    expect(session.entries).toEqual(["encode", "parameters"]);
    for (const entry of ["forward", "recurrent", "decode", "gradients"]) {
      expect(codeOf(await session.call(entry, { tokens: hostIds({ shape: [1, 1], data: [2] }) }).catch((e: unknown) => e))).toBe("unknown-entry");
    }
    expect(codeOf(await session.start().catch((e: unknown) => e))).toBe("encoder-alone");
    session.dispose();
  });
});

function weightsOf(parameters: Tensors): Uint8Array {
  return writeSafetensors(Object.fromEntries(Object.entries(parameters).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }])));
}
