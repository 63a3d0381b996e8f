/** Steps on token positions and masks. Their integers are few and must be exact, so they are computed here and uploaded. */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { tidied, type TensorMaker } from "./kernel.js";

export const tokenSteps = {
  wave: () => ([position, rate, offset]) => {
    const [positions, rates, offsets] = [integers(position!), integers(rate!), integers(offset!)];
    const width = rates.length;
    const data = new Float32Array(positions.length * width);
    // Sequences of a batch most often stand at the same positions.
    const known = new Map<number, number>();
    positions.forEach((p, row) => {
      const before = known.get(p);
      if (before !== undefined) return data.copyWithin(row * width, before * width, (before + 1) * width);
      known.set(p, row);
      for (let i = 0; i < width; i++) {
        const turn = (Math.imul(p, rates[i]!) + offsets[i]!) >>> 0;
        data[row * width + i] = Math.sin((2 * Math.PI * turn) / 2 ** 32);
      }
    });
    return tf.tensor2d(data, [positions.length, width]);
  },
  count: (attrs) => {
    const [masked, started, shape] = [attrs.flag("masked"), attrs.flag("started"), attrs.shape("shape")];
    return (inputs, extents) => {
      const [batch, time] = shape(extents) as [number, number];
      const mask = masked ? integers(inputs[0]!) : undefined;
      const start = started ? integers(inputs.at(-1)!) : undefined;
      const data = new Int32Array(batch * time);
      for (let b = 0; b < batch; b++) {
        let reached = start?.[b] ?? 0;
        for (let i = b * time; i < (b + 1) * time; i++) data[i] = reached += mask?.[i] ?? 1;
      }
      return tf.tensor2d(data, [batch, time], "int32");
    };
  },
  last: tidied((attrs) => {
    const masked = attrs.flag("masked");
    return ([x, mask]) => {
      if (x!.rank !== 3) throw new Error(`[${x!.shape.join(", ")}] is not [B, T, n]`);
      const [batch, time, width] = x!.shape as [number, number, number];
      if (time === 1) return tf.reshape(x!, [batch, width]);
      const real = masked ? integers(mask!) : undefined;
      const rows = Array.from({ length: batch }, (_, b) => b * time + lastReal(real?.subarray(b * time, (b + 1) * time), time));
      return tf.gather(tf.reshape(x!, [batch * time, width]), tf.tensor1d(rows, "int32"));
    };
  }),
} satisfies Record<string, TensorMaker>;

export function integers(x: Tensor): Int32Array {
  return x.dataSync<"int32">() as Int32Array;
}

/** Ids that rows of a table or a vocabulary have. */
export function clampedIds(x: Tensor, size: number): Int32Array {
  return integers(x).map((id) => Math.min(Math.max(id, 0), size - 1));
}

/** A row of padding only gives its first token. */
function lastReal(mask: Int32Array | undefined, time: number): number {
  if (!mask) return time - 1;
  return Math.max(0, mask.findLastIndex((real) => real !== 0));
}
