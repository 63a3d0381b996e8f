/** Draws token ids from logits, exactly as op `sample` of the graph says, on the host: the device is the CPU, or one read-back away. */
import * as tf from "@tensorflow/tfjs-core";
import { MszError } from "../../../src/base/error.js";
import { uniform } from "../../random.js";
import type { TensorMaker } from "./kernel.js";
import { integers } from "./tokens.js";

export const sampleSteps = {
  sample: () => ([logits, sampling, seed, drawn]) => {
    const [batch, vocabulary] = logits!.shape as [number, number];
    const data = logits!.dataSync<"float32">();
    const [temperature, topK, topP] = sampling!.dataSync<"float32">() as unknown as [number, number, number];
    const [stream, place] = [integers(seed!)[0]!, integers(drawn!)[0]!];
    const ids = new Int32Array(batch);
    for (let b = 0; b < batch; b++) {
      const row = data.subarray(b * vocabulary, (b + 1) * vocabulary);
      if (!row.every(Number.isFinite)) {
        throw new MszError("not-finite", "the logits are not finite numbers: nothing can be drawn from them", { reason: "the weights hold NaN, or a state has grown beyond float32", hint: "a decay above 1 grows without end; look at the mixer, or use other weights" });
      }
      ids[b] = temperature === 0 ? largest(row) : drawId(row, temperature, topK, topP, uniform(stream, place, b));
    }
    return tf.tensor1d(ids, "int32");
  },
} satisfies Record<string, TensorMaker>;

/** The lowest id of the largest logit. */
function largest(row: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < row.length; id++) if (row[id]! > row[best]!) best = id;
  return best;
}

/** @param random in [0, 1) */
function drawId(row: Float32Array | Int32Array | Uint8Array, temperature: number, topK: number, topP: number, random: number): number {
  const highest = row[largest(row)]!;
  const weights = Float64Array.from(row, (logit) => Math.exp((logit - highest) / temperature));
  if (topK > 0 && topK < weights.length) dropBelow(weights, descending(weights)[topK - 1]!);
  if (topP < 1) dropBelow(weights, nucleus(descending(weights), topP * total(weights)));
  const target = random * total(weights);
  let reached = 0;
  for (let id = 0; id < weights.length; id++) {
    reached += weights[id]!;
    if (reached > target) return id;
  }
  // Only rounding leads here: the last id that may be drawn.
  return Math.max(0, weights.findLastIndex((weight) => weight > 0));
}

/** The smallest of the largest weights that together reach `enough`. */
function nucleus(sorted: Float64Array, enough: number): number {
  let reached = 0;
  for (const weight of sorted) {
    reached += weight;
    if (reached >= enough) return weight;
  }
  return 0;
}

function descending(weights: Float64Array): Float64Array {
  return Float64Array.from(weights).sort().reverse();
}

function dropBelow(weights: Float64Array, smallest: number): void {
  weights.forEach((weight, id) => {
    if (weight < smallest) weights[id] = 0;
  });
}

function total(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
