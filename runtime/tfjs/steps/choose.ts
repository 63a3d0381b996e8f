/** Rows put beside one another, and the largest numbers of a row. */
import * as tf from "@tensorflow/tfjs-core";
import { tidied, type TensorMaker } from "./kernel.js";
import { filled } from "./memory.js";

export const chooseSteps = {
  join: tidied(() => (parts) => {
    const rows = parts[0]!.shape[0]!;
    if (parts.some((x) => x.rank !== 2 || x.shape[0] !== rows)) throw new Error(`${parts.map((x) => `[${x.shape.join(", ")}]`).join(", ")} do not lie beside one another`);
    return tf.concat([...parts], 1);
  }),
  // One pass in which almost nothing is larger than the smallest so far, where the backend's kernel sorts whole rows and says nothing of NaN.
  top: (attrs) => {
    const count = attrs.number("count");
    return ([x]) => {
      if (x!.rank !== 2) throw new Error(`[${x!.shape.join(", ")}] is not [rows, n]`);
      const [rows, size] = x!.shape as [number, number];
      return filled([rows, count, 2], [x!], (out, [data]) => {
        for (let row = 0; row < rows; row++) largestOf(data as Float32Array, row * size, size, out, row * count * 2, count);
      });
    };
  },
} satisfies Record<string, TensorMaker>;

/** Pairs of value and place at `to`, largest first, of equals the first; a NaN is -inf. */
function largestOf(data: Float32Array, from: number, size: number, out: Float32Array, to: number, count: number): void {
  let found = 0;
  let least = -Infinity;
  for (let i = 0; i < size; i++) {
    const x = data[from + i]!;
    if (found === count && !(x > least)) continue;
    const value = x > -Infinity ? x : -Infinity;
    if (found < count) found++;
    let place = to + 2 * (found - 1);
    for (; place > to && out[place - 2]! < value; place -= 2) {
      out[place] = out[place - 2]!;
      out[place + 1] = out[place - 1]!;
    }
    out[place] = value;
    out[place + 1] = i;
    least = out[to + 2 * (found - 1)]!;
  }
  for (let place = to + 2 * found; place < to + 2 * count; place += 2) {
    out[place] = -Infinity;
    out[place + 1] = 0;
  }
}
