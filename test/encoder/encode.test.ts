/** Encoders against their meaning, token by token: the graph of `encode` in float64, and both backends; padding changes nothing. */
import { describe, expect, test } from "vitest";
import { MszError, load } from "../../runtime/index.js";
import { backends } from "../helpers/backends.js";
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
