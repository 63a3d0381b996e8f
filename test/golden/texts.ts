/** Texts of a batch with padding among them. In: tensors [B, T, …]. Out: what counts of them, or the same texts padded otherwise. */
import type { Tensor } from "../helpers/tensors.js";

/** [B, T, …] as rows of the real tokens of each text, in their order, one behind the other. */
export function realRows(x: Tensor, tokens: Tensor, padding: number): Tensor {
  const row = x.shape.slice(2).reduce((a, b) => a * b, 1);
  const rows = Array.from(tokens.data).flatMap((id, at) => (id === padding ? [] : [Array.from({ length: row }, (_, i) => x.data[at * row + i]!)]));
  return { shape: [rows.length, row], data: rows.flat() };
}

/** The same texts with their padding on one side, and more of it. */
export function moved({ shape, data }: Tensor, padding: number, side: "left" | "right", more: number): Tensor {
  const [batch, length] = shape as [number, number];
  const rows = Array.from({ length: batch }, (_, b) => {
    const real = Array.from(data).slice(b * length, (b + 1) * length).filter((id) => id !== padding);
    const filling = Array<number>(length + more - real.length).fill(padding);
    return side === "left" ? [...filling, ...real] : [...real, ...filling];
  });
  return { shape: [batch, length + more], data: rows.flat() };
}
