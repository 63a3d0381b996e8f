/** Random weights and tokens for small models. */
import type { Model } from "../../src/model/model.js";
import { Random } from "../helpers/random.js";
import type { Tensor, Tensors } from "../helpers/tensors.js";

export function randomParameters(model: Model, seed: number): Tensors {
  const random = new Random(seed);
  return Object.fromEntries(model.parameters.map((p) => [p.name, random.uniformTensor(p.shape, -0.5, 0.7)]));
}

/** Ids from 2 on: 0 and 1 stay free for padding. */
export function randomTokens(batch: number, length: number, vocabulary: number, seed: number): Tensor {
  return new Random(seed).integerTensor([batch, length], 2, vocabulary - 1);
}
