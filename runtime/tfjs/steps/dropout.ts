/** Dropout's mask, on the host: two integer hashes an element, the same numbers on every backend. */
import { fillMask, maskBase } from "../../random.js";
import { filled } from "./memory.js";
import type { TensorMaker } from "./kernel.js";
import { integers } from "./tokens.js";

export const dropoutSteps = {
  keep: (attrs) => {
    const [stream, rate, kept, shape] = [attrs.number("stream"), attrs.number("rate"), attrs.number("kept"), attrs.shape("shape")];
    return ([seed, counter], extents) => {
      const base = maskBase(integers(seed!)[0]!, integers(counter!)[0]!, stream);
      return filled(shape(extents), [], (out) => fillMask(out, base, rate, kept));
    };
  },
} satisfies Record<string, TensorMaker>;
