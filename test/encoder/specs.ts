/** Small encoders, and texts for them with padding at either side and inside. */
import type { HostTensor } from "../../runtime/index.js";
import type { Tensor } from "../helpers/tensors.js";

export const vocabulary = 11;
export const padding = 1;

export const mixers: Readonly<Record<string, string>> = {
  memory: "memory(slots: 3, heads: 2)",
  attention: "attention(heads: 2)",
  "linear attention": "linear_attention(heads: 2)",
  linformer: "linformer(heads: 2, rank: 3, length: 9)",
  "retention in both directions": "bidirectional(retention(heads: 2))",
  "both directions, and a whole text, in one mixer": "mixed(slots: 3)",
  "a read on the way to what is written, and counts": "chained(slots: 3)",
  "both directions of a mixer that has both directions": "bidirectional(nested())",
  "the same at every token": "constant()",
  "a corrected one in both directions": "bidirectional(gated_delta(heads: 2))",
  "a sequential one in both directions": "bidirectional(walked(length: 14))",
};

export const definitions = `
mixer decayed() {
  near  = convolve(x, 3)
  state total[width] = sigmoid(linear(source, width)) * total + near / (1 + position)
  out = total / count
}
mixer mixed(slots: axis) {
  turned = bidirectional(decayed())
  key = linear(turned, slots)
  state bank[slots, width] = bank + key * convolve(source, 2)
  out = sum(softmax(linear(turned, slots), slots) * bank, slots) / sqrt(count)
}
mixer chained(slots: axis) {
  state total[width] = total + linear(source, width) / count
  key = tanh(linear(source, slots) + sum(total * x, width))
  state bank[slots, width] = bank + key * rms_norm(source) * position
  out = sum(linear(x, slots) * bank, slots) + total
}
mixer constant() {
  param push[width] = ones
  state total[width] = total + push / 2
  out = total * x / count
}
mixer walked(length: axis) {
  param row[length, width] = ones
  turned = bidirectional(decayed())
  state h[width] = tanh(0.5 * h + linear(source, width) * at(row, length, position) + turned)
  out = h
}
mixer nested() {
  both = bidirectional(decayed())
  state seen[width] = seen * 0.5 + linear(both, width)
  out = seen + both
}
`;

export function encoderSpec(call: string, settings = "", layers = 2): string {
  return `${definitions}
model Small {
  vocabulary = ${vocabulary}
  width = 8
  positions = none
  ${settings}
  encoder { layers ${layers} { ${call} } }
}`;
}

/** Texts of 9, 1 and 6 real tokens in rows of `length`, and where the real ones stand; without padding all are of `length`. */
export function textsOf(padded: boolean, length: number, ids: (index: number) => number): { tokens: Tensor; places: readonly (readonly number[])[] } {
  const rows = padded ? [[3, 4, 5, 7, 8, 9, 10, 12, 13], [5], [0, 1, 2, 3, 4, 5]] : Array.from({ length: 2 }, () => Array.from({ length }, (_, t) => t));
  const data = rows.flatMap((places, b) => Array.from({ length }, (_, t) => (places.includes(t) ? ids(b * length + t) : padding)));
  return { tokens: { shape: [rows.length, length], data }, places: rows };
}

export function hostIds({ shape, data }: Tensor): HostTensor {
  return { shape, data: Int32Array.from(data) };
}
